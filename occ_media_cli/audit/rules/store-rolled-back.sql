-- id: store-rolled-back
-- severity: error
-- title: An older state of the store was put back, and records were lost.
-- one: 1 restore lost records
-- many: {count} restores lost records
-- why: What happened between the backup and the restore is not on record any more, and no finding can be about it.
-- looks: at restores that were made in the period although the backup lacked records
-- over: changes
-- where: c.kind = 'store-restore'
-- control: iso27001 A.5.33: records that a restore lost are found
-- control: iso27001 A.8.13: restores from backup are on record, with what they lost
-- control: pci-dss 10.5.1: gaps in the history are found
-- control: gdpr Art. 5(2): gaps in the record are told
-- fix: Read the store as it was before, which the restore kept beside it, and the reason that was given.
-- fix: Ingest again what the sources still have, and set again what was set since the backup.
-- message: {actor} put a backup back on {made_ms:time}: {reason}
-- example: by {actor}: {reason}
SELECT c.seq AS subject, c.time_ms, c.wall_ms AS made_ms, c.actor AS actor, c.reason AS reason
FROM change c
WHERE c.kind = 'store-restore' AND c.reason IS NOT NULL
  AND ((c.time_ms >= :since_ms AND c.time_ms < :until_ms) OR (c.wall_ms >= :since_ms AND c.wall_ms < :until_ms))
