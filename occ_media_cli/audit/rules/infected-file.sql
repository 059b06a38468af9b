-- id: infected-file
-- severity: error
-- title: A delivered file is infected.
-- one: 1 delivered file is infected
-- many: {count} delivered files are infected
-- why: A scanner found malware in bytes that an agent or a customer has received.
-- looks: at delivered entries with an infected scan of the entry, or of a file with the same sha256
-- over: entries
-- where: e.outcome = 'delivered'
-- needs: c.looked = 1 OR h.infected = 1 OR (h.looked = 1 AND coalesce(c.lost, 0) = 0)
-- lacks: a scan that looked inside
-- control: iso27001 A.8.7: malware that was delivered is found
-- control: pci-dss 5.2: malware that was detected is addressed
-- control: gdpr Art. 32(1): an attack by way of files is found
-- fix: Isolate the device that opened it, and tell your security people.
-- fix: Set scan = "required" for the inbox, so that the gate refuses such files.
-- message: {name} is infected: {signature}
-- example: {name}: {signature}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, coalesce(a.signature, b.signature) AS signature
FROM entry e
LEFT JOIN (SELECT entry_seq, max(coalesce(detail, 'malware')) AS signature FROM scan
  WHERE state = 'infected' AND entry_seq IS NOT NULL GROUP BY entry_seq) a ON a.entry_seq = e.seq
LEFT JOIN (SELECT sha256, max(coalesce(detail, 'malware')) AS signature FROM scan
  WHERE state = 'infected' AND sha256 <> '' GROUP BY sha256) b ON b.sha256 = e.sha256
WHERE e.outcome = 'delivered' AND (a.signature IS NOT NULL OR b.signature IS NOT NULL) AND e.time_ms >= :since_ms
  AND e.time_ms < :until_ms
