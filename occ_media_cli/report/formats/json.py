"""One versioned document, one record a line, written as the records come: its memory does not grow with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """`{"schema": …, head, "records": [ … ], tail}`, ASCII only, ended by a newline."""
    window: Mapping[str, Json] = {"window": report.window.as_json()} if report.window is not None else {}
    made: Mapping[str, Json] = {**window, "made": dict(report.made)} if report.made is not None else window
    head = safe.json({"schema": report.schema, **report.head, **made})
    if report.records_key is None:
        tail = report.tail() if report.tail is not None else {}
        text = safe.json({"schema": report.schema, **report.head, **made, **tail}) if tail else head
        yield text.encode("ascii") + b"\n"
        return
    yield f"{head[:-1]}, {safe.json(report.records_key)}: [".encode("ascii")
    between = b"\n  "
    for record in report.records:
        yield between + safe.json(record).encode("ascii")
        between = b",\n  "
    yield b"]" if between == b"\n  " else b"\n]"
    tail = report.tail() if report.tail is not None else {}
    yield f", {safe.json(tail)[1:]}\n".encode("ascii") if tail else b"}\n"
