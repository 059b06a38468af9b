"""`occ-media library approve`: a second person says that exactly these files may be sent."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli.library import library_options as options
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, command
from occ_media_cli.cli.session import Session

HELP = """Approve what was proposed, so that it may be sent. Not by the one who proposed it.

The version that was approved before ends. Files that are where they lay are compared
with what was proposed.

\b
Examples:
  occ-media --actor sam library approve price-list
  occ-media --actor sam library approve 4f1c09d27ab35e60
"""

EXITS = (
    "Exit codes: 0 done, 2 usage, 10 proposal altered, 11 no such store or proposal, 12 store busy,"
    " 13 same person twice, other bytes there, out of date, or the past."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("approve", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What was proposed, or its id.", show_default=False)],
    version: Annotated[
        str | None, typer.Option("--version", metavar="V", help="Which version, where several wait.")
    ] = None,
    dry_run: options.DryRun = False,
    backdate: Backdate = None,
) -> int | None:
    """Approve a proposal."""
    from occ_media_cli.cli import opening
    from occ_media_cli.cli.library.proposed_view import (
        MOST_LISTED,
        list_lines,
        warn_of_alike,
        warn_of_nameless,
        warn_of_same_bytes,
    )
    from occ_media_cli.cli.library.reach_words import describe_reach, inbox_names
    from occ_media_cli.library.approving import approve
    from occ_media_cli.library.library_list import LibraryFilters, list_library
    from occ_media_cli.report.words import plural, size

    with opening.changing_or_reading(session, dry_run=dry_run) as store:
        done = approve(store, name, session.stamp(), version=version, backdate=backdate, dry_run=dry_run)
        those = list(list_library(store.ledger, session.now, LibraryFilters(proposal=done.proposal.proposal)))
    found = done.proposal
    files = plural(found.files, "file")
    would = f"would be approved; {options.NOT_DONE}" if dry_run else f"approved by {done.approver}"
    session.say(f"{found.name} {found.version} ({found.proposal}): {files} {would}")
    there = [each for each in those if each.state != "retired"]
    list_lines(
        session, [f"{each.name}  {each.type}  {size(each.size)}  {each.sha256[:16]}  {each.path}" for each in there]
    )
    if there:
        some = there[0].inboxes
        session.say(f"  {describe_reach(inbox_names(some), there[0].tags, there[0].expires)}")
        if some is not None and not there[0].tags and all(removed is not None for _, removed in some):
            session.note("note: no inbox may send it: those that it is for were removed")
    for document, ended in done.replaced:
        session.say(f"  {document} {ended} {'would end' if dry_run else 'ends'} by that")
    for end in done.ends:
        by = f"version {end.by} is approved from then on" if end.by is not None else "it was retired"
        session.note(f"note: {end.document} {found.version} ends at {times.text(end.since)}: {by}")
    for path, why in done.not_compared[:MOST_LISTED]:
        session.note(f"note: not compared with what lies at {path}: {why}")
    if len(done.not_compared) > MOST_LISTED:
        session.note(f"note: nor {plural(len(done.not_compared) - MOST_LISTED, 'more file')}")
    warn_of_nameless(session, done.nameless)
    warn_of_same_bytes(session, done.still, done.stopped)
    warn_of_alike(session, done.alike)
    if found.withdrawn:
        session.note(f"note: without {plural(found.withdrawn, 'file')} of it that somebody withdrew")
    if done.two_people != "yes":
        session.note(f"note: two people: {done.two_people}; the list says so")
    return None
