"""`occ-media preset`: ready-made settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import Backdate, Format, Output, Reason, Run, add_group, changing
from occ_media_cli.cli.session import Session
from occ_media_cli.vocabulary import SWITCHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.settings.presets import Preset

HELP = """Ready-made settings for what contact centres do most, each with its reason.

\b
Examples:
  occ-media preset list
  occ-media preset show financial-services
  occ-media preset apply financial-services vip
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such preset or inbox, 12 store busy, 13 refused."

SCHEMA = "occ-media/presets/1"

Name = Annotated[str, typer.Argument(metavar="PRESET", help="The preset.")]


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    commands: dict[str, tuple[Run, str]] = {
        "list": (listing, "List the presets.\n\n\b\nExample:\n"
                        "  occ-media preset list"),
        "show": (show, "Show what a preset sets, and why.\n\n\b\nExample:\n  occ-media preset show text-only"),
        "apply": (apply, "Give inboxes the settings of a preset; the difference is shown first.\n\n\b\nExample:\n"
                         "  occ-media preset apply text-only vip"),
    }  # fmt: skip
    add_group(app, name, HELP, commands, EXITS)


def listing(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """List presets."""
    from occ_media_cli.settings.presets import PRESETS

    session.emit(report(PRESETS), format, output)
    return None


def show(session: Session, name: Name, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """Show a preset."""
    from occ_media_cli.settings.presets import find_preset

    session.emit(page(find_preset(name)), format, output)
    return None


def _record(preset: Preset) -> dict[str, Json]:
    return {
        "name": preset.name, "title": preset.title, "send": preset.send, "receive": preset.receive,
        "reason": preset.reason,
    }  # fmt: skip


def report(presets: Sequence[Preset]) -> Report:
    """Every preset; `-` is a switch that it leaves as it is."""
    from occ_media_cli.cli.settings.changes import switch
    from occ_media_cli.report.blocks import Column
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    columns = (
        Column("preset", "Preset", "id", of="name"),
        Column("receive", "Receive", "state", of=lambda preset: switch(preset["receive"])),
        Column("send", "Send", "state", of=lambda preset: switch(preset["send"])),
        Column("reason", "Reason", "text"),
    )
    return Report.of_list(
        columns,
        [_record(item) for item in presets],
        schema=SCHEMA,
        title="Presets",
        records_key="presets",
        answer=f"{plural(len(presets), 'preset')}; - is left as it is",
        hints=["next: occ-media preset apply PRESET INBOX"],
    )


def page(preset: Preset) -> Report:
    """One preset."""
    from occ_media_cli.cli.settings.changes import switch
    from occ_media_cli.report.blocks import Lines
    from occ_media_cli.report.model import Report

    lines = [f"{preset.name}, {preset.title}"]
    lines += [f"{name:<8} {switch(getattr(preset, name)) or 'as it is'}" for name in SWITCHES]
    lines.append(f"{'why':<8} {preset.reason}")
    return Report(
        schema=SCHEMA,
        title=preset.title,
        records_key="presets",
        records=[_record(preset)],
        blocks=[Lines(lines)],
        hints=[f"next: occ-media preset apply {preset.name} INBOX"],
    )


@changing
def apply(
    session: Session,
    name: Name,
    inboxes: Annotated[
        list[str], typer.Argument(metavar="INBOX...", help="The inboxes; 'retail-*' for each that matches.")
    ],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Apply a preset."""
    from occ_media_cli.cli.settings import changes, documents
    from occ_media_cli.settings import inbox_names, presets
    from occ_media_cli.settings.document.against_store import stored_config

    session.refuse_if_read_only()
    preset = presets.find_preset(name)
    stored = stored_config(session.location, session.now)
    chosen = inbox_names.expanded(inboxes, stored.inboxes, str(session.location.path))
    shown = presets.differences(preset, chosen, stored, session.now, file=str(session.location.path))
    if shown and not session.quiet:
        session.emit(documents.report(shown, title="Changes", answer=""))
    number = f"{len(chosen)} inboxes: " if len(chosen) > 1 else ""
    question = f"apply preset {name} to {number}{', '.join(chosen)}?"
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
    return None
