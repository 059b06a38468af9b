-- The same for SQLite. LIMIT -1 makes a row be worked out once and not for every place that names it, and one whole
-- number as the key sorts twice as fast as four columns: (inbox * 16 + category) * 16 + state, and four digits of days.
SELECT i.name AS inbox, CASE g.key / 160000 % 16 WHEN 1 THEN 'audio' WHEN 2 THEN 'document' WHEN 3 THEN 'image'
    WHEN 4 THEN 'video' END AS category,
  CASE g.key / 10000 % 16 WHEN 0 THEN 'held' WHEN 1 THEN 'no hash' WHEN 2 THEN 'unknown age' WHEN 3 THEN 'no rule'
    WHEN 4 THEN 'overdue' WHEN 5 THEN 'due' WHEN 6 THEN 'next 30d' WHEN 7 THEN 'next 60d' WHEN 8 THEN 'next 90d'
    ELSE 'later' END AS state,
  CASE WHEN g.key % 10000 > 0 THEN :since_day + (g.key % 10000 - 1) * 86400000 END AS day, g.files, g.bytes,
  g.without_hash
FROM (
  SELECT u.key, count(*) AS files, sum(u.size) AS bytes, sum(u.bare) AS without_hash
  FROM (
    SELECT ((s.inbox_id * 16 + s.category) * 16 + s.state) * 10000
        + CASE WHEN s.state >= 4 AND s.due_ms >= :since_day AND s.due_ms < :until_day
          THEN (s.due_ms - :since_day) / 86400000 + 1 ELSE 0 END AS key, s.size, s.bare
    FROM (
      SELECT x.inbox_id, x.category, x.size, x.bare, x.due_ms,
        CASE
          WHEN x.held THEN 0
          WHEN x.bare THEN 1
          WHEN x.time_ms > :now_ms THEN 2
          WHEN x.due_ms IS NULL THEN 3
          WHEN x.due_ms < :today THEN 4
          WHEN x.due_ms <= :now_ms THEN 5
          WHEN x.due_ms <= :now_ms + 2592000000 THEN 6
          WHEN x.due_ms <= :now_ms + 5184000000 THEN 7
          WHEN x.due_ms <= :now_ms + 7776000000 THEN 8
          ELSE 9 END AS state
      FROM (
        SELECT r.inbox AS inbox_id, CASE t.category WHEN 'audio' THEN 1 WHEN 'document' THEN 2 WHEN 'image' THEN 3 WHEN 'video' THEN 4 ELSE 0 END AS category,
          r.ms AS time_ms,
          coalesce(a.size, r.size, 0) AS size,
          coalesce(a.sha256, r.sha256) IS NULL OR coalesce(a.size, r.size) IS NULL AS bare,
          r.ms + p.wait_ms AS due_ms,
          EXISTS (
            SELECT 1 FROM hold h
            WHERE h.released_ms IS NULL
              AND (h.entry_seq IS NULL OR h.entry_seq = r.seq) AND (h.inbox_id IS NULL OR h.inbox_id = r.inbox)
              AND (h.since_ms IS NULL OR h.since_ms <= r.ms) AND (h.until_ms IS NULL OR h.until_ms > r.ms)
              AND (h.customer IS NULL OR h.customer = r.customer OR r.id IS NULL)
              AND (h.conversation IS NULL OR h.conversation = r.conversation OR r.id IS NULL)) AS held
        FROM record r
        LEFT JOIN amendment a ON a.seq = r.seq
        LEFT JOIN word dt ON dt.code = coalesce(a.detected, r.detected)
        LEFT JOIN word ex ON ex.code = r.ext
        LEFT JOIN file_type t ON t.key = coalesce(dt.text, ex.text)
        LEFT JOIN ({waits}) p ON p.inbox_id = r.inbox AND p.category = coalesce(t.category, '-')
          AND p.direction = CASE r.direction WHEN 0 THEN 'send' ELSE 'receive' END
        WHERE r.kind = 0 AND coalesce(a.outcome, r.outcome) = 0 AND coalesce(a.deleted, r.deleted) IS NULL
          AND r.ms >= :since_ms AND r.ms < :until_ms{inside}
        LIMIT -1) x
      LIMIT -1) s
    LIMIT -1) u
  GROUP BY u.key) g
JOIN inbox i ON i.id = g.key / 2560000
