"""What commands with a settings document share: the comparison that they show, words of options, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import limits
from occ_media_cli.cli.settings.changes import one_line
from occ_media_cli.errors import UsageError
from occ_media_cli.report.blocks import Column
from occ_media_cli.report.model import Report
from occ_media_cli.report.words import and_words, on_off, plural, shell
from occ_media_cli.vocabulary import CONFIG_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from occ_media_cli.cli.session import Session
    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.settings.compare import SettingsDifference
    from occ_media_cli.settings.document.against_store import DocumentComparison

SCHEMA = "occ-media/changes/1"


def compare(session: Session, file: str, *, prune: bool, drift: bool = False) -> DocumentComparison:
    """A document beside the store of this command."""
    from occ_media_cli.decide.known_profiles import known_profiles
    from occ_media_cli.decide.known_rules import known_rules
    from occ_media_cli.settings.document.against_store import compare_document

    rules = known_rules(session.location.path.parent)
    return compare_document(
        session.location, session.now, file, prune=prune, profiles=known_profiles, rules=rules, drift=drift
    )


def apply_command(file: str, *, prune: bool) -> str:
    """The command that applies a document, ready to paste."""
    return shell("occ-media", "apply", file, *(["--prune"] if prune else []))


def limit(text: str | None) -> RemovalLimit | None:
    """The value of `--max-remove`."""
    try:
        return limits.parse_limit(text) if text is not None else None
    except ValueError as problem:
        raise UsageError(f"--max-remove {problem}", hint="write --max-remove 12 or --max-remove 50%") from None


def shown(value: object) -> str:
    """A value in one line: on and off, texts as they are, lists with commas, tables as `key value`."""
    from occ_media_cli.settings.compare import in_words

    if value is None or value == "" or value == [] or value == {}:
        return in_words(None)
    if isinstance(value, bool):
        return on_off(value)
    if isinstance(value, dict):
        return ", ".join(f"{key.replace('_', '-')} {shown(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "; ".join(shown(item) if isinstance(item, dict) else str(item) for item in value)
    return one_line(str(value))


def _change(record: Mapping[str, Json]) -> str:
    if not record["field"]:
        return shown(record["after"]) if record["action"] == "add" else "-"
    label = str(record["field"]).replace("_", "-")
    return f"{label} {shown(record['before'])} → {shown(record['after'])}"


COLUMNS = (
    Column("action", "What", "state"),
    Column("where", "Where", "id", of=lambda record: f"{record['kind']} {record['name'] or ''}".rstrip()),
    Column("change", "Change", "change", of=_change, wraps=True, prose=True),
)


def counts(differences: Sequence[SettingsDifference]) -> dict[str, int]:
    """How many things are added, changed and removed; a thing with several changed fields counts once."""
    things: dict[tuple[str, str], str] = {}
    for item in differences:
        things.setdefault((item.kind, item.name), item.action)
    return {action: sum(found == action for found in things.values()) for action in CONFIG_ACTIONS}


def sentence(differences: Sequence[SettingsDifference], words: tuple[str, str, str]) -> str:
    """`1 to add, 2 to change, 0 to remove`."""
    return ", ".join(f"{number} {what}" for number, what in zip(counts(differences).values(), words, strict=True))


NAMED = 3
"""So many things that go are named by kind."""


def pruned(differences: Sequence[SettingsDifference], action: str) -> str:
    """The things that go, in words: `inbox lab and agents kim and zoe`; those of a kind that are many are counted."""
    found: dict[str, list[str]] = {}
    for item in differences:
        if item.action == action and not item.field:
            found.setdefault(item.kind, []).append(item.name)
    said = []
    for kind, names in found.items():
        many = "inboxes" if kind == "inbox" else f"{kind}s"
        if len(names) > NAMED:
            said.append(plural(len(names), kind, many))
        else:
            said.append(f"{kind if len(names) == 1 else many} {and_words(names)}".rstrip())
    return and_words(said)


def report(differences: Sequence[SettingsDifference], *, title: str, answer: str, hints: Sequence[str] = ()) -> Report:
    """The differences as a table and as records."""
    return Report.of_list(
        COLUMNS,
        [_record(item) for item in differences],
        schema=SCHEMA,
        title=title,
        head={"summary": counts(differences)},
        records_key="changes",
        answer=answer,
        hints=hints,
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
