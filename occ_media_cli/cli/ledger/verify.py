"""`occ-media ledger verify`: prove that the ledger is as it was recorded."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import named_files
from occ_media_cli.cli.ledger.kept import KeptCheckpoint, Signers, TsaCert, load_kept, verifying
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS
from occ_media_cli.ledger.verify.problem import MOST

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from occ_media_cli.ledger.clock_steps import ClockStep
    from occ_media_cli.ledger.verify.problem import LedgerProblem
    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.report.blocks import Block, Line
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.store.documents import EndedChange

HELP = """Compute every stored value again, and name the first that differs.

\b
Examples:
  occ-media ledger verify
  occ-media ledger verify --checkpoint q1.json
  occ-media ledger verify --checkpoint q1.json --signers allowed --tsa-cert tsa.pem
"""

EXITS = (
    "Exit codes: 0 intact, 1 altered or not as the checkpoint says, 3 a file is unreadable, 10 store damaged,"
    " 11 no ledger, 14 ssh-keygen or an extra is missing, 20 no checkpoint, signers or certificate."
)

SCHEMA = "occ-media/verify/1"

LISTED = 5
"""Places at which the clock ran backwards, and interrupted changes, that people are shown at once."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help=HELP, epilog=f"{GLOBAL_LINE}\n\n{EXITS}")(command(run))


def run(
    session: Session,
    checkpoint_file: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", metavar="FILE", help="A checkpoint that was kept elsewhere.", click_type=named_files.READ
        ),
    ] = None,
    signers: Signers = None,
    tsa_cert: TsaCert = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Verify."""
    from occ_media_cli.retention.ledger_check import record_verification, verify_whole
    from occ_media_cli.values import replace

    kept = load_kept(checkpoint_file, signers, tsa_cert)
    mark = kept.mark if kept is not None else None
    with session.reading() as store:
        connection = store.ledger
        with verifying(session, connection) as tell:
            result = verify_whole(connection, mark, tell)
        report = replace(_report(connection, result, kept), made=session.made())
    if not session.read_only:
        record_verification(session.location, result, session.stamp())
    session.emit(report, format, output)
    if mark is None:
        session.note("note: no checkpoint was given: a cut tail or a full rewrite would not show")
    if result.clock:
        session.note(
            "note: where the clock ran backwards one of the two times is not true: it was wrong, or set for one"
            " command; ask who made both records"
        )
    if result.ended:
        session.note(
            "note: who made an interrupted change, and when, stands beside the chain until a later command records it,"
            " and nobody can prove it; ask who is named"
        )
    if not result.intact:
        session.note("help: change nothing; copy the store file, then compare it with a backup")
    elif kept is not None and kept.proof.problems:
        session.note("help: take the checkpoint from where it was kept; what it says proves nothing as it stands")
    return EXIT_DONE if result.intact and (kept is None or not kept.proof.problems) else EXIT_FINDINGS


def _report(connection: sqlite3.Connection, result: VerifyResult, kept: KeptCheckpoint | None) -> Report:
    from occ_media_cli.report.blocks import Lines
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    own, entries = result.problems, plural(result.entries, "entry")
    if kept is not None:
        result = dataclasses.replace(result, problems=own + kept.proof.problems)
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
        answer = f"ledger ALTERED: {entries}, the first {result.seq:,} of the chain intact"
    else:
        answer = f"ledger intact: {entries}, every stored value recomputed"
    if result.problems and not own:
        answer = f"checkpoint NOT PROVED; the ledger agrees with itself: {entries}"
    if kept is not None:
        blocks.insert(0, Lines(_kept_lines(kept, matches=bool(result.checkpoint))))
    if result.clock:
        blocks.append(Lines(_clock_lines(result.clock)))
    if result.ended:
        blocks.append(Lines(ended_lines(result.ended)))
    if result.intact:
        blocks.append(Lines([f"head {result.head}"]))
    return Report(
        schema=SCHEMA,
        title="Verification of the ledger",
        head={
            "schema": SCHEMA, "intact": result.intact, "entries": result.entries, "seq": result.seq,
            "head": result.head, "clock": [_step(step) for step in result.clock[:MOST]],
            "interrupted": [_ended(change) for change in result.ended[:MOST]],
            "checkpoint": _kept_record(kept, matches=bool(result.checkpoint)) if kept is not None else None,
        },
        records_key="problems",
        records=records,
        blocks=blocks,
        answer=answer,
    )  # fmt: skip


def _clock_lines(steps: tuple[ClockStep, ...]) -> list[Line]:
    """Where the clock ran backwards, for people."""
    from occ_media_cli.report.words import plural

    lines: list[Line] = [f"clock ran backwards {plural(len(steps), 'time')}"]
    for step in steps[:LISTED]:
        by = f", by {step.actor}" if step.actor is not None else ""
        lines.append(
            f"  entry {step.seq:,} ({step.kind}{by}) at {times.text(step.wall)},"
            f" behind entry {step.before_seq:,} at {times.text(step.before)}"
        )
    if len(steps) > LISTED:
        lines.append(f"  {plural(len(steps) - LISTED, 'more time')}: occ-media audit --rule clock-ran-backwards")
    return lines


def ended_lines(ended: Sequence[EndedChange]) -> list[Line]:
    """Interrupted changes that a later command ended, for people."""
    from occ_media_cli.report.words import plural

    lines: list[Line] = [f"{plural(len(ended), 'interrupted change')} ended by a later command"]
    lines += [f"  {change.in_words()}" for change in ended[:LISTED]]
    if len(ended) > LISTED:
        lines.append(f"  {len(ended) - LISTED:,} more: occ-media audit --rule interrupted-change")
    return lines


def _ended(change: EndedChange) -> dict[str, Json]:
    """One of them, for programs."""
    return {
        "seq": change.seq, "finished": change.why is None, "actor": change.by, "time": times.text(change.wall),
        "first": change.first, "made_by": change.actor, "made_by_user": change.os_user,
        "made": times.optional_text(change.made), "why": change.why,
        "would": change.would, "reason": change.reason,
    }  # fmt: skip


def _step(step: ClockStep) -> dict[str, Json]:
    """One of them, for programs."""
    return {
        "seq": step.seq, "kind": step.kind, "time": times.text(step.wall), "actor": step.actor,
        "os_user": step.os_user, "host": step.host, "before_seq": step.before_seq, "before": times.text(step.before),
    }  # fmt: skip


def _kept_lines(kept: KeptCheckpoint, *, matches: bool) -> list[Line]:
    """The checkpoint for people: whether the ledger passed through it, and what vouches for it, where anything does."""
    mark, proof = kept.mark, kept.proof
    says = "matches" if matches else "does NOT match"
    lines: list[Line] = [f"checkpoint {kept.file} {says} at entry {mark.seq:,}"]
    if mark.previous is not None:
        lines.append(f"continues  the one at entry {mark.previous.seq:,} of {times.text(mark.previous.made)}")
    if proof.signer is not None or proof.has_stamp:
        lines.append(f"proof      {proof.in_words()}")
    return lines


def _kept_record(kept: KeptCheckpoint, *, matches: bool) -> dict[str, Json]:
    """The checkpoint for programs."""
    mark = kept.mark
    return {
        "file": str(kept.file), "seq": mark.seq, "head": mark.state, "entries": mark.entries,
        "made": times.text(mark.made), "made_by": dict(mark.made_by.as_json()) if mark.made_by is not None else None,
        "previous": mark.previous.as_json() if mark.previous is not None else None,
        "digest": mark.digest().hex(), "matches": matches and not kept.proof.problems, **kept.proof.as_json(),
    }  # fmt: skip


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
