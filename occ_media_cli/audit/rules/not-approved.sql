-- id: not-approved
-- severity: error
-- title: A file was sent that is not in the approved library.
-- one: 1 file was sent that is not in the approved library
-- many: {count} files were sent that are not in the approved library
-- why: The inbox may only send approved files; nobody has approved this one for it, or its approval had ended: it was
--   retired, had expired, or a newer version was approved.
-- looks: at delivered entries with direction send in inboxes with send_approved_only, and at the library at their time;
--   a file without a sha256 cannot be proved to be an approved one
-- over: entries
-- where: e.outcome = 'delivered' AND e.direction = 'send' AND (s.inbox_id IS NULL OR s.send_approved_only = 1)
-- needs: s.inbox_id IS NOT NULL
-- lacks: a setting in force
-- control: iso27001 A.5.14: files that were sent and not approved are found
-- control: iso27001 A.8.12: files that left although nobody had released them are found
-- fix: Send an approved file instead. Where agents may send others: occ-media set INBOX --approved-only off.
-- fix: Let occ-media gate decide before a file is sent.
-- message: {name} was sent and is not in the approved library
-- example: {name}
-- setting: approved files only
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, s.version AS setting_version, s.valid_from_ms AS setting_from_ms
FROM entry e
JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.direction = 'send' AND e.outcome = 'delivered' AND s.send_approved_only = 1 AND e.time_ms >= :since_ms
  AND e.time_ms < :until_ms
  AND NOT EXISTS (
    SELECT 1 FROM library_allowed l
    WHERE l.sha256 = e.sha256 AND l.from_ms <= e.time_ms AND l.to_ms > e.time_ms
      AND (l.inbox_id IS NULL OR l.inbox_id = e.inbox_id))
