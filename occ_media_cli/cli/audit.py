"""`occ-media audit`: what was shared against the rules, and under which settings."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE, UsageError

HELP = """Judge the ledger by the rules, each file under the setting in force at its time.

\b
Examples:
  occ-media audit --since 2026-01-01 --until 2026-04-01
  occ-media audit --since last-quarter --until last-quarter --format html --output q.html
  occ-media audit --rule received-while-off --inbox vip
"""

EXITS = (
    "Exit codes: 0 no finding at or above --fail-on, 1 findings, 2 usage, 3 incomplete, 10 store invalid,"
    " 11 no such inbox or rule."
)

FAIL_ON = ("error", "warning", "note", "never")


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    since: Annotated[
        str | None, typer.Option("--since", metavar="T", help="From then on: a time, date, 30d, last-quarter.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="T", help="Before then; UTC like --since.")] = None,
    inboxes: Annotated[list[str] | None, typer.Option("--inbox", metavar="N", help="Only this inbox.")] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Only this rule, every finding; or a FILE.sql.")
    ] = None,
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="LEVEL", help="Exit 1 from error, warning, note; or never.")
    ] = "error",
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Audit the ledger."""
    from occ_media_cli.audit import document, engine, sqlite, wanted
    from occ_media_cli.cli import window
    from occ_media_cli.report.model import Severity

    if fail_on not in FAIL_ON:
        raise UsageError(f"--fail-on '{fail_on}' is none of {', '.join(FAIL_ON)}", hint="write --fail-on error")
    limit = None if fail_on == "never" else Severity(fail_on)
    scope = window.scope(session, since, until, inboxes)
    with session.reading() as store:
        location = store.location
        with sqlite.prepared(store, session.now) as source:
            sqlite.known(source, scope.inboxes, str(location.path))
            rules = wanted.choose(rule or (), wanted.section(source), location.path.parent, str(location.path))
            audit = engine.audit(source, rules, scope)
            asked = document.Asked(
                since=since, until=until, rules=tuple(rule or ()), fail_on=limit, source=str(location.path),
                command=("occ-media", "audit", *_typed(since, until, inboxes, rule)),
            )  # fmt: skip
            session.emit(document.document(audit, asked), format, output)
    if audit.fails(limit):
        return EXIT_FINDINGS
    return EXIT_INCOMPLETE if audit.incomplete else EXIT_DONE


def _typed(since: str | None, until: str | None, inboxes: list[str] | None, rules: list[str] | None) -> list[str]:
    """The filters as they were given."""
    given = [("--since", since), ("--until", until)]
    given += [("--inbox", name) for name in inboxes or ()] + [("--rule", name) for name in rules or ()]
    return [part for option, value in given if value is not None for part in (option, value)]
