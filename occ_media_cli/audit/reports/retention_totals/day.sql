-- Files and bytes by the day of the calendar on which they may go, of all inboxes together.
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
GROUP BY day
