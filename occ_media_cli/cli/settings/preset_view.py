"""Presets as reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.model import Column, Lines, Report, Table
from occ_media_cli.report.words import plural
from occ_media_cli.vocabulary import SWITCHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.report.model import Json
    from occ_media_cli.settings.presets import Preset

SCHEMA = "occ-media/presets/1"

COLUMNS = (
    Column("preset", "Preset", "id"),
    Column("receive", "Receive", "state"),
    Column("send", "Send", "state"),
    Column("reason", "Reason", "text"),
)


def _switch(wanted: bool | None) -> str | None:
    return None if wanted is None else "on" if wanted else "off"


def _record(preset: Preset) -> dict[str, Json]:
    return {
        "name": preset.name, "title": preset.title, "send": preset.send, "receive": preset.receive,
        "reason": preset.reason,
    }  # fmt: skip


def listing(presets: Sequence[Preset]) -> Report:
    """Every preset; `-` is a switch that it leaves as it is."""
    rows = [(item.name, _switch(item.receive), _switch(item.send), item.reason) for item in presets]
    return Report(
        schema=SCHEMA,
        title="Presets",
        head={"schema": SCHEMA},
        records_key="presets",
        records=[_record(item) for item in presets],
        blocks=[Table(COLUMNS, rows)],
        answer=f"{plural(len(rows), 'preset')}; - is left as it is",
        hints=["next: occ-media preset apply PRESET INBOX"],
    )


def page(preset: Preset) -> Report:
    """One preset."""
    lines = [f"{preset.name}, {preset.title}"]
    lines += [f"{name:<8} {_switch(getattr(preset, name)) or 'as it is'}" for name in SWITCHES]
    lines.append(f"{'why':<8} {preset.reason}")
    return Report(
        schema=SCHEMA,
        title=preset.title,
        head={"schema": SCHEMA},
        records_key="presets",
        records=[_record(preset)],
        blocks=[Lines(lines)],
        hints=[f"next: occ-media preset apply {preset.name} INBOX"],
    )
