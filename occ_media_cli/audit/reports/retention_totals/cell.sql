-- Files, bytes and files without a hash by place and state, from everything above. Those without a hash are a state of
-- their own (1), and so is what is held (0).
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
GROUP BY key
