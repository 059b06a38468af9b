"""Editing a parsed TOML document so that it says another configuration: only what differs is touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from occ_media_cli import times
from occ_media_cli.settings import wording
from occ_media_cli.settings.model import FIELDS, Config, InboxPlan, InboxSettings


def _put(table: Any, key: str, value: object) -> None:
    """Set a key, or take it out where the value is None."""
    if value is None:
        if key in table:
            table.remove(key)
    elif isinstance(value, Mapping) and isinstance(table.get(key), Mapping):
        inner = table[key]
        for name in [name for name in inner if name not in value]:
            inner.remove(name)
        for name, item in value.items():
            if inner.get(name) != item:
                inner[name] = item
    else:
        table[key] = value


def _update(table: Any, before: InboxSettings | None, after: InboxSettings) -> None:
    wanted = wording.inbox(after)
    changed = after.difference(before) if before is not None else dict.fromkeys(FIELDS)
    for name in FIELDS:
        if name in changed:
            _put(table, name, wanted.get(name))


def _boxes(table: Any, before: InboxPlan | None, after: InboxPlan) -> None:
    import tomlkit

    if before is not None and before.boxes == after.boxes and before.base == after.base and after.boxes:
        return
    if "box" in table:
        table.remove("box")  # one that is over goes too
    rows = []
    for box in after.boxes:
        row = tomlkit.table()
        row["until"] = _moment(box.until)
        for name, value in after.base.difference(box.settings).items():
            row[name] = wording.plain(value if value is not None else "")
        rows.append(row)
    if len(rows) == 1:
        table["box"] = rows[0]
    elif rows:
        array = tomlkit.aot()
        for row in rows:
            array.append(row)
        table["box"] = array


def _moment(milliseconds: int) -> Any:
    import tomlkit

    return tomlkit.datetime(times.text(milliseconds))


def inboxes(document: Any, old: Config, new: Config) -> None:
    """Bring `[inboxes]` from one configuration to the other."""
    import tomlkit

    for name in [name for name in old.inboxes if name not in new.inboxes]:
        del document["inboxes"][name]
    for name, plan in new.inboxes.items():
        before = old.inboxes.get(name)
        if before == plan:
            continue
        if "inboxes" not in document:
            document["inboxes"] = tomlkit.table(is_super_table=True)
        if name not in document["inboxes"]:
            document["inboxes"][name] = tomlkit.table()
        table = document["inboxes"][name]
        _update(table, before.base if before is not None else None, plan.base)
        _boxes(table, before, plan)


def sections(document: Any, old: Config, new: Config) -> None:
    """Bring every section that differs from one configuration to the other."""
    for section, (key, *_) in wording.SHAPES.items():
        before, after = (wording.section(section, config.sections[section]) for config in (old, new))
        if before == after:
            continue
        if section in ("retention", "suppressions"):
            _array(document, key, before, after)
        else:
            _tables(document, key, before, after)


def _array(document: Any, key: str, before: list[Any], after: list[Any]) -> None:
    """Arrays of tables: rows that stay keep their place and comments, others go, new ones come last."""
    import tomlkit

    holder, name = (document, key) if key != "retention" else (None, "rule")
    if holder is None:
        if "retention" not in document:
            document["retention"] = tomlkit.table(is_super_table=True)
        holder = document["retention"]
    if name not in holder:
        holder[name] = tomlkit.aot()
    rows = holder[name]
    remaining = list(after)
    for index in reversed(range(len(before))):
        if before[index] in remaining:
            remaining.remove(before[index])
        else:
            del rows[index]
    for row in remaining:
        table = tomlkit.table()
        for item, value in row.items():
            table[item] = value
        rows.append(table)
    if not len(rows):
        holder.remove(name)


def _tables(document: Any, key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Tables of tables, and the one plain table `store`."""
    import tomlkit

    flat = key == "store"
    if key not in document:
        document[key] = tomlkit.table(is_super_table=not flat)
    holder = document[key]
    for name in [name for name in before if name not in after]:
        del holder[name]
    for name, value in after.items():
        if before.get(name) == value:
            continue
        if flat or not isinstance(value, Mapping):
            holder[name] = value
            continue
        if name not in holder:
            holder[name] = tomlkit.table()
        for item in [item for item in before.get(name, {}) if item not in value]:
            holder[name].remove(item)
        for item, content in value.items():
            if before.get(name, {}).get(item) != content:
                holder[name][item] = content


def render(text: str, old: Config, new: Config) -> str:
    """The text of a document that said `old`, edited to say `new`; everything untouched stays byte for byte."""
    import tomlkit

    document: Any = tomlkit.parse(text)
    inboxes(document, old, new)
    sections(document, old, new)
    return tomlkit.dumps(document)
