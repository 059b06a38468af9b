-- id: active-content
-- severity: warning
-- title: A delivered file holds active content.
-- one: 1 delivered file holds active content
-- many: {count} delivered files hold active content
-- why: Macros and scripts run when the file is opened. It is an error in an inbox whose scan is required.
-- looks: at delivered entries with such a result of a scan of the entry, or of a file with the same sha256
-- over: entries
-- where: e.outcome = 'delivered'
-- needs: c.looked = 1 OR (h.looked = 1 AND coalesce(c.lost, 0) = 0) OR f.entry_seq IS NOT NULL OR g.sha256 IS NOT NULL
-- lacks: a scan that looked inside
-- control: iso27001 A.8.7: macros and scripts that were delivered are found
-- control: pci-dss 5.2: active content is a way in for malware
-- fix: Ask for the file without macros, or as PDF.
-- fix: Set scan = "required" for the inbox, so that the gate refuses such files.
-- message: {name} holds active content: {found}
-- example: {name}: {found}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, coalesce(a.found, b.found) AS found,
  CASE WHEN s.scan = 'required' THEN 'error' END AS severity
FROM entry e
LEFT JOIN (SELECT entry_seq, max(coalesce(detail, code)) AS found FROM scan_fact
  WHERE code = 'active-content' AND entry_seq IS NOT NULL GROUP BY entry_seq) a ON a.entry_seq = e.seq
LEFT JOIN (SELECT sha256, max(coalesce(detail, code)) AS found FROM scan_fact
  WHERE code = 'active-content' AND sha256 <> '' GROUP BY sha256) b ON b.sha256 = e.sha256
LEFT JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.outcome = 'delivered' AND (a.found IS NOT NULL OR b.found IS NOT NULL) AND e.time_ms >= :since_ms
  AND e.time_ms < :until_ms
