-- id: past-retention
-- severity: warning
-- title: A file is kept longer than its retention rule says.
-- one: 1 file is kept longer than its retention rule says
-- many: {count} files are kept longer than their retention rules say
-- why: What should be gone can still leak, and breaks the promise that the rule makes.
-- looks: at delivered entries that are not deleted, at the rules in force now (the most specific remove_after, the
--   longest keep_for) and at every hold that is not released
-- over: entries
-- where: e.outcome = 'delivered' AND e.deleted_ms IS NULL
-- needs: p.inbox_id IS NOT NULL
-- lacks: a remove_after rule that covers it
-- compare: no
-- control: iso27001 A.8.10: files that should be deleted are found
-- control: pci-dss 3.2.1: files kept beyond their limit are found
-- control: gdpr Art. 5(1)(e): files stored longer than their purpose needs are found
-- control: gdpr Art. 17: what should be erased and is not is found
-- fix: occ-media retention plan --root DIR, let somebody approve it, then purge.
-- message: {name} was due at {due_ms:time}
-- example: {name}, due {due_ms:time}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, e.category, p.remove_after, e.time_ms + p.wait_ms AS due_ms
FROM entry e
JOIN (
  SELECT k.inbox_id, k.category, k.direction, max(k.remove_after) AS remove_after,
    CASE WHEN max(k.keep_for_ms) > max(k.remove_after_ms) THEN max(k.keep_for_ms)
      ELSE max(k.remove_after_ms) END AS wait_ms
  FROM (
    SELECT i.id AS inbox_id, c.category, d.direction,
      CASE WHEN row_number() OVER (PARTITION BY i.id, c.category, d.direction ORDER BY
          CASE WHEN r.remove_after_ms IS NULL THEN 1 ELSE 0 END,
          CASE WHEN r.inbox IS NULL THEN 0 ELSE 4 END + CASE WHEN r.category IS NULL THEN 0 ELSE 2 END
            + CASE WHEN r.direction IS NULL THEN 0 ELSE 1 END DESC, r.remove_after_ms DESC) = 1
        THEN r.remove_after_ms END AS remove_after_ms,
      CASE WHEN row_number() OVER (PARTITION BY i.id, c.category, d.direction ORDER BY
          CASE WHEN r.remove_after_ms IS NULL THEN 1 ELSE 0 END,
          CASE WHEN r.inbox IS NULL THEN 0 ELSE 4 END + CASE WHEN r.category IS NULL THEN 0 ELSE 2 END
            + CASE WHEN r.direction IS NULL THEN 0 ELSE 1 END DESC, r.remove_after_ms DESC) = 1
        THEN r.remove_after END AS remove_after,
      r.keep_for_ms
    FROM inbox i
    CROSS JOIN (SELECT DISTINCT category FROM file_type UNION ALL SELECT '-' AS category) c
    CROSS JOIN (SELECT 'send' AS direction UNION ALL SELECT 'receive' AS direction) d
    JOIN policy r ON (r.inbox IS NULL OR (r.inbox = i.name AND i.removed_ms IS NULL))
      AND (r.category IS NULL OR r.category = c.category) AND (r.direction IS NULL OR r.direction = d.direction)) k
  GROUP BY k.inbox_id, k.category, k.direction
  HAVING max(k.remove_after_ms) IS NOT NULL) p
  ON p.inbox_id = e.inbox_id AND p.category = coalesce(e.category, '-') AND p.direction = e.direction
WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL AND e.time_ms + p.wait_ms <= :now_ms
  AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
  AND NOT EXISTS (SELECT 1 FROM entry_hold h WHERE h.entry_seq = e.seq AND h.released_ms IS NULL)
