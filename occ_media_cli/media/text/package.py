"""The words of a Word document, a presentation or a workbook: all its XML parts, sorted by name, within one budget.

Parts come in the order of their names and never in that of the archive, so that two saves of one document give one
text. Numbers in names count as numbers: slide 2 before slide 10. Parts that hold no words of a person are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from occ_media_cli.media.readers.opc import Dtd, Malformed, relationships
from occ_media_cli.media.readers.zip_stream import stream_member
from occ_media_cli.media.readers.zipfiles import Archive, Member, TooLarge, ZipBroken, part_key
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.budget import Budget
from occ_media_cli.media.text.inside import is_worth_reading, read_inner
from occ_media_cli.media.text.passage import MOST_CHARACTERS, Passage, Place, UnreadText
from occ_media_cli.media.text.sheet import SharedStrings, read_sheet, read_strings
from occ_media_cli.media.text.workbook import sheet_names
from occ_media_cli.media.text.xml_words import ALTERNATIVES, words_of_part

_OF_FILE = ("docprops/", "docmetadata/")
"""Parts about the file: who wrote it, when, with which label."""

_MOST_EMBEDDED = 32_000_000

_SILENT = re.compile(
    r"(?:^|/)(?:theme/|customxml/itemprops\d*\.xml$|styles(?:witheffects)?\.xml$|fonttable\.xml$|websettings\.xml$"
    r"|numbering\.xml$|calcchain\.xml$|printersettings|tablestyles\.xml$|viewprops\.xml$|presprops\.xml$"
    r"|slidelayouts/|slidemasters/_rels|_rels/\.rels$|metadata\.xml$|\[content_types\]\.xml$|volatiledependencies\.xml$)"
)
"""Parts without words of a person, by their keys (`zipfiles.part_key`)."""

_SHEET = re.compile(r"(?:^|/)xl/(?:worksheets|dialogsheets|chartsheets|macrosheets)/[^/]+\.xml$")
_SHARED = re.compile(r"(?:^|/)xl/sharedstrings\d*\.xml$")
_PIVOT = re.compile(r"(?:^|/)xl/pivotcache/[^/]+\.xml$")
_LINKED = re.compile(r"(?:^|/)xl/externallinks/[^/]+\.xml$")
_PROJECT = re.compile(r"vbaproject\.bin$|/activex/")
_SLIDE = re.compile(r"(?:^|/)ppt/slides/slide(\d+)\.xml$")
_NUMBER = re.compile(r"(\d{1,9})")
_NAMED = re.compile(r"(?:^|/)xl/(?:workbook|tables/[^/]+)\.xml$")
_VALUES = ALTERNATIVES | {"v"}
_NAMES = ALTERNATIVES | {"name"}
"""Of a workbook and its tables: names of sheets and columns."""


def read_package(source: FileSource, budget: Budget, nested: int = 0) -> Iterator[Passage | UnreadText]:
    """The text of an Office package, part by part; a part that is broken or too large is told and passed over."""
    try:
        archive = Archive(source)
    except (ZipBroken, TooLarge) as error:
        yield UnreadText("", str(error))
        return
    members = sorted(
        ((part_key(each.name), each) for each in archive.entries), key=lambda each: (_order(each[0]), each[1].offset)
    )
    strings = SharedStrings()
    names = sheet_names(source, archive, budget.take)
    shared = [member for key, member in members if _SHARED.search(key)]
    for member in shared:
        yield from _guarded(member.shown, read_strings(budget.take(source, archive, member), strings))
    for key, member in members:
        if budget.characters < 0:
            yield UnreadText("", f"its text is longer than the {MOST_CHARACTERS:,} characters that are read")
            return
        for passage in _read_part(source, archive, member, key, budget, strings, names, nested):
            if isinstance(passage, Passage):
                budget.characters -= len(passage.text)
                if key.startswith(_OF_FILE):
                    passage = passage._replace(of_file=True)
            yield passage
    for member in shared[:1]:
        yield from _flowing(strings.unused(), member.shown)


def _order(key: str) -> list[tuple[bool, int, str]]:
    """Properties last, and the main folder of each kind first; numbers as numbers."""
    pieces = [(each.isdigit(), int(each) if each.isdigit() else 0, each) for each in _NUMBER.split(key)]
    return [(False, 1 if key.startswith(("docprops/", "customxml/", "docmetadata/")) else 0, ""), *pieces]


def _read_part(
    source: FileSource, archive: Archive, member: Member, key: str, budget: Budget, strings: SharedStrings,
    names: dict[str, str], nested: int,
) -> Iterator[Passage | UnreadText]:  # fmt: skip
    if key.endswith("/") or _SILENT.search(key) or _SHARED.search(key):
        return
    shown = member.shown
    if not key.endswith((".xml", ".vml", ".rels")):
        if not _PROJECT.search(key):
            yield from _embedded(source, archive, member, budget, nested)
        return
    content = budget.take(source, archive, member)
    if _SHEET.search(key):
        yield from _guarded(shown, read_sheet(content, names.get(key, shown), strings))
        return
    slide = _SLIDE.search(key)
    where = f"slide {int(slide[1]):,}" if slide is not None and len(slide[1]) < 8 else shown
    wanted = _VALUES if _PIVOT.search(key) or _LINKED.search(key) else ALTERNATIVES
    if key.endswith(".rels"):
        yield from _guarded(shown, _links(content, shown))
        return
    if _NAMED.search(key):
        wanted = _NAMES
    yield from _guarded(shown, _flowing(words_of_part(content, wanted), where))


def _flowing(words: Iterator[str], where: str) -> Iterator[Passage]:
    goes_on = False
    for text in words:
        yield Passage(text, (Place(0, where),), goes_on=goes_on)
        goes_on = True


def _links(content: Iterator[bytes], where: str) -> Iterator[Passage]:
    """Where links of a part lead to, as written and with their percent codes undone."""
    held = b""
    for piece in content:
        held += piece
    targets = [each.target for each in relationships(held) if each.external]
    if targets:
        plain = [unquote(each) for each in targets if "%" in each]
        yield Passage("\n".join([*targets, *plain]), (Place(0, where),))


def _guarded(part: str, passages: Iterator[Passage]) -> Iterator[Passage | UnreadText]:
    try:
        yield from passages
    except (ZipBroken, TooLarge, Malformed, Dtd) as error:
        yield UnreadText(part, str(error))


def _embedded(
    source: FileSource, archive: Archive, member: Member, budget: Budget, nested: int
) -> Iterator[Passage | UnreadText]:
    """A file inside of the document, where it may hold words."""
    try:
        head = next(stream_member(source, archive, member, member.size + 1), b"")
        if not is_worth_reading(head):
            return
        content = archive.unpack(member, min(_MOST_EMBEDDED, budget.left))
    except (ZipBroken, TooLarge) as error:
        yield UnreadText(member.shown, str(error))
        return
    yield from read_inner(content, member.shown, budget, nested, settings=True)
