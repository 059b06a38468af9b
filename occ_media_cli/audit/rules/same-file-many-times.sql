-- id: same-file-many-times
-- severity: note
-- title: The same file was delivered many times in an inbox.
-- one: 1 file was delivered many times
-- many: {count} files were delivered many times
-- why: Each copy is stored and scanned again. A link, or a file of the approved library, does the same for less.
-- looks: at delivered entries of the period with the same sha256 in the same inbox
-- over: entries
-- where: e.outcome = 'delivered'
-- needs: e.sha256 <> ''
-- lacks: a sha256
-- control: iso27001 A.8.6: space that copies take is found
-- control: gdpr Art. 5(1)(c): needless copies are found
-- fix: Send a link instead, or store each content once.
-- parameter: minimum = 10 (from how many entries on)
-- message: {name} was delivered {times:count} times, {bytes:size} in all
-- example: {name}, {times:count} times, {bytes:size}
SELECT e.inbox_id, e.inbox, e.sha256 AS subject, e.sha256, min(e.name) AS name, count(*) AS times,
  sum(coalesce(e.size, 0)) AS bytes, min(e.time_ms) AS time_ms, max(e.time_ms) AS last_ms
FROM entry e
WHERE e.outcome = 'delivered' AND e.sha256 <> '' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
GROUP BY e.inbox_id, e.inbox, e.sha256
HAVING count(*) >= :minimum
