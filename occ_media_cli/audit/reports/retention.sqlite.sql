-- The same for SQLite. LIMIT -1 makes a row be worked out once and not for every place that names it, and one whole
-- number as the key sorts twice as fast as four columns: (inbox * 16 + category) * 16 + state, and four digits of days.
SELECT {named}
FROM (
  SELECT u.key, count(*) AS files, sum(u.size) AS bytes, sum(u.bare) AS without_hash
  FROM (
    {keyed}
    FROM (
      {judged}
      FROM (
        SELECT r.inbox, {category} AS category,
          r.ms AS time_ms,
          {known}
        FROM {entries}
        {type_of_entry}
        LEFT JOIN ({waits}) p ON p.inbox_id = r.inbox AND p.category = coalesce(t.category, '-')
          AND p.direction = CASE r.direction WHEN 0 THEN 'send' ELSE 'receive' END
        WHERE r.kind = 0 AND {with_bytes}
          AND r.ms >= :since_ms AND r.ms < :until_ms{inside}
        LIMIT -1) x
      LIMIT -1) s
    LIMIT -1) u
  GROUP BY u.key) g
JOIN inbox i ON i.id = g.key / 2560000
