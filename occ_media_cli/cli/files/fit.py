"""`occ-media fit`: which channels take a file as it is, and a copy that they take where they do not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.decide.fit import Fitted, described
from occ_media_cli.decide.result import problem_of
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE, UsageError
from occ_media_cli.media.problems import help_for_unread
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column, Lines, Table
from occ_media_cli.report.model import Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.decide.fit import Fit
    from occ_media_cli.decide.fit_files import FitRun
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.report.blocks import Block
    from occ_media_cli.report.json_types import Json

HELP = """Show which channels take a file as it is, and write a copy that they take.

With --write, each file that is not taken as it is becomes a copy in a folder:
smaller, or of another type, and as near to the original as the limits let it be.
A copy has passed check --strict before it gets its name; the original stays.

\b
Examples:
  occ-media fit photo.webp
  occ-media fit clip.mp4 --channel whatsapp-cloud --write fitted
  occ-media fit outbox --inbox vip --write fitted -j 4
  occ-media fit scan.pdf --max "2 MB" --write fitted --quality-floor 0.95
"""

EXITS = (
    "Exit codes: 0 done, 1 the channel or inbox that was named refuses a file, or with --write no copy of a file could "
    "be made that fits, 2 usage, 3 a file could not be looked at."
)

_LABEL = 40
"""Cells of the line that a file under way takes, so that what is done and left still stands on it."""

SCHEMA = "occ-media/fit/1"
COPY_COLUMNS = (
    Column("written", "Copy", "path"),
    Column("lost", "Lost", "list"),
    Column("reason", "Why none"),
)
COLUMNS = (
    Column("takes", "Takes it", "state", of=lambda target: _yes_no(target["takes"])),
    Column("target", "Channel", "id"),
    Column("as_it_is", "As it is"),
    Column("nearest_fit", "Nearest fit"),
)


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="The files.", click_type=named_files.READ_WALKED)
    ],
    channel: Annotated[str | None, typer.Option("--channel", metavar="P", help="This channel only.")] = None,
    inbox: Annotated[
        str | None, typer.Option("--inbox", metavar="N", help="Judge for an inbox: all its rules.")
    ] = None,
    most: Annotated[
        str | None, typer.Option("--max", metavar="SIZE", help="With --write: the size of a copy, at most.")
    ] = None,
    write: Annotated[
        str | None,
        typer.Option(
            "--write", metavar="DIR", help="Write copies that fit there.", click_type=named_files.WRITE_FOLDER
        ),
    ] = None,
    quality_floor: Annotated[
        float | None,
        typer.Option(
            "--quality-floor", metavar="0.90", help="With --write: the least likeness to the original, 0 to 1."
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("-j", metavar="N", help="With --write: files at a time; one for each core.")
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show who takes a file, and write copies."""
    from occ_media_cli.decide.fit_files import FitRun, most_bytes

    if write is None:
        _refuse_alone(session, {"--max": most, "--quality-floor": quality_floor, "-j": jobs})
    elif channel is None and inbox is None and most is None:
        raise UsageError(
            "--write does not say for whom; nothing was written",
            hint="add --channel P, --inbox N or --max SIZE; without --write, fit shows which channels take what",
        )
    run = FitRun(session.location, session.now, channel=channel, inbox=inbox, most=most_bytes(most, "--max"))
    fitted = list(run.files(files)) if write is None else _write(session, run, files, write, quality_floor, jobs)
    if run.look.skipped_links or run.look.skipped_system:
        links = words.plural(run.look.skipped_links, "link")
        system = words.plural(run.look.skipped_system, "system item")
        session.note(f"note: in folders, {links} and {system} were skipped; a file that you name is always looked at")
    session.emit(report(fitted, write, most if channel is inbox is None else None), format, output)
    if write is not None:
        refused = any(each.known is not None and each.written is None and not each.as_it_is for each in fitted)
    else:
        refused = any(not fit.takes for each in fitted for fit in each.fits)
        refused = refused and (channel is not None or inbox is not None)
    if refused:
        return EXIT_FINDINGS
    return EXIT_INCOMPLETE if any(each.unreadable for each in fitted) else EXIT_DONE


def _refuse_alone(session: Session, of_writing: dict[str, object]) -> None:
    """UsageError for what says how copies are to be, where none is to be written."""
    given = next((name for name, value in of_writing.items() if value is not None), None)
    if given is not None:
        typed = session.typed
        end = typed.index("--") if "--" in typed else len(typed)
        hint = words.shell("occ-media", *typed[:end], "--write", "fitted", *typed[end:])
        raise UsageError(f"{given} is about copies, and --write does not say where they go", hint=hint)


def _write(
    session: Session, run: FitRun, files: list[str], folder: str, floor: float | None, jobs: int | None
) -> list[Fitted]:
    from pathlib import Path

    from occ_media_cli.cli.progress import Progress
    from occ_media_cli.decide.fit_files import QUALITY_FLOOR

    total = None if any(Path(each).is_dir() for each in files) else len(files)
    progress = Progress("files", quiet=session.quiet, unit="done", verb="fitting", rated=False)
    fitted: list[Fitted] = []

    def show() -> None:
        progress.label = words.cut_middle(files[min(len(fitted), total - 1)], _LABEL) if total else "files"
        progress.show(len(fitted), len(fitted) / total if total else None)

    try:
        for each in run.write_copies(
            files, folder, session.guard, floor=QUALITY_FLOOR if floor is None else floor, workers=jobs, waiting=show
        ):
            fitted.append(each)
            show()
    except KeyboardInterrupt:
        done = sum(each.written is not None for each in fitted)
        copies = (
            f"{words.plural(done, 'copy is', 'copies are')} in {folder}, each of them whole; name the other files again"
        )
        raise KeyboardInterrupt(copies if done else "nothing was written") from None
    finally:
        progress.end()
    return fitted


def report(fitted: Sequence[Fitted], folder: str | None = None, most: str | None = None) -> Report:
    """Every file against every target, and its copy where those are written. folder: where they are. most: the size,
    where only that was asked for."""
    blocks: list[Block] = []
    records, sheet = [], []
    for each in fitted:
        targets = [_target(fit) for fit in each.fits]
        records.append(_record(each, targets))
        made = each.written
        copy: dict[str, Json] = {
            "written": made.path if made else None, "lost": list(made.lost) if made else [],
            "reason": each.reason or None,
        }  # fmt: skip
        why = each.unreadable or each.reason
        sheet += [{"path": each.path, **target, **copy} for target in targets or [_unread(why)]]
        apart = ("",) if folder is not None and blocks else ()
        if each.known is None:
            help_ = help_for_unread(why, os.fsencode(each.path))
            blocks.append(Lines((*apart, f"{each.path}: not checked: unreadable: {why}; help: {help_}")))
        else:
            blocks += [Lines((*apart, f"{each.path}: {_heading(each.known)}")), Table.of(COLUMNS, targets)]
            blocks += [Lines(tuple(_copied(each, most)))] if folder is not None else []
    return Report(
        schema=SCHEMA,
        title="Who takes it",
        records_key="files",
        records=records,
        blocks=blocks,
        sheet=Table.of(
            (Column("path", "File", "path"), *COLUMNS, *(COPY_COLUMNS if folder is not None else ())), sheet
        ),
        answer=_answer(fitted) if folder is None else _answer_of_writing(fitted, folder),
    )


def _copied(each: Fitted, most: str | None) -> Iterator[str]:
    """What was written of a file, or why nothing was. most: as of `report`."""
    made = each.written
    if made is None:
        small = f": it is not over {most}, and nothing else was asked for" if most else ""
        yield f"{each.reason}{small}" if each.as_it_is else f"not written: {each.reason}"
        return
    like = "" if made.ssim is None else f"; {made.ssim:.3f} like it"
    yield f"written: {made.path}: {made.type}, {words.size(made.size)}{like}"
    if made.changes:
        yield f"changed: {'; '.join(made.changes)}"
    if made.lost:
        yield f"lost: {', '.join(made.lost)}"
    if made.warning:
        yield f"note: {made.warning}"


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


def _unread(why: str) -> dict[str, Json]:
    """The row of a file that nobody was asked about, because it could not be looked at."""
    return {"target": None, "takes": None, "as_it_is": f"not checked: {why}", "nearest_fit": None}


def _yes_no(taken: object) -> str | None:
    return None if taken is None else words.yes_no(taken)


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
        "written": each.written.as_json() if each.written else None,
        "reason": each.reason or None,
    }


def _answer_of_writing(fitted: Sequence[Fitted], folder: str) -> str:
    written = sum(each.written is not None for each in fitted)
    as_is = sum(each.as_it_is for each in fitted)
    unread = sum(each.known is None for each in fitted)
    rest = len(fitted) - written - as_is - unread
    parts = [f"{words.count(written)} written to {folder}"] if written else []
    parts += [f"{words.count(as_is)} {'fits as it is' if as_is == 1 else 'fit as they are'}"] if as_is else []
    parts += [f"{words.count(rest)} could not be made to fit"] if rest else []
    parts += [f"{words.count(unread)} not looked at"] if unread else []
    nothing = "" if written else "; nothing was written"
    return f"{words.plural(len(fitted), 'file')}: {', '.join(parts) or 'nothing was looked at'}{nothing}"


def _answer(fitted: Sequence[Fitted]) -> str:
    every = [fit for each in fitted for fit in each.fits]
    if not every:
        return f"{words.plural(len(fitted), 'file')}: nothing could be looked at"
    takes = sum(fit.takes for fit in every)
    verb = "takes" if takes == 1 else "take"
    what = "it as it is" if len(fitted) == 1 else "a file as it is"
    return f"{takes} of {len(every)} {verb} {what}; nothing was written"
