SELECT g.inbox AS inbox_id, i.name AS inbox, lower(hex(g.content)) AS subject, lower(hex(g.content)) AS sha256, g.name,
  g.times, g.bytes, g.time_ms, g.last_ms
FROM (
  SELECT r.inbox, r.sha256 AS content, min(r.name) AS name, count(*) AS times, sum(coalesce(r.size, 0)) AS bytes,
    min(r.ms) AS time_ms, max(r.ms) AS last_ms
  FROM entry_now r
  WHERE r.outcome = 0 AND r.sha256 IS NOT NULL AND r.ms >= :since_ms AND r.ms < :until_ms
  GROUP BY r.inbox, r.sha256
  HAVING count(*) >= :minimum) g
JOIN inbox i ON i.id = g.inbox
