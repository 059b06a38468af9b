-- The same for SQLite, from the totals that the ledger keeps: inbox_total by day, block_total by 64 days. Files of one
-- day share their state, unless a border falls into that day: what was shared before the hour of the report is in one
-- state, the rest in the next. The totals put all of such a day into the later state, and `moved` puts right what was
-- shared before. Days that a hold of an inbox or of a time reaches in part, and files that wait for less than whole
-- days, are looked at one by one; `seized` takes what other holds reach from where the totals have it. Entries are read
-- where the chain has those of their day. w: whole days that files of a kind wait; b: days since 1970. Days of the
-- calendar come as rows of their own, of all inboxes together.
WITH wait AS MATERIALIZED ({waits}),
kind AS MATERIALIZED (  -- place: as in the keys of retention.sqlite.sql; rest: the state of what no border parts off
  SELECT c.*, (c.inbox * 16 + c.category) * 16 AS place,
    CASE WHEN c.wait_ms IS NULL THEN 3 WHEN c.w IS NOT NULL THEN 9 END AS rest, :today / 86400000 - c.w AS b
  FROM (
    SELECT g.*, {category} AS category,
      p.wait_ms, CASE p.wait_ms % 86400000 WHEN 0 THEN p.wait_ms / 86400000 END AS w
    FROM (
      SELECT inbox, direction, ext, detected, sum(files) AS files, sum(bytes) AS bytes,
        sum(without_hash) AS without_hash, sum(bytes_without_hash) AS bytes_without_hash
      FROM block_total WHERE state = 0 GROUP BY inbox, direction, ext, detected) g
    {type_of_total}
    LEFT JOIN wait p ON p.inbox_id = g.inbox AND p.category = coalesce(t.category, '-')
      AND p.direction = CASE g.direction WHEN 0 THEN 'send' ELSE 'receive' END
    LIMIT -1) c),
apart AS MATERIALIZED (  -- days of kinds: held as a whole (held = 1), or looked at one by one
  SELECT inbox, direction, ext, detected, day, category, wait_ms, place, rest, w, b, files, bytes, without_hash,
    bytes_without_hash, max(held) AS held
  FROM (
    SELECT k.inbox, k.direction, k.ext, k.detected, t.day, k.category, k.wait_ms, k.place, k.rest, k.w, k.b,
      t.files, t.bytes, t.without_hash, t.bytes_without_hash, 0 AS held
    FROM kind k JOIN inbox_total t ON t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext
      AND t.detected = k.detected AND t.state = 0
    WHERE k.rest IS NULL
    UNION ALL
    SELECT k.inbox, k.direction, k.ext, k.detected, t.day, k.category, k.wait_ms, k.place, k.rest, k.w, k.b,
      t.files, t.bytes, t.without_hash, t.bytes_without_hash,
      (h.since_ms IS NULL OR h.since_ms <= t.day * 86400000)
        AND (h.until_ms IS NULL OR h.until_ms >= (t.day + 1) * 86400000)
    FROM hold_scope h JOIN kind k ON h.inbox_id IS NULL OR h.inbox_id = k.inbox
    JOIN inbox_total t ON t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext
      AND t.detected = k.detected AND t.state = 0
    WHERE h.released_ms IS NULL AND h.entry_seq IS NULL AND h.canonical_customer IS NULL
      AND h.conversation IS NULL
      AND (h.since_ms IS NULL OR h.since_ms < (t.day + 1) * 86400000)
      AND (h.until_ms IS NULL OR h.until_ms > t.day * 86400000))
  GROUP BY inbox, direction, ext, detected, day),
piece AS MATERIALIZED (  -- runs of days in one state, added up where they stand: nothing is sorted
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
    WHERE k.rest IS NOT NULL AND (SELECT max(day) FROM day_span) >= :today / 86400000) k),
run AS MATERIALIZED (
  SELECT place, rest, state, json_extract(sums, '$[0]') AS files, json_extract(sums, '$[1]') AS bytes,
    json_extract(sums, '$[2]') AS without_hash, json_extract(sums, '$[3]') AS bytes_without_hash
  FROM piece WHERE json_extract(sums, '$[0]') IS NOT NULL),
edge AS MATERIALIZED (  -- days that a border falls into, and the states before and after it
  SELECT k.inbox, k.direction, k.ext, k.detected, k.b + 30 * s.value AS day, k.place, 5 + s.value AS early,
    6 + s.value AS late, NULL AS due
  FROM kind k CROSS JOIN json_each('[0, 1, 2, 3]') s WHERE k.b + 30 * s.value < :today / 86400000
  UNION ALL
  SELECT k.inbox, k.direction, k.ext, k.detected, :today / 86400000, k.place,
    CASE WHEN k.w IS NULL THEN 3 WHEN k.w = 0 THEN 5 WHEN k.w <= 30 THEN 6 WHEN k.w <= 60 THEN 7 WHEN k.w <= 90 THEN 8
      ELSE 9 END, 2, CASE WHEN :today + k.wait_ms < :until_day THEN :today / 86400000 + k.w END
  FROM kind k WHERE k.rest IS NOT NULL),
moved AS MATERIALIZED (
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
  GROUP BY 1, 2, 3, 4),
named AS MATERIALIZED (  -- entries that holds of single entries, customers and conversations reach
  SELECT r.seq FROM hold_scope n CROSS JOIN record r ON r.seq = n.entry_seq WHERE r.kind = 0 AND {held}
  UNION
  SELECT r.seq
  FROM (
    SELECT min(s.first) AS first, max(s.last) AS last
    FROM hold_scope h CROSS JOIN day_span s
    WHERE h.released_ms IS NULL AND h.entry_seq IS NULL
      AND (h.canonical_customer IS NOT NULL OR h.conversation IS NOT NULL)
      AND (h.since_ms IS NULL OR h.since_ms < (s.day + 1) * 86400000)
      AND (h.until_ms IS NULL OR h.until_ms > s.day * 86400000)) g
  CROSS JOIN record r ON r.seq BETWEEN g.first AND g.last
  WHERE +r.kind = 0
    AND ({customer} IN (SELECT canonical_customer FROM hold_scope WHERE released_ms IS NULL)
      OR r.conversation IN (SELECT conversation FROM hold_scope WHERE released_ms IS NULL)
      OR r.id IS NULL)
    AND {held}),
seized AS MATERIALIZED (  -- those of them that the totals have, as if nothing held them
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
  LIMIT -1),
looked AS MATERIALIZED (
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
  LIMIT -1),
counted AS MATERIALIZED (
  SELECT key, sum(files) AS files, sum(bytes) AS bytes, sum(without_hash) AS without_hash,
    sum(bytes_without_hash) AS bytes_without_hash
  FROM (
    SELECT place + rest AS key, files, bytes, without_hash, bytes_without_hash FROM kind WHERE rest IS NOT NULL
    UNION ALL
    SELECT place + state, files, bytes, without_hash, bytes_without_hash FROM run
    UNION ALL
    SELECT place + rest, -files, -bytes, -without_hash, -bytes_without_hash FROM run
    UNION ALL
    SELECT place + CASE
        WHEN day >= :today / 86400000 THEN 2
        WHEN w IS NULL THEN 3
        WHEN day < b THEN 4
        WHEN day < b + 30 THEN 6
        WHEN day < b + 60 THEN 7
        WHEN day < b + 90 THEN 8
        ELSE 9 END, -files, -bytes, -without_hash, -bytes_without_hash
    FROM apart WHERE rest IS NOT NULL)
  GROUP BY key),
cell AS (
  SELECT key, sum(files) AS files, sum(bytes) AS bytes, sum(bare) AS without_hash
  FROM (
    SELECT key, files - without_hash AS files, bytes - bytes_without_hash AS bytes, 0 AS bare FROM counted
    UNION ALL
    SELECT key / 16 * 16 + 1, without_hash, bytes_without_hash, without_hash FROM counted WHERE without_hash <> 0
    UNION ALL
    SELECT place, files, bytes, without_hash FROM apart WHERE held
    UNION ALL
    SELECT place + early, files, bytes, 0 FROM moved
    UNION ALL
    SELECT place + late, -files, -bytes, 0 FROM moved
    UNION ALL
    SELECT key / 10000, -1, -size, -bare FROM seized
    UNION ALL
    SELECT key / 160000 * 16, 1, size, bare FROM seized
    UNION ALL
    SELECT key / 10000, count(*), sum(size), sum(bare) FROM looked GROUP BY 1)
  GROUP BY key),
day AS (
  SELECT day, sum(files) AS files, sum(bytes) AS bytes
  FROM (
    SELECT t.day + k.w AS day, sum(t.files - t.without_hash) AS files, sum(t.bytes - t.bytes_without_hash) AS bytes
    FROM kind k CROSS JOIN inbox_total t ON t.inbox = k.inbox AND t.direction = k.direction AND t.ext = k.ext
      AND t.detected = k.detected AND t.state = 0
      AND t.day BETWEEN :since_day / 86400000 - k.w AND min(:today / 86400000, :until_day / 86400000 - k.w) - 1
    GROUP BY 1
    UNION ALL
    SELECT day + w, without_hash - files, bytes_without_hash - bytes FROM apart
    WHERE day < :today / 86400000 AND day + w >= :since_day / 86400000 AND day + w < :until_day / 86400000
    UNION ALL
    SELECT due, files, bytes FROM moved WHERE due IS NOT NULL
    UNION ALL
    SELECT :since_day / 86400000 + key % 10000 - 1, -1, -size FROM seized WHERE key % 10000 > 0
    UNION ALL
    SELECT :since_day / 86400000 + key % 10000 - 1, count(*), sum(size) FROM looked WHERE key % 10000 > 0 GROUP BY 1)
  GROUP BY day)
SELECT {named}
FROM (SELECT key * 10000 AS key, files, bytes, without_hash FROM cell WHERE files > 0) g
JOIN inbox i ON i.id = g.key / 2560000
UNION ALL
SELECT NULL, NULL, 'day', day * 86400000, files, bytes, 0 FROM day WHERE files > 0
