-- id: outdated-approved-file
-- severity: warning
-- title: A file was sent that a newer approved version had replaced.
-- one: 1 file was sent in an outdated version
-- many: {count} files were sent in outdated versions
-- why: Customers get old prices and old terms from a file that looks right.
-- looks: at delivered entries with direction send whose sha256 was approved, when the library already had a newer
--   approved version of that document with other bytes, and when no approval let that inbox send these bytes. The
--   version to send is the one that the inbox could send at that time. Of several documents with these bytes it names
--   one of which the inbox could send a version, before one that was for it before, before the newest.
-- over: entries
-- where: e.outcome = 'delivered' AND e.direction = 'send' AND k.first_ms IS NOT NULL
--   AND (coalesce(e.sha256, '') = '' OR b.sha256 IS NOT NULL)
-- needs: e.sha256 <> ''
-- lacks: a sha256
-- control: iso27001 A.5.14: files that were sent in a replaced version are found
-- control: gdpr Art. 5(1)(d): what is out of date is found
-- fix: Send the newer version that was approved, and delete old copies.
-- message: {name} is version {library_version} of {library_name}, which was replaced{library_words}
-- example: {name}: {library_name} {library_version}{library_words}
SELECT seq, source, entry, inbox_id, inbox, time_ms, path, name, direction, channel, customer, agent, type, size,
  sha256, library_name, library_version, current_version,
  found.current_path AS current_path,
  coalesce('; version ' || current_version || ' lies at ' || found.current_path, '') AS library_words
FROM (
  SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
    e.customer, e.agent, e.type, e.size, e.sha256, l.name AS library_name, l.version AS library_version,
    c.version AS current_version, c.path AS current_path,
    row_number() OVER (PARTITION BY e.seq ORDER BY CASE WHEN c.seq IS NULL THEN 1 ELSE 0 END,
      CASE WHEN m.seq IS NULL THEN 1 ELSE 0 END, l.seq DESC, l.place, c.seq DESC,
      CASE WHEN c.place = l.place THEN 0 ELSE 1 END, c.place) AS choice
  FROM entry e
  JOIN library l ON l.sha256 = e.sha256 AND l.approved_ms <= e.time_ms AND l.replaced_ms <= e.time_ms
  LEFT JOIN library_allowed c ON c.name = l.name AND (c.inbox_id IS NULL OR c.inbox_id = e.inbox_id)
    AND c.from_ms <= e.time_ms AND c.to_ms > e.time_ms
  LEFT JOIN library_allowed m ON m.sha256 = e.sha256 AND m.name = l.name
    AND (m.inbox_id IS NULL OR m.inbox_id = e.inbox_id) AND m.from_ms <= e.time_ms
  WHERE e.direction = 'send' AND e.outcome = 'delivered' AND e.sha256 <> '' AND e.time_ms >= :since_ms
    AND e.time_ms < :until_ms
    AND NOT EXISTS (
      SELECT 1 FROM library_allowed a
      WHERE a.sha256 = e.sha256 AND (a.inbox_id IS NULL OR a.inbox_id = e.inbox_id)
        AND a.from_ms <= e.time_ms AND a.to_ms > e.time_ms)
    AND NOT EXISTS (
      SELECT 1 FROM library n
      WHERE n.sha256 = l.sha256 AND n.document = l.document AND n.approved_ms <= e.time_ms
        AND (n.replaced_ms IS NULL OR n.replaced_ms > e.time_ms))) found
WHERE choice = 1
