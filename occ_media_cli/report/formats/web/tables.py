"""Tables of a page: they never make it scroll sideways, at any width."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from occ_media_cli.report import safe
from occ_media_cli.report.blocks import Group, Row
from occ_media_cli.report.formats.cell_text import NUMERIC
from occ_media_cli.report.formats.web import fit_lanes
from occ_media_cli.report.formats.web.inline import cell_html, line_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.report.blocks import Cell, Table
    from occ_media_cli.report.formats.web.fit_lanes import LaneLook

MOST_ROWS = 1_000
"""Rows of one table. A browser stays quick and a print stays short; the caption says how many more there are."""

SMALL_GROUP = 12
"""Rows of a group that are kept on one printed page."""


def table_html(table: Table, rest: str | None) -> Iterator[str]:
    """A table with caption, scopes and roles (written out, since the narrow layout takes the native ones away)."""
    rows = iter(table.rows)
    shown = list(islice(rows, MOST_ROWS))
    more = sum(1 for row in rows if not isinstance(row, Group))
    looks, layout = fit_lanes.looks(table.columns, shown)
    yield f'<table role="table" class="{layout}">\n'
    yield _caption(table, rest, sum(not isinstance(row, Group) for row in shown), more)
    heads = ""
    for look in looks:
        names = (
            "n" if look.column.kind in NUMERIC else "",
            "short" if len(look.column.title) <= fit_lanes.NARROWEST else "",
        )
        heads += f'<th role="columnheader" scope="col"{_class(" ".join(filter(None, names)))}>{look.label}</th>'
    yield f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
    for number, (group, members) in enumerate(_groups(shown)):
        small = number and len(members) <= SMALL_GROUP  # not the first one: it would leave the head alone on a page
        yield f'<tbody role="rowgroup"{_class("small" if small else "")}>\n'
        if group is not None:
            yield (
                f'<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="{len(looks)}">'
                f"{line_html(group.line)}</th></tr>\n"
            )
        for row in members:
            yield _row(row, looks)
        yield "</tbody>\n"
    if not shown:
        yield f'<tbody role="rowgroup"><tr role="row"><td role="cell" colspan="{len(looks)}">none</td></tr></tbody>\n'
    yield "</table>\n"


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""


def _caption(table: Table, rest: str | None, shown: int, more: int) -> str:
    parts = [line_html(table.caption)] if table.caption else []
    if more:
        where = f"; all: <code>{safe.html(table.rest or rest or '--format csv')}</code>"
        parts.append(f"{shown:,} of {shown + more:,} rows{where}")
    return f"<caption>{' '.join(parts)}</caption>\n" if parts else ""


def _groups(
    rows: Sequence[Sequence[Cell] | Row | Group],
) -> Iterator[tuple[Group | None, list[Sequence[Cell] | Row]]]:
    group: Group | None = None
    members: list[Sequence[Cell] | Row] = []
    for row in rows:
        if isinstance(row, Group):
            if members or group is not None:
                yield group, members
            group, members = row, []
        else:
            members.append(row)
    if members or group is not None:
        yield group, members


def _row(row: Sequence[Cell] | Row, looks: Sequence[LaneLook]) -> str:
    cells = row.cells if isinstance(row, Row) else row
    below = row.below if isinstance(row, Row) else ()
    under = min(row.under, len(cells) - 1) if isinstance(row, Row) else 0
    made = []
    for index, (cell, look) in enumerate(zip(cells, looks, strict=True)):
        text = cell_html(cell, look.column.kind)
        if below and index == under:
            text += "".join(f'<p class="below">{line_html(line)}</p>' for line in below)
        if look.header:
            made.append(f'<th role="rowheader" scope="row"{_class(look.classes)}>{text}</th>')
        else:
            made.append(f'<td role="cell" data-label="{look.label}"{_class(look.classes)}>{text}</td>')
    return f'<tr role="row">{"".join(made)}</tr>\n'
