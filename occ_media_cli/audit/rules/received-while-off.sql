-- id: received-while-off
-- severity: error
-- title: A file arrived while receiving was off.
-- one: 1 file arrived while receiving was off
-- many: {count} files arrived while receiving was off
-- why: Customers are told that files cannot be viewed, yet one was delivered: the setting did not reach the channel,
--   or somebody went around it.
-- looks: at delivered entries with direction receive, and at the setting version in force at the time of the entry
-- over: entries
-- where: e.outcome = 'delivered' AND e.direction = 'receive'
-- needs: s.inbox_id IS NOT NULL
-- lacks: a setting in force
-- control: iso27001 A.5.14: files that came against the rules of transfer are found
-- control: gdpr Art. 5(1)(c): data that was not to be collected is found
-- control: gdpr Art. 25(2): settings that did not reach the channel are found
-- fix: Turn files off in the channel's own settings too.
-- fix: Let occ-media gate decide before delivery.
-- message: {name} arrived while receiving was off
-- example: {name}
-- setting: receive off
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, s.version AS setting_version,
  s.valid_from_ms AS setting_from_ms, e.path, e.name, e.channel, e.customer, e.agent, e.type, e.size, e.sha256
FROM entry e
JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.direction = 'receive' AND e.outcome = 'delivered' AND s.receive = 0
  AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
