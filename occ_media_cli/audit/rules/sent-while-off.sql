-- id: sent-while-off
-- severity: error
-- title: A file was sent while sending was off.
-- one: 1 file was sent while sending was off
-- many: {count} files were sent while sending was off
-- why: The inbox was not allowed to send media, yet a customer got a file: a client ignored the setting, or somebody
--   went around it. A hidden button is no enforcement.
-- looks: at delivered entries with direction send, and at the setting version in force at the time of the entry
-- over: entries
-- where: e.outcome = 'delivered' AND e.direction = 'send'
-- needs: s.inbox_id IS NOT NULL
-- lacks: a setting in force
-- control: iso27001 A.5.14: files that left against the rules of transfer are found
-- control: iso27001 A.8.12: files that left by a way that was closed are found
-- control: gdpr Art. 5(1)(f): unauthorized disclosure is found
-- fix: Let occ-media gate decide before a file is sent.
-- fix: Ask the agent how the file was sent, and close that way.
-- message: {name} was sent while sending was off
-- example: {name}
-- setting: send off
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, s.version AS setting_version,
  s.valid_from_ms AS setting_from_ms, e.path, e.name, e.channel, e.customer, e.agent, e.type, e.size, e.sha256
FROM entry e
JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.direction = 'send' AND e.outcome = 'delivered' AND s.send = 0
  AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
