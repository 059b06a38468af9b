"""`occ-media report`: one question each, answered from the ledger."""

from __future__ import annotations

from collections.abc import Callable

import typer

from occ_media_cli.audit.reports import TABLES
from occ_media_cli.cli.audit.window import Coarse, Data, Engine, KeyFile, Pseudonymise, Since, Until
from occ_media_cli.cli.options import GLOBAL_LINE, Format, OnlyInboxes, Output, command
from occ_media_cli.cli.session import Session

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such inbox or store."


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(name=name, no_args_is_help=True, help="Answer one question each from the ledger.")
    for table, question in TABLES.items():
        text = f"""Show {question}.

\b
Examples:
  occ-media report {table} --since 30d
  occ-media report {table} --inbox vip --format html --output {table}.html
"""
        group.command(table, help=text, epilog=f"{GLOBAL_LINE} {EXITS}")(command(_runner(table)))
    app.add_typer(group)


def _runner(table: str) -> Callable[..., int | None]:
    def run(
        session: Session,
        since: Since = None,
        until: Until = None,
        inboxes: OnlyInboxes = None,
        format: Format = "table",  # noqa: A002  # the option's name
        output: Output = None,
        pseudonymise: Pseudonymise = False,
        coarse: Coarse = False,
        key_file: KeyFile = None,
        engine: Engine = "sqlite",
        data: Data = None,
    ) -> int | None:
        """Show a report."""
        from pathlib import Path

        from occ_media_cli.audit.ask import answer_report, open_engine
        from occ_media_cli.audit.reports.answer import report
        from occ_media_cli.cli.audit.window import made, scope, veil_of
        from occ_media_cli.values import replace

        veil = veil_of(session, key_file, wanted=pseudonymise, coarse=coarse)
        asked = scope(session, since, until, inboxes)
        path = Path(data) if data is not None else session.location.path
        with open_engine(session.location, session.now, engine, data) as source:
            answer = answer_report(source, table, path, asked, veil)
            page = format in ("html", "markdown")
            found = report(table, answer, asked, source.head(), page=page, made=made(session, veil).as_json())
            if veil is not None:
                found = replace(found, about=[*found.about, veil.cannot])
            session.emit(found, format, output)
        return None

    return run
