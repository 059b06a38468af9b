"""The log of settings as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.cli.settings.changes import described
from occ_media_cli.cli.settings.show_view import by, machine
from occ_media_cli.report.model import Column, Report, Row, Table
from occ_media_cli.report.words import plural
from occ_media_cli.vocabulary import SWITCHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.report.model import Block, Cell, Json
    from occ_media_cli.settings.history import HistoryEntry, Note

SCHEMA = "occ-media/history/1"

COLUMNS = (
    Column("now", "Now", "state"),
    Column("inbox", "Inbox", "id"),
    Column("version", "Version", "count"),
    Column("from", "From", "time"),
    Column("change", "Change", "change"),
    Column("by", "By", "text"),
    Column("reason", "Reason", "text"),
)


def _length(milliseconds: int) -> str:
    """The end of a box in its largest whole unit: `end of 4h`."""
    for unit, size in reversed(times.UNITS.items()):
        if milliseconds % size == 0:
            return f"end of {milliseconds // size}{unit}"
    return "end of the box"


def _row(entry: HistoryEntry, now: int) -> Row:
    version = entry.version
    start = version.valid_from or 0
    holds = version.superseded_by is None and start <= now and (version.valid_to is None or now < version.valid_to)
    if entry.before is None:
        off = [f"{name} off" for name in SWITCHES if not getattr(version.settings, name)]
        change = ", ".join(["created", *off])
    else:
        change = "confirmed" if version.confirmed else ", ".join(described(entry.before, version.settings)) or "-"
    if version.superseded_by is not None:
        change += f" (replaced by {version.superseded_by})"
    reason = _length(entry.box) if entry.box is not None and not version.confirmed else version.reason
    below = []
    if version.uncertain_since is not None:
        below.append(f"at some time between {times.text(version.uncertain_since)} and {times.text(start)}")
    return Row(("now" if holds else None, version.inbox, version.number, times.text(start), change, by(version.actor),
                reason), below, under=4)  # fmt: skip


def _note(note: Note) -> Row:
    return Row((None, note.inbox, None, times.text(note.ms), note.text, by(note.actor), note.reason))


def log(
    found: Sequence[HistoryEntry], notes: Sequence[Note], now: int, *, one: bool, edited: int | None = None
) -> Report:
    """The log; `one` leaves the column of inbox names out. edited: a hand edit that no command has recorded yet."""
    rows = [((entry.version.event or 0, entry.version.number or 0), _row(entry, now)) for entry in found]
    rows += [((note.event, 0), _note(note)) for note in notes]
    ordered = [row for _, row in sorted(rows, key=lambda item: item[0])]
    columns = [column for column in COLUMNS if not one or column.key != "inbox"]
    cells: list[Row] = ordered
    if one:
        cells = [Row(_without_inbox(row.cells), row.below, under=3) for row in ordered]
    blocks: list[Block] = [Table(columns, cells)]
    records: list[dict[str, Json]] = [{**machine(entry.version), "next": None} for entry in found]
    answer = "" if one else f"{plural(len(found), 'version')} of {_inboxes(found)}"
    if edited is not None:
        answer = f"The document was edited by hand by {times.text(edited)}; the next change records it"
    return Report(
        schema=SCHEMA,
        title="History of settings",
        head={"schema": SCHEMA},
        records_key="versions",
        records=records,
        blocks=blocks,
        sheet=Table(COLUMNS, ordered),
        answer=answer,
    )


def _inboxes(found: Sequence[HistoryEntry]) -> str:
    return plural(len({entry.version.inbox_id for entry in found}), "inbox", "inboxes")


def _without_inbox(cells: Sequence[Cell]) -> list[Cell]:
    return [cells[0], *cells[2:]]


def empty() -> Report:
    """Nothing was recorded yet."""
    return Report(
        schema=SCHEMA, title="History of settings", head={"schema": SCHEMA}, records_key="versions",
        answer="No versions yet: the first change makes one.",
    )  # fmt: skip
