"""Saved plans: making one from a draft, and reading one back.

A plan is saved in the store as events: parts with its files, then the plan itself, which names the digest of the
files. Its id is the start of the sha256 of its content, so approval of an id is approval of exactly these files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from occ_media_cli.errors import NotFound
from occ_media_cli.report.unknown_name import slip_of_name
from occ_media_cli.report.words import nearest, question
from occ_media_cli.retention import retention_rows
from occ_media_cli.store import canonical, chain, who
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.plan.draft import Draft, PlanScope

T = TypeVar("T")

PART = 500
"""Files in one event: small enough to keep in memory many times over."""

ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """A saved plan. content: what its id is the digest of. event: its place in the chain. made: by whom, and when."""

    number: int
    plan: str
    content: Mapping[str, Any]
    event: int
    made: who.Made

    @property
    def planner(self) -> str:
        """Who asked for it."""
        return self.made.actor

    @property
    def planner_user(self) -> str:
        """The user of the operating system who asked for it."""
        return self.made.os_user

    @property
    def wall(self) -> int:
        """When it was made by the machine's clock, in milliseconds; `made.at` is the clock of the command."""
        return self.made.wall

    @property
    def is_what_if(self) -> bool:
        """Whether it was made for a later moment than that at which it was made: a purge keeps what is not due yet."""
        return bool(self.content["created"] > self.wall)

    @property
    def digest(self) -> str:
        """The whole digest of which the id is the start."""
        return sha256(canonical.encode(self.content)).hexdigest()


def save(
    connection: sqlite3.Connection,
    draft: Draft,
    scope: PlanScope,
    root: Mapping[str, object],
    stamp: chain.Stamp,
    seen: tuple[int, bytes],
    policy_version: int | None,
) -> Plan:
    """Save the draft that is in the temporary table as a plan. seen: the head of the chain that it was drafted at."""
    with transaction(connection):
        number = next_number(connection)
        files, count = _save_files(connection, number, stamp)
        content: dict[str, object] = {
            "root": dict(root),
            "scope": {"inbox": _one_or_all(scope.inboxes), "customer": bool(scope.customers)},
            "created": stamp.now,
            "actor": stamp.actor,
            "ledger_seq": seen[0],
            "ledger_head": seen[1].hex(),
            "policy_version": policy_version,
            "bases": draft.bases,
            "reasons": [[[r.code, r.words, r.hold] for r in reasons] for reasons in draft.reasons],
            "files": count,
            "files_sha256": files,
            "population": draft.population,
            "summary": {"keep": draft.kept, "remove": draft.removed, "held": draft.held, "bytes": draft.bytes},
        }
        personal = {"customer": _one_or_all(scope.customers)} if scope.customers else None
        return record(connection, number, content, stamp, personal)


def _one_or_all(values: Sequence[T]) -> T | list[T] | None:
    """A scope of one thing as the thing itself, as plans always said it; of several as a list."""
    return list(values) if len(values) > 1 else values[0] if values else None


def next_number(connection: sqlite3.Connection) -> int:
    """The number of the plan that is saved next, inside the caller's transaction."""
    return int(connection.execute("SELECT coalesce(max(number), 0) + 1 FROM plan_state").fetchone()[0])


def record(
    connection: sqlite3.Connection,
    number: int,
    content: Mapping[str, Any],
    stamp: chain.Stamp,
    personal: Mapping[str, object] | None = None,
) -> Plan:
    """Record a plan whose files are recorded, inside the caller's transaction."""
    name = sha256(canonical.encode(content)).hexdigest()[:ID_DIGITS]
    body = {"number": number, "plan": name, "content": content}
    event = retention_rows.record(connection, chain.Event("plan", body, stamp.now, None, personal), stamp)
    return Plan(number, name, content, event, who.made_by(stamp))


def _save_files(connection: sqlite3.Connection, number: int, stamp: chain.Stamp) -> tuple[str, int]:
    digest, count = sha256(), 0
    part: list[list[object]] = []

    def flush() -> None:
        if part:
            retention_rows.record(
                connection, chain.Event("plan-part", {"number": number, "files": list(part)}, stamp.now), stamp
            )
            part.clear()

    # The rows come from the temporary table, which no event changes.
    for row in connection.execute(
        "SELECT seq, action, expires, basis, reasons, lower(hex(sha256)), size FROM draft WHERE action = 1 OR held = 1"
        " ORDER BY seq"
    ):
        values = [*row[:5], row[5] or None, row[6]]
        digest.update(canonical.encode(values))
        count += 1
        part.append(values)
        if len(part) == PART:
            flush()
    flush()
    return digest.hexdigest(), count


def digest(connection: sqlite3.Connection, number: int) -> tuple[str, int]:
    """The digest behind the id of a plan: sha256 over its files as the store has them now, and how many there are."""
    found, count = sha256(), 0
    for row in connection.execute(
        "SELECT seq, action, expires, basis, reasons, lower(hex(sha256)), size FROM plan_file WHERE plan = ?"
        " ORDER BY seq",
        (number,),
    ):
        found.update(canonical.encode([*row[:5], row[5] or None, row[6]]))
        count += 1
    return found.hexdigest(), count


def find_plan(connection: sqlite3.Connection, name: str) -> Plan:
    """A plan by its id; NotFound with the nearest one."""
    row = connection.execute(f"{_SELECT} WHERE p.plan = ?", (name,)).fetchone()
    if row is None:
        known = [str(found) for (found,) in connection.execute("SELECT plan FROM plan_state ORDER BY number DESC")]
        raise NotFound(
            f"no plan '{name}'{question(nearest(name, known))}",
            hint=f"the newest is {known[0]}" if known else None,
            topic=() if known else ("first-plan",),
            slip=slip_of_name(name, known, ours=True),
        )
    return _plan(row)


def by_number(connection: sqlite3.Connection, number: int) -> Plan:
    """A plan by its number in the store."""
    return _plan(connection.execute(f"{_SELECT} WHERE p.number = ?", (number,)).fetchone())


_SELECT = """SELECT p.number, p.plan, p.content, p.event, e.actor, e.os_user, e.wall, e.ms,
  e.host, e.program FROM plan_state p
JOIN event e ON e.seq = p.event"""


def _plan(row: tuple[Any, ...]) -> Plan:
    number, plan, content, event, actor, os_user, wall, at, host, program = row
    stamp = chain.Stamp(at, wall, actor, os_user, host, program)
    return Plan(number, plan, json.loads(content), event, who.made_by(stamp))


@dataclass(frozen=True, slots=True)
class File:
    """A file of a plan: an entry, what happens to it, and why.

    entry: its id, or `#seq` where that is erased; entry, source and path are of the ledger as it is now.
    """

    seq: int
    source: str
    entry: str
    path: str | None
    remove: bool
    expires: int | None
    basis: int
    reasons: Sequence[Sequence[Any]]
    sha256: bytes | None
    size: int | None


def files(connection: sqlite3.Connection, plan: Plan, *, only_removals: bool = False) -> Iterator[File]:
    """The files that a plan lists, in the order of the chain."""
    reasons = plan.content["reasons"]
    query = (
        "SELECT f.seq, so.text, r.id, r.path, f.action, f.expires, f.basis, f.reasons, f.sha256, f.size"
        " FROM plan_file f JOIN record r ON r.seq = f.seq JOIN word so ON so.code = r.source WHERE f.plan = ?"
        + (" AND f.action = 1" if only_removals else "")
        + " ORDER BY f.seq"
    )
    for seq, source, identity, path, action, expires, number, why, digest, size in connection.execute(
        query, (plan.number,)
    ):
        entry = identity if identity is not None else f"#{seq}"
        yield File(seq, source, entry, path, bool(action), expires, number, reasons[why], digest, size)
