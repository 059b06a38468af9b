-- id: surviving-bytes
-- severity: error
-- title: Bytes that should be gone are still there.
-- one: 1 file that should be gone is still there
-- many: {count} files that should be gone are still there
-- why: The record says that they were removed; whoever reads the disk still has them.
-- looks: at what the newest occ-media retention verify of each root recorded
-- over: entries
-- where: e.outcome = 'delivered' AND e.path IS NOT NULL AND e.deleted_ms IS NOT NULL
-- needs: v.time_ms >= e.deleted_ms
-- lacks: a check of the bytes that are kept, since it was removed
-- control: iso27001 A.8.10: files that were deleted on record only are found
-- control: pci-dss 3.2.1: files that survived their deletion are found
-- control: gdpr Art. 17: files that survived their erasure are found
-- fix: Find out who put the file back, and plan its removal again: occ-media retention plan --root DIR.
-- message: {name} should be gone and is still there
-- example: {name}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, v.root, v.verified_ms
FROM (
  SELECT w.entry_seq, min(w.root) AS root, max(w.time_ms) AS verified_ms
  FROM verified_file w
  JOIN (SELECT root, max(seq) AS seq FROM verified_file GROUP BY root) n ON n.seq = w.seq
  WHERE w.code = 'surviving-bytes'
  GROUP BY w.entry_seq) v
JOIN entry e ON e.seq = v.entry_seq
WHERE e.time_ms >= :since_ms AND e.time_ms < :until_ms
