-- id: over-limit
-- severity: error
-- title: A delivered file is over the size limit.
-- one: 1 file is over the size limit
-- many: {count} files are over the size limit
-- why: Files above the limit of their kind fail on one side or the other: what one person sees as sent, the other
--   cannot load.
-- looks: at delivered entries whose size is above N × 1,048,576 bytes, N being the MB of the product's table
-- over: entries
-- where: e.outcome = 'delivered'
-- needs: e.size IS NOT NULL AND e.limit_mb IS NOT NULL
-- lacks: a size, or a type that has a limit
-- control: iso27001 A.5.14: files that were passed against the agreed limits are found
-- fix: occ-media fit FILE shows which channel takes it, and the nearest fix.
-- fix: Let occ-media gate decide before delivery.
-- message: {name} has {size:bytes}, over the {limit_mb} MB limit for {category}
-- example: {name}, {size:size}
-- group: {category}: limit {limit_mb} MB
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.category, e.limit_mb, e.size, e.limit_mb * 1048576 AS limit_bytes, e.sha256
FROM entry e
WHERE e.outcome = 'delivered' AND e.size > e.limit_mb * 1048576
  AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
