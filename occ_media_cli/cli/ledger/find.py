"""`occ-media ledger find`: entries in which a text stands somewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli.ledger.listing import Columns, Inboxes, Limit, Since, Until, show, window_of
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

HELP = """Find entries by a text in a name, a person, a conversation or a reason.

Capitals do not count. A customer is found in every spelling of the id. Other
ways to choose entries are those of ledger list.

\b
Examples:
  occ-media ledger find invoice
  occ-media ledger find '+1 650 555 0123' --since last-week
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("find", help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A part of it, in any case.")],
    inbox: Inboxes = None,
    since: Since = None,
    until: Until = None,
    columns: Columns = None,
    limit: Limit = None,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first.")] = False,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Find entries."""
    from occ_media_cli.cli.ledger.entry_report import EntryList
    from occ_media_cli.ledger.query import Filters, check_text

    check_text(text)
    start, end = session.window(since, until)
    filters = Filters(inbox=inbox, since=start, until=end, text=text)
    asked = EntryList(filters, "entry", columns, limit, newest=newest, window=window_of(session, start, end))
    return show(session, asked, inbox, format, output)
