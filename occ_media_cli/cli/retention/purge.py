"""`occ-media retention purge` and `restore`: into quarantine, out of it for good, or back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, Root, changing, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.report.blocks import Block, Line
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.retention.purge import quarantine
    from occ_media_cli.retention.purge.entry_purge import Purge
    from occ_media_cli.retention.purge.orphan_purge import OrphanPurge
    from occ_media_cli.retention.purge.refusals import PurgeRefusal
    from occ_media_cli.retention.purge.run import PurgeOutcome

HELP = """Purge an approved plan: exactly its files, into quarantine, file by file.

The whole ledger is verified first; one that was altered loses no file. A file
that is held, changed, a link or gone is left alone and recorded. Files in
quarantine can be restored until --grace is over; --finish then removes them.

\b
Examples:
  occ-media retention purge 4f1c09d27ab35e60 --root media
  occ-media retention purge --finish --root media
"""

RESTORE = """Bring a file back from quarantine during its grace.

A file that no entry names is called by its number in its plan, '#123'. What was
replaced or changed in quarantine is not put back.

\b
Example:
  occ-media retention restore wamid.1 --root media
"""

EXITS = (
    "Exit codes: 0 done, 1 a file was refused, 2 usage, 10 plan or ledger altered, 11 no such store, plan or entry,"
    " 12 busy or another purge runs, 13 refused as a whole."
)

SCHEMA = "occ-media/purge/1"
SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("purge", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))
    app.command("restore", help=RESTORE, epilog=f"{GLOBAL_LINE} {EXITS}")(command(restore))


@changing
def run(
    session: Session,
    root: Root,
    plan: Annotated[str | None, typer.Argument(metavar="[PLAN]", help="The id of an approved plan.")] = None,
    finish: Annotated[bool, typer.Option("--finish", help="Remove what has waited for its grace.")] = False,
    max_delete: Annotated[
        str, typer.Option("--max-delete", metavar="N|P%", help="Refuse a plan that removes more.")
    ] = "50%",
    grace: Annotated[str, typer.Option("--grace", metavar="7d", help="How long files can be restored.")] = "7d",
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Purge a plan, or finish earlier purges."""
    from occ_media_cli.cli import opening
    from occ_media_cli.cli.ledger.kept import verifying
    from occ_media_cli.retention.purge import guards, whole

    if (plan is None) != finish:
        raise UsageError(
            "name a plan, or --finish; nothing was removed",
            hint=f"occ-media retention purge PLAN --root {_quoted(str(root))}",
        )
    allowed = guards.parse_limit(max_delete)
    wait = times.duration(grace, "--grace")
    session.refuse_if_read_only()
    opening.must_exist(session)
    refused: Sequence[PurgeRefusal]
    with opening.changing(session) as store:
        if plan is None:
            done = whole.finish_graces(store, root, session.stamp(), partial(verifying, session))
            report, refused = finished(done, root), done.refused
        else:

            def work(run: Purge | OrphanPurge) -> PurgeOutcome:
                return _purge(session, run, store.location.ledger, allowed)

            showing = partial(verifying, session)
            result = whole.purge_plan(store, plan, root, session.stamp(), allowed, wait, work, showing)
            report, refused = purged(plan, result, root), result.refused
    if refused or format != "table" or output is not None or not session.quiet:
        session.emit(report, format, output)
    return EXIT_FINDINGS if refused else EXIT_DONE


def _purge(session: Session, run: Purge | OrphanPurge, store: Path, allowed: RemovalLimit) -> PurgeOutcome:
    """Run, show how far it is, and say after Ctrl-C where the files are."""
    from occ_media_cli.cli.progress import Progress

    removals = max(int(run.plan.content["summary"]["remove"]), 1)
    progress = Progress(f"plan {run.plan.plan}", quiet=session.quiet, unit="files", verb="purging")
    try:
        return run.run(store, allowed, lambda number: progress.show(number, min(number / removals, 1)))
    except KeyboardInterrupt:
        words = f"{run.outcome.taken:,} files are in quarantine; run the same command again to go on"
        raise KeyboardInterrupt(words) from None
    finally:
        progress.end()


def purged(plan: str, result: PurgeOutcome, root: str) -> Report:
    """What a purge did, for people and programs."""
    from occ_media_cli.report.words import plural, size

    answer = f"plan {plan}: {plural(result.taken, 'file')}, {size(result.bytes)}, moved into quarantine"
    if result.taken:
        answer += f" until {times.text(result.due)}"
    extra = []
    if result.earlier:
        extra.append(f"{plural(result.earlier, 'file')} an earlier run had moved")
    if result.restored:
        extra.append(f"{plural(result.restored, 'file')} somebody restored since: they need a plan of their own")
    extra += _living_on(result.linked)
    head: dict[str, Json] = {
        "plan": plan, "action": "purge", "root": root, "files": result.taken, "bytes": result.bytes,
        "earlier": result.earlier, "restored": result.restored, "linked": result.linked,
        "until": times.text(result.due),
    }  # fmt: skip
    hints = [f"undo: occ-media retention restore ENTRY --root {_quoted(root)}"] if result.taken else []
    return _report(head, answer, extra, result.refused, hints)


def finished(done: quarantine.GraceOutcome, root: str) -> Report:
    """What `--finish` did, for people and programs."""
    from occ_media_cli.report.words import plural, size

    answer = f"{plural(done.removed, 'file')}, {size(done.bytes)}, removed for good"
    if done.waiting and done.next_due is not None:
        answer += f"; {done.waiting:,} wait, the next until {times.text(done.next_due)}"
    extra = []
    if done.put_back:
        extra.append(f"{plural(done.put_back, 'file')} of an interrupted run put back")
    if done.elsewhere:
        extra.append(f"{plural(done.elsewhere, 'file')} wait on another volume that had this name")
    extra += _living_on(done.linked)
    head: dict[str, Json] = {
        "plan": None, "action": "finish", "root": root, "files": done.removed, "bytes": done.bytes,
        "waiting": done.waiting, "until": times.optional_text(done.next_due), "put_back": done.put_back,
        "linked": done.linked,
    }  # fmt: skip
    return _report(head, answer, extra, done.refused, [])


def _living_on(linked: int) -> list[str]:
    """What is said of files that are gone from under the root, and whose bytes are not."""
    from occ_media_cli.report.words import plural

    if not linked:
        return []
    has = "has" if linked == 1 else "have"
    return [f"{plural(linked, 'file')} {has} other names in the file system (hard links), where the bytes live on"]


def _report(
    head: dict[str, Json], answer: str, extra: list[str], refused: Sequence[PurgeRefusal], hints: list[str]
) -> Report:
    from occ_media_cli.report.blocks import Column, Lines, Table
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    lines: list[Line] = [f"kept     {item.path or item.entry}: {_why(item)}" for item in refused[:SHOWN]]
    if len(refused) > SHOWN:
        lines.append(f"… {plural(len(refused) - SHOWN, 'more file')}; --format csv lists all")
    blocks: list[Block] = [Lines([*lines, *extra])] if lines or extra else []
    records = [
        {
            "entry": item.entry,
            "source": item.source or None,
            "path": item.path,
            "code": item.code,
            "message": item.words,
        }
        for item in refused
    ]
    columns = (
        Column("entry", "Entry", "id"), Column("source", "Source", "id"),
        Column("path", "Path", "path"), Column("code", "Code", "id"),
        Column("message", "Why it was kept", "text"),
    )  # fmt: skip
    return Report(
        schema=SCHEMA,
        title="Purge",
        head=head,
        records_key="refused",
        records=records,
        blocks=blocks,
        answer=f"{answer}; {plural(len(refused), 'file')} kept" if refused else answer,
        hints=hints,
        sheet=Table.of(columns, records),
    )


def _why(item: PurgeRefusal) -> str:
    return item.words if item.words.startswith(item.code) else f"{item.code}: {item.words}"


def _quoted(text: str) -> str:
    from occ_media_cli.report.words import shell

    return shell(text)


@changing
def restore(
    session: Session,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="The entry whose file comes back.")],
    root: Root,
) -> int | None:
    """Bring a file back."""
    from occ_media_cli.cli import opening
    from occ_media_cli.retention.purge.whole import restore_entry

    session.refuse_if_read_only()
    opening.must_exist(session)
    with opening.changing(session) as store:
        item, refused = restore_entry(store, entry, root, session.stamp())
    if refused is not None:
        session.say(f"{entry} stays in quarantine as {item.name}, on record: {_why(refused)}; nothing was changed")
        return EXIT_FINDINGS
    session.say(f"{entry} is back under {root}; plan {item.plan.plan} will not take it again")
    return None
