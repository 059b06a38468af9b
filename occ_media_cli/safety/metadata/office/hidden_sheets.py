"""Sheets of a workbook that are not shown: they can go where nothing that is shown may use what is on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from occ_media_cli.safety.metadata.office.xml_edit import Action, Drop, Element, Without, edit_xml, elements_of

WORKBOOK, STRINGS, _CHAIN = "xl/workbook.xml", "xl/sharedstrings.xml", "xl/calcchain.xml"
MOST_HIDDEN = 50
"""Hidden sheets that are looked for in formulas; of more, one is taken to be used."""

_STATES = frozenset((b"hidden", b"veryHidden"))
_ANY = re.compile(rb"\bINDIRECT\b|worksheetSource\b", re.IGNORECASE)
"""What may name a sheet by a text that is only known when it is computed, or another part of the workbook."""
_STRING = re.compile(
    rb"<(?:\w+:)?c\s[^>]*\bt=[\"']s[\"'][^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v\s*>\s*(\d{1,9})", re.DOTALL
)
"""A cell that shows a shared string, and its number."""


class Sheets(NamedTuple):
    """The sheets of a workbook in order: (name as it is written, id of its relationship, whether it is shown)."""

    rows: tuple[tuple[bytes, bytes, bool], ...]

    @property
    def hidden(self) -> tuple[int, ...]:
        """The places of those that are not shown."""
        return tuple(place for place, (_, _, shown) in enumerate(self.rows) if not shown)


def sheets_of(workbook: bytes) -> Sheets:
    """The sheets that a workbook lists."""
    rows = []
    for element in elements_of(workbook):
        if element.name == b"sheet" and element.value_of(b"sheetId") is not None:
            link = next((element.attributes[name] for name in element.names_of(b"id") if b":" in name), b"")
            rows.append((element.attributes.get(b"name", b""), link, element.attributes.get(b"state") not in _STATES))
    return Sheets(tuple(rows))


def unused(sheets: Sheets, workbook: bytes, parts: Iterable[bytes]) -> bool:
    """Whether nothing in the parts that are shown names a sheet that is not. A doubt is an answer of no."""
    names = [re.escape(sheets.rows[place][0]) for place in sheets.hidden]
    if any(not name for name in names) or len(names) > MOST_HIDDEN or not any(shown for _, _, shown in sheets.rows):
        return False
    seen = re.compile(rb"(?:" + b"|".join(names) + rb")(?:'|&apos;|&#39;)?(?:!|:)", re.IGNORECASE)
    defined = list(re.findall(rb"<(?:\w+:)?definedName\b([^>]*)>([^<]*)<", workbook))
    for attributes, formula in defined:
        own = re.search(rb"localSheetId=\"(\d{1,6})\"", attributes)
        if seen.search(formula) and not (own and int(own[1]) in sheets.hidden):
            return False
    return not any(_ANY.search(part) or seen.search(part) for part in parts)


def without_sheets(workbook: bytes, sheets: Sheets) -> bytes:
    """A workbook without its hidden sheets: names that belong to them go, and places count without them."""
    hidden = set(sheets.hidden)

    def place(number: bytes | None) -> bytes | None:
        if number is None or not number.isdigit() or len(number) > 6:
            return None
        return b"%d" % (int(number) - sum(each < int(number) for each in hidden))

    def rule(element: Element) -> Action:
        if element.name == b"sheet" and element.attributes.get(b"state") in _STATES:
            return Drop()
        if element.name == b"definedName" and (own := element.attributes.get(b"localSheetId")) is not None:
            return Drop() if own.isdigit() and int(own[:6]) in hidden else Without({b"localSheetId": place(own)})
        if element.name == b"workbookView":
            return Without({name: place(element.attributes[name]) for name in (b"activeTab", b"firstSheet")
                            if name in element.attributes})  # fmt: skip
        return None

    return edit_xml(workbook, rule)


def without_strings(strings: bytes, sheets: Iterable[bytes]) -> bytes:
    """The shared strings of a workbook, of which those that no sheet shows become empty; their numbers stay."""
    used = {int(hit[1]) for sheet in sheets for hit in _STRING.finditer(sheet)}
    number = -1

    def rule(element: Element) -> Action:
        nonlocal number
        if element.name == b"si":
            number += 1
        elif element.around and element.around[-1] == b"si" and number not in used:
            return Drop()
        return None

    return edit_xml(strings, rule)


def sheets_to_drop(
    names: Iterable[str], read: Callable[[str], bytes], targets: dict[bytes, tuple[str, str]]
) -> tuple[Sheets, frozenset[str]]:
    """The sheets of a workbook, and the parts that go with those that are not shown; none where one may be used."""
    workbook = read(WORKBOOK)
    sheets = sheets_of(workbook)
    if not sheets.hidden:
        return sheets, frozenset()
    links = {sheets.rows[place][1] for place in sheets.hidden}
    parts = {part for number, (part, _) in targets.items() if number in links}
    shown = (read(key) for key in names if key.startswith("xl/") and key.endswith(".xml") and key not in parts
             and key not in (WORKBOOK, STRINGS, _CHAIN))  # fmt: skip
    if not unused(sheets, workbook, shown):
        return sheets, frozenset()
    return sheets, frozenset(parts) | ({_CHAIN} & set(names))
