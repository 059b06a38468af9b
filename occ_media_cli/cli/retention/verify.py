"""`occ-media retention verify` and `certificate`: do the bytes agree with the ledger, and what was purged by whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, ROOT, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, Incomplete, UsageError
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from occ_media_cli.report.blocks import Block, Line
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.retention.root_result import RootResult

VERIFY = """Compare the files under a root with the ledger, or check a certificate.

Names files that should be gone and are there, that should be there and are gone,
that changed, and that nobody knows. It removes nothing, and a certificate is
checked without any store.

\b
Examples:
  occ-media retention verify --root media
  occ-media retention verify --certificate purge.json
"""

CERTIFICATE = """Write the certificate of a purge: what went, when, why, and who approved it.

It names entries by their number, sha256 and size; no names, paths or customers.

\b
Example:
  occ-media retention certificate 4f1c09d27ab35e60 --format json --output purge.json
"""

SCHEMA = "occ-media/retention-verify/1"
SHOWN = 20

EXITS = "Exit codes: 0 all agrees, 1 something does not, 2 usage, 3 a file could not be read, 11 no such store or plan."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("verify", help=VERIFY, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))
    app.command("certificate", help=CERTIFICATE, epilog=f"{GLOBAL_LINE} {EXITS}")(command(certificate))


def run(
    session: Session,
    root: Annotated[str | None, ROOT] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--certificate", metavar="FILE", help="Check this certificate instead.", click_type=named_files.READ
        ),
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Verify files or a certificate."""
    if (root is None) == (check is None):
        raise UsageError("name --root or --certificate", hint="occ-media retention verify --root DIR")
    if check is not None:
        return _check(session, check, format, output)
    return _verify(session, str(root), format, output)


def _verify(session: Session, root: str, format: str, output: str | None) -> int:  # noqa: A002  # the option's name
    from occ_media_cli.cli import opening
    from occ_media_cli.retention.verify_root import verify_root

    with opening.reading(session) as store:
        result = verify_root(store.ledger, root)
    recorded = not session.read_only and _record(session, result, root)
    session.emit(replace(report(result, root, recorded=recorded), made=session.made()), format, output)
    if not result.ok:
        return EXIT_FINDINGS
    return Incomplete.code if result.counts["unreadable"] else EXIT_DONE


def _record(session: Session, result: RootResult, root: str) -> bool:
    """Append the result where that may be: a store that cannot be written is verified all the same."""
    from occ_media_cli.retention.verify_root import record_when_writable

    if record_when_writable(session.location, result, root, session.stamp()):
        return True
    session.note("note: the store cannot be written, so the result is not on record")
    return False


def report(result: RootResult, root: str, *, recorded: bool) -> Report:
    """What a verification found, for people and programs."""
    from occ_media_cli.report.blocks import Column, Lines, Table
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import count, plural, size

    lines: list[Line] = []
    for code, number in result.counts.items():
        some = [item for item in result.wrong if item.code == code]
        if not some:
            continue
        lines.append(f"{code}: {plural(number, 'file')}")
        lines += [f"  {item.path}: {item.words}{f' ({item.name})' if item.name else ''}" for item in some[:SHOWN]]
        if number > SHOWN:
            lines.append(f"  {plural(number - SHOWN, 'more file')}: --format csv")
    wrong = sum(result.counts.values())
    answer = (
        f"{plural(result.files, 'file')}, {size(result.bytes)}, under {root}: {count(result.right)} as the ledger says"
    )
    answer += f", {count(wrong)} not" if wrong else ""
    answer += f"; {count(result.waiting)} wait in quarantine" if result.waiting else ""
    answer += f"; {plural(result.older, 'older version')} stay in the bucket" if result.older else ""
    records = [
        {"code": item.code, "path": item.path, "entry": item.name, "source": item.source, "message": item.words}
        for item in result.wrong
    ]
    columns = (
        Column("code", "Code", "id"), Column("path", "Path", "path"), Column("entry", "Entry", "id"),
        Column("source", "Source", "id"),
        Column("message", "What is wrong", "text"),
    )  # fmt: skip
    head: dict[str, Json] = {
        "root": root, "ok": result.ok, "incomplete": bool(result.counts["unreadable"]), "files": result.files,
        "bytes": result.bytes, "right": result.right, "skipped": result.skipped,
        "older_versions": result.older,
        "waiting": result.waiting, "counts": dict(result.counts),
        "recorded": recorded,
    }  # fmt: skip
    blocks: list[Block] = [Lines(lines)] if lines else []
    return Report(
        schema=SCHEMA,
        title="Retention verification",
        head=head,
        records_key="problems",
        records=records,
        blocks=blocks,
        answer=answer,
        hints=[f"orphans go by a plan of their own: {_orphans(root)}"] if result.counts["orphan"] else [],
        sheet=Table.of(columns, records),
    )


def _orphans(root: str) -> str:
    from occ_media_cli.report.words import shell

    return shell("occ-media", "retention", "plan", "--orphans", "--root", root)


def _check(session: Session, path: Path, format: str, output: str | None) -> int:  # noqa: A002  # the option's name
    from occ_media_cli.report.blocks import Lines
    from occ_media_cli.report.model import Report
    from occ_media_cli.retention import certificate_check
    from occ_media_cli.settings.document.load import read_bytes

    data = read_bytes(path)
    problems = certificate_check.check_certificate(data, str(path))
    document = {} if problems else certificate_check.load_certificate(data, str(path))
    lines: list[Line] = [f"problem  {problem}" for problem in problems]
    if not problems:
        lines = list(_certified(document))
    answer = f"{path}: does NOT hold" if problems else f"{path}: holds; every record recomputed"
    session.emit(
        Report(
            schema="occ-media/certificate-check/1",
            title="Certificate check",
            head={"file": str(path), "ok": not problems, "plan": document.get("plan"), "problems": list(problems)},
            blocks=[Lines(lines)],
            answer=answer,
            made=session.made(),
        ),
        format,
        output,
    )
    if not problems:
        session.note("note: compare the ledger head with a checkpoint to know that nothing is left out")
    return EXIT_FINDINGS if problems else EXIT_DONE


def _certified(document: dict[str, Json]) -> list[Line]:
    from occ_media_cli.retention import certificate_page

    return [f"{name:<12} {value}" for name, value in certificate_page.facts(document)]


def certificate(
    session: Session,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The id of the plan.")],
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Write a certificate."""
    from occ_media_cli.retention import certificate as certificates
    from occ_media_cli.retention.certificate_page import page

    with session.reading() as store:
        document = certificates.make_certificate(store.ledger, plan, session.made())
    session.emit(page(document, record=format == "html"), format, output)
    return None
