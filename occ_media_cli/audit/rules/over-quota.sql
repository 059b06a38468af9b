-- id: over-quota
-- severity: warning
-- title: An inbox stores more than its quota.
-- one: 1 inbox stores more than its quota
-- many: {count} inboxes store more than their quotas
-- why: Somebody decided how much space this inbox may take, and it takes more.
-- looks: at the bytes of delivered files that are not deleted, and at the quota in force now
-- over: inboxes
-- where: s.quota IS NOT NULL
-- compare: no
-- control: iso27001 A.8.6: space beyond what was planned is found
-- fix: occ-media report storage --inbox INBOX shows what takes the space.
-- fix: A shorter remove_after frees some: occ-media retention set INBOX --remove-after 90d.
-- message: {stored:known} are stored, over the quota of {quota:size}
-- example: {stored:known} of {quota:size}
-- setting: quota set
SELECT e.inbox_id, e.inbox, 'quota' AS subject, s.version AS setting_version, s.valid_from_ms AS setting_from_ms,
  s.quota, sum(e.size) AS stored, nullif(count(*) - count(e.size), 0) AS without_size
FROM entry e
JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= :now_ms AND s.valid_to_ms > :now_ms
WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL AND s.quota IS NOT NULL
GROUP BY e.inbox_id, e.inbox, s.version, s.valid_from_ms, s.quota
HAVING sum(e.size) > s.quota
