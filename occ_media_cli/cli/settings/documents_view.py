"""What a document would change, as a report: for `plan`, `apply`, `drift` and presets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.cli.settings.changes import one_line, word
from occ_media_cli.report.model import Column, Report, Table
from occ_media_cli.report.words import plural
from occ_media_cli.vocabulary import CONFIG_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from occ_media_cli.report.model import Block, Cell, Json
    from occ_media_cli.settings.compare import SettingsDifference

SCHEMA = "occ-media/changes/1"

COLUMNS = (
    Column("action", "What", "state"),
    Column("where", "Where", "id"),
    Column("change", "Change", "change"),
)


def shown(value: object) -> str:
    """A value in one line: on and off, texts as they are, lists with commas, tables as `key value`."""
    if value is None or value == "" or value == [] or value == {}:
        return "-"
    if isinstance(value, bool):
        return word(value)
    if isinstance(value, dict):
        return ", ".join(f"{key.replace('_', '-')} {shown(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "; ".join(shown(item) if isinstance(item, dict) else str(item) for item in value)
    return one_line(str(value))


def _where(item: SettingsDifference) -> str:
    return f"{item.kind} {item.name}".rstrip()


def _change(item: SettingsDifference) -> str:
    if not item.field:
        return shown(item.after) if item.action == "add" else "-"
    label = item.field.replace("_", "-")
    return f"{label} {shown(item.before)} → {shown(item.after)}"


def _rows(differences: Sequence[SettingsDifference]) -> list[tuple[Cell, ...]]:
    return [(item.action, _where(item), _change(item)) for item in differences]


def counts(differences: Sequence[SettingsDifference]) -> dict[str, int]:
    """How many things are added, changed and removed; a thing with several changed fields counts once."""
    things: dict[tuple[str, str], str] = {}
    for item in differences:
        things.setdefault((item.kind, item.name), item.action)
    return {action: sum(found == action for found in things.values()) for action in CONFIG_ACTIONS}


def sentence(differences: Sequence[SettingsDifference], words: tuple[str, str, str]) -> str:
    """`1 to add, 2 to change, 0 to remove`."""
    return ", ".join(f"{number} {what}" for number, what in zip(counts(differences).values(), words, strict=True))


def report(differences: Sequence[SettingsDifference], *, title: str, answer: str, hints: Sequence[str] = ()) -> Report:
    """The differences as a table and as records."""
    blocks: list[Block] = [Table(COLUMNS, _rows(differences))] if differences else []
    return Report(
        schema=SCHEMA,
        title=title,
        head={"schema": SCHEMA, "summary": counts(differences)},
        records_key="changes",
        records=[_record(item) for item in differences],
        blocks=blocks,
        answer=answer,
        hints=hints,
        sheet=Table(COLUMNS, _rows(differences)),
    )


def _record(item: SettingsDifference) -> Mapping[str, Json]:
    return {
        "action": item.action, "kind": item.kind, "name": item.name or None, "field": item.field or None,
        "before": _json(item.before), "after": _json(item.after),
    }  # fmt: skip


def _json(value: object) -> Json:
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def in_sync(path: str, number: int) -> str:
    """The last line where nothing differs."""
    return f"{path} and the store say the same: {plural(number, 'inbox', 'inboxes')} compared"
