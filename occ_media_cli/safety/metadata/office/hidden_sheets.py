"""Sheets of a workbook that are not shown: they can go where nothing that is shown may use what is on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import unquote

from occ_media_cli.safety.metadata.office.xml_edit import (
    Action,
    Drop,
    Element,
    Without,
    edit_xml,
    elements_of,
)

WORKBOOK, STRINGS, _CHAIN = "xl/workbook.xml", "xl/sharedstrings.xml", "xl/calcchain.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
MOST_HIDDEN = 50
"""Hidden sheets that are looked for in formulas; of more, one is taken to be used."""

_STATES = frozenset((b"hidden", b"veryHidden"))
_ANY = re.compile(
    r"\bindirect\b|\bhyperlink\(|\bsheets?\(|\bevaluate\(|\bget\.\w+\(|worksheetsource\b|<(?:\w+:)?(?:rangeset|dataref)\b"
)
"""What may name a sheet by a text that is only known when it is computed, counts sheets, or names a sheet or a table in
an attribute, as sources of pivot tables do."""
_WORDS = (b"indirect", b"hyperlink(", b"sheet(", b"sheets(", b"evaluate(", b"get.", b"worksheetsource", b"rangeset",
          b"dataref")  # fmt: skip
"""One of these is in whatever `_ANY` matches."""
MOST_COMPARED = 4_000_000
"""Bytes of parts with anything like a name of a sheet that are compared; beyond, one is taken to be used."""
_SPAN = re.compile(r":(?!#ref!)[^!<>\"\\/?*\[\]]{1,80}!")
"""A reference through several sheets (`First:Last!A1`), which takes in all that stand between."""
_HARMLESS = frozenset(("printersettings", "comments", "threadedcomment", "vmldrawing", "drawing", "hyperlink", "image"))
"""Parts that may hang on a sheet that goes. A table or a pivot table on it is used by its own name, elsewhere too."""
_OTHER_USERS = re.compile(r"xl/(?:vbaproject\.bin|model/.*|macrosheets/.*)")
_DEFINED = re.compile(rb"<(?:\w+:)?definedName\b([^>]*)>([^<]*)<")
_OWN = re.compile(rb"localSheetId\s*=\s*[\"'](\d{1,6})[\"']")
_STRING = re.compile(
    rb"<(?:\w+:)?c\s[^<>]*\bt=[\"']s[\"'][^<>]*>(?:(?!</?(?:\w+:)?c[\s>]).)*?<(?:\w+:)?v\s*>\s*(\d{1,9})", re.DOTALL
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
    """Whether nothing in the parts that are shown can mean a sheet that is not. A doubt is an answer of no."""
    names = [_as_compared(sheets.rows[place][0]) for place in sheets.hidden]
    if any(not name for name in names) or len(names) > MOST_HIDDEN or not any(shown for _, _, shown in sheets.rows):
        return False
    seen = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")!")

    looked = 0

    def may_mean_one(text: bytes) -> bool:
        nonlocal looked
        if not _may_name(text):
            return False
        looked += len(text)
        if looked > MOST_COMPARED:
            return True
        compared = _as_compared(text)
        return bool(_ANY.search(compared) or seen.search(compared) or _SPAN.search(compared))

    if b"customWorkbookView" in workbook:  # it may open at one of them
        return False
    for attributes, formula in _DEFINED.findall(workbook):
        own = _OWN.search(attributes)
        if not (own and int(own[1]) in sheets.hidden) and may_mean_one(formula):
            return False
    return not any(may_mean_one(part) for part in parts)


def _may_name(text: bytes) -> bool:
    """A quick look, for sheets of a million cells: whether anything in a part could be a name of a sheet at all."""
    if b"!" in text or b"&#" in text or b"%" in text:
        return True
    small = text.lower()
    return any(word in small for word in _WORDS)


def _as_compared(text: bytes) -> str:
    """Names and formulas as Excel compares them, whatever is written for a letter; without the apostrophes that stand
    around names and twice in them, so that what could be the same is."""
    from html import unescape

    return unescape(unquote(text.decode("utf-8", "replace"))).casefold().replace("'", "")


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
    names: Iterable[str], read: Callable[[str], bytes], links: dict[str, dict[bytes, tuple[str, str]]]
) -> tuple[Sheets, frozenset[str]]:
    """The sheets of a workbook, and the parts that go with those that are not shown; none where one may be used."""
    workbook = read(WORKBOOK)
    sheets = sheets_of(workbook)
    if not sheets.hidden or any(_OTHER_USERS.fullmatch(key) for key in names):
        return sheets, frozenset()
    numbers = {sheets.rows[place][1] for place in sheets.hidden}
    parts = {part for number, (part, _) in links.get(_LINKS, {}).items() if number in numbers}
    own = {rels for rels in links if rels.replace("_rels/", "").removesuffix(".rels") in parts}
    if any(kind.casefold() not in _HARMLESS for rels in own for _, kind in links[rels].values()):
        return sheets, frozenset()
    aside = parts | own | {WORKBOOK, STRINGS, _CHAIN}
    aside |= {key for key in names if key.startswith("docprops/") or not key.endswith((".xml", ".rels", ".vml"))}
    shown = (read(key) for key in names if key not in aside)
    if not unused(sheets, workbook, shown):
        return sheets, frozenset()
    return sheets, frozenset(parts) | ({_CHAIN} & set(names))
