"""`occ-media diagnose`: why a file cannot be sent, received or seen, as a check list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files, one_of
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS

if TYPE_CHECKING:
    from occ_media_cli.decide.diagnose import Line as Check
    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.model import Report

HELP = """Find out why a file cannot be sent, received or seen.

\b
Examples:
  occ-media diagnose cannot-send --inbox vip --agent kim --file offer.pdf
  occ-media diagnose not-displayed --inbox vip --entry wamid.1
"""

EXITS = "Exit codes: 0 no cause found, 1 a cause found, 2 usage, 3 the file cannot be read, 11 no such inbox or entry."

SCHEMA = "occ-media/diagnose/1"


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    question: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION",
            help="cannot-send, cannot-receive or not-displayed.",
            click_type=one_of.OneOf("decide.diagnose:QUESTIONS"),
        ),
    ],
    inbox: Annotated[str, typer.Option("--inbox", metavar="N", help="The inbox.")],
    agent: Annotated[str | None, typer.Option("--agent", metavar="NAME", help="The agent it happens to.")] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="F", help="The file, to look at its bytes.", click_type=named_files.READ),
    ] = None,
    entry: Annotated[str | None, typer.Option("--entry", metavar="ID", help="Its id, SOURCE:ID or #SEQ.")] = None,
    rate: Annotated[float, typer.Option("--rate", metavar="MBIT", help="The speed to judge a download by.")] = 1.0,
    slow_after: Annotated[int, typer.Option("--slow-after", metavar="S", help="Seconds above which it is slow.")] = 60,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Diagnose a case."""
    from occ_media_cli.decide.cases import diagnose_question
    from occ_media_cli.decide.diagnose import PROBLEM

    with session.reading() as store:
        checks = diagnose_question(
            store, session.now, question, inbox, agent=agent, file=file, entry=entry, rate=rate, slow_after=slow_after
        )
    session.emit(_report(session, question, inbox, checks), format, output)
    return EXIT_FINDINGS if any(check.state == PROBLEM for check in checks) else EXIT_DONE


def _next(check: Check) -> str:
    """The next step of a check that could not be made stands beside it; those of causes stand below, in order."""
    from occ_media_cli.decide.diagnose import UNKNOWN

    return f"; {check.help}" if check.state == UNKNOWN and check.help else ""


def _report(session: Session, question: str, inbox: str, checks: list[Check]) -> Report:
    from occ_media_cli.decide.diagnose import PROBLEM
    from occ_media_cli.report import words
    from occ_media_cli.report.blocks import Column, Lines, Span, Table
    from occ_media_cli.report.model import Report

    causes = [check for check in checks if check.state == PROBLEM]
    lines: list[Line] = [
        (
            Span(f"{check.state:<9}", "error" if check.state == PROBLEM else "plain"),
            f" {check.check}: {check.message}{session.at_store(_next(check))}",
        )
        for check in checks
    ]
    fixes = list(dict.fromkeys(check.help for check in causes if check.help))
    many = f"{words.plural(len(causes), 'cause')}. Fix {'it' if len(causes) == 1 else 'them in this order'}:"
    if causes:
        lines += [many, *(session.at_store(f"  {fix}") for fix in fixes)]
    columns = (
        Column("state", "State", "state"), Column("check", "Check", "id"), Column("message", "Message"),
        Column("help", "Help"),
    )  # fmt: skip
    records = [
        {"check": check.check, "state": check.state, "message": check.message, "help": check.help or None}
        for check in checks
    ]
    return Report(
        schema=SCHEMA,
        title=f"Why {question.replace('-', ' ')}",
        head={"question": question, "inbox": inbox, "causes": len(causes)},
        records_key="checks",
        records=records,
        blocks=(Lines(lines),),
        sheet=Table.of(columns, records),
        answer="" if causes else "No cause found here; what is not seen is where to look next",
    )
