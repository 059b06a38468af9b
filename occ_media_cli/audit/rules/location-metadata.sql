-- id: location-metadata
-- severity: note
-- title: A delivered file tells where it was made.
-- one: 1 delivered file tells where it was made
-- many: {count} delivered files tell where they were made
-- why: Photos carry the place where they were taken, often somebody's home.
-- looks: at delivered entries with such a result of a scan of the entry, or of a file with the same sha256
-- over: entries
-- where: e.outcome = 'delivered'
-- needs: c.looked = 1 OR (h.looked = 1 AND coalesce(c.lost, 0) = 0) OR f.entry_seq IS NOT NULL OR g.sha256 IS NOT NULL
-- lacks: a scan that looked inside
-- control: iso27001 A.5.34: places where people were are found in files
-- control: gdpr Art. 5(1)(c): a file that tells more than it is sent for is found
-- fix: occ-media scan PATH --strip DIR writes copies without it.
-- message: {name} tells where it was made
-- example: {name}: {found}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, coalesce(a.found, b.found) AS found
FROM entry e
LEFT JOIN (SELECT entry_seq, max(coalesce(detail, code)) AS found FROM scan_fact
  WHERE code = 'location-metadata' AND entry_seq IS NOT NULL GROUP BY entry_seq) a ON a.entry_seq = e.seq
LEFT JOIN (SELECT sha256, max(coalesce(detail, code)) AS found FROM scan_fact
  WHERE code = 'location-metadata' AND sha256 <> '' GROUP BY sha256) b ON b.sha256 = e.sha256
WHERE e.outcome = 'delivered' AND (a.found IS NOT NULL OR b.found IS NOT NULL) AND e.time_ms >= :since_ms
  AND e.time_ms < :until_ms
