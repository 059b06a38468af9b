-- id: deleted-while-held
-- severity: error
-- title: A file was deleted while a hold covered it.
-- one: 1 file was deleted while a hold covered it
-- many: {count} files were deleted while holds covered them
-- why: A hold is a duty to keep, often a legal one; what is gone cannot be shown any more.
-- looks: at entries whose bytes were deleted, and at the holds in force at that moment
-- over: entries
-- where: e.deleted_ms IS NOT NULL
-- control: iso27001 A.5.33: records that had to be kept and are gone are found
-- control: iso27001 A.5.28: evidence that was deleted under a hold is found
-- fix: Tell whoever placed the hold, and look for a backup.
-- message: {name} was deleted at {deleted_ms:time} while the hold {hold} covered it
-- example: {name}, deleted {deleted_ms:time}
-- group: hold {hold}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, e.deleted_ms, min(h.hold) AS hold
FROM entry e
JOIN entry_hold h ON h.entry_seq = e.seq AND h.placed_ms <= e.deleted_ms
  AND (h.released_ms IS NULL OR h.released_ms > e.deleted_ms)
WHERE e.deleted_ms IS NOT NULL AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
GROUP BY e.seq, e.source, e.id, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel, e.customer,
  e.agent, e.type, e.size, e.sha256, e.deleted_ms
