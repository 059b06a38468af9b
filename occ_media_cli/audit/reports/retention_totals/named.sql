-- Entries that holds of single entries, customers and conversations reach.
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
  AND ({of_person}
    OR r.conversation IN (SELECT conversation FROM hold_scope WHERE released_ms IS NULL)
    OR r.id IS NULL)
  AND {held}
