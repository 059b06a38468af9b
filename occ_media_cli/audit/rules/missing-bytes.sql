-- id: missing-bytes
-- severity: warning
-- title: Bytes that should be there are gone.
-- one: 1 file that should be there is gone
-- many: {count} files that should be there are gone
-- why: Somebody removed them outside of retention, so nothing says who, when and why.
-- looks: at what the newest occ-media retention verify of each root recorded
-- over: entries
-- where: e.outcome = 'delivered' AND e.path IS NOT NULL AND e.deleted_ms IS NULL
-- needs: v.seq IS NOT NULL
-- lacks: a check of the bytes that are kept, since the entry came
-- control: iso27001 A.5.33: records that vanished outside of retention are found
-- control: gdpr Art. 5(1)(f): loss of personal data is found
-- fix: Look for them in a backup, and find out who removed them.
-- message: {name} should be there and is gone
-- example: {name}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, v.root, v.verified_ms
FROM (
  SELECT w.entry_seq, min(w.root) AS root, max(w.time_ms) AS verified_ms
  FROM verified_file w
  JOIN (SELECT root, max(seq) AS seq FROM verified_file GROUP BY root) n ON n.seq = w.seq
  WHERE w.code = 'missing-bytes'
  GROUP BY w.entry_seq) v
JOIN entry e ON e.seq = v.entry_seq
WHERE e.time_ms >= :since_ms AND e.time_ms < :until_ms
