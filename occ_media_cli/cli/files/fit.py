"""`occ-media fit`: which channels take a file as it is, and the nearest fix where they do not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.decide.fit import Fitted, described
from occ_media_cli.decide.result import problem_of
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from occ_media_cli.media.problems import help_for_unread
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column, Lines, Table
from occ_media_cli.report.model import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.decide.fit import Fit
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.report.blocks import Block
    from occ_media_cli.report.json_types import Json

HELP = """Show which channels take a file as it is, and the nearest fix for each refusal.

\b
Examples:
  occ-media fit photo.webp
  occ-media fit clip.mp4 --channel whatsapp-cloud
"""

EXITS = "Exit codes: 0 done, 1 the channel or inbox that was named refuses a file, 3 a file could not be looked at."

SCHEMA = "occ-media/fit/1"
COLUMNS = (
    Column("takes", "Takes it", "state", of=lambda target: words.yes_no(target["takes"])),
    Column("target", "Channel", "id"),
    Column("as_it_is", "As it is"),
    Column("nearest_fit", "Nearest fit"),
)


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="The files.", click_type=named_files.READ)],
    channel: Annotated[str | None, typer.Option("--channel", metavar="P", help="This channel only.")] = None,
    inbox: Annotated[
        str | None, typer.Option("--inbox", metavar="N", help="Judge for an inbox: all its rules.")
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show who takes a file."""
    from occ_media_cli.decide.fit_files import FitRun

    run = FitRun(session.location, session.now, channel=channel, inbox=inbox)
    fitted = list(run.files(files))
    if run.look.skipped_links or run.look.skipped_system:
        links = words.plural(run.look.skipped_links, "link")
        system = words.plural(run.look.skipped_system, "system item")
        session.note(f"note: in folders, {links} and {system} were skipped; a file that you name is always looked at")
    session.emit(report(fitted), format, output)
    refused = any(not fit.takes for each in fitted for fit in each.fits)
    if refused and (channel is not None or inbox is not None):
        return EXIT_FINDINGS
    return EXIT_INCOMPLETE if any(each.unreadable for each in fitted) else EXIT_DONE


def report(fitted: Sequence[Fitted]) -> Report:
    """Every file against every target."""
    blocks: list[Block] = []
    records, sheet = [], []
    for each in fitted:
        targets = [_target(fit) for fit in each.fits]
        records.append(_record(each, targets))
        sheet += [{"path": each.path, **target} for target in targets]
        if each.known is None:
            why = each.unreadable or ""
            help_ = help_for_unread(why, os.fsencode(each.path))
            blocks.append(Lines((f"{each.path}: not checked: unreadable: {why}; help: {help_}",)))
        else:
            blocks += [Lines((f"{each.path}: {_heading(each.known)}",)), Table.of(COLUMNS, targets)]
    return Report(
        schema=SCHEMA,
        title="Who takes it",
        records_key="files",
        records=records,
        blocks=blocks,
        sheet=Table.of((Column("path", "File", "path"), *COLUMNS), sheet),
        answer=_answer(fitted),
    )


def _heading(known: Recognition) -> str:
    parts = [described(known), words.size(known.size)]
    if "width" in known.facts:
        parts.append(f"{known.facts['width']} x {known.facts['height']}")
    codecs = known.facts.get("codecs")
    if isinstance(codecs, list) and codecs:
        parts.append(" and ".join(str(codec) for codec in codecs))
    return ", ".join(parts)


def _target(fit: Fit) -> dict[str, Json]:
    return {
        "target": fit.target,
        "takes": fit.takes,
        "as_it_is": fit.as_is,
        "nearest_fit": fit.fix or None,
        "problems": [problem_of(problem) for problem in fit.problems],
    }


def _record(each: Fitted, targets: Sequence[Json]) -> dict[str, Json]:
    known = each.known
    return {
        "path": each.path,
        "type": known.type if known else None,
        "is": described(known) if known else None,
        "size": known.size if known else None,
        "facts": dict(known.facts) if known else {},
        "unreadable": each.unreadable,
        "targets": targets,
    }


def _answer(fitted: Sequence[Fitted]) -> str:
    every = [fit for each in fitted for fit in each.fits]
    if not every:
        return f"{words.plural(len(fitted), 'file')}: nothing could be looked at"
    takes = sum(fit.takes for fit in every)
    verb = "takes" if takes == 1 else "take"
    what = "it as it is" if len(fitted) == 1 else "a file as it is"
    return f"{takes} of {len(every)} {verb} {what}; nothing was written"
