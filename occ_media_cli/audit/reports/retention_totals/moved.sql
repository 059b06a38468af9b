-- What was shared on such a day before the hour of the report, and is taken from `late` to `early`.
SELECT p.place, p.early, p.late, p.due, count(*) AS files, sum({size}) AS bytes
FROM (SELECT DISTINCT day FROM edge) d
CROSS JOIN day_span s ON s.day = d.day
CROSS JOIN record r ON r.seq BETWEEN s.first AND s.last AND r.ms >= d.day * 86400000
  AND r.ms <= d.day * 86400000 + :now_ms - :today AND +r.kind = 0
{amended}
CROSS JOIN edge p ON p.inbox = r.inbox AND p.direction = r.direction AND p.ext = r.ext
  AND p.detected = {detected} AND p.day = d.day
LEFT JOIN apart w ON w.inbox = p.inbox AND w.direction = p.direction AND w.ext = p.ext AND w.detected = p.detected
  AND w.day = p.day
WHERE {with_bytes} AND w.inbox IS NULL
  AND NOT ({unhashed})
GROUP BY 1, 2, 3, 4
