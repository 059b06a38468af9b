"""`occ-media library retire`: a document or a version that must not be sent any more."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli.library import library_options as options
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, NeededReason, command
from occ_media_cli.cli.session import Session

HELP = """End a document at once, or one version of it; what of it waits is withdrawn.

One person is enough. No older version comes back.

\b
Examples:
  occ-media library retire price-list --reason "wrong prices"
  occ-media library retire guides --reason "season is over"
"""

EXITS = "Exit codes: 0 done, 2 usage, 11 no such store, document or version, 12 store busy, 13 read-only."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("retire", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    name: options.Document,
    reason: NeededReason,
    version: Annotated[str | None, typer.Option("--version", metavar="V", help="Only this version.")] = None,
    dry_run: options.DryRun = False,
    backdate: Backdate = None,
) -> int | None:
    """Retire a document."""
    from occ_media_cli.cli import opening
    from occ_media_cli.cli.library.proposed_view import list_lines, warn_of_nameless, warn_of_same_bytes
    from occ_media_cli.library.retiring import retire
    from occ_media_cli.report.words import plural

    with opening.changing_or_reading(session, dry_run=dry_run) as store:
        done = retire(store, name, reason, session.stamp(), version=version, backdate=backdate, dry_run=dry_run)
    if not done.ended and not done.withdrawn:
        by = " as that" if done.still else ""
        session.say(f"{done.name}: nothing changed: nothing of it may be sent{by} or waits")
        warn_of_same_bytes(session, done.still)
        return None
    word = "would be " if dry_run else ""
    parts = [f"{name} {label}  {word}ended" for name, label in done.ended]
    parts += [f"{name} {label}  {word}withdrawn" for name, label in done.withdrawn]
    list_lines(session, parts, what="version", rest="")
    counts = [
        f"{plural(len(some), what)} {word}{past}"
        for some, what, past in ((done.ended, "version", "ended"), (done.withdrawn, "proposal", "withdrawn"))
        if some
    ]
    when = f"; {options.NOT_DONE}" if dry_run else f" at {times.text(done.since)}"
    session.say(f"{done.name}: {', '.join(counts)}{when}")
    if not dry_run and done.since != session.now and session.now != session.wall:
        session.note(f"note: it holds from {times.text(done.since)}, whatever --now says")
    warn_of_same_bytes(session, done.still)
    warn_of_nameless(session, done.nameless)
    return None
