-- id: sensitive-content
-- severity: error
-- title: A delivered file holds sensitive text.
-- one: 1 delivered file holds sensitive text
-- many: {count} delivered files hold sensitive text
-- why: Card numbers and the like must not travel as files; the finding names their kind, never the text itself.
-- looks: at delivered entries with such a result of a scan of the entry, or of a file with the same sha256
-- over: entries
-- where: e.outcome = 'delivered'
-- needs: c.looked = 1 OR (h.looked = 1 AND coalesce(c.lost, 0) = 0) OR f.entry_seq IS NOT NULL OR g.sha256 IS NOT NULL
-- lacks: a scan that looked inside
-- control: iso27001 A.8.12: sensitive data that travels as a file is found
-- control: iso27001 A.5.34: personal data in files is found
-- control: pci-dss 3.2.1: account data that is stored in files is found
-- control: gdpr Art. 5(1)(f): unprotected sensitive data is found
-- fix: Remove the file, and tell whoever is responsible for such data.
-- fix: occ-media set INBOX --receive off, where customers keep sending it.
-- message: {name} holds sensitive text: {found}
-- example: {name}: {found}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, coalesce(a.found, b.found) AS found
FROM entry e
LEFT JOIN (SELECT entry_seq, max(coalesce(detail, code)) AS found FROM scan_fact
  WHERE code = 'sensitive-content' AND entry_seq IS NOT NULL GROUP BY entry_seq) a ON a.entry_seq = e.seq
LEFT JOIN (SELECT sha256, max(coalesce(detail, code)) AS found FROM scan_fact
  WHERE code = 'sensitive-content' AND sha256 <> '' GROUP BY sha256) b ON b.sha256 = e.sha256
WHERE e.outcome = 'delivered' AND (a.found IS NOT NULL OR b.found IS NOT NULL) AND e.time_ms >= :since_ms
  AND e.time_ms < :until_ms
