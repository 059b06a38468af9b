"""A TOML text with edits: keys given another value, put in and taken out; every other byte stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from occ_media_cli.settings.document import literal
from occ_media_cli.settings.document.toml_scan import Mark, Path, marks
from occ_media_cli.values import value

NEAR = 2
"""Marks are found at once by so many parts of their path: by `inboxes` and the name of one."""


@value
class TextPlace:
    """Where the keys of one table stand: under a header of its own, or as dotted keys under another.

    keys: by their names below the table. prefix: what stands before a key that is put in. end: where it is put in.
    fresh: behind the table that is put in there.
    """

    path: tuple[str | int, ...]
    keys: Mapping[Path, Mark]
    prefix: str
    end: int
    fresh: bool = False


class Text:
    """A text, where everything stands in it, and the edits that are to be made.

    switches_only: nothing but `true` and `false` were put in each other's place, which cannot break a document.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks = list(marks(text))
        self._near: dict[Path, list[Mark]] = {}
        for mark in self.marks:
            for length in range(min(len(mark.path), NEAR) + 1):
                self._near.setdefault(mark.path[:length], []).append(mark)
        self._short = [mark for mark in self.marks if len(mark.path) == 1]
        self.switches_only = True
        self._edits: list[tuple[int, int, str]] = []
        self._tables: set[int] = set()

    def result(self) -> str:
        """The text with all edits. What is taken out takes edits inside of it along, such as its new name."""
        text = self.text
        removed = [(begin, end) for begin, end, new in self._edits if not new and begin < end]
        # From the end to the start; of several at one place what belongs to the table there comes before other tables,
        # and then the first one made comes first in the text.
        edits = [
            (begin, end, order in self._tables, order, new)
            for order, (begin, end, new) in enumerate(self._edits)
            if not any(_is_inside(begin, end, *each) for each in removed)
        ]
        for begin, end, _is_table, _order, new in sorted(edits, reverse=True):
            text = text[:begin] + new + text[end:]
        return text

    def under(self, path: Path) -> list[Mark]:
        """Everything at a path and below."""
        near = self._near.get(path[:NEAR], [])
        return near if len(path) <= NEAR else [mark for mark in near if mark.path[: len(path)] == path]

    def children(self, path: Path) -> list[str]:
        """The names right below a path of one part, as they are written."""
        return [str(found[1]) for found in self._near if len(found) == NEAR and found[:1] == path]

    def inline(self, path: Path) -> Mark | None:
        """The key that holds a path as a value of its own: an inline table or array, at the path or above it."""
        for length in range(1, len(path) + 1):
            for mark in self.under(path[:length]) if length > 1 else self._short:
                if mark.kind == "key" and mark.path == path[:length]:
                    return mark
        return None

    def find_place(self, path: Path) -> TextPlace | None:
        """Where the keys of a table stand; None where it has none and no header, or stands in one value."""
        below = self.under(path)
        header = next((mark for mark in below if mark.kind != "key" and mark.path == path), None)
        if header is not None:
            own = [mark for mark in below if mark.kind == "key" and mark.header == header.header]
            return TextPlace(path, _below(own, path), "", max([header.last, *(mark.last for mark in own)]))
        inner = {mark.header for mark in below if mark.kind != "key"}
        dotted = [mark for mark in below if mark.kind == "key" and mark.header not in inner]
        if not dotted or any(mark.path == path for mark in dotted):
            return None
        base = len(dotted[-1].path) - len(dotted[-1].parts)
        prefix = literal.dotted([str(part) for part in path[base:]]) + "."
        return TextPlace(path, _below(dotted, path), prefix, dotted[-1].last)

    def replace(self, mark: Mark, new: str) -> None:
        """Give a key another value; a comment behind it stays."""
        self.switches_only &= {new, self.text[slice(*mark.value)]} <= {"true", "false"}
        self._edits.append((*mark.value, new))

    def remove(self, mark: Mark) -> None:
        """Take a key out, with its line."""
        self.switches_only = False
        self._edits.append((mark.first, mark.last, ""))

    def insert(self, offset: int, lines: Iterable[str], *, table: bool = False) -> None:
        """Put lines in at the start of a line. table: they are no part of the table that stands there."""
        self.switches_only = False
        newline = "\r\n" if "\r\n" in self.text else "\n"
        rows = "".join(f"{line}{newline}" for line in lines)
        broken = offset == len(self.text) and offset > 0 and not self.text.endswith("\n")
        if table:
            self._tables.add(len(self._edits))
        self._edits.append((offset, offset, (newline if broken else "") + rows))

    def rename(self, path: Path, new: str) -> None:
        """Give a table another name wherever the text has it."""
        self.switches_only = False
        for mark in self.under(path):
            index = len(path) - 1 - (len(mark.path) - len(mark.parts))
            if mark.kind != "key":
                index = len([part for part in path if isinstance(part, str)]) - 1
            if index >= 0:
                self._edits.append((*mark.parts[index], literal.key(new)))

    def drop(self, path: Path) -> None:
        """Take a table out, with the tables in it; an empty line before a header goes with it."""
        self.switches_only = False
        below = self.under(path)
        headers = [mark for mark in below if mark.kind != "key"]
        for header in headers:
            begin = header.first
            if self.text[:begin].endswith("\n\n"):
                begin -= 1
            keys = [mark.last for mark in below if mark.kind == "key" and mark.header == header.header]
            self._edits.append((begin, max([header.last, *keys]), ""))
        numbers = {header.header for header in headers}
        for mark in below:
            if mark.kind == "key" and mark.header not in numbers:
                self.remove(mark)

    def append(self, after: Path, lines: list[str]) -> None:
        """Put tables with headers behind the last header at a path, or at the end of the text."""
        headers = [mark for mark in self.under(after) if mark.kind != "key"]
        offset = len(self.text)
        if headers:
            keys = [mark.last for mark in self.marks if mark.kind == "key" and mark.header == headers[-1].header]
            offset = max([headers[-1].last, *keys])
        self.insert(offset, lines if self.text[:offset].strip() else lines[1:], table=True)


def _below(found: Iterable[Mark], path: Path) -> dict[Path, Mark]:
    return {mark.path[len(path) :]: mark for mark in found}


def _is_inside(begin: int, end: int, first: int, last: int) -> bool:
    """Whether an edit lies in a larger stretch; what is put in at an end of it does not."""
    if begin == end:
        return first < begin < last
    return first <= begin and end <= last and (begin, end) != (first, last)
