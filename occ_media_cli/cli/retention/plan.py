"""`occ-media retention plan`: what a purge would remove, saved so that somebody can approve exactly that."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError

HELP = """Work out which files may go, and save it as a plan. Nothing is removed.

A plan looks at the ledger only, and reads no file. With --customer it lists
everything of one customer, due or not; holds and --keep-for still keep files,
and the plan says which.

With --orphans it plans the files that no entry names instead. These it reads, so
that their sha256 is approved. A hold without customer, conversation or entry keeps
them all, and so does the longest --keep-for.

\b
Examples:
  occ-media retention plan --root media
  occ-media retention plan --root media --inbox vip --format csv --output plan.csv
  occ-media retention plan --root media --orphans --older-than 90d
"""

OLDER_THAN = "30d"
"""Unless another age is given: what was just written may be about to be taken into the ledger."""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such store or inbox, 12 store busy, 13 read-only."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    root: Annotated[
        str,
        typer.Option(
            "--root", metavar="DIR", help="The folder that holds the files.", click_type=named_files.READ_BELOW
        ),
    ],
    inbox: Annotated[str | None, typer.Option("--inbox", metavar="N", help="Only this inbox.")] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="Everything of this customer, due or not.")
    ] = None,
    orphans: Annotated[bool, typer.Option("--orphans", help="Files that no entry names.")] = False,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="30d", help="Orphans written longer ago than this.")
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Make a plan."""
    from occ_media_cli.cli import opening
    from occ_media_cli.cli.retention import plan_view
    from occ_media_cli.ledger.customers import also_written, spellings_of
    from occ_media_cli.places.opened import describe_place
    from occ_media_cli.retention.plan import make
    from occ_media_cli.retention.plan.draft import PlanScope

    if older_than is not None and not orphans:
        raise UsageError(
            "--older-than is for --orphans; nothing was planned",
            hint="entries go by their rules: occ-media retention set default --remove-after 365d",
        )
    if orphans:
        if inbox is not None or customer is not None:
            raise UsageError(
                "nobody knows the inbox or customer of an orphan; nothing was planned",
                hint="leave --inbox and --customer out",
            )
        _orphans(session, root, older_than or OLDER_THAN, format, output)
        return None

    if customer is not None and not customer.strip():
        raise UsageError(
            "--customer is empty; nothing was planned", hint="name the customer as it stands in the entries"
        )
    session.refuse_if_read_only()
    opening.must_exist(session)
    folder = describe_place(root)
    with opening.changing(session) as connection:
        scope = PlanScope(opening.find_inbox(session, connection, inbox) if inbox is not None else None, customer)
        made = make.make_plan(connection, folder, session.stamp(), scope)
        if customer is not None and not made.draft.population_of_scope:
            session.note("note: no stored file is of this customer; check how it is written")
        elif customer is not None:
            written = also_written(spellings_of(connection, customer), customer)
            if written is not None:
                session.note(f"note: {written}")
        session.emit(plan_view.report(connection, made, root, format), format, output)
    _warn(session, root)
    return None


def _orphans(session: Session, root: str, older_than: str, format: str, output: str | None) -> None:  # noqa: A002  # the option's name
    from occ_media_cli import times
    from occ_media_cli.cli import opening
    from occ_media_cli.cli.progress import Progress
    from occ_media_cli.cli.retention import orphan_plan_view
    from occ_media_cli.places.opened import open_place
    from occ_media_cli.retention.orphans import Age
    from occ_media_cli.retention.plan import orphan_plan

    age = Age(times.duration(older_than, "--older-than"), older_than)
    session.refuse_if_read_only()
    opening.must_exist(session)
    progress = Progress(f"orphans under {root}", quiet=session.quiet, unit="files", verb="reading")
    with opening.changing(session) as connection, open_place(root, locked=False) as storage:
        try:
            made = orphan_plan.make_orphan_plan(
                connection,
                storage,
                session.stamp(),
                age,
                lambda done, all_of_them: progress.show(done, done / all_of_them),
            )
        finally:
            progress.end()
        session.emit(orphan_plan_view.report(made, root), format, output)
        made.close()
    _warn(session, root)


def _warn(session: Session, root: str) -> None:
    from occ_media_cli.places import roots
    from occ_media_cli.places.opened import BUCKET

    why = None if root.startswith(BUCKET) else roots.danger(roots.look_at_root(root), session.location.ledger)
    if why is not None:
        session.note(f"note: a purge would refuse this root: {why}")
    if session.wall - session.now > 300_000:
        session.note("note: ages were judged by --now, which is not the time of this machine")
