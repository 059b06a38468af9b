-- id: unsupported-type
-- severity: error
-- title: A delivered file is of a type that is not supported.
-- one: 1 file is of a type that is not supported
-- many: {count} files are of a type that is not supported
-- why: Agents and customers may not be able to open it, and types outside the list are where programs and scripts hide.
--   A received WEBP, which is how stickers arrive, is a note.
-- looks: at delivered entries; the type is the detected one, else the extension of the name, else the declared one
-- over: entries
-- where: e.outcome = 'delivered'
-- control: iso27001 A.8.7: programs and scripts among the files are found
-- control: iso27001 A.5.14: kinds of file that may not be passed are found
-- fix: Ask for the file in a supported type; occ-media types lists them.
-- fix: Let occ-media gate decide before delivery.
-- message: {name} is of type {type}, which cannot be {direction_word}
-- example: {name}
-- group: type {type}, {direction}
SELECT e.seq, e.source, e.entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, coalesce(f.type, e.kind) AS type, e.detected, e.extension, e.size, e.sha256,
  CASE WHEN e.direction = 'send' THEN 'sent' ELSE 'received' END AS direction_word,
  CASE WHEN e.direction = 'receive' AND f.type = 'webp' THEN 'note' END AS severity
FROM (
  SELECT s.*, coalesce(s.detected, s.extension,
      CASE WHEN instr(n.names, ' ' || s.said || '=') > 0
        THEN trim(substr(n.names, instr(n.names, ' ' || s.said || '=') + length(s.said) + 2, 4)) END,
      s.said) AS kind
  FROM (
    SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
      e.customer, e.agent, e.detected, e.extension, e.size, e.sha256,
      trim(lower(CASE WHEN instr(e.declared, ';') > 0
        THEN substr(e.declared, 1, instr(e.declared, ';') - 1) ELSE e.declared END)) AS said
    FROM entry e
    WHERE e.outcome = 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms) s
  CROSS JOIN (SELECT DECLARED_AS_ONE AS names) n) e
LEFT JOIN file_type f ON f.key = e.kind
WHERE f.key IS NULL OR (e.direction = 'send' AND f.send = 0) OR (e.direction = 'receive' AND f.receive = 0)
