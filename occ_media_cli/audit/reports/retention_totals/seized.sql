-- Those of them that the totals have, as if nothing held them: they are taken from there and counted as held. Their
-- keys: place plus state, and four digits for the day of the calendar, 1 for its first and 0 for none: 8200003.
{keyed}
FROM (
  {judged}
  FROM (
    SELECT r.inbox, k.category, r.ms AS time_ms, {bytes} AS size,
      ({unhashed}) AS bare, r.ms + k.wait_ms AS due_ms,
      0 AS held
    FROM named n CROSS JOIN record r ON r.seq = n.seq
    {amended}
    CROSS JOIN kind k ON k.inbox = r.inbox AND k.direction = r.direction AND k.ext = r.ext
      AND k.detected = {detected}
    LEFT JOIN apart w ON w.inbox = k.inbox AND w.direction = k.direction AND w.ext = k.ext
      AND w.detected = k.detected AND w.day = (r.ms - ((r.ms % 86400000 + 86400000) % 86400000)) / 86400000
    WHERE {with_bytes} AND w.inbox IS NULL
    LIMIT -1) x
  LIMIT -1) s
LIMIT -1
