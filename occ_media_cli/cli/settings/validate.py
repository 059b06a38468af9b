"""`occ-media validate`: everything that is wrong with a settings document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, FindingFormat, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, MalformedInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.errors import OccMediaError
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.settings.model import Config

HELP = """Say whether a settings document is valid, with every error, its line and what to write.

It needs no store. Where there is one, its inboxes count as known, as they do for apply.

\b
Examples:
  occ-media validate settings.toml
  occ-media validate settings.toml --format sarif --output settings.sarif
"""

EXITS = "Exit codes: 0 valid, 2 usage, 3 unreadable, 20 malformed."

SCHEMA = "occ-media/validate/1"

RULE = "malformed-document"


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE.toml", help="A settings document, or a store that is one.", click_type=named_files.READ
        ),
    ],
    format: FindingFormat = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int:
    """Validate a document."""
    from occ_media_cli.cli.advice import advise
    from occ_media_cli.decide.known_profiles import known_profiles
    from occ_media_cli.decide.known_rules import known_rules
    from occ_media_cli.settings.document import against_store

    rules = known_rules(session.location.path.parent)
    found, wrong = against_store.validate_document(
        session.location, session.now, file, profiles=known_profiles, rules=rules
    )
    for each in wrong:
        each.hint = advise(each)
    session.emit(report(file, found, wrong), format, output)
    return MalformedInput.code if wrong else EXIT_DONE


def report(file: str, found: Config | None, wrong: Sequence[OccMediaError]) -> Report:
    """Each error with its place and what to write; or that there is none, and what was looked at."""
    from occ_media_cli.report.blocks import Column, Table
    from occ_media_cli.report.judged import Case, ReportFinding, RuleInfo
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural
    from occ_media_cli.vocabulary import Severity

    records: list[dict[str, Json]] = [
        {"file": file, "line": each.line, "error": each.what, "help": each.hint} for each in wrong
    ]
    place = Column("place", "Where", "id", of=lambda row: file if row["line"] is None else f"{file}:{row['line']}")
    table = Table.of(
        (place, Column("error", "Error", "id")),
        records,
        below=lambda row: [f"help: {row['help']}"] if row["help"] else [],
        under=1,
    )
    sheet = Table.of(
        (Column("file", "File", "path"), Column("line", "Line"), Column("error", "Error"), Column("help", "Help")),
        records,
    )
    answer = f"{file}: {plural(len(wrong), 'error')}"
    if found is not None:
        agents = found.sections["agents"]
        number = len(agents) if isinstance(agents, dict) else 0
        answer = f"{file} is valid: {plural(len(found.inboxes), 'inbox', 'inboxes')}, {plural(number, 'agent')}"
    findings = [
        ReportFinding(RULE, Severity.ERROR, each.what, each.hint or "", path=file, line=each.line) for each in wrong
    ]
    title = "It breaks the format of a settings document."
    return Report(
        schema=SCHEMA,
        title="Validation",
        head={"file": file, "valid": not wrong},
        records_key="errors",
        records=records,
        blocks=[table] if records else [],
        sheet=sheet,
        answer=answer,
        notices=_notices(wrong),
        cases=[Case(file, findings)],
        rules=[RuleInfo(RULE, Severity.ERROR, title, title, "Mend the line.")],
    )


def _notices(wrong: Sequence[OccMediaError]) -> list[str]:
    from occ_media_cli.settings.document.load import EVERY, NOT_TOML

    found = []
    if any(each.what.startswith(NOT_TOML) for each in wrong):
        found.append("What stands in lines that are no TOML was not looked at; mend them and validate again.")
    if len(wrong) >= EVERY:
        found.append(f"The first {EVERY:,} errors are told; mend them and validate again.")
    return found
