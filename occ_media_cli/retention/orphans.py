"""Orphans: files under a root that no entry speaks of, as a plan of their own names them.

It is not known whose they are, of which inbox or how old, so more conditions keep them than other files: see
`find_reason_to_keep`. Each is an event of its own kind in the chain, which has its size, mtime and sha256, and its path
where an erasure reaches it. What becomes of it is in later events; nothing about orphans is in the tables of entries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from occ_media_cli.places.safe_open import Kept
from occ_media_cli.store import canonical
from occ_media_cli.vocabulary import ORPHAN_STEPS, state_of

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.storage import Content, Parts
    from occ_media_cli.retention.model import Hold, RetentionRule
    from occ_media_cli.retention.plan.saved import Plan

KIND = "orphans"
"""The value of `kind` in the content of such a plan; other plans have none."""

STATES = state_of(ORPHAN_STEPS)
"""The events that move an orphan, and the state in which each leaves it."""

NANOSECONDS = 1_000_000
"""In a millisecond."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A file that a plan names. seq: the event that names it. parts: None where its path was erased since.

    mtime: nanoseconds, as the place that keeps it says.
    """

    seq: int
    parts: Parts | None
    size: int
    mtime: int
    sha256: bytes

    @property
    def label(self) -> str:
        """The name by which a person means it, `#SEQ`."""
        return f"#{self.seq}"

    @property
    def path(self) -> str | None:
        """Where it was, under the root."""
        return "/".join(self.parts) if self.parts is not None else None

    @property
    def content(self) -> Content:
        """The content that it must still have when it is taken."""
        return self.sha256, self.size


@dataclass(frozen=True, slots=True)
class OrphanState:
    """The newest step of an orphan that a purge took: waiting, brought back or removed. due: the end of its grace,
    while it waits."""

    orphan: Orphan
    state: str
    since: int
    due: int
    name: str


def are_planned(plan: Plan) -> bool:
    """Whether a plan is about orphans."""
    return plan.content.get("kind") == KIND


@dataclass(frozen=True, slots=True)
class Age:
    """How old an orphan must be: milliseconds, beside the words that a person wrote."""

    ms: int
    words: str


def age_of(plan: Plan) -> Age:
    """The age that a plan demanded of its orphans."""
    return Age(plan.content["older_than_ms"], plan.content["older_than"])


def is_about_any_file(hold: Hold) -> bool:
    """Whether a hold may be about a file that no entry names, as one by inbox or time may be. A hold that names an
    entry, a customer or a conversation is about files of entries."""
    return hold.entry is None and hold.customer is None and hold.conversation is None


def find_reason_to_keep(
    mtime: int, rules: Iterable[RetentionRule], unreleased: Iterable[Hold], now: int, age: Age
) -> Kept | None:
    """Why an orphan stays, or None. Pure. mtime in nanoseconds.

    Every `keep_for` may be about this file: its inbox, category and direction are not known.
    """
    for hold in unreleased:
        if is_about_any_file(hold):
            return Kept("held", f"held: {hold.name}, which may be about any file")
    written = mtime // NANOSECONDS
    if not 0 < written <= now:
        return Kept("unknown-age", "unknown-age: its mtime is in the future, or 1970, which says nothing")
    keeping = [rule for rule in rules if rule.keep_for is not None and now < written + rule.keep_for]
    if keeping:
        longest = max(keeping, key=lambda rule: cast("int", rule.keep_for))
        words = f"kept for at least {longest.keep_words} ({longest.where})"
        return Kept("kept-for", f"{words}, which may be about any file")
    if now < written + age.ms:
        return Kept("not-due", f"not older than {age.words} by its mtime")
    return None


def listed(connection: sqlite3.Connection, number: int) -> Iterator[Orphan]:
    """The orphans of a plan, in the order of the chain."""
    query = (
        "SELECT seq, body, json_extract(personal, '$.path') FROM event WHERE kind = 'orphan'"
        " AND json_extract(body, '$.number') = ? ORDER BY seq"
    )
    for seq, body, path in connection.execute(query, (number,)):
        yield _orphan(seq, json.loads(body), path)


def _orphan(seq: int, said: dict[str, Any], path: str | None) -> Orphan:
    parts = tuple(json.loads(path)) if path is not None else None
    return Orphan(seq, parts, said["size"], said["mtime"], bytes.fromhex(said["sha256"]))


def digest(connection: sqlite3.Connection, number: int) -> tuple[str, int]:
    """The digest behind the id of a plan: sha256 over its orphans, paths included, and how many there are.

    A path enters as its commitment, which outlives its erasure.
    """
    found, count = sha256(), 0
    query = (
        "SELECT e.seq, e.body, e.salt, e.personal, x.commitment FROM event e LEFT JOIN erased x ON x.seq = e.seq"
        " WHERE e.kind = 'orphan' AND json_extract(e.body, '$.number') = ? ORDER BY e.seq"
    )
    for seq, body, salt, personal, commitment in connection.execute(query, (number,)):
        said = json.loads(body)
        promised = canonical.commit_to(salt, json.loads(personal)) if salt is not None else commitment
        found.update(canonical.encode([seq, promised.hex(), said["size"], said["mtime"], said["sha256"]]))
        count += 1
    return found.hexdigest(), count


def states(connection: sqlite3.Connection, number: int) -> list[OrphanState]:
    """The newest steps of the orphans of a plan that a purge took, in the order in which it took them."""
    known = {orphan.seq: orphan for orphan in listed(connection, number)}
    found: dict[int, OrphanState] = {}
    kinds = ", ".join(f"'{kind}'" for kind in STATES)
    query = f"SELECT kind, body FROM event WHERE kind IN ({kinds}) AND json_extract(body, '$.number') = ? ORDER BY seq"
    for kind, body in connection.execute(query, (number,)):
        said = json.loads(body)
        for item in said["files"]:
            seq = item["orphan"]
            found[seq] = OrphanState(known[seq], STATES[kind], said["at"], said.get("due", 0), item["name"])
    return list(found.values())


def plans_of(connection: sqlite3.Connection) -> list[int]:
    """The numbers of the plans that are about orphans."""
    rows = connection.execute(
        "SELECT number FROM plan_state WHERE json_extract(content, '$.kind') = ? ORDER BY number", (KIND,)
    )
    return [number for (number,) in rows]


def find_orphan(connection: sqlite3.Connection, name: str) -> tuple[int, Orphan] | None:
    """The plan's number and the orphan that a person means by `#SEQ`, or None."""
    digits = name.removeprefix("#")
    if digits == name or not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    row = connection.execute(
        "SELECT seq, body, json_extract(personal, '$.path') FROM event WHERE kind = 'orphan' AND seq = ?",
        (int(digits),),
    ).fetchone()
    if row is None:
        return None
    said = json.loads(row[1])
    return int(said["number"]), _orphan(row[0], said, row[2])
