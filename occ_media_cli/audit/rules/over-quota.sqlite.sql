SELECT d.inbox_id, d.inbox, 'quota' AS subject, s.version AS setting_version, s.valid_from_ms AS setting_from_ms,
  s.quota, d.stored,
  CASE WHEN EXISTS (SELECT 1 FROM block_total WHERE without_hash > 0) THEN (
    SELECT nullif(count(*), 0) FROM entry e
    WHERE e.inbox_id = d.inbox_id AND e.outcome = 'delivered' AND e.deleted_ms IS NULL AND e.size IS NULL
  ) END AS without_size
FROM (SELECT inbox_id, inbox, sum(bytes) AS stored FROM stored_by_day GROUP BY inbox_id, inbox) d
JOIN setting s ON s.inbox_id = d.inbox_id AND s.valid_from_ms <= :now_ms AND s.valid_to_ms > :now_ms
WHERE s.quota IS NOT NULL AND d.stored > s.quota
