-- What the totals say of each place and state: all of a kind in its rest, runs moved from there to their own state, and
-- the days of `apart` taken away from wherever they were counted.
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
GROUP BY key
