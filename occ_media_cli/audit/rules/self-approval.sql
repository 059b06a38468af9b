-- id: self-approval
-- severity: warning
-- title: Somebody approved what they had asked for themselves.
-- one: 1 approval was given by whoever had asked for it
-- many: {count} approvals were given by whoever had asked for them
-- why: What is deleted or handed out needs a second person, who looks at it with other eyes. A store that asks for none
--   lets one person do both; where nobody knows who switched that off, or only an interrupted change says so, it is an
--   error.
-- looks: at approvals of plans and of library files in the period, by the time that they are valid from or by the
--   machine's clock, where who asked and who approved are one person, by names that are read alike too; and at who had
--   switched the second person off by then
-- over: approvals
-- control: iso27001 A.5.3: approvals that somebody gave to themselves are found
-- control: pci-dss 6.5.1: changes that nobody else approved are found
-- fix: Let somebody else look at what was approved, and keep what they say.
-- fix: Ask for a second person again: take second_person = false out of the store's document.
-- message: {approved_by} approved {what} and had asked for it; {switch_words}
-- example: {what}: {approved_by}; {switch_words}
SELECT a.event AS subject, a.approved_ms AS time_ms, a.wall_ms AS made_ms, max(a.requested_by) AS requested_by,
  a.approved_by, a.approved_user, a.what, nullif(a.switched_by, '') AS switched_by,
  CASE WHEN a.switched_seq IS NULL THEN 'the store asked for a second person'
    WHEN a.switched_by = '' THEN 'nobody knows who had edited the second person out of the document'
    WHEN n.seq IS NOT NULL THEN 'the second person was switched off by an interrupted change, and nobody proved whose'
    ELSE 'the second person was switched off on record' END AS switch_words,
  CASE WHEN a.switched_seq IS NULL OR a.switched_by = '' OR n.seq IS NOT NULL THEN 'error' END AS severity
FROM agreement a LEFT JOIN interrupted_change n ON n.seq = a.switched_seq
WHERE a.one_person = 1
  AND ((a.approved_ms >= :since_ms AND a.approved_ms < :until_ms) OR (a.wall_ms >= :since_ms AND a.wall_ms < :until_ms))
GROUP BY a.event, a.approved_ms, a.wall_ms, a.approved_by, a.approved_user, a.what, a.switched_seq, a.switched_by, n.seq
