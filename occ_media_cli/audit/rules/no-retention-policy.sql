-- id: no-retention-policy
-- severity: warning
-- title: An inbox lacks a retention rule to remove some kinds of file.
-- one: 1 inbox lacks a retention rule to remove some kinds of file
-- many: {count} inboxes lack a retention rule to remove some kinds of file
-- why: Without a rule files are kept for good: they cost space, and everything that is kept can leak.
-- looks: at each inbox, and at the remove_after rules that match it in each category (audio, document, image, video)
--   and direction
-- over: inboxes
-- where: i.removed_ms IS NULL
-- compare: no
-- control: iso27001 A.8.10: kinds of file that nobody ever deletes are found
-- control: pci-dss 3.2.1: kinds of file without a limit of retention are found
-- control: gdpr Art. 5(1)(e): kinds of file without a limit of storage are found
-- fix: occ-media retention set default --remove-after 365d
-- fix: occ-media retention set INBOX --remove-after 90d, for an inbox of its own.
-- message: no remove_after rule covers {uncovered} of {kinds} kinds of file
-- example: {uncovered} of {kinds} kinds of file
SELECT i.id AS inbox_id, i.name AS inbox, count(*) AS uncovered, 8 AS kinds
FROM inbox i
CROSS JOIN (SELECT DISTINCT category FROM file_type) k
CROSS JOIN (SELECT 'send' AS direction UNION ALL SELECT 'receive' AS direction) d
WHERE i.removed_ms IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM policy p
    WHERE p.remove_after_ms IS NOT NULL
      AND (p.inbox IS NULL OR p.inbox = i.name)
      AND (p.category IS NULL OR p.category = k.category)
      AND (p.direction IS NULL OR p.direction = d.direction))
GROUP BY i.id, i.name
