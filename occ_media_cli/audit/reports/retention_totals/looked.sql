-- The entries of the days that are looked at one by one, with keys like those of `seized`.
{keyed}
FROM (
  {judged}
  FROM (
    SELECT r.inbox, p.category, r.ms AS time_ms, {known}
    FROM (SELECT DISTINCT day FROM apart WHERE held = 0) d
    CROSS JOIN day_span s ON s.day = d.day
    CROSS JOIN record r ON r.seq BETWEEN s.first AND s.last AND r.ms >= d.day * 86400000
      AND r.ms < (d.day + 1) * 86400000 AND +r.kind = 0
    {amended}
    CROSS JOIN apart p ON p.inbox = r.inbox AND p.direction = r.direction AND p.ext = r.ext
      AND p.detected = {detected} AND p.day = d.day AND p.held = 0
    WHERE {with_bytes}
    LIMIT -1) x
  LIMIT -1) s
LIMIT -1
