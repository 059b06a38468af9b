-- id: ledger-altered
-- severity: error
-- title: A verification found the ledger altered.
-- one: 1 verification found the ledger altered
-- many: {count} verifications found the ledger altered
-- why: What was recorded is not what stands there now: every finding and every clean report rests on it.
-- looks: at every verification on record that failed, those of recorded audits too, whatever the period, and at the one
--   that the audit itself makes first
-- over: verifications
-- where: v.subject = 'ledger'
-- compare: no
-- control: iso27001 A.8.15: a log that was altered is found
-- control: iso27001 A.5.33: records that were falsified are found
-- control: pci-dss 10.3: unauthorized changes of the log are found
-- control: gdpr Art. 5(2): what is shown is what was recorded
-- fix: Change nothing; copy the store file, then compare it with a backup.
-- message: a verification by {verified_by} found the ledger altered
-- example: by {verified_by}, after {verified_entries:count} entries
SELECT v.seq AS subject, v.time_ms, v.actor AS verified_by, v.verified_head,
  v.entries AS verified_entries, v.checkpoint, v.problems, NULL AS differences
FROM verification v
WHERE v.subject = 'ledger' AND v.ok = 0
UNION ALL
SELECT a.seq, a.time_ms, a.actor, a.verified_head, a.entries, a.checkpoint, NULL, a.differences
FROM audit_run a
WHERE a.differences > 0
