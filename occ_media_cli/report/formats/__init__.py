"""One output format a file. `emit` is what commands call; a new format is a file and a line in `MODULES`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from occ_media_cli import log
from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Report
    from occ_media_cli.store.sink import Guard

MODULES: Mapping[str, str] = {
    "table": "occ_media_cli.report.formats.table",
    "json": "occ_media_cli.report.formats.json",
    "ndjson": "occ_media_cli.report.formats.ndjson",
    "csv": "occ_media_cli.report.formats.csv",
    "markdown": "occ_media_cli.report.formats.markdown",
    "html": "occ_media_cli.report.formats.html",
    "sarif": "occ_media_cli.report.formats.sarif",
    "junit": "occ_media_cli.report.formats.junit",
    "github": "occ_media_cli.report.formats.github",
    "xlsx": "occ_media_cli.report.formats.xlsx",
}
"""Every format and the module that holds its `render`. Only the one that is asked for is imported."""

NAMES: tuple[str, ...] = tuple(MODULES)

FINDING_FORMATS: frozenset[str] = frozenset({"sarif", "junit", "github"})
"""Formats that show a report's `cases` and nothing else: for commands that find something."""

FOR_ALL: tuple[str, ...] = tuple(name for name in NAMES if name not in FINDING_FORMATS)
"""The formats of every report."""

ROWS_ALONE: frozenset[str] = frozenset({"csv", "ndjson"})
"""Formats that hold rows and no word about the whole."""

BINARY: frozenset[str] = frozenset({"xlsx"})
"""Formats that are no text; a terminal cannot show them."""


class Render(Protocol):
    """What each format's module has under the name `render`: the bytes of the report, in order."""

    def __call__(self, report: Report, screen: Screen, /) -> Iterator[bytes]:
        """Make the bytes, one chunk at a time, as the records come."""
        ...


def render(report: Report, format_name: str, screen: Screen) -> Iterator[bytes]:
    """The report in one format. Raises UsageError for a name that is not in `NAMES`, or that cannot hold the report."""
    if format_name not in MODULES:
        from occ_media_cli.report.meant import refuse_other_words

        refuse_other_words(format_name, "format", NAMES)
    if format_name in FINDING_FORMATS and not report.rules and report.cases == ():
        hint = f"one of {', '.join(FOR_ALL)}"
        raise UsageError(f"format {format_name} is for findings, and this command has none", hint=hint)
    return cast("Render", import_module(MODULES[format_name]).render)(report, screen)


def emit(
    report: Report,
    *,
    format: str,  # noqa: A002 - the word that users type
    output: str | None,
    quiet: bool,
    color: bool | None,
    guard: Guard | None = None,
) -> None:
    """Write a report to standard output, or with `output` to a file that is replaced in one step (mode 0600).

    With `output` the words `wrote FILE` and the report's last line go to stderr, unless `quiet`; notices do so there,
    and of formats without a place for them, whatever `quiet` says. Hints go to stderr
    after a `table`, where stderr is a terminal and `quiet` is off. color: True or False decides; None asks the
    environment and the stream. guard: what `output` must not be. Raises UsageError and Incomplete, see `sink.write`.
    """
    from occ_media_cli.report.formats import output as sinks
    from occ_media_cli.report.formats import screen

    if output is None and format in BINARY and sys.stdout.isatty():
        raise UsageError(
            f"format {format} is not text; nothing was written",
            hint="name a file to write it to",
            topic=("output", f"report.{format}"),
        )
    with log.step("report", "{} rendered and written", format):
        if output is None:
            sinks.to_stdout(render(report, format, screen.stdout(color)))
        else:
            from occ_media_cli.store import sink

            sink.write(output, render(report, format, screen.OF_FILE), guard)
    if output is not None or format in ROWS_ALONE:
        for notice in report.notices:
            _say(notice, color)
    if quiet:
        return
    if output is not None:
        _say(f"wrote {output}", color)
        _say(report.last_line(), color)
    if format == "table" and sys.stderr.isatty():
        for hint in report.hints:
            _say(hint, color)


def _say(line: Line, color: bool | None) -> None:
    from occ_media_cli.report.formats import screen
    from occ_media_cli.report.formats.table import pen_of

    if not line:
        return
    where = screen.of_stream(sys.stderr, color)
    text = pen_of(where).write_line(line)
    if where.github:
        from occ_media_cli.report.safe import github_log

        text = github_log(text)
    text = text.encode(where.encoding, "backslashreplace").decode(where.encoding)
    sys.stderr.write(text + "\n")
