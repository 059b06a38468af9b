-- id: unsupported-type
-- severity: error
-- title: A delivered file is of a type that is not supported.
-- one: 1 file is of a type that is not supported
-- many: {count} files are of a type that is not supported
-- why: Agents and customers may not be able to open it, and types outside the list are where programs and scripts hide.
--   A received WEBP, which is how stickers arrive, is a note.
-- looks: at delivered entries; the type is the detected one, else the extension of the name
-- over: entries
-- where: e.outcome = 'delivered'
-- control: iso27001 A.8.7: programs and scripts among the files are found
-- control: iso27001 A.5.14: kinds of file that may not be passed are found
-- fix: Ask for the file in a supported type; occ-media types lists them.
-- fix: Let occ-media gate decide before delivery.
-- message: {name} is of type {type}, which cannot be {direction_word}
-- example: {name}
-- group: type {type}, {direction}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.detected, e.extension, e.size, e.sha256,
  CASE WHEN e.direction = 'send' THEN 'sent' ELSE 'received' END AS direction_word,
  CASE WHEN e.direction = 'receive' AND f.type = 'webp' THEN 'note' END AS severity
FROM entry e
LEFT JOIN file_type f ON f.key = coalesce(e.detected, e.extension)
WHERE e.outcome = 'delivered'
  AND (f.key IS NULL OR (e.direction = 'send' AND f.send = 0) OR (e.direction = 'receive' AND f.receive = 0))
  AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
