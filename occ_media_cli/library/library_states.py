"""The states of a file of a version, and the SQL that says which one a row of the view `library`, called l, has.

It is the one answer: for lists, for whoever holds a file in the hand, for the report and for the rules. It is portable,
as rules are judged by other engines too.
"""

from __future__ import annotations

from occ_media_cli.times import CLOCKS_APART

STATES = ("proposed", "approved", "approved-later", "replaced", "expired", "retired")
"""What may be said of a file of a version. Only an approved one may be sent. proposed: it waits for approval.
approved-later: it is approved, from a later moment on. replaced: a newer version is approved, or a proposal lost its
place to a newer one, so that it can be neither sent nor approved any more. Of several ends the first counts."""

_FOREVER = "9223372036854775807"


def state_sql(moment: str, known: str = _FOREVER) -> str:
    """SQL for the state at a moment. known: until when what is on record counts; else all of it does, so that nothing
    is said to wait that cannot be approved any more, at whatever moment."""
    return f"""CASE WHEN l.retired_ms <= coalesce(l.approved_ms, {known}) OR (l.retired_ms <= {moment}
      AND l.retired_ms <= coalesce(l.replaced_ms, l.retired_ms)
      AND l.retired_ms <= coalesce(l.expires_ms, l.retired_ms)) THEN 'retired'
  WHEN l.replaced_ms <= l.approved_ms OR (l.replaced_ms <= {moment}
      AND l.replaced_ms <= coalesce(l.expires_ms, l.replaced_ms)) THEN 'replaced'
  WHEN l.expires_ms <= {moment} THEN 'expired' WHEN l.approved_ms <= {moment} THEN 'approved'
  WHEN l.agreed_ms <= {known} THEN 'approved-later' WHEN l.lost_ms <= {known} THEN 'replaced' ELSE 'proposed' END"""


STATE = state_sql(":now")
"""SQL for the state at `:now`."""

IS_APPROVED = f"{STATE} = 'approved'"
"""SQL for whether it may be sent at `:now`, if any inbox may."""


def recorded_apart(moment: int | None, wall: int | None) -> int | None:
    """When something was made, by the machine's clock, where that is far from the moment that it has; else None."""
    return wall if moment is not None and wall is not None and abs(wall - moment) > CLOCKS_APART else None
