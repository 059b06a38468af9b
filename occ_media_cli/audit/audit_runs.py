"""Audits on record: that one ran, what it looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.store import chain, who

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.audit.engine import Audit
    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.audit.pseudonyms.veil import Veil
    from occ_media_cli.report.json_types import Json

KIND = "audit-run"
"""The kind of the event. It changes nothing else: no table is made from it."""


_NEWEST = f"SELECT c.wall_ms, nullif(c.actor, '') FROM change c WHERE c.kind = '{KIND}' ORDER BY c.seq DESC"


def on_record(source: RuleSource, veil: Veil | None) -> str:
    """How many audits are on record, and when and by whom the newest was made, in words."""
    runs = list(source.query(_NEWEST, {}))
    if not runs:
        return "none"
    made, actor = runs[0]
    by = actor if veil is None else veil.value("actor", actor)
    when = times.text(int(made))
    return f"{len(runs):,}, the newest made {when if veil is None else veil.hours(when)} by {by or 'nobody known'}"


def describe(audit: Audit, counts: Mapping[str, Json]) -> dict[str, object]:
    """What goes on record of an audit: its window, the head that it judged, its counts, and what it stands on.

    An audit of a ledger that was altered is recorded too, with what its verification said: an auditor who asks when it
    was known must find it.
    """
    return {
        "since": times.optional_text(audit.scope.since),
        "until": times.optional_text(audit.scope.until),
        "inboxes": list(audit.scope.inboxes) or None,
        "rules": sorted(verdict.rule.id for verdict in audit.verdicts),
        "seq": audit.head.seq,
        "head": audit.head.state,
        "entries": audit.head.entries,
        "summary": counts,
        "incomplete": audit.incomplete,
        "integrity": audit.integrity.as_json(audit.head),
    }


def record(connection: sqlite3.Connection, described: Mapping[str, object], stamp: chain.Stamp) -> int:
    """Append it to the chain, in a transaction of its own; its place there."""
    from occ_media_cli.store.connect import transaction

    stamp = who.renewed(stamp)
    with transaction(connection):
        return chain.append(connection, [chain.Event(KIND, described, stamp.now)], stamp)[0]
