"""Figures and facts where only text can be shown: the same numbers as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.report.blocks import Column, Table
from occ_media_cli.report.formats.cell_text import people

if TYPE_CHECKING:
    from occ_media_cli.report.blocks import Facts, Figure
    from occ_media_cli.report.lanes import Lanes


def figure_table(figure: Figure) -> Table:
    """The labels and numbers of a chart; its answer is the caption."""
    return Table(
        columns=(Column("label", figure.title, "id"), Column("value", figure.unit.capitalize(), figure.unit)),
        rows=list(zip(figure.labels, figure.values, strict=True)),
        caption=figure.caption,
    )


def lanes_table(figure: Lanes) -> Table:
    """What held when, and how often something happened meanwhile."""
    counted = () if figure.tick is None else (Column("ticks", figure.tick[1].capitalize(), "count"),)
    return Table(
        columns=(
            Column("lane", figure.title, "id"),
            Column("word", "State", "state"),
            Column("from", "From", "time"),
            Column("until", "Until", "time"),
            *counted,
        ),
        rows=[
            (
                lane.label,
                stretch.word,
                times.text(stretch.start),
                times.text(stretch.end),
                *(lane.happened_in(index) for _ in counted),
            )
            for lane in figure.lanes
            for index, stretch in enumerate(lane.stretches)
        ],
        caption=figure.caption,
    )


def facts_table(facts: Facts) -> Table:
    """The same as rows, for formats that know only tables."""
    return Table(
        columns=(Column("fact", "Fact", "text"), Column("value", "Value", "text")),
        rows=[(name, people(cell, kind)) for name, cell, kind in facts.pairs],
    )
