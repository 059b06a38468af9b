"""`occ-media preset`: ready-made settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Format, Output, command
from occ_media_cli.cli.session import Session

HELP = """Ready-made settings for what contact centres do most, each with its reason.

\b
Examples:
  occ-media preset list
  occ-media preset show financial-services
  occ-media preset apply financial-services vip
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such preset or inbox, 12 store busy, 13 refused."

Name = Annotated[str, typer.Argument(metavar="NAME", help="The preset.")]


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=HELP, rich_markup_mode=None)
    commands: dict[str, tuple[Callable[..., int | None], str]] = {
        "list": (listing, "List the presets.\n\n\b\nExample:\n"
                        "  occ-media preset list"),
        "show": (show, "Show what a preset sets, and why.\n\n\b\nExample:\n  occ-media preset show text-only"),
        "apply": (apply, "Give inboxes the settings of a preset; the difference is shown first.\n\n\b\nExample:\n"
                         "  occ-media preset apply text-only vip"),
    }  # fmt: skip
    for word, (function, help_text) in commands.items():
        group.command(word, help=help_text, epilog=f"{GLOBAL_LINE} {EXITS}")(command(function))
    app.add_typer(group, name=name)


def listing(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """List presets."""
    from occ_media_cli.cli.settings import preset_view
    from occ_media_cli.settings.presets import PRESETS

    session.emit(preset_view.listing(PRESETS), format, output)
    return None


def show(session: Session, name: Name, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """Show a preset."""
    from occ_media_cli.cli.settings import preset_view
    from occ_media_cli.settings.presets import find_preset

    session.emit(preset_view.page(find_preset(name)), format, output)
    return None


def apply(
    session: Session,
    name: Name,
    inboxes: Annotated[list[str], typer.Argument(metavar="INBOX...", help="The inboxes.")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")] = None,
    backdate: Backdate = None,
) -> int | None:
    """Apply a preset."""
    from occ_media_cli.cli.settings import changes, documents_view
    from occ_media_cli.settings import inbox_names, presets
    from occ_media_cli.settings.document.against_store import stored_config

    session.refuse_if_read_only()
    preset = presets.find_preset(name)
    chosen = list(dict.fromkeys(map(inbox_names.normal, inboxes)))
    stored = stored_config(session.location, session.now)
    shown = presets.differences(preset, chosen, stored, session.now, file=str(session.location.path))
    if shown and not session.quiet:
        session.emit(documents_view.report(shown, title="Changes", answer=""))
    question = f"apply preset {name} to {', '.join(chosen)}?"
    if shown and not session.confirm(question):
        session.say("nothing was changed")
        return None
    with session.editing() as editor:
        outcomes = presets.apply_preset(editor, preset, chosen, shown=shown, reason=reason, backdate=backdate)
    session.say(*([""] if shown else []))
    for outcome in outcomes:
        changes.tell_customers(session, outcome)
    for outcome in outcomes:
        done = f"preset {name}" if outcome.versions else "nothing changed"
        if any(version.confirmed for version in outcome.versions):
            done += ", confirmed"
        session.say(f"{outcome.inbox}, version {outcome.newest}, {done}")
        if outcome.versions and outcome.undo is not None:
            session.hint(f"undo: occ-media revert {changes.quoted(outcome.inbox)} --to {outcome.undo}")
    return None
