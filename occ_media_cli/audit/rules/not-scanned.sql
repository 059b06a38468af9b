-- id: not-scanned
-- severity: warning
-- title: A delivered file was not scanned, in an inbox that asks for it.
-- one: 1 delivered file was not scanned
-- many: {count} delivered files were not scanned
-- why: What nobody has looked at is not clean. It is an error in an inbox whose scan is required.
-- looks: at delivered entries in inboxes with scan on, under the setting in force; only the results clean and infected
--   count as scanned, of the entry or of a file with the same sha256; that of another file does not count where the
--   newest scan of the entry says that its own file was missing, could not be read or had other bytes
-- over: entries
-- where: e.outcome = 'delivered' AND (s.inbox_id IS NULL OR s.scan IN ('record', 'required'))
-- needs: s.inbox_id IS NOT NULL
-- lacks: a setting in force
-- control: iso27001 A.8.7: files at which no scanner looked are found
-- control: pci-dss 5.3: gaps in scanning are found
-- fix: occ-media scan --ledger --root DIR --inbox INBOX
-- message: {name} was not scanned: {why_not}
-- example: {name}: {why_not}
-- setting: scan on
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, s.version AS setting_version, s.valid_from_ms AS setting_from_ms,
    coalesce(c.detail, d.detail, 'no scan is on record') AS why_not,
  CASE WHEN s.scan = 'required' THEN 'error' END AS severity
FROM entry e
JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
LEFT JOIN (SELECT DISTINCT entry_seq FROM scan WHERE state IN ('clean', 'infected')) a ON a.entry_seq = e.seq
LEFT JOIN (SELECT DISTINCT sha256 FROM scan WHERE state IN ('clean', 'infected') AND sha256 <> '') b
  ON b.sha256 = e.sha256
LEFT JOIN (SELECT entry_seq FROM scan WHERE entry_seq IS NOT NULL GROUP BY entry_seq
  HAVING max(CASE WHEN state NOT IN ('clean', 'infected') AND sha256 = '' THEN seq END) = max(seq)) l ON l.entry_seq = e.seq
LEFT JOIN (SELECT entry_seq, max(coalesce(detail, state)) AS detail FROM scan
  WHERE state NOT IN ('clean', 'infected') GROUP BY entry_seq) c ON c.entry_seq = e.seq
LEFT JOIN (SELECT sha256, max(coalesce(detail, state)) AS detail FROM scan
  WHERE state NOT IN ('clean', 'infected') AND sha256 <> '' GROUP BY sha256) d ON d.sha256 = e.sha256
WHERE e.outcome = 'delivered' AND s.scan IN ('record', 'required')
  AND a.entry_seq IS NULL AND (b.sha256 IS NULL OR l.entry_seq IS NOT NULL) AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
