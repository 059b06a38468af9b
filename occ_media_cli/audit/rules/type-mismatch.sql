-- id: type-mismatch
-- severity: warning
-- title: A delivered file is not what its name or its sender says.
-- one: 1 file is not what its name or its sender says
-- many: {count} files are not what their names or their senders say
-- why: A file that is another type than it says may not open, and a disguise is how harmful files get past people.
--   It is an error where the detected type differs from the extension, a warning where only the declared one does.
-- looks: at delivered entries: the detected type, the extension of the name and the declared media type, without its
--   parameters; application/octet-stream and its like declare nothing, and another usual name of the type
--   (application/x-pdf, application/zip of a docx) is none of another type
-- over: entries
-- where: e.outcome = 'delivered'
-- needs: coalesce(e.detected, e.extension) IS NOT NULL AND ((e.detected IS NOT NULL AND e.extension IS NOT NULL)
--   OR trim(lower(CASE WHEN instr(e.declared, ';') > 0 THEN substr(e.declared, 1, instr(e.declared, ';') - 1)
--   ELSE e.declared END)) NOT IN ('', DECLARES_NOTHING))
-- lacks: a second witness of its type
-- control: iso27001 A.8.7: disguised files are found
-- control: pci-dss 5.2: disguises that carry malware are found
-- fix: Ask for the file again under the name of its type.
-- fix: Let occ-media gate decide before delivery; it looks at the bytes.
-- message: {name} says {says} and is {is_type}
-- example: {name}: {says}, is {is_type}
-- group: {witness} says {says}, is {is_type}
SELECT m.seq, m.source, m.id AS entry, m.inbox_id, m.inbox, m.time_ms, m.path, m.name, m.direction, m.channel,
  m.customer, m.agent, m.detected, m.extension, m.declared, m.size, m.sha256,
  CASE WHEN m.detected_type <> m.extension_type THEN m.extension_type ELSE m.declared_type END AS says,
  coalesce(m.detected_type, m.extension_type) AS is_type,
  CASE WHEN m.detected_type <> m.extension_type THEN 'the name' ELSE 'the sender' END AS witness,
  CASE WHEN m.detected_type <> m.extension_type THEN 'error' ELSE 'warning' END AS severity
FROM (
  SELECT w.*, coalesce(fd.type, w.detected) AS detected_type, coalesce(fe.type, w.extension) AS extension_type,
    coalesce(fs.type, w.said) AS declared_type
  FROM (
    SELECT e.*, trim(lower(CASE WHEN instr(e.declared, ';') > 0
        THEN substr(e.declared, 1, instr(e.declared, ';') - 1) ELSE e.declared END)) AS said
    FROM entry e
    WHERE e.outcome = 'delivered' AND (e.declared IS NOT NULL OR e.detected IS NOT NULL)
      AND e.time_ms >= :since_ms AND e.time_ms < :until_ms) w
  LEFT JOIN file_type fd ON fd.key = w.detected
  LEFT JOIN file_type fe ON fe.key = w.extension
  LEFT JOIN file_type fs ON fs.key = w.said) m
WHERE m.detected_type <> m.extension_type
  OR (m.declared_type <> coalesce(m.detected_type, m.extension_type)
    AND m.said NOT IN ('', DECLARES_NOTHING)
    AND instr(DECLARED_AS, ' ' || m.said || '=' || coalesce(m.detected_type, m.extension_type) || ' ') = 0)
