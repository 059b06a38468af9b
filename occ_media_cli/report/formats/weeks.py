"""The weeks of a calendar, for formats that draw them and for those that print a row for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.report.blocks import Amount, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.report.blocks import Calendar, Cell

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""In English on every machine, as all of our words are."""

NONE = Amount()

LEFT_OUT = "weeks without files are left out"


def date(day: int) -> str:
    """`2026-11-23`."""
    return times.text(day)[:10]


def month(day: int) -> str:
    """`Nov`."""
    return MONTHS[int(date(day)[5:7]) - 1]


def total(amounts: Iterable[Amount]) -> Amount:
    """All of them together."""
    known = list(amounts)
    return Amount(sum(amount.files for amount in known), sum(amount.bytes for amount in known))


def weeks(calendar: Calendar) -> Iterator[tuple[int, list[tuple[int, Amount]]]]:
    """Each Monday, and the seven days of its week with their amounts."""
    for week in range(calendar.weeks):
        monday = calendar.first + week * 7 * times.DAY
        days = [monday + index * times.DAY for index in range(7)]
        yield monday, [(day, calendar.days.get(day, NONE)) for day in days]


def listed(calendar: Calendar) -> list[tuple[int, list[tuple[int, Amount]]]]:
    """The weeks that a table lists: those with files, and that of today."""
    return [
        (monday, days)
        for monday, days in weeks(calendar)
        if any(day == calendar.today or amount.files for day, amount in days)
    ]


def end(calendar: Calendar) -> int:
    """The first day after the weeks."""
    return calendar.first + calendar.weeks * 7 * times.DAY


def left_out(calendar: Calendar) -> str:
    """What a table does not list, in words."""
    return LEFT_OUT if len(listed(calendar)) < calendar.weeks else ""


def calendar_table(calendar: Calendar) -> Table:
    """A row for each week that has files, with its days; what lies outside comes first and last."""
    rows: list[tuple[Cell, ...]] = []
    nothing: tuple[Cell, ...] = (None,) * 7
    if calendar.before.files:
        words = f"before {date(calendar.first)}"
        rows.append((words, *nothing, calendar.before.files, calendar.before.bytes))
    for monday, days in listed(calendar):
        whole = total(amount for _, amount in days)
        rows.append((date(monday), *(amount.files or None for _, amount in days), whole.files, whole.bytes))
    if calendar.after.files:
        rows.append((f"after {date(end(calendar) - times.DAY)}", *nothing, calendar.after.files, calendar.after.bytes))
    return Table(
        columns=(
            Column("week", "Week from", "time"),
            *(Column(name.lower(), name, "count") for name in WEEKDAYS),
            Column("files", "Files", "count"),
            Column("bytes", "Size", "size"),
        ),
        rows=rows,
        caption="; ".join(filter(None, (f"{calendar.title} {calendar.caption or ''}".strip(), left_out(calendar)))),
    )
