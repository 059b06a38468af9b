-- Runs of days in one state, added up where they stand in the totals, so that nothing is sorted: by 64 days (blocks)
-- where a whole block is in one state, else by days. sums: files, bytes, and both without a hash, as one JSON array.
SELECT k.place, k.rest, k.state, (
    SELECT json_array(sum(t.files), sum(t.bytes), sum(t.without_hash), sum(t.bytes_without_hash)) FROM inbox_total t
    WHERE t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext AND t.detected = k.detected
      AND t.state = 0 AND t.day BETWEEN k.low AND k.high) AS sums
FROM (
  SELECT k.*, 4 AS state, k.b >> 6 << 6 AS low, k.b - 1 AS high FROM kind k WHERE k.w IS NOT NULL
  UNION ALL
  SELECT k.*, 6 + s.value, k.b + 30 * s.value, min(k.b + 30 * s.value + 30, :today / 86400000) - 1
  FROM kind k CROSS JOIN json_each('[0, 1, 2]') s WHERE k.b + 30 * s.value < :today / 86400000
  UNION ALL
  SELECT k.*, 2, :today / 86400000, ((:today / 86400000 + 63) >> 6 << 6) - 1 FROM kind k
  WHERE k.rest IS NOT NULL AND (SELECT max(day) FROM day_span) >= :today / 86400000) k
UNION ALL
SELECT k.place, k.rest, k.state, (
    SELECT json_array(sum(t.files), sum(t.bytes), sum(t.without_hash), sum(t.bytes_without_hash)) FROM block_total t
    WHERE t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext AND t.detected = k.detected
      AND t.state = 0 AND t.block BETWEEN k.low AND k.high) AS sums
FROM (
  SELECT k.*, 4 AS state, -4000000 AS low, (k.b >> 6) - 1 AS high FROM kind k WHERE k.w IS NOT NULL
  UNION ALL
  SELECT k.*, 2, (:today / 86400000 + 63) >> 6, 4000000 FROM kind k
  WHERE k.rest IS NOT NULL AND (SELECT max(day) FROM day_span) >= :today / 86400000) k
