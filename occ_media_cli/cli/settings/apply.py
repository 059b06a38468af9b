"""`occ-media apply`: make the store say what a document says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Prune, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import Refused

HELP = """Make the store say what a settings document says. The difference is shown first.

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
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")] = None,
    backdate: Backdate = None,
) -> int | None:
    """Apply a document."""
    from occ_media_cli.cli.settings import changes, documents
    from occ_media_cli.decide.known_profiles import known_profiles
    from occ_media_cli.settings import compare, reconcile, removals
    from occ_media_cli.settings.document import load

    session.refuse_if_read_only()
    allowed = documents.limit(max_remove)
    shown = documents.compare(session, file, prune=prune)
    if not shown.differences and session.location.exists:
        session.say(f"{documents.in_sync(file, len(shown.wanted.inboxes))}, nothing changed")
        return None
    if not session.quiet and shown.differences:
        session.emit(documents.report(shown.differences, title="Changes", answer=""))
    removals.refuse_removals(shown.stored, shown.wanted, shown.differences, allowed)
    number = documents.sentence(shown.differences, ("to add", "to change", "to remove"))
    if shown.differences and not session.confirm(f"apply {number}?"):
        session.say("nothing was changed")
        return None
    with session.editing(first_inbox=False) as editor:
        before = editor.config_at(session.now)
        wanted = load.load_document(
            Path(file), store=False, known=() if prune else before.inboxes, profiles=known_profiles
        )
        if compare.configs(before, wanted, session.now, prune=prune) != shown.differences:
            raise Refused(
                "the store or the document changed after the difference was shown; nothing was changed",
                hint=f"look again: {documents.apply_command(file, prune=prune)}",
            )
        outcomes = reconcile.follow(editor, wanted, prune=prune, reason=reason, backdate=backdate)
        later = compare.configs(editor.config_at(session.now), wanted, session.now, prune=prune) if backdate else []
        made = editor.store.made
    if made:
        session.note(f"note: made the store {session.location.path}")
    session.say("")
    for outcome in outcomes:
        changes.tell_customers(session, outcome)
    few = outcomes if len(outcomes) <= NAMED else []
    versions = ", ".join(f"{outcome.inbox} is version {outcome.newest}" for outcome in few)
    done = documents.sentence(shown.differences, ("added", "changed", "removed"))
    session.say(f"Applied {file}: {done}" + (f"; {versions}" if versions else ""))
    if later:
        still = documents.sentence(later, ("missing", "different", "there all the same"))
        session.say(f"What was changed later still holds: {still}")
    return None
