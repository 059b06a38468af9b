-- id: suppression-expired
-- severity: warning
-- title: A suppression has expired.
-- one: 1 suppression has expired
-- many: {count} suppressions have expired
-- why: What it covered counts again; a line that does nothing hides what still holds.
-- looks: at the suppressions of the store
-- over: suppressions
-- needs: s.expires_ms IS NOT NULL
-- lacks: an end
-- compare: no
-- control: iso27001 A.5.36: exceptions that ended are found
-- fix: Take it out of the settings, or decide again until when it holds.
-- message: the suppression of {suppressed_rule} expired at {expires}
-- example: {suppressed_rule}, {owner}: {why}
SELECT s.inbox, s.position, s.rule AS suppressed_rule, s.entry AS suppressed_entry, s.owner, s.reason AS why,
  s.expires, s.rule || '/' || coalesce(s.entry, '') || '/' || coalesce(s.expires, '') AS subject
FROM suppression s
WHERE s.expires_ms <= :now_ms
