"""`occ-media inbox compare`: what two inboxes say differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli.options import Format, Output
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from occ_media_cli.report.blocks import Block, Line
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.report.model import Report
    from occ_media_cli.settings.state import Current

SCHEMA = "occ-media/inbox-compare/1"

TEXTS = ("message", "messages", "description")
"""Settings whose words stand under their row, whole, on lines of their own."""


def compare(
    session: Session,
    first: Annotated[str, typer.Argument(metavar="A", help="An inbox.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As they were at a moment.")] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Compare two inboxes."""
    from occ_media_cli.settings.state import state

    moment = session.time(at, "--at", "past") if at is not None else session.now
    with session.reading() as store:
        (one,), (other,) = (state(store, moment, name).inboxes for name in (first, second))
        session.emit(report(one, other, moment, session.shown), format, output)
    return None


def report(first: Current, second: Current, moment: int, shown: Callable[[int], str]) -> Report:
    """Each setting that differs, with what either inbox says; then what is going to turn in either by itself."""
    from occ_media_cli.cli.settings.show_view import turns_told
    from occ_media_cli.report.blocks import Column, Lines, Table
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural
    from occ_media_cli.settings.compare import differing
    from occ_media_cli.settings.model import FIELDS

    names = (first.version.inbox, second.version.inbox)
    records: list[dict[str, Json]] = [
        {"setting": field, "first": one, "second": other}
        for field, one, other in differing(first.version.settings, second.version.settings)
    ]
    setting = Column("setting", "Setting", "id", of=lambda row: str(row["setting"]).replace("_", "-"))
    columns = (
        setting,
        Column("first", names[0], "id", of=lambda row: _cell(row, "first")),
        Column("second", names[1], "id", of=lambda row: _cell(row, "second")),
    )
    whole = (
        setting,
        Column("first", names[0], "text", of=lambda row: _whole(row, "first")),
        Column("second", names[1], "text", of=lambda row: _whole(row, "second")),
    )
    table = Table.of(columns, records, below=lambda row: _texts(row, names))
    turning = [line for current in (first, second) for line in turns_told(current, moment, shown)]
    blocks: list[Block] = [table] if records else []
    blocks += [Lines(["", *turning])] if turning else []
    same = len(FIELDS) - len(records)
    answer = f"{names[0]} and {names[1]} say the same"
    if records:
        answer = f"{names[0]} and {names[1]} differ in {plural(len(records), 'setting')}, {same} are the same"
    return Report(
        schema=SCHEMA,
        title=f"{names[0]} and {names[1]}",
        head={"at": times.text(moment), "inboxes": list(names)},
        records_key="differences",
        records=records,
        blocks=blocks,
        sheet=Table.of(whole, records),
        answer=answer,
    )


def _cell(row: Record, side: str) -> str:
    """What an inbox says in one setting; whose texts stand below, in a word."""
    from occ_media_cli.settings.compare import in_words

    said = row[side]
    if row["setting"] == "messages" and isinstance(said, dict):
        return ", ".join(sorted(said)) or "none"
    if row["setting"] in TEXTS:
        return "own" if said else "none"
    return ", ".join(map(str, said)) or "none" if isinstance(said, list) else in_words(said)


def _whole(row: Record, side: str) -> str:
    """The same for rows of programs: texts stand in their cell."""
    said = row[side]
    if row["setting"] == "messages" and isinstance(said, dict):
        return "; ".join(f"{tag}: {text}" for tag, text in sorted(said.items()))
    return str(said or "") if row["setting"] in TEXTS else _cell(row, side)


def _texts(row: Record, names: tuple[str, str]) -> list[Line]:
    """The words of either side, whole: whoever compares messages must see them."""
    from occ_media_cli.cli.settings.changes import one_line
    from occ_media_cli.report.blocks import Span

    if row["setting"] not in TEXTS:
        return []
    lines: list[Line] = []
    for name, said in zip(names, (row["first"], row["second"]), strict=True):
        texts = {f"{name}, {tag}": text for tag, text in said.items()} if isinstance(said, dict) else {name: said}
        lines += [
            (Span(f"{who}: {one_line(str(text))}", verbatim=True),) for who, text in sorted(texts.items()) if text
        ]
    return lines
