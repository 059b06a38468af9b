-- id: flagged-file
-- severity: warning
-- title: Somebody flagged a file.
-- one: 1 file was flagged
-- many: {count} files were flagged
-- why: A person looked at it and found it wrong, such as inappropriate content.
-- looks: at the newest flag of each entry
-- over: entries
-- control: iso27001 A.8.16: what people noticed is followed up
-- fix: Look at the file, talk to whom it concerns, and remove it if need be.
-- message: {name} was flagged by {flagged_by}: {flag_reason}
-- example: {name}: {flag_reason}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, f.actor AS flagged_by, f.reason AS flag_reason, f.time_ms AS flagged_ms
FROM flag f
JOIN (SELECT entry_seq, max(seq) AS seq FROM flag GROUP BY entry_seq) n ON n.seq = f.seq
JOIN entry e ON e.seq = f.entry_seq
WHERE e.time_ms >= :since_ms AND e.time_ms < :until_ms
