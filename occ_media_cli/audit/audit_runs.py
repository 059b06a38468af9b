"""Audits on record: that one ran, what it looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.audit.pages.audit_document import summary
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.audit.engine import Audit

KIND = "audit-run"
"""The kind of the event. It changes nothing else: no table is made from it."""


def describe(audit: Audit) -> dict[str, object]:
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
        "summary": summary(audit),
        "incomplete": audit.incomplete,
        "integrity": audit.integrity.as_json(audit.head),
    }


def record(connection: sqlite3.Connection, described: Mapping[str, object], stamp: chain.Stamp) -> int:
    """Append it to the chain, in a transaction of its own; its place there."""
    from occ_media_cli.store.connect import transaction

    with transaction(connection):
        return chain.append(connection, [chain.Event(KIND, described, stamp.now)], stamp)[0]
