"""The cells of a worksheet, one after another as they stand in its part: never the range that they claim to span.

A reader that allocates the used range dies of two cells, A1 and XFD1048576: half a terabyte. Here a cell costs what it
holds. Each knows its column's heading, so that a number in row 5,000 still stands below "Card number".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from occ_media_cli.media.readers.zipfiles import TooLarge
from occ_media_cli.media.text.passage import Passage, Place
from occ_media_cli.media.text.xml_words import Gathering, Handlers, LocalNames, feed_part, gather_stretches

MOST_STRINGS = 64_000_000
"""Characters of the table of shared strings that are kept."""

_MOST_REPEATED = 96_000_000
"""Characters that the cells of one sheet may take from that table: a million cells may name one long text."""

_HEADS, _LONGEST_HEAD = 1_024, 80
"""Columns whose heading is kept, and its characters."""

_POWER = re.compile(r"\d{1,17}(?:\.\d{1,17})?[eE]\+?\d{1,2}", re.ASCII)
_MOST_WHOLE = 1e19
_WHOLE = re.compile(r"(\d{1,20})\.0+", re.ASCII)
_SPEAKING = frozenset(("dataValidation", "hyperlink"))
_SAID = frozenset(("prompt", "promptTitle", "error", "errorTitle", "display", "tooltip", "location"))
"""Elements of a sheet whose attributes people read."""

_LETTERS = re.compile("[A-Za-z]{1,3}")


def plain_number(value: str) -> str:
    """A stored number as its digits: `4.1111111111111111E+15` is the card number that somebody typed."""
    if _POWER.fullmatch(value) is not None:
        number = float(value)
        return str(int(number)) if number < _MOST_WHOLE and number.is_integer() else value
    whole = _WHOLE.fullmatch(value)
    return whole[1] if whole is not None else value


class SharedStrings:
    """The texts that cells name by number, and which of them a cell has named."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._used = bytearray()

    def append(self, text: str) -> None:
        """One more text."""
        self._texts.append(text)
        self._used.append(0)

    def text_at(self, number: int) -> str:
        """The text of a number; empty for one that there is not."""
        if number >= len(self._texts):
            return ""
        self._used[number] = 1
        return self._texts[number]

    def unused(self) -> Iterator[str]:
        """Texts that no cell names: what was deleted from the sheets, and is in the file."""
        left = [text for text, used in zip(self._texts, self._used, strict=True) if not used and text]
        if left:
            yield "\n".join(left)


class _Strings(Handlers):
    """The table of shared strings; a text of several looks is one string, its reading aids (`rPh`) are none."""

    def __init__(self, found: SharedStrings) -> None:
        self._found, self._names = found, LocalNames()
        self._now: list[str] = []
        self._inside = self._aside = False
        self.characters = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        local = self._names[name]
        if local == "si":
            self._now = []
        elif local == "rPh":
            self._aside = True
        self._inside = local == "t" and not self._aside

    def end(self, name: str) -> None:
        local = self._names[name]
        self._inside = False
        if local == "rPh":
            self._aside = False
        elif local == "si":
            text = "".join(self._now)
            self.characters += len(text)
            self._found.append(text if self.characters <= MOST_STRINGS else "")

    def data(self, text: str) -> None:
        if self._inside:
            self._now.append(text)


def read_strings(content: Iterable[bytes], found: SharedStrings) -> Iterator[Passage]:
    """Fill the table of shared strings, and give no passage. Raises as `feed_part`, and `TooLarge`."""
    strings = _Strings(found)
    for _ in feed_part(content, strings):
        if strings.characters > MOST_STRINGS:
            raise TooLarge(f"its shared strings have more than {MOST_STRINGS:,} characters")
    yield from ()


class _Cells(Gathering[Passage]):
    def __init__(self, sheet: str, strings: SharedStrings) -> None:
        self._sheet, self._strings, self._names = sheet, strings, LocalNames()
        self._text: list[str] = []
        self._places: list[Place] = []
        self._heads: dict[str, str] = {}
        self.length = self.taken = 0
        self._row = self._column = 0
        self._reference = self._type = self._element = ""
        self._value: list[str] = []
        self._formula: list[str] = []
        self._in_cell = self._touched = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._element = self._names[name]
        if local == "c":
            self._in_cell = True
            self._column += 1
            self._reference = attributes.get("r", "")
            self._type = attributes.get("t", "n")
            self._value, self._formula = [], []
        elif local in _SPEAKING:
            for key, value in attributes.items():
                if self._names[key] in _SAID and value:
                    self._add(f"{value}\n", self._sheet, "")
        elif local == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else self._row + 1
            self._column = 0
        self._touched = False

    def data(self, text: str) -> None:
        element = self._element
        if self._in_cell:
            if element in ("v", "t"):
                self._value.append(text)
            elif element == "f":
                self._formula.append(text)
        elif not text.isspace() or element == "t":
            self._touched = True
            self._add(text, self._sheet, "")

    def end(self, name: str) -> None:
        local = self._names[name]
        if local == "c":
            self._cell()
            self._in_cell = False
        elif local == "row" or self._touched:
            self._add("\n", self._sheet, "")
        self._element = ""
        self._touched = False

    def _cell(self) -> None:
        value = "".join(self._value)
        kind = self._type
        if kind == "s" and value.isascii() and value.isdigit() and len(value) < 9:
            value = self._strings.text_at(int(value))
            self.taken += len(value)
            if self.taken > _MOST_REPEATED:
                value = value[:_LONGEST_HEAD]
        elif kind == "n":
            value = plain_number(value.strip())
        formula = "".join(self._formula) if self._formula else ""
        if '"' in formula:
            value = f"{value} {formula}" if value else formula
        if not value:
            return
        reference = self._reference[:12] or f"{_letters(self._column)}{self._row}"
        match = _LETTERS.match(reference)
        column = match[0] if match is not None else ""
        head = self._heads.get(column, "")
        if not head and kind in ("s", "inlineStr", "str") and len(self._heads) < _HEADS:
            self._heads[column] = value[:_LONGEST_HEAD]
        self._add(value, f"{self._sheet}!{reference}", head)
        self._text.append("\t")
        self.length += 1

    def _add(self, text: str, where: str, head: str) -> None:
        if not self._places or self._places[-1].where != where:
            self._places.append(Place(self.length, where, head))
        self._text.append(text)
        self.length += len(text)

    def take(self) -> Passage:
        passage = Passage("".join(self._text), tuple(self._places), has_heads=bool(self._heads))
        self._text, self._places, self.length = [], [], 0
        return passage


def _letters(column: int) -> str:
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def read_sheet(content: Iterable[bytes], sheet: str, strings: SharedStrings) -> Iterator[Passage]:
    """The cells of a sheet with their places; what stands outside of cells (headers, lists) has the sheet as its place.

    sheet: its name. strings: the table of shared strings. Raises as `feed_part`, with what came before given.
    """
    return gather_stretches(content, _Cells(sheet, strings))
