"""What keeps the past as it is: a change before the newest one of its subject needs a reason of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import Refused
from occ_media_cli.settings import read

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.chain import Stamp

_SUBJECTS = {"retention": "the retention rules were", "agents": "the agents were", "rules": "the rules were",
             "suppressions": "the suppressions were", "channels": "the channel profiles were",
             "store": "the settings of the store were"}  # fmt: skip


def refuse_inbox_past(
    connection: sqlite3.Connection, inbox: tuple[str, int], start: int, stamp: Stamp, backdate: str | None
) -> None:
    """Refused where a change of an inbox (name and id) starts before its newest one.

    Planned starts that have not come and the ends of boxes are no changes.
    """
    name, number = inbox
    _refuse(f"inbox '{name}' was", read.newest_change(connection, number, stamp.wall), start, backdate)


def refuse_section_past(
    connection: sqlite3.Connection, section: str, start: int, stamp: Stamp, backdate: str | None
) -> None:
    """The same for a section."""
    newest = read.newest_section_change(connection, section, stamp.wall)
    _refuse(_SUBJECTS[section], newest, start, backdate)


def _refuse(subject: str, newest: int | None, start: int, backdate: str | None) -> None:
    if newest is not None and start < newest and backdate is None:
        raise Refused(
            f"{subject} last changed at {times.text(newest)}, after {times.text(start)}; nothing was changed",
            hint="give a reason for a change of the past, or leave the earlier time out",
            topic=("backdate",),
        )
