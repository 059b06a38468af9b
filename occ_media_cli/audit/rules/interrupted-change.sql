-- id: interrupted-change
-- severity: warning
-- title: An interrupted change was recorded or refused by a later command.
-- one: 1 interrupted change was recorded or refused by a later command
-- many: {count} interrupted changes were recorded or refused by a later command
-- why: Until it is recorded, what a killed command was about to do stands beside the chain, where whoever may write the
--   file may have written it: nobody has proved who made that change, nor when.
-- looks: at every interrupted change that a later command in the period recorded, with who made it as the change itself
--   says, and at every one that did not fit the chain and was refused
-- over: changes
-- where: c.kind IN ('change-finish', 'change-refuse')
-- control: iso27001 A.8.15: changes that came on record from outside the chain are found
-- control: iso27001 A.8.32: changes whose maker is not proved are found
-- control: pci-dss 10.5.1: what was put beside the history is found
-- control: gdpr Art. 5(2): who answers for a record knows whose word a change rests on
-- fix: Ask who is named whether they made the change and were interrupted then, and keep the answer.
-- fix: One that was refused nobody has to have begun: ask who may write the store file.
-- message: {kind} by {changed_by} at {made_ms:time}, for a change of {requested_by}
-- example: {kind} by {changed_by}, for a change of {requested_by}
SELECT c.seq AS subject, c.time_ms, c.kind, c.actor AS changed_by, c.os_user AS changed_by_user, c.wall_ms AS made_ms,
  CASE WHEN c.kind = 'change-finish' THEN nullif(p.actor, '') END AS requested_by
FROM change c LEFT JOIN change p ON p.seq = c.seq - 1
WHERE c.kind IN ('change-finish', 'change-refuse')
  AND ((c.time_ms >= :since_ms AND c.time_ms < :until_ms) OR (c.wall_ms >= :since_ms AND c.wall_ms < :until_ms))
