-- id: one-user-two-names
-- severity: warning
-- title: Two names that agreed to something acted under one OS user.
-- one: 1 approval came from the OS user of whoever asked for it
-- many: {count} approvals came from the OS user of whoever asked for them
-- why: A name is only what somebody typed. One person may have been both, and then nobody else looked at what was
--   deleted or handed out.
-- looks: at approvals of plans and of library files in the period, by the time that they are valid from or by the
--   machine's clock, where who asked and who approved are on record with two names and one OS user
-- over: approvals
-- needs: a.users = 1
-- lacks: the OS user of one of the two
-- control: iso27001 A.5.3: approvals that one person may have given to themselves are found
-- fix: Ask both people whether they did it, and let each act under an OS user of their own.
-- message: {requested_by} asked for {what} and {approved_by} approved it, both as the OS user {shared_user}
-- example: {what}: {requested_by} and {approved_by}, both {shared_user}
SELECT a.event AS subject, a.approved_ms AS time_ms, a.wall_ms AS made_ms, max(a.requested_by) AS requested_by,
  a.approved_by, a.approved_user AS shared_user, a.what
FROM agreement a
WHERE a.requested_user = a.approved_user AND a.requested_by <> a.approved_by
  AND ((a.approved_ms >= :since_ms AND a.approved_ms < :until_ms) OR (a.wall_ms >= :since_ms AND a.wall_ms < :until_ms))
GROUP BY a.event, a.approved_ms, a.wall_ms, a.approved_by, a.approved_user, a.what
