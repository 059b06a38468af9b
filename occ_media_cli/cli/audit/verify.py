"""`occ-media audit verify`: whether an evidence bundle is intact, and its report what its own evidence comes to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.ledger.kept import Signers
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS

if TYPE_CHECKING:
    from occ_media_cli.audit.bundle.bundle import Checked
    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.model import Report

HELP = """Check an evidence bundle that audit --bundle wrote; no ledger is needed.

\b
Examples:
  occ-media audit verify q1.zip
  occ-media audit verify q1.zip --signers allowed --format json
"""

EXITS = (
    "Exit codes: 0 intact, 1 altered or by another, 3 the bundle or the signers are unreadable, 11 no such bundle,"
    " 14 no ssh-keygen, 20 no bundle or no signers."
)


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("verify", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    file: Annotated[str, typer.Argument(metavar="FILE.zip", help="The bundle.", click_type=named_files.READ)],
    signers: Signers = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Check a bundle."""
    from occ_media_cli.audit.bundle import bundle

    checked = bundle.verify_bundle(Path(file), signers)
    session.emit(_report(checked, file), format, output)
    return EXIT_FINDINGS if checked.problems else EXIT_DONE


def _report(checked: Checked, path: str) -> Report:
    """What a check found, file by file."""
    from occ_media_cli.report import words
    from occ_media_cli.report.blocks import Column, Facts, Table
    from occ_media_cli.report.model import Report

    problems = checked.problems
    by = f"{checked.name} ({checked.signer})" if checked.name else checked.signer
    signer = f"by {by or 'nobody'}"
    answer: Line = (
        f"{path} is intact: {words.plural(checked.files, 'file')}, {words.size(checked.bytes)}, signed {signer}"
        if not problems
        else f"{path} is ALTERED: {words.plural(len(problems), 'problem')}"
    )
    unshown = f"{'; '.join(checked.not_shown)} (as true as the signature)" if checked.not_shown else None
    facts = Facts([
        ("Ledger head", checked.head, "id"), ("Ledger entries", checked.entries, "count"),
        ("Made", checked.made, "time"), ("Made by clock", checked.wall, "time"),
        ("Program", checked.program, "text"), ("Digest", checked.digest, "id"), ("Signed", signer, "id"),
        ("Judged again", checked.judged_again, "text"), ("Not shown", unshown, "text"),
    ])  # fmt: skip
    columns = (Column("state", "State", "state"), Column("file", "File", "path"), Column("what", "What", "text"))
    rows = [("problem", name, what) for name, what in problems]
    return Report(
        schema="occ-media/bundle-verify/1",
        title="Evidence bundle",
        head={
            "bundle": path, "intact": not problems, "files": checked.files, "bytes": checked.bytes,
            "ledger_head": checked.head, "ledger_entries": checked.entries, "made": checked.made, "wall": checked.wall,
            "program": checked.program, "digest": checked.digest, "signer": checked.signer,
            "signer_name": checked.name, "judged_again": checked.judged_again,
            "not_shown": checked.not_shown,
        },
        records_key="problems",
        records=[{"file": name, "what": what} for name, what in problems],
        blocks=[Table(columns, rows, header=False)] if rows else [facts],
        answer=answer,
    )  # fmt: skip
