"""A calendar of a page: a picture with a column for each week, and beside it a table with every number of it.

The picture shows where much falls together, the table says how much. What lies before today is a circle in the colour
of errors, and what comes is a square, so that neither colour nor a screen is needed to tell them apart. The letters in
it are 12 units high in a drawing of 340, so that they are no smaller on a telephone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.report import safe, words
from occ_media_cli.report.formats import weeks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.report.blocks import Amount, Calendar

WIDTH, LABELS, TOP, ROW, WIDEST, BAR = 340, 32, 18, 17, 19, 20
"""Units: the whole, the names of weekdays, those of months, a day's height and width, a bar for what is outside."""

LEVELS = 4
"""How strong a day is drawn: by quarters of the largest number."""

LONGEST_IN_BAR = 17
"""Characters that a bar of seven days holds."""


def calendar(figure: Calendar) -> str:
    """The picture with its key, and the table."""
    most = max((amount.files for amount in figure.days.values()), default=0)
    drawing = f"{_picture(figure, most)}{_key(figure, most)}"
    return f'<div class="calendar">\n<div>\n{drawing}</div>\n{_table(figure)}</div>\n'


def level(files: int, most: int) -> int:
    """0 for none, 1 to 4 for up to a quarter, a half, three quarters and all of the largest number."""
    return -(-files * LEVELS // most) if files and most else 0


def _amount(amount: Amount) -> str:
    return f"{words.plural(amount.files, 'file')}, {words.size(amount.bytes)}"


def _outside(figure: Calendar) -> tuple[str, str]:
    return f"before {weeks.date(figure.first)}", f"after {weeks.date(weeks.end(figure) - times.DAY)}"


def _said(figure: Calendar) -> str:
    """The picture in words: every day that has something."""
    before, after = _outside(figure)
    parts = [f"{before}: {_amount(figure.before)}"] if figure.before.files else []
    parts += [f"{weeks.date(day)}: {_amount(amount)}" for day, amount in sorted(figure.days.items()) if amount.files]
    parts += [f"{after}: {_amount(figure.after)}"] if figure.after.files else []
    return f"{figure.title} {'; '.join(parts) or 'nothing'}"


def _picture(figure: Calendar, most: int) -> str:
    left = LABELS + (BAR if figure.before.files else 0)
    room = WIDTH - left - (BAR if figure.after.files else 0)
    step = min(WIDEST, room / max(1, figure.weeks))
    shapes = [f'<text x="0" y="{TOP + row * ROW + 12}">{name}</text>' for row, name in enumerate(weeks.WEEKDAYS)]
    shapes += [f'<text x="{_short(left + column * step)}" y="12">{name}</text>' for column, name in _months(figure)]
    if figure.before.files:
        shapes.append(_bar(LABELS, figure.before.files, "earlier", "late"))
    for column, (_, days) in enumerate(weeks.weeks(figure)):
        for row, (day, amount) in enumerate(days):
            place = (left + column * step, TOP + row * ROW, min(step, ROW) - 2)
            shapes.append(_day(figure, day, amount, place, level(amount.files, most)))
    if figure.after.files:
        shapes.append(_bar(left + figure.weeks * step + 2, figure.after.files, "later", "ahead"))
    size = f"0 0 {WIDTH} {TOP + 7 * ROW}"
    return f'<svg role="img" viewBox="{size}"><title>{safe.html(_said(figure))}</title>\n{"".join(shapes)}</svg>\n'


def _months(figure: Calendar) -> Iterator[tuple[int, str]]:
    """The names of months over the weeks in which they begin; each needs the room of two weeks."""
    found: list[tuple[int, str]] = []
    for column, (_, days) in enumerate(weeks.weeks(figure)):
        name = weeks.month(days[-1][0])
        if not found or found[-1][1] != name:
            found.append((column, name))
    after = [column for column, _ in found[1:]] + [figure.weeks]
    return ((column, name) for (column, name), following in zip(found, after, strict=True) if following - column >= 2)


def _day(figure: Calendar, day: int, amount: Amount, place: tuple[float, float, float], strength: int) -> str:
    x, y, side = place
    late = day < figure.today
    names = f"{'late' if late else 'ahead'} l{strength}" if strength else "none"
    if day == figure.today:
        names += " today"
    corner = side / 2 if late else 2
    box = f'x="{_short(x)}" y="{y}" width="{_short(side)}" height="{_short(side)}" rx="{_short(corner)}"'
    return f'<rect class="{names}" {box}><title>{weeks.date(day)}: {_amount(amount)}</title></rect>'


def _bar(x: float, files: int, word: str, name: str) -> str:
    """Everything that lies outside of the weeks on one side, as a bar as high as a week."""
    text = f"{words.count(files)} {word}"
    text = text if len(text) <= LONGEST_IN_BAR else words.count(files)
    high = 7 * ROW - 2
    middle = _short(x + 8)
    turned = f'x="{middle}" y="{TOP + high / 2}" transform="rotate(-90 {middle} {TOP + high / 2})"'
    return (
        f'<rect class="{name} l4" x="{_short(x)}" y="{TOP}" width="16" height="{high}" rx="4"/>'
        f'<text class="inside" {turned} text-anchor="middle">{text}</text>'
    )


def _key(figure: Calendar, most: int) -> str:
    """What the shapes mean, said beside each of them."""
    parts = []
    for number in range(1, LEVELS + 1):
        low, high = (number - 1) * most // LEVELS + 1, number * most // LEVELS
        if low <= high:
            span = words.count(high) if low == high else f"{low:,} to {high:,}"
            what = "" if high < most else " file a day" if most == 1 else " files a day"
            parts.append(f"{_swatch(f'ahead l{number}')}{span}{what}")
    if figure.before.files or any(day < figure.today and amount.files for day, amount in figure.days.items()):
        parts.append(f"{_swatch('late l4', 6)}{safe.html(figure.late)}")
    parts.append(f"{_swatch('none today')}today, {weeks.date(figure.today)}")
    parts += [f"in the table {weeks.LEFT_OUT}"] if weeks.left_out(figure) else []
    return f'<p class="key">{"".join(f"<span>{part}</span> " for part in parts)}</p>\n'


def _swatch(names: str, corner: int = 2) -> str:
    box = f'x="1" y="1" width="12" height="12" rx="{corner}"'
    return f'<svg aria-hidden="true" viewBox="0 0 14 14"><rect class="{names}" {box}/></svg>'


def _table(figure: Calendar) -> str:
    """Every number of the picture, a row for each week that has any."""
    before, after = _outside(figure)
    names = [("Week from", "week"), *((name, "day") for name in weeks.WEEKDAYS), ("Files", "files"), ("Size", "bytes")]
    heads = "".join(f'<th role="columnheader" scope="col" class="{kind}">{title}</th>' for title, kind in names)
    rows = [_row(before, _NO_DAYS, figure.before)] if figure.before.files else []
    for monday, days in weeks.listed(figure):
        cells = "".join(_cell(figure, day, amount) for day, amount in days)
        rows.append(_row(weeks.date(monday), cells, weeks.total(amount for _, amount in days)))
    rows += [_row(after, _NO_DAYS, figure.after)] if figure.after.files else []
    return (
        f'<table role="table" class="weeks">\n<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{"".join(rows)}</tbody></table>\n'
    )


_NO_DAYS = '<td role="cell" class="outside" colspan="7"></td>'


def _row(name: str, cells: str, whole: Amount) -> str:
    return (
        f'<tr role="row"><th role="rowheader" scope="row">{name}</th>{cells}'
        f'<td role="cell" class="files">{words.count(whole.files)}</td>'
        f'<td role="cell" class="bytes">{words.size(whole.bytes)}</td></tr>\n'
    )


def _cell(figure: Calendar, day: int, amount: Amount) -> str:
    text = words.count(amount.files) if amount.files else "-"
    if amount.files and day < figure.today:
        text = f'<strong class="error">{text}</strong>'
    today = ' aria-current="date"' if day == figure.today else ""
    return f'<td role="cell" class="day"{today}>{text}</td>'


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
