"""Placing and releasing holds. A hold beats every policy, and releasing one removes nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.report.words import suggestion
from occ_media_cli.retention import holds, projection, read
from occ_media_cli.retention.evaluate import covers
from occ_media_cli.retention.model import Hold
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3

LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Covered:
    """What a hold covers now: entries, those of them with bytes and how many bytes, and those whose bytes wait in
    quarantine or are gone already."""

    entries: int
    files: int
    bytes: int
    waiting: int
    gone: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What a hold is about; every condition that is given must be met."""

    inbox: int | None = None
    customer: str | None = None
    conversation: str | None = None
    entry: int | None = None
    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        """UsageError for a scope that covers everything by accident, or nothing."""
        if all(getattr(self, name) is None for name in self.__slots__):
            raise UsageError(
                "a hold needs a scope; nothing was held",
                hint="add --inbox, --customer, --conversation, --entry, --since or --until",
            )
        for option, value in (("--customer", self.customer), ("--conversation", self.conversation)):
            if value is not None and not value.strip():
                raise UsageError(f"{option} is empty; nothing was held", hint=f"write {option} ID, or leave it out")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise UsageError(
                f"--until {times.text(self.until)} is not after --since {times.text(self.since)}; nothing was held",
                hint="--since is inclusive, --until exclusive",
            )


def hold_name(text: str) -> str:
    """The name in NFC; UsageError where it may not be one."""
    name = unicodedata.normalize("NFC", text)
    printable = all(unicodedata.category(character)[0] != "C" for character in name)
    if not name or name != name.strip() or len(name) > LONGEST_NAME or not printable:
        raise UsageError(
            f"--name '{text}' is no name: 1 to {LONGEST_NAME} printable characters, no space at either end",
            hint="occ-media hold add --name claim-4711 …",
        )
    return name


def place(connection: sqlite3.Connection, name: str, scope: Scope, reason: str, stamp: chain.Stamp) -> Covered:
    """Place a hold. UsageError where an unreleased one has the name or no reason is given."""
    name = hold_name(name)
    _reason(reason)
    with transaction(connection):
        if connection.execute("SELECT 1 FROM hold_state WHERE name = ? AND released IS NULL", (name,)).fetchone():
            raise UsageError(f"hold '{name}' is there already; nothing was changed", hint="give this one another name")
        (number,) = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM hold_state").fetchone()
        body = {
            "hold": number, "name": name, "inbox": scope.inbox, "entry": scope.entry, "since": scope.since,
            "until": scope.until, "by_customer": scope.customer is not None,
            "by_conversation": scope.conversation is not None,
        }  # fmt: skip
        whose = {"customer": scope.customer, "conversation": scope.conversation}
        personal = {key: value for key, value in whose.items() if value is not None} or None
        projection.record(connection, chain.Event("hold", body, stamp.now, reason, personal), stamp)
    return covered(connection, (_hold(number, name, scope),))[0]


def release(connection: sqlite3.Connection, name: str, reason: str, stamp: chain.Stamp) -> Covered:
    """End a hold; what it covered is kept until a plan of its own. NotFound for a name that does not hold."""
    _reason(reason)
    name = unicodedata.normalize("NFC", name)
    with transaction(connection):
        found = {hold.name: hold for hold in holds.unreleased(connection)}
        if name not in found:
            raise no_hold(connection, name, list(found))
        body = {"hold": found[name].number, "name": name}
        projection.record(connection, chain.Event("hold-release", body, stamp.now, reason), stamp)
    return covered(connection, (found[name],))[0]


def no_hold(connection: sqlite3.Connection, name: str, known: list[str]) -> NotFound:
    """The error for a hold that does not hold."""
    ended = connection.execute("SELECT 1 FROM hold_state WHERE name = ?", (name,)).fetchone()
    what = f"hold '{name}' was released before" if ended else f"no hold '{name}'{suggestion(name, known)}"
    return NotFound(what, hint="occ-media hold list shows every hold")


def _reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("--reason is empty; nothing was changed", hint='write --reason "claim 4711"')


def _hold(number: int, name: str, scope: Scope) -> Hold:
    return Hold(
        number, name, scope.inbox, scope.customer, scope.conversation, scope.entry, scope.since, scope.until
    )  # fmt: skip


def covered(connection: sqlite3.Connection, some: tuple[Hold, ...]) -> list[Covered]:
    """What each hold covers now, in one pass over the entries that any of them may cover."""
    condition, values = holds.condition(some)
    waiting = {seq for (seq,) in connection.execute("SELECT seq FROM removal WHERE state = 'quarantined'")}
    counts = [[0, 0, 0, 0, 0] for _ in some]
    for entry in read.entries(connection, f"r.kind = 0 AND ({condition})", values):
        for number, hold in enumerate(some):
            if not covers(hold, entry):
                continue
            count = counts[number]
            count[0] += 1
            if entry.deleted is not None:
                count[4] += 1
            elif entry.seq in waiting:
                count[3] += 1
            elif entry.outcome == "delivered":
                count[1] += 1
                count[2] += entry.size or 0
    return [Covered(*count) for count in counts]
