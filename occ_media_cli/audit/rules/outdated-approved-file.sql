-- id: outdated-approved-file
-- severity: warning
-- title: A file was sent that a newer approved version had replaced.
-- one: 1 file was sent in an outdated version
-- many: {count} files were sent in outdated versions
-- why: Customers get old prices and old terms from a file that looks right.
-- looks: at delivered entries with direction send whose sha256 was approved, when the library already had a newer
--   approved version under the same name
-- over: entries
-- where: e.outcome = 'delivered' AND e.direction = 'send' AND k.first_ms IS NOT NULL
--   AND (coalesce(e.sha256, '') = '' OR b.sha256 IS NOT NULL)
-- needs: e.sha256 <> ''
-- lacks: a sha256
-- control: iso27001 A.5.14: files that were sent in a replaced version are found
-- control: gdpr Art. 5(1)(d): what is out of date is found
-- fix: Send the newer version that was approved, and delete old copies.
-- message: {name} is version {library_version} of {library_name}, which had a newer one
-- example: {name}: {library_name} {library_version}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, min(l.name) AS library_name, min(l.version) AS library_version
FROM entry e
JOIN library l ON l.sha256 = e.sha256 AND l.approved_ms <= e.time_ms AND l.replaced_ms <= e.time_ms
WHERE e.direction = 'send' AND e.outcome = 'delivered' AND e.sha256 <> '' AND e.time_ms >= :since_ms
  AND e.time_ms < :until_ms
  AND NOT EXISTS (
    SELECT 1 FROM library n
    WHERE n.sha256 = e.sha256 AND n.approved_ms <= e.time_ms
      AND (n.replaced_ms IS NULL OR n.replaced_ms > e.time_ms))
GROUP BY e.seq, e.source, e.id, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel, e.customer,
  e.agent, e.type, e.size, e.sha256
