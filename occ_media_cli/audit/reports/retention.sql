-- Stored files by inbox, category, state and the day on which they may go; the day is null outside of the calendar.
SELECT t.inbox_id, t.category, t.state, t.day, count(*) AS files, sum(coalesce(t.size, 0)) AS bytes,
  sum(CASE WHEN t.sha256 = '' OR t.size IS NULL THEN 1 ELSE 0 END) AS without_hash
FROM (
  SELECT u.inbox_id, u.category, u.size, u.sha256, u.state,
    CASE WHEN u.state IN ('overdue', 'due', 'next 30d', 'next 60d', 'next 90d', 'later')
        AND u.due_ms >= :since_day AND u.due_ms < :until_day THEN u.due_ms - (u.due_ms - :since_day) % 86400000 END AS day
  FROM (
    SELECT e.inbox_id, e.category, e.size, e.sha256, e.time_ms + p.wait_ms AS due_ms,
      CASE
        WHEN EXISTS (SELECT 1 FROM entry_hold h WHERE h.entry_seq = e.seq AND h.released_ms IS NULL) THEN 'held'
        WHEN e.sha256 = '' OR e.size IS NULL THEN 'no hash'
        WHEN e.time_ms > :now_ms THEN 'unknown age'
        WHEN p.wait_ms IS NULL THEN 'no rule'
        WHEN e.time_ms + p.wait_ms < :today THEN 'overdue'
        WHEN e.time_ms + p.wait_ms <= :now_ms THEN 'due'
        WHEN e.time_ms + p.wait_ms <= :now_ms + 2592000000 THEN 'next 30d'
        WHEN e.time_ms + p.wait_ms <= :now_ms + 5184000000 THEN 'next 60d'
        WHEN e.time_ms + p.wait_ms <= :now_ms + 7776000000 THEN 'next 90d'
        ELSE 'later' END AS state
    FROM entry e
    LEFT JOIN ({waits}) p
      ON p.inbox_id = e.inbox_id AND p.category = coalesce(e.category, '-') AND p.direction = e.direction
    WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL
      AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}) u) t
GROUP BY t.inbox_id, t.category, t.state, t.day
