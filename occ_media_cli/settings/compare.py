"""The differences between two configurations, in words and as values: for plans of settings, drift and presets, and for
the log and the report of versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from occ_media_cli import times
from occ_media_cli.report.words import on_off
from occ_media_cli.settings.model import FIELDS, Config, InboxPlan, InboxSettings
from occ_media_cli.values import value
from occ_media_cli.vocabulary import SECTIONS, SWITCHES, ConfigAction

ITEM = {"retention": "retention rule", "agents": "agent", "rules": "rule", "suppressions": "suppression",
        "channels": "channel", "store": "store"}  # fmt: skip
"""What one item of a section is called."""


@value
class SettingsDifference:
    """One thing that differs. kind: `inbox` or an item of `ITEM`; field is empty where a whole thing comes or goes."""

    action: ConfigAction
    kind: str
    name: str
    field: str
    before: object
    after: object


def in_words(field: object) -> str:
    """What a field of a setting or a rule says, in a word; `none` of one that is empty."""
    return on_off(field) if isinstance(field, bool) else str(field) if field else "none"


def described(before: InboxSettings | None, after: InboxSettings) -> list[str]:
    """What differs, in words: `receive on → off`; texts are named, not quoted. before: None for the first version of an
    inbox, of which it is said what it had from the start: `created`, `receive off`."""
    return [words for _, words in described_fields(before, after)]


def described_fields(before: InboxSettings | None, after: InboxSettings) -> list[tuple[str | None, str]]:
    """The same with the field that the words are about; None of `created`."""
    found: list[tuple[str | None, str]] = [(None, "created")] if before is None else []
    old_settings = InboxSettings() if before is None else before
    differs = old_settings.difference(after)
    for name in sorted(differs, key=lambda name: name not in SWITCHES):
        old, new = getattr(old_settings, name), getattr(after, name)
        label = name.replace("_", "-")
        if name in ("message", "messages", "description"):
            said = [f"{label} {'removed' if not new else 'changed' if old else 'set'}"]
        elif isinstance(new, tuple):
            said = [f"{label.removesuffix('s')} {item} added" for item in new if item not in old]
            said += [f"{label.removesuffix('s')} {item} removed" for item in old if item not in new]
        else:
            said = [f"{label} {in_words(new)}" if before is None else f"{label} {in_words(old)} → {in_words(new)}"]
        found += [(name, words) for words in said]
    return found


def changed_texts(before: InboxSettings | None, after: InboxSettings) -> list[tuple[str, str, str]]:
    """Each text that differs, whole: what it is, what it was, and what it is now; empty where there was or is none.

    Messages by language are each a text: `message for ar`.
    """
    old = InboxSettings() if before is None else before
    found = [
        (name, getattr(old, name) or "", getattr(after, name) or "")
        for name in ("message", "description") if getattr(old, name) != getattr(after, name)
    ]  # fmt: skip
    for tag in sorted({*old.messages, *after.messages}):
        one, other = old.messages.get(tag, ""), after.messages.get(tag, "")
        found += [(f"message for {tag}", one, other)] if one != other else []
    return found


def differing(one: InboxSettings, other: InboxSettings) -> list[tuple[str, Any, Any]]:
    """Each setting in which two inboxes differ, with what either says, as programs read it; the switches come first.

    Lists that name the same in another order do not differ.
    """
    found = []
    fields = [*SWITCHES, *(name for name in FIELDS if name not in SWITCHES)]
    differs = one.difference(other)
    for name in (field for field in fields if field in differs):
        first, second = getattr(one, name), getattr(other, name)
        if not isinstance(first, tuple) or set(first) != set(second):
            found.append((name, _plain(first), _plain(second)))
    return found


def configs(old: Config, new: Config, now: int, *, prune: bool = True) -> list[SettingsDifference]:
    """Everything that has to change so that `old` says what `new` says, from a moment on.

    Without `prune`, what `new` does not name stays: inboxes, agents, rules, channels, and sections that it leaves out.
    """
    found: list[SettingsDifference] = []
    for name in sorted(new.inboxes):
        before = old.inboxes.get(name)
        found += _inbox(name, before.ahead(now) if before is not None else None, new.inboxes[name].ahead(now))
    if prune:
        found += [SettingsDifference("remove", "inbox", name, "", None, None) for name in sorted(old.inboxes)
                  if name not in new.inboxes]  # fmt: skip
    for section in SECTIONS:
        found += _section(section, old.sections[section], merged(old, new, section, prune=prune))
    return found


def merged(old: Config, new: Config, section: str, *, prune: bool) -> Any:
    """A section as it is to be: tables by name join those that are there, lists replace them, unless left out."""
    before, after = old.sections[section], new.sections[section]
    if prune:
        return after
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return {**before, **after}
    return after if section in new.emptied else after or before


def _inbox(name: str, old: InboxPlan | None, new: InboxPlan) -> Iterator[SettingsDifference]:
    if old is None:
        settings: dict[str, object] = {way: getattr(new.base, way) for way in SWITCHES}
        settings |= {field: _plain(item) for field, item in InboxSettings().difference(new.base).items()}
        yield SettingsDifference("add", "inbox", name, "", None, settings | ({"box": _boxes(new)} if new.boxes else {}))
        return
    for field in FIELDS:
        before, after = getattr(old.base, field), getattr(new.base, field)
        if before != after:
            yield SettingsDifference("change", "inbox", name, field, _plain(before), _plain(after))
    if old.boxes != new.boxes or (old.boxes and old.base != new.base):
        boxes = _boxes(old), _boxes(new)
        if boxes[0] != boxes[1]:
            yield SettingsDifference("change", "inbox", name, "box", *boxes)


def _plain(item: object) -> object:
    if isinstance(item, Mapping):
        return dict(item)
    return list(item) if isinstance(item, tuple) else item


def _boxes(plan: InboxPlan) -> list[dict[str, object]]:
    return [
        {"until": times.text(box.until), **{k: _plain(v) for k, v in plan.base.difference(box.settings).items()}}
        for box in plan.boxes
    ]


def _section(section: str, old: Any, new: Any) -> Iterator[SettingsDifference]:
    kind = ITEM[section]
    if section == "store":
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                yield SettingsDifference("change", kind, "", key, old.get(key), new.get(key))
        return
    before, after = _by_name(section, old), _by_name(section, new)
    for name in sorted({*before, *after}):
        if name not in after:
            yield SettingsDifference("remove", kind, name, "", before[name], None)
        elif name not in before:
            yield SettingsDifference("add", kind, name, "", None, after[name])
        else:
            for key in sorted({*before[name], *after[name]}):
                if before[name].get(key) != after[name].get(key):
                    yield SettingsDifference("change", kind, name, key, before[name].get(key), after[name].get(key))


def _by_name(section: str, content: Any) -> dict[str, Mapping[str, Any]]:
    if isinstance(content, Mapping):
        return dict(content)
    rows: Sequence[Mapping[str, Any]] = [{k: v for k, v in row.items() if not k.endswith("_ms")} for row in content]
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        keys = ("inbox", "category", "direction") if section == "retention" else ("rule", "inbox", "entry")
        words = [str(row[key]) for key in keys if row.get(key)] or ["default"]
        name = " ".join(words)
        count = 2
        while name in found:
            name, count = f"{' '.join(words)} ({count})", count + 1
        found[name] = row
    return found
