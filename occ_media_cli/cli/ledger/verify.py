"""`occ-media ledger verify` and `checkpoint`: prove that the ledger is as it was recorded."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.problem import LedgerProblem
    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.report.model import Block, Json, Report

HELP = """Compute every stored value again, and name the first that differs.

\b
Examples:
  occ-media ledger verify
  occ-media ledger verify --checkpoint q1.json
"""

EXITS = (
    "Exit codes: 0 intact, 1 altered or not as the checkpoint says, 10 store damaged, 11 no ledger, 20 no checkpoint."
)

HELP_CHECKPOINT = """Write down where the chain stands, to be kept somewhere else.

\b
Examples:
  occ-media ledger checkpoint --output q1.json
"""

SCHEMA = "occ-media/verify/1"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("verify", help=HELP, epilog=f"{GLOBAL_LINE}\n\n{EXITS}")(command(run))
    app.command("checkpoint", help=HELP_CHECKPOINT, epilog=GLOBAL_LINE)(command(checkpoint))


def run(
    session: Session,
    checkpoint_file: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", metavar="FILE", help="A checkpoint that was kept elsewhere.", click_type=named_files.READ
        ),
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Verify."""
    from occ_media_cli.cli.progress import Progress
    from occ_media_cli.ledger.find import newest_record
    from occ_media_cli.ledger.verify.checkpoint import load_checkpoint
    from occ_media_cli.retention.ledger_check import record_verification, verify_whole

    mark = load_checkpoint(checkpoint_file) if checkpoint_file is not None else None
    progress = Progress("the ledger", quiet=session.quiet, unit="entries")
    with session.reading() as store:
        connection = store.ledger
        total = newest_record(connection) or 1
        try:
            result = verify_whole(connection, mark, lambda number: progress.show(number, min(number / total, 1)))
        finally:
            progress.end()
        report = _report(connection, result, mark, checkpoint_file)
    if not session.read_only:
        record_verification(session.location, result, session.stamp())
    session.emit(report, format, output)
    if mark is None:
        session.note("note: no checkpoint was given: a cut tail or a full rewrite would not show")
    if not result.intact:
        session.note("help: change nothing; copy the store file, then compare it with a backup")
    return EXIT_DONE if result.intact else EXIT_FINDINGS


def checkpoint(session: Session, output: Output = None) -> int | None:
    """Take a checkpoint: JSON, on stdout or into a file."""
    from occ_media_cli.ledger.verify.checkpoint import SCHEMA as SCHEMA_CHECKPOINT
    from occ_media_cli.ledger.verify.checkpoint import take_checkpoint
    from occ_media_cli.report.model import Report

    with session.reading() as store:
        found = take_checkpoint(store.ledger, session.now, session.made())
    session.emit(
        Report(
            schema=SCHEMA_CHECKPOINT,
            title="Checkpoint",
            head=found.document(),
            answer=f"checkpoint at entry {found.seq:,}, head {found.state}",
        ),
        "json",
        output,
    )
    return None


def _report(connection: sqlite3.Connection, result: VerifyResult, mark: Checkpoint | None, file: Path | None) -> Report:
    from occ_media_cli.report.model import Lines, Report

    blocks: list[Block] = []
    records = [_machine(connection, problem) for problem in result.problems]
    if result.problems:
        first = result.problems[0]
        about = _about(connection, first.seq)
        words = [f"table   {first.table}" + (f", column {first.column}" if first.column else "")]
        if first.seq is not None:
            place = f"first   entry {first.seq:,}" + (" or the one before it" if first.late and first.seq > 1 else "")
            words.append(place + (f", {times.text(about[1])}, {about[2]}" if about else ""))
            if about and about[0]:
                words.append(f"id      {about[0]}")
        elif first.where:
            words.append(f"row     {first.where}")
        words.append(f"what    {first.what}")
        if len(result.problems) > 1:
            words.append(f"more    {len(result.problems) - 1:,} in {_tables(result.problems[1:])}")
        blocks.append(Lines(words))
        answer = f"ledger ALTERED: {result.entries:,} entries, the first {result.seq:,} of the chain intact"
    else:
        answer = f"ledger intact: {result.entries:,} entries, every stored value recomputed"
    if mark is not None:
        matches = "matches" if result.checkpoint else "does NOT match"
        blocks.insert(0, Lines([f"checkpoint {file} {matches} at entry {mark.seq:,}"]))
    matched: Json = None if mark is None else {"file": str(file), "seq": mark.seq, "matches": bool(result.checkpoint)}
    if result.intact:
        blocks.append(Lines([f"head {result.head}"]))
    return Report(
        schema=SCHEMA,
        title="Verification of the ledger",
        head={
            "schema": SCHEMA, "intact": result.intact, "entries": result.entries, "seq": result.seq,
            "head": result.head,
            "checkpoint": matched,
        },
        records_key="problems",
        records=records,
        blocks=blocks,
        answer=answer,
    )  # fmt: skip


def _tables(problems: tuple[LedgerProblem, ...]) -> str:
    return ", ".join(sorted({problem.table for problem in problems}))


def _machine(connection: sqlite3.Connection, problem: LedgerProblem) -> dict[str, Json]:
    about = _about(connection, problem.seq)
    return {
        "table": problem.table, "column": problem.column, "what": problem.what, "seq": problem.seq,
        "or_before": problem.late, "row": problem.where, "entry": about[0] if about else None,
        "time": times.text(about[1]) if about else None, "inbox": about[2] if about else None,
    }  # fmt: skip


def _about(connection: sqlite3.Connection, seq: int | None) -> tuple[str | None, int, str | None] | None:
    """Id, time and inbox of a record, as far as an altered store still tells."""
    import sqlite3

    from occ_media_cli.ledger.find import describe_record

    if seq is None:
        return None
    with suppress(sqlite3.Error, ValueError, OverflowError):
        found = describe_record(connection, seq)
        if found is not None and isinstance(found[1], int):
            times.text(found[1])
            return found
    return None
