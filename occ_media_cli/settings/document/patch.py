"""Editing the text of a document so that it says another configuration: only what differs is touched.

Tables may have headers (`[inboxes.vip]`) or stand in dotted keys (`inboxes.vip.send`). What stands in one inline table
or array is written anew as a whole where it differs: TOML has no comments in there that could be lost, but for arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from occ_media_cli.settings import inbox_names
from occ_media_cli.settings.document import literal, wording
from occ_media_cli.settings.document.text_edit import Text, TextPlace
from occ_media_cli.settings.document.toml_scan import Path
from occ_media_cli.settings.model import LIST_SECTIONS, Config, InboxPlan

STALE = object()
"""Stands for a value that is in the text and must be replaced or go, whatever it is."""


def document(text: str, old: Config, new: Config, renamed: Sequence[tuple[str, str]] = ()) -> Text:
    """The text of a document that said `old`, with the edits that make it say `new`."""
    edited = Text(text)
    if not _whole(edited, ("inboxes",), {n: _inbox_content(p) for n, p in old.inboxes.items()},
                  {n: _inbox_content(p) for n, p in new.inboxes.items()}):  # fmt: skip
        _inboxes(edited, old, new, renamed)
    for section in wording.SHAPES:
        _section(edited, section, old.sections[section], new.sections[section])
    return edited


def _whole(edited: Text, path: Path, before: object, after: object) -> bool:
    """Write a value anew that stands in one inline table or array; False where it does not."""
    mark = edited.inline(path)
    if mark is None:
        return False
    if before != after:
        for name in reversed(path[len(mark.path) :]):
            after = {name: after} if after is not None else None
        edited.replace(mark, literal.literal_of(after)) if after else edited.remove(mark)
    return True


def _inboxes(edited: Text, old: Config, new: Config, renamed: Sequence[tuple[str, str]]) -> None:
    origin = _origins(old.inboxes, renamed)
    # A document may have a name in another Unicode form than the store.
    written: dict[str, Path] = {inbox_names.normal(name): ("inboxes", name) for name in edited.children(("inboxes",))}
    for name, was in origin.items():
        if name not in new.inboxes:
            edited.drop(written[was])
    added: list[str] = []
    for name, plan in new.inboxes.items():
        if name not in origin:
            added += ["", *literal.table(("inboxes", name), _inbox_content(plan))]
            continue
        path = written[origin[name]]
        if origin[name] != name:
            edited.rename(path, name)
        before = old.inboxes[origin[name]]
        if not _whole(edited, path, _inbox_content(before), _inbox_content(plan)):
            _inbox(edited, path, before, plan)
    if added:
        edited.append(("inboxes",), added)


def _origins(there: Iterable[str], renamed: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The inboxes of the document by the name that they have in the end, and the name that stands there."""
    found = {name: name for name in there}
    for was, name in renamed:
        if was in found:
            found[name] = found.pop(was)
    return found


def _inbox_content(plan: InboxPlan) -> dict[str, object]:
    content, boxes = wording.inbox(plan.base), wording.boxes(plan)
    if boxes:
        content["box"] = boxes[0] if len(boxes) == 1 else boxes
    return content


def _inbox(edited: Text, path: Path, before: InboxPlan, after: InboxPlan) -> None:
    there = _count_boxes(edited, (*path, "box"))
    if before == after and there == len(after.boxes):
        return  # boxes that are over make a difference here and go
    place = edited.find_place(path)
    if place is None:  # only a box, or the messages, had a header: the table itself comes after it
        lines = [
            f"{literal.key(name)} = {literal.literal_of(item)}" for name, item in wording.inbox(after.base).items()
        ]
        edited.append(path, ["", f"[{literal.dotted([str(part) for part in path])}]", *lines])
        place = TextPlace(path, {}, "", len(edited.text), fresh=True)
    else:
        _fields(edited, place, wording.inbox(before.base), wording.inbox(after.base))
    if there or after.boxes:
        _boxes(edited, place, before, after)


def _count_boxes(edited: Text, path: Path) -> int:
    """How many boxes an inbox has in the text, whatever their form; -1 where they stand in one value."""
    below = edited.under(path)
    if any(mark.kind == "key" and mark.path == path for mark in below):
        return -1
    arrays = {mark.path[len(path)] for mark in below if mark.kind == "array" and len(mark.path) == len(path) + 1}
    return len(arrays) or bool(below)


def _fields(edited: Text, place: TextPlace, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Bring the keys of one table from one content to another."""
    added: list[str] = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        mark = place.keys.get((name,))
        if mark is not None:
            edited.replace(mark, literal.literal_of(new, name)) if new is not None else edited.remove(mark)
        elif edited.under((*place.path, name)):
            _mapping(edited, (*place.path, name), old, new)
        elif new is not None:
            added += _lines(place.prefix, name, new)
    if added:
        edited.insert(place.end, added, table=place.fresh)


def _lines(prefix: str, name: str, item: object) -> list[str]:
    if isinstance(item, Mapping) and item and all(isinstance(part, str) for part in item.values()):
        return [f"{prefix}{literal.dotted((name, word))} = {literal.literal_of(part)}" for word, part in item.items()]
    return [f"{prefix}{literal.key(name)} = {literal.literal_of(item, name)}"]


def _mapping(edited: Text, path: Path, before: object, after: object) -> None:
    """A table inside a table that stands in dotted keys or under a header, such as the messages by language."""
    old: Mapping[str, object] = before if isinstance(before, Mapping) else {}
    new: Mapping[str, object] = after if isinstance(after, Mapping) else {}
    place = edited.find_place(path)
    if place is None or not new:
        edited.drop(path)
    else:
        _fields(edited, place, old, new)


def _boxes(edited: Text, place: TextPlace, before: InboxPlan, after: InboxPlan) -> None:
    """Bring the boxes of an inbox to what they are to be; boxes that stay are edited key by key."""
    path = (*place.path, "box")
    headers = [mark for mark in edited.under(path) if mark.kind != "key"]
    own = [mark.path for mark in headers if mark.path == (path if mark.kind == "table" else (*path, mark.path[-1]))]
    places = [edited.find_place(found) for found in own or [path]]
    old, new = wording.boxes(before), wording.boxes(after)
    simple = len(headers) == len(own) and not any("messages" in box for box in (*old, *new))
    if simple and len(places) == len(old) == len(new):
        changed = before.base.difference(after.base)
        for inner, was, box in zip(places, old, new, strict=True):
            if inner is not None:
                # A key that only repeated the base is no difference in `was`; where the base changes it becomes one.
                stale = {str(key[0]): STALE for key in inner.keys if key[0] in changed}
                _fields(edited, inner, {**stale, **was}, box)
        if None not in places:
            return
    edited.drop(path)
    if not new:
        return
    if place.prefix:  # a header here would take the keys that follow
        edited.insert(
            place.end,
            [f"{place.prefix}box = {literal.literal_of(new if len(new) > 1 else new[0])}"],
            table=place.fresh,
        )
        return
    table = tuple(str(part) for part in path)
    lines = [line for box in new for line in ("", *literal.table(table, box, array=len(new) > 1))]
    edited.insert(place.end, lines, table=place.fresh)


def _section(edited: Text, section: str, before: Any, after: Any) -> None:
    old, new = wording.section(section, before), wording.section(section, after)
    path = wording.SHAPES[section]
    if old == new or _whole(edited, path, old, new):
        return
    if section in LIST_SECTIONS:
        _rows(edited, path, old, new)
    elif section == "store":
        _table(edited, path, old, new)
    else:
        for name in dict.fromkeys([*old, *new]):
            if old.get(name) != new.get(name) and not _whole(edited, (*path, name), old.get(name), new.get(name)):
                _table(edited, (*path, name), old.get(name), new.get(name))


def _table(edited: Text, path: tuple[str, ...], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> None:
    """Bring one table from one content to another; None stands for no table."""
    nested = any(isinstance(item, Mapping | list) and _nested(item) for item in (new or {}).values())
    place = edited.find_place(path)
    if place is not None and new and not nested:
        _fields(edited, place, old or {}, new)
        return
    if edited.under(path):
        edited.drop(path)
    if new is not None and (new or len(path) > 1):
        edited.append(path[:1], ["", *literal.table(path, new)])


def _nested(item: Mapping[str, Any] | list[Any]) -> bool:
    return isinstance(item, Mapping) or any(isinstance(row, Mapping) for row in item)


def _rows(edited: Text, path: tuple[str, ...], old: Sequence[Any], new: Sequence[Any]) -> None:
    """Bring an array of tables from one content to another; rows that stay keep their place and their comments."""
    headers = [mark for mark in edited.marks if mark.kind == "array" and mark.path[:-1] == path]
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    behind = 0
    while behind < min(len(old), len(new)) - same and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    pairs = min(len(old), len(new)) - same - behind
    places = [edited.find_place(header.path) for header in headers]
    for index in range(same, same + pairs):
        place = places[index]
        if place is not None:
            _fields(edited, place, old[index], new[index])
    for index in range(same + pairs, len(old) - behind):
        edited.drop(headers[index].path)
    lines = [
        line for row in new[same + pairs : len(new) - behind] for line in ("", *literal.table(path, row, array=True))
    ]
    last = places[same + pairs - 1] if same + pairs else None
    if not lines:
        return
    if last is not None:
        edited.insert(last.end, lines)
    elif headers:
        edited.insert(headers[0].first, [*lines[1:], ""])
    else:
        edited.append(path, lines)
