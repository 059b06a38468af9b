"""`occ-media apply`: make the store say what a document says."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Prune, Reason, changing, command
from occ_media_cli.cli.session import Session

HELP = """Make the store say what a settings document says. The difference is shown first.

What the document does not name stays. With --prune it goes: inboxes, agents,
rules, channels and whole sections.

\b
Examples:
  occ-media apply settings.toml
  occ-media apply settings.toml --prune --reason "review of March"
  occ-media apply settings.toml --prune --max-remove 50%
  occ-media --now 2026-01-05T09:00:00Z apply january.toml
"""

EXITS = "Exit codes: 0 done, 2 usage, 3 unreadable, 10 store invalid, 12 store busy, 13 refused, 20 document malformed."


NAMED = 3
"""Up to so many inboxes are named in the last line."""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE.toml", help="The settings document.", click_type=named_files.READ)
    ],
    prune: Prune = False,
    max_remove: Annotated[
        str | None,
        typer.Option("--max-remove", metavar="N|P%", help="Let so many inboxes or agents go; 30% otherwise."),
    ] = None,
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Apply a document."""
    from occ_media_cli.cli.settings import changes, documents
    from occ_media_cli.settings.document import against_store

    session.refuse_if_read_only()
    allowed = documents.limit(max_remove)
    shown = documents.compare(session, file, prune=prune)
    if not shown.differences and session.location.exists:
        session.say(f"{documents.in_sync(file, len(shown.wanted.inboxes))}, nothing changed")
        return None
    against_store.refuse_past(session.location, shown, session.stamp(), backdate)
    if not session.quiet and shown.differences:
        session.emit(documents.report(shown.differences, title="Changes", answer=""))
    against_store.refuse_wide_removal(shown, allowed)
    number = documents.sentence(shown.differences, ("to add", "to change", "to remove"))
    gone = documents.pruned(shown.differences, "remove")
    if shown.differences and not session.confirm(f"apply {number}{f', removing {gone}' if gone else ''}?"):
        session.say("nothing was changed")
        return None
    with session.editing(first_inbox=False) as editor:
        done = against_store.apply_document(editor, shown, session.now, reason=reason, backdate=backdate)
    session.say("")
    for outcome in done.outcomes:
        changes.tell_customers(session, outcome)
    few = [outcome for outcome in done.outcomes if outcome.newest is not None]
    few = few if len(few) <= NAMED else []
    versions = ", ".join(f"{outcome.inbox} is version {outcome.newest}" for outcome in few)
    words = documents.sentence(shown.differences, ("added", "changed", "removed"))
    session.say(f"Applied {file}: {words}" + (f"; {versions}" if versions else ""))
    if done.later:
        still = documents.sentence(done.later, ("missing", "different", "there all the same"))
        session.say(f"What was changed later still holds: {still}")
    return None
