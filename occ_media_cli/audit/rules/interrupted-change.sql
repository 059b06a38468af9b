-- id: interrupted-change
-- severity: warning
-- title: An interrupted change was recorded or refused by a later command.
-- one: 1 interrupted change was recorded or refused by a later command
-- many: {count} interrupted changes were recorded or refused by a later command
-- why: Until it is recorded, what a killed command was about to do stands beside the chain, where whoever may write the
--   file may have written it: nobody has proved who made that change, nor when.
-- looks: at every interrupted change that a later command recorded, each inbox that it changed by itself, with who made
--   it as the change itself says, and at every one that was refused, because it did not fit or never happened; it belongs
--   to the period in which it was recorded, to the one in which it says that it was made, and to that which it is valid
--   from
-- over: changes
-- where: c.kind IN ('change-finish', 'change-refuse') OR c.seq IN (SELECT n.seq FROM interrupted_change n)
-- control: iso27001 A.8.15: changes that came on record from outside the chain are found
-- control: iso27001 A.8.32: changes whose maker is not proved are found
-- control: pci-dss 10.5.1: what was put beside the history is found
-- control: gdpr Art. 5(2): who answers for a record knows whose word a change rests on
-- fix: Ask who is named whether they made the change and were interrupted then, and keep the answer.
-- fix: One that was refused nobody has to have begun: ask who may write the store file.
-- message: {kind} by {changed_by} at {made_ms:time}, valid from {time_ms:time}, for a change of {requested_by}
-- example: {kind} by {changed_by} at {made_ms:time}, for a change of {requested_by}
SELECT f.seq AS subject, c.inbox_id, c.inbox, min(coalesce(c.time_ms, f.time_ms)) AS time_ms, f.kind,
  f.actor AS changed_by, f.os_user AS changed_by_user, f.wall_ms AS made_ms, min(nullif(c.actor, '')) AS requested_by
FROM change f LEFT JOIN interrupted_change n ON n.ended_seq = f.seq LEFT JOIN change c ON c.seq = n.seq
WHERE f.kind IN ('change-finish', 'change-refuse')
  AND ((f.time_ms >= :since_ms AND f.time_ms < :until_ms) OR (f.wall_ms >= :since_ms AND f.wall_ms < :until_ms)
    OR (c.time_ms >= :since_ms AND c.time_ms < :until_ms) OR (c.wall_ms >= :since_ms AND c.wall_ms < :until_ms))
GROUP BY f.seq, c.inbox_id, c.inbox, f.kind, f.actor, f.os_user, f.wall_ms
