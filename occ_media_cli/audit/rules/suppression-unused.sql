-- id: suppression-unused
-- severity: note
-- title: A suppression covers no finding.
-- one: 1 suppression covers no finding
-- many: {count} suppressions cover no finding
-- why: What it covered is gone, or it has a slip; left in place it may hide something new.
-- looks: at the suppressions in force, after every other rule; over the whole ledger only
-- over: suppressions
-- where: s.expires_ms > :now_ms AND coalesce(s.owner, '') <> '' AND coalesce(s.reason, '') <> ''
-- compare: no
-- control: iso27001 A.5.36: exceptions that cover nothing are found
-- fix: Take it out of the settings.
-- message: the suppression of {suppressed_rule} covers no finding
-- example: {suppressed_rule}, {owner}: {why}
-- after: findings
SELECT s.inbox, s.position, s.rule AS suppressed_rule, s.entry AS suppressed_entry, s.owner, s.reason AS why,
  s.expires, s.rule || '/' || coalesce(s.entry, '') AS subject
FROM suppression s
WHERE s.expires_ms > :now_ms AND coalesce(s.owner, '') <> '' AND coalesce(s.reason, '') <> ''
