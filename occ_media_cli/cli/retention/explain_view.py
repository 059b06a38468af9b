"""The form of every answer of `retention explain`, whether entries name the file or none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times

if TYPE_CHECKING:
    from collections.abc import Iterable

    from occ_media_cli.report.model import Json, Line, Report

SCHEMA = "occ-media/explain/1"


def page(found: Iterable[Iterable[Line]], records: list[dict[str, Json]], answer: str, now: int) -> Report:
    """The explanation for people and programs. found: the lines about each thing that has the name, and its record."""
    from occ_media_cli.report.model import Lines, Report

    lines: list[Line] = []
    for part in found:
        lines += [*([""] if lines else []), *part]
    return Report(
        schema=SCHEMA,
        title="Why a file stays or goes",
        head={"schema": SCHEMA, "at": times.text(now)},
        records_key="entries",
        records=records,
        blocks=[Lines(lines)],
        answer=answer,
    )
