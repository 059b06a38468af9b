"""Editing the text of a document in place: only what differs is touched, every other byte stays.

Documents whose tables have headers of their own (`[inboxes.vip]`) are edited here. For other shapes, such as inline
tables, `Unfit` is raised and `settings.edit` takes over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from occ_media_cli.settings import literal, names, wording
from occ_media_cli.settings.model import Config, InboxPlan
from occ_media_cli.settings.scan import Mark, Path, marks


class Unfit(Exception):  # a signal, caught one level up
    """The document has a shape that is not edited as text."""


class Text:
    """A text, where everything stands in it, and the edits that are to be made.

    switches_only: nothing but `true` and `false` were put in each other's place, which cannot break a document.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks = list(marks(text))
        self.switches_only = True
        self._edits: list[tuple[int, int, str]] = []

    def result(self) -> str:
        """The text with all edits."""
        text = self.text
        # From the end to the start; of several at one place the first one made comes first in the text.
        for begin, end, _order, new in sorted(
            ((begin, end, order, new) for order, (begin, end, new) in enumerate(self._edits)), reverse=True
        ):
            text = text[:begin] + new + text[end:]
        return text

    def under(self, path: Path) -> list[Mark]:
        """Everything at a path and below."""
        return [mark for mark in self.marks if mark.path[: len(path)] == path]

    def header(self, path: Path) -> Mark | None:
        """The header of a table; Unfit where the table is there without one."""
        below = self.under(path)
        if not below:
            return None
        found = [mark for mark in below if mark.kind != "key" and mark.path == path]
        headers = {mark.header for mark in below if mark.kind != "key"}
        if len(found) != 1 or any(mark.header not in headers for mark in below):
            raise Unfit
        return found[0]

    def keys(self, header: Mark) -> list[Mark]:
        """The keys that stand under a header."""
        return [mark for mark in self.marks if mark.header == header.header and mark.kind == "key"]

    def end(self, header: Mark) -> int:
        """The offset behind the last key under a header."""
        return max([header.last, *(mark.last for mark in self.keys(header))])

    def replace(self, mark: Mark, new: str) -> None:
        """Give a key another value; a comment behind it stays."""
        self.switches_only &= {new, self.text[slice(*mark.value)]} <= {"true", "false"}
        self._edits.append((*mark.value, new))

    def remove(self, mark: Mark) -> None:
        """Take a key out, with its line."""
        self.switches_only = False
        self._edits.append((mark.first, mark.last, ""))

    def insert(self, offset: int, lines: Iterable[str]) -> None:
        """Put lines in at the start of a line."""
        self.switches_only = False
        rows = "".join(f"{line}\n" for line in lines)
        broken = offset == len(self.text) and offset > 0 and not self.text.endswith("\n")
        self._edits.append((offset, offset, ("\n" if broken else "") + rows))

    def rename(self, mark: Mark, index: int, new: str) -> None:
        """Give one part of a header another name."""
        self.switches_only = False
        self._edits.append((*mark.parts[index], literal.key(new)))

    def drop(self, path: Path) -> None:
        """Take a table out, with the tables in it; an empty line before it goes with it."""
        self.switches_only = False
        below = self.under(path)
        headers = [mark for mark in below if mark.kind != "key"]
        if {mark.header for mark in below} != {mark.header for mark in headers}:
            raise Unfit
        for header in headers:
            begin = header.first
            if self.text[:begin].endswith("\n\n"):
                begin -= 1
            self._edits.append((begin, self.end(header), ""))


def document(text: str, old: Config, new: Config, renamed: Sequence[tuple[str, str]] = ()) -> Text:
    """The text of a document that said `old`, with the edits that make it say `new`."""
    edited = Text(text)
    origin = _origins(old.inboxes, renamed)
    before = {name: old.inboxes[was] for name, was in origin.items()}
    for name, was in origin.items():
        if name not in new.inboxes:
            edited.drop(_inbox_path(edited, was))
    added: list[str] = []
    for name, plan in new.inboxes.items():
        if name not in before:
            added += _new_inbox(name, plan)
            continue
        path = _inbox_path(edited, origin[name])
        if origin[name] != name:
            _rename(edited, path, name)
        _inbox(edited, path, before[name], plan, name)
    if added:
        _append(edited, ("inboxes",), added)
    for section in wording.SHAPES:
        _section(edited, section, old.sections[section], new.sections[section])
    return edited


def _origins(there: Iterable[str], renamed: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The inboxes of the document by the name that they have in the end, and the name that stands there."""
    found = {name: name for name in there}
    for was, name in renamed:
        if was in found:
            found[name] = found.pop(was)
    return found


def _inbox_path(edited: Text, name: str) -> tuple[str, str]:
    """The path of an inbox as it is written: a document may have a name in another Unicode form."""
    for mark in edited.marks:
        if len(mark.path) > 1 and mark.path[0] == "inboxes" and names.normal(str(mark.path[1])) == name:
            return "inboxes", str(mark.path[1])
    raise Unfit


def _rename(edited: Text, path: Path, name: str) -> None:
    for mark in edited.under(path):
        if mark.kind != "key":
            edited.rename(mark, 1, name)
    if edited.header(path) is None and not any(mark.kind != "key" for mark in edited.under(path)):
        raise Unfit


def _new_inbox(name: str, plan: InboxPlan) -> list[str]:
    boxes = wording.boxes(plan)
    content = wording.inbox(plan.base)
    if boxes:
        content["box"] = boxes[0] if len(boxes) == 1 else boxes
    return ["", *literal.table(("inboxes", name), content)]


def _append(edited: Text, after: Path, lines: list[str]) -> None:
    """Put tables behind the last one at a path, or at the end of the text."""
    headers = [mark for mark in edited.marks if mark.kind != "key" and mark.path[: len(after)] == after]
    offset = edited.end(headers[-1]) if headers else len(edited.text)
    if not edited.text[:offset].strip():
        lines = lines[1:]
    edited.insert(offset, lines)


def _inbox(edited: Text, path: Path, before: InboxPlan, after: InboxPlan, name: str) -> None:
    there = _count_boxes(edited, (*path, "box"))
    if before == after and there == len(after.boxes):
        return  # boxes that are over make a difference here and go
    header = edited.header(path)
    if header is None:
        raise Unfit
    _fields(edited, header, wording.inbox(before.base), wording.inbox(after.base))
    if there or after.boxes:
        _boxes(edited, header, before, after, name)


def _count_boxes(edited: Text, path: Path) -> int:
    """How many boxes an inbox has in the text, whatever their form."""
    below = edited.under(path)
    arrays = {mark.path[len(path)] for mark in below if mark.kind == "array" and len(mark.path) == len(path) + 1}
    return len(arrays) or bool(below)


def _fields(edited: Text, header: Mark, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    """Bring the keys of one table from one content to another."""
    path, keys = header.path, {mark.path: mark for mark in edited.keys(header)}
    added: list[str] = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        mark = keys.get((*path, name))
        if mark is not None:
            edited.replace(mark, literal.of(new, name)) if new is not None else edited.remove(mark)
        elif any(mark.path[: len(path) + 1] == (*path, name) for mark in edited.marks):
            _mapping(edited, header, name, old, new)
        elif new is not None:
            added += _lines(name, new)
    if added:
        edited.insert(edited.end(header), added)


def _lines(name: str, item: object) -> list[str]:
    if isinstance(item, Mapping) and item and all(isinstance(part, str) for part in item.values()):
        return [f"{literal.dotted((name, word))} = {literal.of(part)}" for word, part in item.items()]
    return [f"{literal.key(name)} = {literal.of(item, name)}"]


def _mapping(edited: Text, header: Mark, name: str, before: object, after: object) -> None:
    """A table that stands in dotted keys or under a header of its own, such as the messages by language."""
    path = (*header.path, name)
    old: Mapping[str, object] = before if isinstance(before, Mapping) else {}
    new: Mapping[str, object] = after if isinstance(after, Mapping) else {}
    own = next((mark for mark in edited.marks if mark.kind != "key" and mark.path == path), None)
    if own is not None:
        if not new:
            edited.drop(path)
        else:
            _fields(edited, own, old, new)
        return
    keys = {mark.path: mark for mark in edited.keys(header)}
    added = []
    for word in dict.fromkeys([*old, *new]):
        mark = keys.get((*path, word))
        if old.get(word) == new.get(word):
            continue
        if mark is None:
            if word in old:
                raise Unfit
            added.append(f"{literal.dotted((name, word))} = {literal.of(new[word])}")
        elif word in new:
            edited.replace(mark, literal.of(new[word]))
        else:
            edited.remove(mark)
    if added:
        edited.insert(max(mark.last for at, mark in keys.items() if at[: len(path)] == path), added)


def _boxes(edited: Text, header: Mark, before: InboxPlan, after: InboxPlan, name: str) -> None:
    """Bring the boxes of an inbox to what they are to be; boxes that stay are edited key by key."""
    path = (*header.path, "box")
    if any(mark.path[: len(path)] == path and mark.header == header.header for mark in edited.under(path)):
        raise Unfit  # an inline box, or one in dotted keys
    headers = [mark for mark in edited.under(path) if mark.kind != "key"]
    own = [mark for mark in headers if mark.path == (path if mark.kind == "table" else (*path, mark.path[-1]))]
    old, new = wording.boxes(before), wording.boxes(after)
    if len(headers) == len(own) == len(old) == len(new) and not any("messages" in box for box in (*old, *new)):
        changed = before.base.difference(after.base)
        for mark, was, box in zip(own, old, new, strict=True):
            # A key that only repeated the base is no difference in `was`; where the base changes it would become one.
            stale = {str(key.path[-1]): object() for key in edited.keys(mark) if key.path[-1] in changed}
            _fields(edited, mark, {**stale, **was}, box)
        return
    for mark in own:
        edited.drop(mark.path)
    lines: list[str] = []
    for box in new:
        lines += ["", *literal.table(("inboxes", name, "box"), box, array=len(new) > 1)]
    if lines:
        edited.insert(edited.end(header), lines)


def _section(edited: Text, section: str, before: Any, after: Any) -> None:
    old, new = wording.section(section, before), wording.section(section, after)
    if old == new:
        return
    path = wording.SHAPES[section]
    if section in wording.ARRAYS:
        _rows(edited, path, old, new)
    elif section == "store":
        _table(edited, path, old, new)
    else:
        for name in dict.fromkeys([*old, *new]):
            if old.get(name) != new.get(name):
                _table(edited, (*path, name), old.get(name), new.get(name))


def _table(edited: Text, path: tuple[str, ...], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> None:
    """Bring one table from one content to another; None stands for no table."""
    header = edited.header(path)
    if header is None:
        if new is not None:
            _append(edited, path[:1], ["", *literal.table(path, new)])
    elif new is None:
        edited.drop(path)
    elif any(isinstance(item, Mapping | list) and _nested(item) for item in [*(old or {}).values(), *new.values()]):
        edited.drop(path)
        _append(edited, path[:1], ["", *literal.table(path, new)])
    else:
        _fields(edited, header, old or {}, new)


def _nested(item: Mapping[str, Any] | list[Any]) -> bool:
    return isinstance(item, Mapping) or any(isinstance(row, Mapping) for row in item)


def _rows(edited: Text, path: tuple[str, ...], old: Sequence[Any], new: Sequence[Any]) -> None:
    """Bring an array of tables from one content to another; rows that stay keep their place and their comments."""
    headers = [mark for mark in edited.marks if mark.kind == "array" and mark.path[:-1] == path]
    if len(headers) != len(old):
        raise Unfit
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    behind = 0
    while behind < min(len(old), len(new)) - same and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    pairs = min(len(old), len(new)) - same - behind
    for index in range(same, same + pairs):
        _fields(edited, headers[index], old[index], new[index])
    for index in range(same + pairs, len(old) - behind):
        edited.drop(headers[index].path)
    lines: list[str] = []
    for row in new[same + pairs : len(new) - behind]:
        lines += ["", *literal.table(path, row, array=True)]
    if not lines:
        return
    if same + pairs:
        edited.insert(edited.end(headers[same + pairs - 1]), lines)
    elif headers:
        edited.insert(headers[0].first, [*lines[1:], ""])
    else:
        _append(edited, path, lines)
