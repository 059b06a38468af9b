"""The states of a file of a version, and the SQL that says them of a row of the view `library`, called l, at `:now`."""

STATES = ("proposed", "approved", "replaced", "expired", "retired")
"""What may be said of a file of a version. Only an approved one may be sent. replaced: a newer version is approved, so
that it can be neither sent nor approved any more."""

STATE = """CASE WHEN l.retired_ms <= :now OR l.retired_ms <= l.approved_ms THEN 'retired'
  WHEN l.replaced_ms <= :now THEN 'replaced' WHEN l.expires_ms <= :now THEN 'expired'
  WHEN l.approved_ms <= :now THEN 'approved'
  WHEN l.approved_seq IS NULL AND EXISTS (SELECT 1 FROM library_file n JOIN library_approval b ON b.proposal = n.event
    WHERE n.document = l.document AND n.event > l.seq) THEN 'replaced'
  WHEN l.approved_seq IS NULL AND EXISTS (SELECT 1 FROM library_file n JOIN library_proposal q ON q.event = n.event
    JOIN library_proposal p ON p.event = l.seq
    WHERE n.document = l.document AND n.event > l.seq AND q.key = p.key AND q.version = p.version) THEN 'replaced'
  ELSE 'proposed' END"""
"""SQL for the state. One that is approved for later waits."""

NOT_ENDED = """l.approved_ms <= :now AND coalesce(l.replaced_ms > :now, 1) AND coalesce(l.retired_ms > :now, 1)
  AND coalesce(l.expires_ms > :now, 1)"""
"""SQL for whether it is approved, so that it may be sent if any inbox may; null where nobody approved it."""
