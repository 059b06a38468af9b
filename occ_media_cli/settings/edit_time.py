"""When somebody edited a document by hand, as far as that can be known: for the command that records the edit, and for
one that reads before.

An edit is an act in the machine's time, whatever moment a command is about. Its only witness is the file's mtime, which
anybody can set; the record knows better in two ways. The edit was made after a command last left the document, and not
after it was read: it is in force for whoever reads it, however far ahead its mtime lies. A time before or behind that
is no time of the edit, and nobody knows then when in between it was made: it counts from when it was read, and what
was before is uncertain. In valid time it does not reach before the newest change of what it changes: that stays
recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.settings import read
from occ_media_cli.settings.model import InboxPlan, TimeBox

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from occ_media_cli.settings.model import InboxSettings


def time_of_edit(path: Path, seen: int | None, clock: int, now: int) -> int:
    """When the document was edited. seen: the machine's time when a command last left it, None where none has yet.

    clock: the machine's time when the edit is seen. now: from when on a document counts at the latest that is new to
    its ledger; it may be backdated, an edit may not.
    """
    changed = path.stat().st_mtime_ns // 1_000_000
    if seen is None:
        return min(changed, now)
    return changed if seen <= changed <= clock else max(clock, seen)


def reason_of_edit(path: Path, seen: int | None) -> str:
    """What the record gives as the reason of an edit. seen: as for `time_of_edit`."""
    return f"adopted from {path.name}" if seen is None else "edited by hand"


def time_for_reader(path: Path, seen: int | None, moment: int) -> int:
    """When the document was edited, for a command that reads as of a moment.

    A time that has not come, or is before a command last left the document, says nothing of when that was: such an
    edit counts at every moment since then. A command that records it is the first to say when it was read.
    """
    clock = times.wall()
    changed = path.stat().st_mtime_ns // 1_000_000
    if changed > clock or (seen is not None and changed < seen):
        clock = min(clock, moment)
    return time_of_edit(path, seen, clock, moment)


def start_for_inbox(connection: sqlite3.Connection, inbox: int, edited: int, clock: int) -> int:
    """From when on an edit counts for an inbox, by its number."""
    newest = read.newest_change(connection, inbox, clock)
    return edited if newest is None else max(edited, newest)


def spans_of_edit(
    connection: sqlite3.Connection | None, inbox: int | None, plan: InboxPlan, start: int
) -> list[tuple[int, int | None, InboxSettings]] | None:
    """What an edit brings for an inbox: (from, until, settings) from `start` on; the last has no end. None where that
    is what is on record from there on: the edit is of something else.

    inbox: its number, None where it is new.
    """
    said = plan.ahead(start).spans(start)
    if connection is not None and inbox is not None:
        tiles = read.tiles(connection, inbox, since=start)
        if tiles:
            *boxes, last = tiles
            recorded = InboxPlan(last.settings, tuple(TimeBox(t.end, t.settings) for t in boxes if t.end is not None))
            if recorded.ahead(start).spans(start) == said:
                return None
            start = max(start, tiles[0].start)  # one that is planned begins when it was to begin
            said = plan.ahead(start).spans(start)
    starts = [start, *(end for end, _ in said if end is not None)]
    return [(begin, end, settings) for begin, (end, settings) in zip(starts, said, strict=True)]


def start_for_section(connection: sqlite3.Connection, section: str, edited: int, clock: int) -> int:
    """From when on an edit counts for a section."""
    newest = read.newest_section_change(connection, section, clock)
    return edited if newest is None else max(edited, newest)
