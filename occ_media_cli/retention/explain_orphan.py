"""One orphan explained, a file that no entry names: which plans name it, why it stays, and its steps so far."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.places.roots import parts
from occ_media_cli.retention import explain, holds, orphans
from occ_media_cli.retention.claims import Claims
from occ_media_cli.retention.plan import saved
from occ_media_cli.store import canonical

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from occ_media_cli.places.safe_open import Kept
    from occ_media_cli.retention.model import RetentionRule
    from occ_media_cli.retention.orphans import Orphan, OrphanState
    from occ_media_cli.retention.plan.saved import Plan


@dataclass(frozen=True, slots=True)
class ExplainedOrphan:
    """An orphan as one plan names it. kept: why it stays now, None where it may go; state: what a purge made of it."""

    orphan: Orphan
    plan: Plan
    kept: Kept | None
    state: OrphanState | None


def named(connection: sqlite3.Connection, name: str) -> list[tuple[int, Orphan]]:
    """The orphans that a person means by `#SEQ`, by a path under the root, or by a file that holds the same bytes, each
    with the number of its plan."""
    known = orphans.find_orphan(connection, name)
    if known is not None:
        return [known]
    place = parts(name)
    found = _where(connection, "personal, '$.path'", canonical.encode(list(place)).decode()) if place else []
    digest = explain.sha256_of(Path(name)) if not found else None
    return _where(connection, "body, '$.sha256'", digest.hex()) if digest is not None else found


def _where(connection: sqlite3.Connection, what: str, value: str) -> list[tuple[int, Orphan]]:
    query = f"SELECT seq FROM event WHERE kind = 'orphan' AND json_extract({what}) = ? ORDER BY seq"
    found = [orphans.find_orphan(connection, f"#{seq}") for (seq,) in connection.execute(query, (value,)).fetchall()]
    return [item for item in found if item is not None]


def judge(
    connection: sqlite3.Connection, found: Sequence[tuple[int, Orphan]], rules: Sequence[RetentionRule], now: int
) -> list[ExplainedOrphan]:
    """Ask holds, rules and the whole ledger about orphans, as a purge would now."""
    unreleased = holds.unreleased(connection)
    explained = []
    with _claims(connection) as claims:
        claims.places((orphan.seq, orphan.parts) for _, orphan in found)
        claims.contents((orphan.seq, orphan.sha256) for _, orphan in found)
        claims.catch_up()
        for number, orphan in found:
            plan = saved.by_number(connection, number)
            states = {state.orphan.seq: state for state in orphans.states(connection, number)}
            kept = claims.find_claim(orphan.seq) or orphans.find_reason_to_keep(
                orphan.mtime, rules, unreleased, now, orphans.age_of(plan)
            )
            explained.append(ExplainedOrphan(orphan, plan, kept, states.get(orphan.seq)))
    return explained


@contextmanager
def _claims(connection: sqlite3.Connection) -> Iterator[Claims]:
    """Claims on a connection that only reads: their temporary tables count as writing."""
    (reads,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only=OFF")
    try:
        claims = Claims(connection)
        try:
            yield claims
        finally:
            claims.close()
    finally:
        connection.execute(f"PRAGMA query_only={reads}")
