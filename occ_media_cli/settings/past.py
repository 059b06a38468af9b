"""What keeps the past as it is, and the future where nothing can be planned.

A change before the newest one of its subject needs a reason of its own. Inboxes and agents can be planned; of the other
sections the newest version is in force, so one that is meant for later would begin at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import Refused, UsageError
from occ_media_cli.settings import read
from occ_media_cli.store.free_texts import BACKDATE
from occ_media_cli.store.reasons import refuse_unfit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from occ_media_cli.store.chain import Stamp

_SUBJECTS = {"retention": "the retention rules were", "agents": "the agents were", "rules": "the rules were",
             "suppressions": "the suppressions were", "channels": "the channel profiles were",
             "store": "the settings of the store were"}  # fmt: skip

_NAMES = {"retention": "retention rules", "rules": "rules of the audit", "suppressions": "suppressions",
          "channels": "channel profiles", "store": "settings of the store"}  # fmt: skip

_PLANNED = "agents"
"""The section whose changes begin when they say, however early they are made."""

_REMOVED = "e.kind = 'inbox-remove' AND json_extract(e.body, '$.inbox') IN (SELECT id FROM inbox_state WHERE name = ?)"


def refuse_inbox_past(
    connection: sqlite3.Connection, inbox: tuple[str, int], start: int, stamp: Stamp, backdate: str | None
) -> None:
    """Refused where a change of an inbox (name and id) starts before its newest one.

    Planned starts that have not come and the ends of boxes are no changes.
    """
    name, number = inbox
    refuse_past(f"inbox '{name}' was", read.newest_change(connection, number, stamp.wall), start, backdate)


def refuse_name_past(connection: sqlite3.Connection, name: str, start: int, stamp: Stamp, backdate: str | None) -> None:
    """Refused where an inbox is made before the last one of its name was removed: the two would be there at once."""
    newest = read.newest_event(connection, _REMOVED, (name,), stamp.wall)
    refuse_past(f"inbox '{name}' was", newest, start, backdate)


def refuse_section_past(
    connection: sqlite3.Connection, section: str, start: int, stamp: Stamp, backdate: str | None
) -> None:
    """The same for a section; and UsageError where one that cannot be planned is changed for a time to come."""
    if section != _PLANNED and start > stamp.wall + times.CLOCKS_APART:
        raise UsageError(
            f"{_NAMES[section]} cannot be planned: a change for {times.text(start)} would be in force at once;"
            " nothing was changed",
            hint="make the change when it is to begin",
        )
    newest = read.newest_section_change(connection, section, stamp.wall)
    refuse_past(_SUBJECTS[section], newest, start, backdate)


def refuse_events_past(
    connection: sqlite3.Connection,
    subject: str,
    which: tuple[str, Sequence[object]],
    stamp: Stamp,
    backdate: str | None,
    holds_from: str = "e.ms",
) -> None:
    """The same for a subject whose changes are events. which: SQL for their `seq`, and its values. holds_from: as
    `read.newest_event` has it."""
    newest = read.newest_event(connection, f"e.seq IN ({which[0]})", which[1], stamp.wall, holds_from)
    refuse_past(subject, newest, stamp.now, backdate)


def recorded(backdate: str | None) -> dict[str, str]:
    """What the body of an event says of a change of the past: why it was made. UsageError where that says nothing."""
    refuse_unfit(backdate)
    return {} if backdate is None else {BACKDATE: backdate}


def refuse_past(subject: str, newest: int | None, start: int, backdate: str | None) -> None:
    """Refused where a change starts before the newest one of its subject and no reason is given for that; UsageError
    for a reason that says nothing, whenever the change starts.

    subject: with its verb, such as `the agents were`. newest: None where nothing was changed yet.
    """
    refuse_unfit(backdate)
    if newest is not None and start < newest and backdate is None:
        raise Refused(
            f"{subject} last changed at {times.text(newest)}, after {times.text(start)}; nothing was changed",
            hint="give a reason for a change of the past, or leave the earlier time out",
            topic=("backdate",),
        )
