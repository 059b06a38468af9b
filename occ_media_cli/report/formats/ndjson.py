"""One record a line and nothing else, written as the records come; a document without records is one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report import safe
from occ_media_cli.report.formats.sheets import window_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Report


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """Each record as one line of ASCII JSON."""
    if report.records_key is None:
        tail = report.tail() if report.tail is not None else {}
        yield safe.json({"schema": report.schema, **report.head, **tail}).encode("ascii") + b"\n"
        return
    window = window_cells(report)
    for record in report.records:
        yield safe.json({**record, **window} if window else record).encode("ascii") + b"\n"
