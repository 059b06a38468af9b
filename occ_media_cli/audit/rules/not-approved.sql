-- id: not-approved
-- severity: error
-- title: A file was sent that is not in the approved library.
-- one: 1 file was sent that is not in the approved library
-- many: {count} files were sent that are not in the approved library
-- why: The inbox may only send approved files; nobody has approved this one for it, or its approval had ended: it was
--   retired, had expired, or a newer version was approved.
-- looks: at delivered entries with direction send in inboxes with send_approved_only, and at the library at their time:
--   a file may be sent from its approval until it is replaced, is retired or expires, in the inboxes that it was approved
--   for, by number or by a tag that they had then. A file without a sha256 cannot be proved to be an approved one. The
--   version to send is the one that the inbox could send at that time. Of several documents with these bytes it names
--   one of which the inbox could send a version, before one that was for it before, before the newest.
-- over: entries
-- where: e.outcome = 'delivered' AND e.direction = 'send' AND (s.inbox_id IS NULL OR s.send_approved_only = 1)
-- needs: s.inbox_id IS NOT NULL
-- lacks: a setting in force
-- control: iso27001 A.5.14: files that were sent and not approved are found
-- control: iso27001 A.8.12: files that left although nobody had released them are found
-- fix: Send an approved file instead. Where agents may send others: occ-media set INBOX --approved-only off.
-- fix: Let occ-media gate decide before a file is sent.
-- message: {name} was sent and {library_words}
-- example: {name}: {library_words}
-- setting: approved files only
SELECT seq, source, entry, inbox_id, inbox, time_ms, path, name, direction, channel, customer, agent, type, size,
  sha256, setting_version, setting_from_ms, library_name, library_version,
  CASE WHEN coalesce(sha256, '') = '' THEN 'unknown' WHEN library_name IS NULL THEN 'none'
    WHEN found.state = 'approved' THEN 'other-inbox' ELSE found.state END AS library_state, current_version,
  found.current_path AS current_path, CASE WHEN coalesce(sha256, '') = '' THEN 'its sha256 is not known'
    WHEN library_name IS NULL THEN 'is not in the approved library' ELSE 'is version '
    || library_version || ' of ' || library_name || ', which ' || CASE found.state WHEN 'retired' THEN 'was retired'
      WHEN 'replaced' THEN 'was replaced' WHEN 'expired' THEN 'had expired' WHEN 'proposed' THEN 'waited for approval'
      WHEN 'approved-later' THEN 'was approved for a later time' ELSE 'is not for this inbox' END
    || coalesce('; version ' || current_version || ' lies at ' || found.current_path, '') END AS library_words
FROM (
  SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
    e.customer, e.agent, e.type, e.size, e.sha256, s.version AS setting_version, s.valid_from_ms AS setting_from_ms,
    l.name AS library_name, l.version AS library_version,
    LIBRARY_STATE AS state,
    c.version AS current_version, c.path AS current_path,
    row_number() OVER (PARTITION BY e.seq ORDER BY CASE WHEN c.seq IS NULL THEN 1 ELSE 0 END,
      CASE WHEN m.seq IS NULL THEN 1 ELSE 0 END, CASE WHEN l.approved_ms <= e.time_ms THEN 0 ELSE 1 END,
      l.seq DESC, l.place, c.seq DESC, CASE WHEN c.place = l.place THEN 0 ELSE 1 END, c.place) AS choice
  FROM entry e
  JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
  LEFT JOIN library l ON l.sha256 = e.sha256 AND l.proposed_ms <= e.time_ms
  LEFT JOIN library_allowed c ON c.name = l.name AND (c.inbox_id IS NULL OR c.inbox_id = e.inbox_id)
    AND c.from_ms <= e.time_ms AND c.to_ms > e.time_ms
  LEFT JOIN library_allowed m ON m.sha256 = e.sha256 AND m.name = l.name
    AND (m.inbox_id IS NULL OR m.inbox_id = e.inbox_id) AND m.from_ms <= e.time_ms
  WHERE e.direction = 'send' AND e.outcome = 'delivered' AND s.send_approved_only = 1 AND e.time_ms >= :since_ms
    AND e.time_ms < :until_ms
    AND NOT EXISTS (
      SELECT 1 FROM library_allowed a
      WHERE a.sha256 = e.sha256 AND (a.inbox_id IS NULL OR a.inbox_id = e.inbox_id)
        AND a.from_ms <= e.time_ms AND a.to_ms > e.time_ms)) found
WHERE choice = 1
