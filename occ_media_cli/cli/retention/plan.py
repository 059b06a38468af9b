"""`occ-media retention plan`: what a purge would remove, saved so that somebody can approve exactly that."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError

HELP = """Work out which files may go, and save it as a plan. Nothing is removed.

A plan looks at the ledger only, and reads no file. With --customer it lists
everything of one customer, due or not; holds and --keep-for still keep files,
and the plan says which.

\b
Examples:
  occ-media retention plan --root media
  occ-media retention plan --root media --inbox vip --format csv --output plan.csv
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such store or inbox, 12 store busy, 13 read-only."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    root: Annotated[str, typer.Option("--root", metavar="DIR", help="The folder that holds the files.")],
    inbox: Annotated[str | None, typer.Option("--inbox", metavar="N", help="Only this inbox.")] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="Everything of this customer, due or not.")
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Make a plan."""
    from occ_media_cli.cli.retention import opened, planned
    from occ_media_cli.retention import places, planning
    from occ_media_cli.retention.draft import Scope

    if customer is not None and not customer.strip():
        raise UsageError(
            "--customer is empty; nothing was planned", hint="name the customer as it stands in the entries"
        )
    session.refuse_if_read_only()
    opened.must_exist(session)
    folder = places.value(root)
    with opened.changing(session) as connection:
        scope = Scope(opened.inbox(session, connection, inbox) if inbox is not None else None, customer)
        made = planning.make(connection, folder, session.stamp(), scope)
        if customer is not None and not made.draft.population_of_scope:
            session.note("note: no stored file is of this customer; check how it is written")
        session.emit(planned.report(connection, made, root, format), format, output)
    _warn(session, root)
    return None


def _warn(session: Session, root: str) -> None:
    from occ_media_cli.retention import place, places

    why = None if root.startswith(places.BUCKET) else place.danger(place.look(root), session.location.ledger)
    if why is not None:
        session.note(f"note: a purge would refuse this root: {why}")
    if abs(session.now - session.wall) > 300_000:
        session.note("note: ages were judged by --now, which is not the time of this machine")
