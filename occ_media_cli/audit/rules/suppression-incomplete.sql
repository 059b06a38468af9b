-- id: suppression-incomplete
-- severity: warning
-- title: A suppression has no reason, no owner or no end.
-- one: 1 suppression has no reason, no owner or no end
-- many: {count} suppressions have no reason, no owner or no end
-- why: Nobody answers for it, so it covers nothing: every finding in its scope counts.
-- looks: at the suppressions of the store
-- over: suppressions
-- compare: no
-- control: iso27001 A.5.36: exceptions that nobody answers for are found
-- control: gdpr Art. 5(2): each exception has an owner, a reason and an end
-- fix: Add reason, owner and expires to it in the settings, or take it out.
-- message: the suppression of {suppressed_rule} has no {missing}
-- example: {suppressed_rule}: no {missing}
SELECT s.inbox, s.position, s.rule AS suppressed_rule, s.entry AS suppressed_entry, s.owner, s.reason AS why,
  s.expires, s.rule || '/' || coalesce(s.entry, '') AS subject,
  CASE WHEN coalesce(s.owner, '') = '' THEN 'owner' WHEN coalesce(s.reason, '') = '' THEN 'reason'
    ELSE 'expires' END AS missing
FROM suppression s
WHERE coalesce(s.owner, '') = '' OR coalesce(s.reason, '') = '' OR s.expires_ms IS NULL
