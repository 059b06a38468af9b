-- Days that a border falls into, such as 30 days before today for a kind that waits 30 days: what was shared before the
-- hour of the report is in the state `early`, the rest of the day in the state `late`, in which the totals put all of
-- it. due: the day of the calendar on which what is moved may go.
SELECT k.inbox, k.direction, k.ext, k.detected, k.b + 30 * s.value AS day, k.place, 5 + s.value AS early,
  6 + s.value AS late, NULL AS due
FROM kind k CROSS JOIN json_each('[0, 1, 2, 3]') s WHERE k.b + 30 * s.value < :today / 86400000
UNION ALL
SELECT k.inbox, k.direction, k.ext, k.detected, :today / 86400000, k.place,
  CASE WHEN k.w IS NULL THEN 3 WHEN k.w = 0 THEN 5 WHEN k.w <= 30 THEN 6 WHEN k.w <= 60 THEN 7 WHEN k.w <= 90 THEN 8
    ELSE 9 END, 2, CASE WHEN :today + k.wait_ms < :until_day THEN :today / 86400000 + k.w END
FROM kind k WHERE k.rest IS NOT NULL
