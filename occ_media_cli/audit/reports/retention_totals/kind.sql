-- One row for each kind of stored file: inbox, direction, extension and detected type, with all its files together.
-- place: (inbox * 16 + category) * 16, to which a state is added: inbox 3 and images (3) give 816, overdue there is
-- 820. wait_ms: how long files of the kind wait; w: the same in whole days, NULL where it is none (12h) or no rule
-- removes them; b: the day, since 1970, on which what came due today was shared; rest: the state of what no border
-- parts off, 9 (later) or 3 (no rule), NULL where each file must be looked at.
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
  LIMIT -1) c
