"""What one command changed, found again in the chain: all events of settings that it put on record together.

Nothing of its own is kept for that. A command records its events in one transaction, one behind the other and under one
stamp; `editing` sees that no two commands of one person share that to the millisecond. A change is called by the number
of its first event, and any number of its events finds it.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.errors import NotFound, Refused
from occ_media_cli.settings import setting_rows
from occ_media_cli.store.who import at_the_lock
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.write import ChangeOutcome
    from occ_media_cli.store.chain import Stamp

_MADE = "wall, actor, os_user, host, program"
"""What all events of one command have in common."""

_KINDS = ", ".join(f"'{kind}'" for kind in setting_rows.KINDS)

_WAYS: Mapping[str, tuple[str, str]] = {
    "hold": ("placed a hold", "release it"),
    "hold-release": ("released a hold", "place the hold again"),
    "plan": ("made a plan", "leave it: a plan that nobody approves removes nothing"),
    "approval": ("approved a plan", "nothing takes an approval back; a hold keeps the files of the plan"),
    "purge": ("purged files", "bring a file back from quarantine"),
    "orphan-purge": ("purged files", "bring a file back from quarantine"),
    "purge-finish": ("removed files for good", "nothing brings them back; a backup of the files may have them"),
    "orphan-finish": ("removed files for good", "nothing brings them back; a backup of the files may have them"),
    "restore": ("brought files back from quarantine", "purge them by another plan"),
    "orphan-restore": ("brought files back from quarantine", "purge them by another plan"),
    "erasure": ("erased a customer", "nothing brings back what was erased"),
    "customer-alias": ("said that ids are one person's", "say that they are not"),
    "customer-alias-remove": ("took an id from a person", "say again whose it is"),
    "library-propose": ("proposed files", "retire them"),
    "library-approve": ("approved files", "retire them"),
    "library-retire": ("retired files", "propose and approve them again"),
    "flag": ("flagged an entry", "flag it again, with what is right"),
    "store-restore": ("restored a backup", "restore the store that was kept beside it"),
}
"""Changes of other rooms, by the kind of their event: what was done, and what takes that back."""

_TOPICS: Mapping[str, tuple[str]] = {
    "hold": ("undo-hold",),
    "hold-release": ("undo-hold-release",),
    "approval": ("undo-approval",),
    "purge": ("undo-purge",),
    "orphan-purge": ("undo-purge",),
    "customer-alias": ("undo-alias",),
    "customer-alias-remove": ("undo-alias-remove",),
    "library-propose": ("undo-library",),
    "library-approve": ("undo-library",),
    "store-restore": ("undo-restore",),
}
"""What a command could do about it."""

_SETTLED = 0.02
"""Seconds within which the clock moves on, whatever it counts in."""


@value
class RecordedEvent:
    """An event of a change. ms: its valid time."""

    seq: int
    kind: str
    ms: int
    body: Mapping[str, Any]


@value
class RecordedChange:
    """What one command changed. number: what it is called. at: the machine's time then. actor: None where nobody knows.
    reason: of its first event that has one."""

    number: int
    at: int
    actor: str | None
    reason: str | None
    events: tuple[RecordedEvent, ...]

    @property
    def last(self) -> int:
        """The number of its last event."""
        return self.events[-1].seq

    @property
    def in_words(self) -> str:
        """`change 118 of 2026-03-02T10:00:00.000Z, by dana`."""
        who = f"by {self.actor}" if self.actor is not None else "an edit by hand"
        return f"change {self.number} of {times.text(self.at)}, {who}"


def stamped_alone(connection: sqlite3.Connection, stamp: Stamp) -> Stamp:
    """The stamp of a change that has the lock now: no other change of this person has the same."""
    stamp = at_the_lock(stamp)
    made = (stamp.wall, stamp.actor, stamp.os_user, stamp.host, stamp.program)
    query = f"SELECT {_MADE} FROM (SELECT * FROM event ORDER BY seq DESC LIMIT 1) WHERE kind IN ({_KINDS})"
    end = time.monotonic() + (_SETTLED if stamp.read is not None else 0)  # a clock that is not the machine's stands
    while connection.execute(query).fetchone() == made and time.monotonic() < end:
        wall = times.wall()
        stamp = replace(stamp, wall=wall, now=wall if stamp.now == stamp.wall else stamp.now)
        made = (stamp.wall, *made[1:])
    return stamp


def called(editor: Editor, outcomes: Iterable[ChangeOutcome]) -> tuple[ChangeOutcome, ...]:
    """Outcomes of a change that is on record now, with its number."""
    number = editor.change_number
    return tuple(replace(each, change=number) if each.versions else each for each in outcomes)


def find_change(connection: sqlite3.Connection, number: int) -> RecordedChange:
    """The change that a number is of; NotFound where there is none, Refused for one that is none of settings."""
    row = connection.execute("SELECT kind FROM event WHERE seq = ?", (number,)).fetchone()
    if row is None:
        raise NotFound(f"no change {number}", hint="name the number that a command said", topic=("changes",))
    if row[0] not in setting_rows.KINDS:
        raise _other(number, row[0])
    first = _end(connection, number, -1)
    last = _end(connection, number, 1)
    rows = connection.execute(
        "SELECT seq, kind, ms, body, wall, nullif(actor, ''), reason FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq",
        (first, last),
    ).fetchall()
    events = tuple(RecordedEvent(seq, kind, ms, json.loads(body)) for seq, kind, ms, body, *_ in rows)
    reason = next((row[6] for row in rows if row[6] is not None), None)
    return RecordedChange(first, rows[0][4], rows[0][5], reason, events)


def newest_change_of(connection: sqlite3.Connection, actor: str) -> RecordedChange:
    """The newest change of somebody; NotFound where there is none, Refused where it is none of settings."""
    kinds = ", ".join(f"'{kind}'" for kind in (*setting_rows.KINDS, *_WAYS))
    row = connection.execute(f"SELECT max(seq) FROM event WHERE actor = ? AND kind IN ({kinds})", (actor,)).fetchone()
    if row[0] is None:
        raise NotFound(f"no change of {actor} is on record", hint="name the change", topic=("changes",))
    return find_change(connection, int(row[0]))


def _end(connection: sqlite3.Connection, seq: int, step: int) -> int:
    """The last event of settings before or behind one that stands under the same stamp, with no other in between."""
    made = connection.execute(f"SELECT {_MADE} FROM event WHERE seq = ?", (seq,)).fetchone()
    query = f"SELECT {_MADE} FROM event WHERE seq = ? AND kind IN ({_KINDS})"
    while connection.execute(query, (seq + step,)).fetchone() == made:
        seq += step
    return seq


def _other(number: int, kind: str) -> Refused:
    what, way = _WAYS.get(kind, ("changed no settings", "nothing takes it back"))
    return Refused(
        f"change {number} {what}, and only changes of settings are taken back; nothing was changed",
        hint=way,
        topic=_TOPICS.get(kind, ()),
    )
