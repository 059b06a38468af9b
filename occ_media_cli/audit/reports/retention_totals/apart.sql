-- Days of kinds that are not counted in bulk: held as a whole (held = 1), or to be looked at one by one (held = 0):
-- those that a hold of an inbox or of a time reaches in part, and all days of a kind that waits for less than whole
-- days.
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
GROUP BY inbox, direction, ext, detected, day
