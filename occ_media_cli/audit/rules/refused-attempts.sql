-- id: refused-attempts
-- severity: note
-- title: A file was refused or failed.
-- one: 1 file was refused or failed
-- many: {count} files were refused or failed
-- why: Each is something that a customer or an agent wanted and did not get: the demand that the settings leave unmet.
-- looks: at blocked and failed entries, with the reason and the message that customers read; where the entry has none,
--   the message of the setting in force
-- over: entries
-- control: iso27001 A.8.16: attempts that were refused are watched
-- control: pci-dss 10.2: what was refused is on record
-- fix: occ-media report attempts shows how often, for what and why.
-- fix: occ-media diagnose cannot-receive --inbox INBOX says what refuses it.
-- message: {name} was {outcome}: {why_refused}
-- example: {name}, {outcome}: {why_refused}
-- group: {type}, {why_refused}; customers read: {customers_read}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, e.outcome, coalesce(e.reason, 'no reason given') AS why_refused,
  coalesce(e.message, CASE WHEN e.direction = 'receive' AND s.receive = 0 THEN s.message END, '-') AS customers_read,
  s.version AS setting_version
FROM entry e
LEFT JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.outcome <> 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
