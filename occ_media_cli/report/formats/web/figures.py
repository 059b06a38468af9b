"""Drawings: shapes only, all text stays in HTML, so that it keeps its size however narrow the page is.

A drawing that says something has `role="img"` and a title with its numbers; one that repeats the number beside it is
hidden from readers that cannot see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report import safe, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.report.blocks import Figure
    from occ_media_cli.report.lanes import Lane, Lanes

LABELLED_COLUMNS = 13
"""Up to so many columns each have their number; a quarter has thirteen weeks."""

SHORT_LABEL = 24
"""Characters up to which the name of a bar is kept in one line."""


def _number(value: int, unit: str) -> str:
    return words.size(value) if unit == "size" else words.count(value)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def sparkline(numbers: Sequence[int], label: str) -> str:
    """A course of numbers, 120 by 20; `label` is the range, already safe."""
    low, high = min(numbers), max(numbers)
    step = 120 / max(1, len(numbers) - 1)
    height = max(1, high - low)
    points = [(index * step, 18 - 16 * (number - low) / height) for index, number in enumerate(numbers)]
    if len(points) == 1:
        points.append((120, points[0][1]))
    line = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
    title = f"{label}: {', '.join(words.count(number) for number in numbers)}"
    return (
        '<svg class="spark" role="img" width="120" height="20" viewBox="0 0 120 20">'
        f'<title>{title}</title><polyline points="{line}"/></svg>'
    )


def bars(figure: Figure) -> str:
    """Places compared: a table with a bar in each row; places with nothing stay."""
    most = max([*figure.values, 1])
    rows = []
    for label, value in zip(figure.labels, figure.values, strict=True):
        share = _short(100 * value / most)
        name = "short" if len(label) <= SHORT_LABEL else "wrap"
        rows.append(
            f'<tr role="row"><th role="rowheader" scope="row" class="{name}"><bdi>{safe.html(label)}</bdi></th>'
            f'<td role="cell" class="n">{_number(value, figure.unit)}</td><td role="cell" class="bar">'
            '<svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">'
            f'<rect width="{share}" height="10"/></svg></td></tr>\n'
        )
    return f'<table role="table" class="bars"><tbody role="rowgroup">\n{"".join(rows)}</tbody></table>\n'


def columns(figure: Figure) -> str:
    """A course over time: columns with their numbers, or with that of the peak where there are many."""
    values = figure.values
    most = max([*values, 1])
    title = "; ".join(
        f"{safe.html(label)}: {_number(value, figure.unit)}" for label, value in zip(figure.labels, values, strict=True)
    )
    rects = []
    for index, value in enumerate(values):
        height = 100 * value / most
        if height > 0:
            size = f'width="8" height="{_short(height)}"'
            rects.append(f'<rect x="{index * 10 + 1}" y="{_short(100 - height)}" {size}/>')
    drawing = (
        f'<svg role="img" viewBox="0 0 {max(1, len(values)) * 10} 100" preserveAspectRatio="none">'
        f"<title>{title}</title>{''.join(rects)}</svg>"
    )
    first, last = (safe.html(figure.labels[0]), safe.html(figure.labels[-1])) if figure.labels else ("", "")
    axis = f'<div class="axis"><span>{first}</span><span>{last if len(values) > 1 else ""}</span></div>'
    return f'<div class="columns">{_above(figure)}{drawing}{axis}</div>\n'


def _above(figure: Figure) -> str:
    """The numbers over the columns, or that of the highest one."""
    values = figure.values
    if not values:
        return ""
    shown = [_number(value, figure.unit) for value in values]
    if len(values) <= LABELLED_COLUMNS and max(map(len, shown)) <= 4:
        cells = "".join(f"<span>{text}</span>" for text in shown)
        style = f"grid-template-columns:repeat({len(values)},minmax(0,1fr))"
        return f'<div class="values" aria-hidden="true" style="{style}">{cells}</div>'
    peak = max(range(len(values)), key=lambda index: values[index])
    share = 100 * peak / len(values)
    text = f"{safe.html(figure.labels[peak])}: {shown[peak]}"
    if share < 50:
        return f'<p class="peak" style="padding-left:{_short(share)}%">{text}</p>'
    right = _short(100 - 100 * (peak + 1) / len(values))
    return f'<p class="peak" style="padding-right:{right}%;text-align:right">{text}</p>'


def lanes(figure: Lanes) -> str:
    """One lane a name: thin while the one word held, thick while the other did, events as ticks above the line."""
    counted = figure.tick is not None and any(lane.happened for lane in figure.lanes)
    drawn = "".join(_lane(figure, lane, counted=counted) for lane in figure.lanes)
    axis = f'<div class="axis"><span>{safe.html(figure.first)}</span><span>{safe.html(figure.last)}</span></div>'
    return f"{drawn}{axis}\n"


def _lane(figure: Lanes, lane: Lane, *, counted: bool) -> str:
    length = max(1, figure.end - figure.start)

    def at(moment: int) -> float:
        return 1000 * (min(max(moment, figure.start), figure.end) - figure.start) / length

    shapes, words_under, said = [], [], []
    for stretch in lane.stretches:
        left, right = at(stretch.start), at(stretch.end)
        top, height = (20, 8) if stretch.word == figure.thick else (23, 2)
        shapes.append(f'<rect x="{_short(left)}" y="{top}" width="{_short(max(right - left, 1))}" height="{height}"/>')
        word = safe.html(stretch.word)
        share = (right - left) / 10
        words_under.append(f'<span style="width:{_short(share)}%">{word if share >= 8 else ""}</span>')
        said.append(word)
    for tick in lane.ticks:
        x = _short(at(tick))
        shapes.append(f'<line class="tick" vector-effect="non-scaling-stroke" x1="{x}" x2="{x}" y1="4" y2="16"/>')
    label = safe.html(lane.label)
    count = words.plural(lane.happened, *map(safe.html, figure.tick)) if counted and figure.tick else ""
    if lane.happened > len(lane.ticks):
        count += f", {len(lane.ticks):,} of them shown"
    return (
        f'<div class="lane"><div><bdi>{label}</bdi>{", " if count else ""}{count}</div>'
        '<svg role="img" viewBox="0 0 1000 32" preserveAspectRatio="none">'
        f"<title>{label}: {', then '.join(said)}{'; ' if count else ''}{count}</title>{''.join(shapes)}</svg>"
        f'<div class="words" aria-hidden="true">{"".join(words_under)}</div></div>\n'
    )
