-- id: backdated-change
-- severity: warning
-- title: A change was recorded under another time than it was made.
-- one: 1 change was recorded under another time than it was made
-- many: {count} changes were recorded under another time than they were made
-- why: A change of the past changes how files are judged; it may be right, and somebody should know why.
-- looks: at every recorded change whose two times, the one that it is valid from and the one at which it was made, are
--   over five minutes apart; it belongs to the period of either time
-- over: changes
-- control: iso27001 A.8.32: a change that took effect at another time than it was made is found
-- control: iso27001 A.8.15: both clocks of every change are on record and compared
-- control: pci-dss 6.5.1: changes that were dated back are found
-- control: gdpr Art. 5(2): who answers for a change can show when it was made
-- fix: Ask who made it for the reason, and keep the answer.
-- parameter: minutes = 5 (how far apart the two times may be)
-- message: {kind} by {changed_by} is valid from {time_ms:time} and was made at {made_ms:time}
-- example: {kind} by {changed_by}, made {made_ms:time}
SELECT c.inbox_id, c.inbox, c.seq AS subject, c.time_ms, c.kind, c.section, nullif(c.actor, '') AS changed_by,
  c.os_user AS changed_by_user, c.reason AS change_reason, c.wall_ms AS made_ms
FROM change c
WHERE (c.wall_ms - c.time_ms > :minutes * 60000 OR c.time_ms - c.wall_ms > :minutes * 60000)
  AND ((c.time_ms >= :since_ms AND c.time_ms < :until_ms) OR (c.wall_ms >= :since_ms AND c.wall_ms < :until_ms))
