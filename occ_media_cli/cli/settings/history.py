"""`occ-media history`: every version of the settings, as a log."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError

HELP = """Show every version of an inbox's settings, oldest first, with who changed what and why.

\b
Examples:
  occ-media history vip
  occ-media history vip --format json
  occ-media history import before-occ-media.ndjson
"""

EXITS = "Exit codes: 0 done, 2 usage, 3 unreadable, 10 store, 11 no inbox, 20 file."


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INBOX] | import FILE", help="Only this inbox; or a file to take in.", click_type=named_files.READ
        ),
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show the history, or take one in."""
    match words or []:
        case []:
            return _show(session, None, format, output)
        case [inbox]:
            return _show(session, inbox, format, output)
        case ["import", file]:
            return _take_in(session, file)
        case _:
            raise UsageError("one inbox at a time, or import FILE", hint="occ-media history vip")


def _show(session: Session, inbox: str | None, format: str, output: str | None) -> int | None:  # noqa: A002  # as above
    from occ_media_cli.cli.settings import history_view
    from occ_media_cli.settings import history, inbox_names, read
    from occ_media_cli.settings.state import edited_at

    with session.reading() as store:
        if store.connection is None:
            session.emit(history_view.empty(), format, output)
            return None
        number = read.ever_named(store.connection, inbox) if inbox is not None else None
        if inbox is not None and number is None:
            raise inbox_names.no_inbox(inbox, read.inbox_ids(store.connection), str(session.location.path))
        found, notes = history.log(store.connection, number)
        edited = edited_at(store, session.now)
        session.emit(history_view.log(found, notes, session.now, one=inbox is not None, edited=edited), format, output)
    return None


def _take_in(session: Session, file: str) -> int | None:
    from pathlib import Path

    from occ_media_cli.report.words import plural
    from occ_media_cli.settings import history_import, imported

    session.refuse_if_read_only()
    rows = imported.load_history(Path(file))
    with session.editing(first_inbox=False) as editor:
        made = history_import.record(editor, rows, Path(file).name)
        new_store = editor.store.made
    if new_store:
        session.note(f"note: made the store {session.location.path}")
    for inbox, number in made.items():
        session.say(f"{inbox}: {plural(number, 'version')} taken in" if number else f"{inbox}: nothing changed")
    session.say(f"{plural(len(rows), 'row')} read from {file}, {plural(sum(made.values()), 'version')} made")
    return None
