"""`occ-media retention plan`: what a purge would remove, saved so that somebody can approve exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, OnlyInboxes, Output, Root, changing, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.retention.plan.request_plan import PlanRequest
    from occ_media_cli.store.open import Store

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

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such store or inbox, 12 store busy, 13 read-only."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    root: Root,
    inbox: OnlyInboxes = None,
    customer: Annotated[
        list[str] | None, typer.Option("--customer", metavar="ID", help="Everything of this customer, due or not.")
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
    from occ_media_cli.retention.plan import request_plan

    asked = request_plan.PlanRequest(root, tuple(inbox or ()), tuple(customer or ()), orphans, older_than)
    asked.refuse_contradictions()
    if orphans:
        _orphans(session, asked, format, output)
        return None
    session.refuse_if_read_only()
    opening.must_exist(session)
    with opening.changing(session) as store:
        made = request_plan.plan_entries(store, asked, session.stamp())
        if customer and not made.draft.population_of_scope:
            session.note("note: no stored file is of this customer; check how it is written")
        else:
            for each in customer or ():
                written = request_plan.other_spellings(store, each)
                if written is not None:
                    session.note(f"note: {written}")
        session.emit(plan_view.report(store.ledger, made, root, format), format, output)
        _warn(session, store, root)
    return None


def _orphans(session: Session, asked: PlanRequest, format: str, output: str | None) -> None:  # noqa: A002  # the option's name
    from occ_media_cli import times
    from occ_media_cli.cli import opening
    from occ_media_cli.cli.progress import Progress
    from occ_media_cli.cli.retention import orphan_plan_view
    from occ_media_cli.retention.plan import request_plan

    if asked.older_than is not None:
        times.duration(asked.older_than, "--older-than")
    session.refuse_if_read_only()
    opening.must_exist(session)
    progress = Progress(f"orphans under {asked.root}", quiet=session.quiet, unit="files", verb="reading")

    def show(done: int, every: int) -> None:
        progress.show(done, done / every)

    try:
        with (
            opening.changing(session) as store,
            request_plan.plan_orphans(store, asked, session.stamp(), show) as made,
        ):
            progress.end()
            session.emit(orphan_plan_view.report(made, asked.root), format, output)
            _warn(session, store, asked.root)
    finally:
        progress.end()


def _warn(session: Session, store: Store, root: str) -> None:
    from occ_media_cli.retention.plan.request_plan import describe_danger

    why = describe_danger(store, root)
    if why is not None:
        session.note(f"note: a purge would refuse this root: {why}")
    if session.wall - session.now > 300_000:
        session.note("note: ages were judged by --now, which is not the time of this machine")
