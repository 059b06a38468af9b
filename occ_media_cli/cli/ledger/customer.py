"""`occ-media customer`: one person under several ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Format, Output, changing, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report

HELP = "Say which ids are one person's: holds, erasures, plans and lists then cover all of them."

HELP_ALIAS = """One person under several ids: a telephone number, an id of a platform, an e-mail address.

Spellings of one telephone number or e-mail address are one person without an alias.
"""

ADD = """Record that some ids are one person's.

\b
Example:
  occ-media customer alias add 16505551234 rosa@example.com --reason "case 4711"
"""

REMOVE = """Record that an id is nobody else's any more.

\b
Example:
  occ-media customer alias remove rosa@example.com --reason "another person"
"""

LIST = """List persons with several ids.

\b
Example:
  occ-media customer alias list 16505551234
"""

EXITS = "Exit codes: 0 done, 2 usage, 11 no such store or alias, 12 store busy, 13 read-only, or the past."

SCHEMA = "occ-media/customer-aliases/1"

Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays on record.")]


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=HELP)
    alias = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=HELP_ALIAS)
    alias.command("add", help=ADD, epilog=f"{GLOBAL_LINE} {EXITS}")(command(add_customer_alias))
    alias.command("remove", help=REMOVE, epilog=f"{GLOBAL_LINE} {EXITS}")(command(remove))
    alias.command("list", help=LIST, epilog=GLOBAL_LINE)(command(listing))
    group.add_typer(alias, name="alias")
    app.add_typer(group, name=name)


@changing
def add_customer_alias(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID ID…", help="Ids of one person, as in the entries.")],
    reason: Reason,
    backdate: Backdate = None,
) -> int | None:
    """Add an alias."""
    from occ_media_cli.cli import opening
    from occ_media_cli.ledger.aliases import add_alias

    with opening.changing(session, numbered=True) as store:
        merged = add_alias(store.ledger, ids, reason, session.stamp(), backdate=backdate)
    session.say(f"one person from now on: {', '.join(merged)}")
    session.hint("undo: occ-media customer alias remove ID --reason TEXT")
    return None


@changing
def remove(
    session: Session,
    customer: Annotated[str, typer.Argument(metavar="ID", help="The id that is a person of its own.")],
    reason: Reason,
    backdate: Backdate = None,
) -> int | None:
    """Remove an alias."""
    from occ_media_cli.cli import opening
    from occ_media_cli.ledger.aliases import remove_alias

    with opening.changing(session, numbered=True) as store:
        kept = remove_alias(store.ledger, customer, reason, session.stamp(), backdate=backdate)
    session.say(f"{customer} stands for itself again" + (f"; still one person: {', '.join(kept)}" if kept else ""))
    return None


def listing(
    session: Session,
    customer: Annotated[str | None, typer.Argument(metavar="[ID]", help="The person with this id only.")] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """List aliases."""
    with session.reading() as store:
        session.emit(report(store.connection, customer), format, output)
    return None


def report(connection: sqlite3.Connection | None, customer: str | None) -> Report:
    """Persons with several ids, for people and programs."""
    from occ_media_cli.ledger.aliases import persons
    from occ_media_cli.report.blocks import Column
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    found = [] if connection is None else persons(connection, customer)
    records: list[dict[str, Json]] = [
        {"ids": list(each.ids), "recorded": times.text(each.ms), "actor": each.actor, "reason": each.reason}
        for each in found
    ]
    columns = (
        Column("ids", "Ids", "id"), Column("recorded", "Recorded", "time"), Column("actor", "By", "id"),
        Column("reason", "Reason", "text"),
    )  # fmt: skip
    return Report.of_list(
        columns,
        records,
        schema=SCHEMA,
        title="Aliases of customers",
        records_key="aliases",
        answer=plural(len(records), "person") + " with several ids" if records else "No aliases",
        hints=() if records else ("add one: occ-media customer alias add ID ID --reason TEXT",),
    )
