-- The same for SQLite, from the totals that the ledger keeps: files of one day share their state, unless a border falls
-- into that day, a rule counts in less than days, or a hold may reach them. Those are looked at one by one, where the
-- chain has the entries of their day. w: days that files of a kind wait. Keys as in retention.sqlite.sql.
WITH kind AS MATERIALIZED (
  SELECT g.inbox, g.direction, g.ext, g.detected,
    {category} AS category,
    p.wait_ms, p.wait_ms / 86400000 AS w
  FROM (SELECT DISTINCT inbox, direction, ext, detected FROM inbox_total) g
  LEFT JOIN word dt ON dt.code = g.detected
  LEFT JOIN word ex ON ex.code = g.ext
  LEFT JOIN file_type t ON t.key = coalesce(dt.text, ex.text)
  LEFT JOIN ({waits}) p ON p.inbox_id = g.inbox AND p.category = coalesce(t.category, '-')
    AND p.direction = CASE g.direction WHEN 0 THEN 'send' ELSE 'receive' END),
part AS MATERIALIZED (
  SELECT k.*, t.day
  FROM kind k JOIN inbox_total t ON t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext
    AND t.detected = k.detected AND t.state = 0
  WHERE t.day IN (:today / 86400000, :today / 86400000 - k.w, :today / 86400000 - k.w + 30,
    :today / 86400000 - k.w + 60, :today / 86400000 - k.w + 90)
  UNION
  SELECT k.*, t.day
  FROM kind k JOIN inbox_total t ON t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext
    AND t.detected = k.detected AND t.state = 0
  WHERE k.wait_ms % 86400000 <> 0
  UNION
  SELECT k.*, t.day
  FROM hold h JOIN kind k ON h.inbox_id IS NULL OR h.inbox_id = k.inbox
  JOIN inbox_total t ON t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext
    AND t.detected = k.detected AND t.state = 0
  WHERE h.released_ms IS NULL
    AND (h.since_ms IS NULL OR h.since_ms < (t.day + 1) * 86400000)
    AND (h.until_ms IS NULL OR h.until_ms > t.day * 86400000)
    AND (h.entry_seq IS NULL OR EXISTS (SELECT 1 FROM record r WHERE r.seq = h.entry_seq AND r.inbox = t.inbox))),
span AS MATERIALIZED (  -- runs of days without a place in the calendar, added up where they stand: nothing is sorted
  SELECT b.key, (
      SELECT json_array(sum(t.files), sum(t.bytes), sum(t.without_hash), sum(t.bytes_without_hash)) FROM inbox_total t
      WHERE t.inbox = b.inbox AND t.direction = b.direction AND t.ext = b.ext AND t.detected = b.detected
        AND t.state = 0 AND t.day BETWEEN b.low AND b.high) AS sums
  FROM (
    SELECT k.*, ((k.inbox * 16 + k.category) * 16 + 2) * 10000 AS key, :today / 86400000 + 1 AS low, 4000000 AS high
    FROM kind k
    UNION ALL
    SELECT k.*, ((k.inbox * 16 + k.category) * 16 + 3) * 10000, -4000000, :today / 86400000 FROM kind k WHERE k.w IS NULL
    UNION ALL
    SELECT k.*, ((k.inbox * 16 + k.category) * 16 + 4) * 10000, -4000000,
      min(:today / 86400000, :since_day / 86400000 - k.w - 1)
    FROM kind k WHERE k.w IS NOT NULL
    UNION ALL
    SELECT k.*, ((k.inbox * 16 + k.category) * 16 + 9) * 10000, :until_day / 86400000 - k.w, :today / 86400000
    FROM kind k WHERE k.w IS NOT NULL) b),
cell AS (  -- every kind and day, with the state that its files would share; then the parts of it taken back
  SELECT key, json_extract(sums, '$[0]') AS files, json_extract(sums, '$[1]') AS bytes,
    json_extract(sums, '$[2]') AS without_hash, json_extract(sums, '$[3]') AS bytes_without_hash
  FROM span WHERE json_extract(sums, '$[0]') IS NOT NULL
  UNION ALL
  SELECT ((k.inbox * 16 + k.category) * 16 + CASE
        WHEN t.day + k.w < :today / 86400000 THEN 4
        WHEN t.day + k.w <= :today / 86400000 + 30 THEN 6
        WHEN t.day + k.w <= :today / 86400000 + 60 THEN 7
        WHEN t.day + k.w <= :today / 86400000 + 90 THEN 8
        ELSE 9 END) * 10000 + t.day + k.w - :since_day / 86400000 + 1,
    t.files, t.bytes, t.without_hash, t.bytes_without_hash
  FROM kind k CROSS JOIN inbox_total t ON t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext
    AND t.detected = k.detected AND t.state = 0
    AND t.day BETWEEN :since_day / 86400000 - k.w AND min(:today / 86400000, :until_day / 86400000 - k.w - 1)
  UNION ALL
  SELECT ((p.inbox * 16 + p.category) * 16 + CASE
        WHEN p.day > :today / 86400000 THEN 2
        WHEN p.w IS NULL THEN 3
        WHEN p.day + p.w < :today / 86400000 THEN 4
        WHEN p.day + p.w >= :until_day / 86400000 THEN 9
        WHEN p.day + p.w <= :today / 86400000 + 30 THEN 6
        WHEN p.day + p.w <= :today / 86400000 + 60 THEN 7
        WHEN p.day + p.w <= :today / 86400000 + 90 THEN 8
        ELSE 9 END) * 10000
      + CASE WHEN p.day <= :today / 86400000 AND p.day + p.w >= :since_day / 86400000
          AND p.day + p.w < :until_day / 86400000 THEN p.day + p.w - :since_day / 86400000 + 1 ELSE 0 END,
    -t.files, -t.bytes, -t.without_hash, -t.bytes_without_hash
  FROM part p CROSS JOIN inbox_total t ON t.inbox = p.inbox AND t.direction = p.direction AND t.ext = p.ext
    AND t.detected = p.detected AND t.state = 0 AND t.day = p.day),
counted AS MATERIALIZED (
  SELECT key, sum(files) AS files, sum(bytes) AS bytes, sum(without_hash) AS without_hash,
    sum(bytes_without_hash) AS bytes_without_hash
  FROM cell GROUP BY key),
looked AS (
  {keyed}
  FROM (
    {judged}
    FROM (
      SELECT r.inbox, p.category, r.ms AS time_ms, {known}
      FROM (SELECT DISTINCT day FROM part) d
      CROSS JOIN day_span s ON s.day = d.day
      CROSS JOIN record r ON r.seq BETWEEN s.first AND s.last AND r.ms >= d.day * 86400000
        AND r.ms < (d.day + 1) * 86400000 AND +r.kind = 0
      LEFT JOIN amendment a ON a.seq = r.seq
      CROSS JOIN part p ON p.inbox = r.inbox AND p.direction = r.direction AND p.ext = r.ext
        AND p.detected = coalesce(a.detected, r.detected) AND p.day = d.day
      WHERE coalesce(a.outcome, r.outcome) = 0 AND coalesce(a.deleted, r.deleted) IS NULL
      LIMIT -1) x
    LIMIT -1) s
  LIMIT -1)
SELECT {named}
FROM (
  SELECT key, sum(files) AS files, sum(bytes) AS bytes, sum(bare) AS without_hash
  FROM (
    SELECT key, files - without_hash AS files, bytes - bytes_without_hash AS bytes, 0 AS bare FROM counted
    UNION ALL
    SELECT key / 160000 * 160000 + 10000, without_hash, bytes_without_hash, without_hash FROM counted
    WHERE without_hash <> 0
    UNION ALL
    SELECT key, count(*), sum(size), sum(bare) FROM looked GROUP BY key)
  GROUP BY key) g
JOIN inbox i ON i.id = g.key / 2560000
WHERE g.files > 0
