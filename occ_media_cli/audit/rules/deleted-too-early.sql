-- id: deleted-too-early
-- severity: error
-- title: A file was deleted before it had been kept for as long as a retention rule said.
-- one: 1 file was deleted before its keep_for was over
-- many: {count} files were deleted before their keep_for was over
-- why: What had to be kept is gone, and nothing can bring it back; a clock that runs ahead can do that to any file.
-- looks: at delivered files whose bytes are gone, and at the longest keep_for that held for them then; a purge is
--   judged by the clock of the machine that it ran on, whatever time was given to it, and what a source says that it
--   deleted by the time that it says: by the rules that were valid then, and by those that were on record then, which
--   no change that was made over a second later takes back, whatever time it is dated
-- over: entries
-- where: e.outcome = 'delivered' AND e.deleted_ms IS NOT NULL
-- control: iso27001 A.5.33: records that were lost before their time are found
-- control: gdpr Art. 5(1)(f): loss of personal data is found
-- fix: Look for a backup, and tell whoever answers for the record.
-- fix: Find out who deleted it, and by which clock.
-- message: {name} was deleted at {gone_ms:time}, and had to be kept until {kept_until_ms:time}
-- example: {name}, deleted {gone_ms:time}, kept until {kept_until_ms:time}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, coalesce(r.wall_ms, e.deleted_ms) AS gone_ms,
  e.time_ms + max(p.keep_for_ms) AS kept_until_ms, r.plan
FROM entry e
LEFT JOIN (
  SELECT g.seq, g.plan, c.seq AS removal_seq, c.wall_ms
  FROM purged g JOIN change c ON c.seq = g.event
  WHERE g.state = 'removed') r
  ON r.seq = e.seq
JOIN (
  SELECT v.inbox_id, v.category, v.direction, v.keep_for_ms, v.valid_from_ms, v.valid_to_ms, v.from_seq, v.to_seq,
    s.wall_ms AS set_ms, min(n.left_ms) AS left_ms
  FROM policy_version v
  LEFT JOIN change s ON s.seq = v.from_seq
  LEFT JOIN (
    SELECT c.seq, CASE WHEN c.wall_ms > c.time_ms + 1000 THEN c.wall_ms ELSE c.time_ms END AS left_ms
    FROM change c WHERE c.kind = 'config' AND c.section = 'retention') n
    ON n.seq > v.from_seq
  WHERE v.keep_for_ms IS NOT NULL
  GROUP BY v.inbox_id, v.category, v.direction, v.keep_for_ms, v.valid_from_ms, v.valid_to_ms, v.from_seq, v.to_seq,
    s.wall_ms) p
  ON (p.inbox_id IS NULL OR p.inbox_id = e.inbox_id)
  AND (p.category IS NULL OR p.category = e.category) AND (p.direction IS NULL OR p.direction = e.direction)
  AND p.keep_for_ms > coalesce(r.wall_ms, e.deleted_ms) - e.time_ms
  AND ((r.seq IS NULL AND p.valid_from_ms <= e.deleted_ms AND (p.valid_to_ms > e.deleted_ms
      OR (p.set_ms <= e.deleted_ms AND (p.left_ms IS NULL OR p.left_ms > e.deleted_ms))))
    OR (p.from_seq <= r.removal_seq AND p.to_seq > r.removal_seq))
WHERE e.outcome = 'delivered' AND e.deleted_ms IS NOT NULL AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
GROUP BY e.seq, e.source, e.id, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel, e.customer,
  e.agent, e.type, e.size, e.sha256, coalesce(r.wall_ms, e.deleted_ms), r.plan
