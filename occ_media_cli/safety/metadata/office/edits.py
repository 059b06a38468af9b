"""What becomes of each part that stays: the relationships and types of parts that went, and the marks in its text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable

from occ_media_cli.media.readers.opc import Relationship, relationship_of
from occ_media_cli.safety.metadata.office.hidden_sheets import (
    STRINGS,
    WORKBOOK,
    Sheets,
    sheets_to_drop,
    without_sheets,
    without_strings,
)
from occ_media_cli.safety.metadata.office.hidden_text import hidden_styles
from occ_media_cli.safety.metadata.office.parts import plain_path
from occ_media_cli.safety.metadata.office.references import lost_ids, without_lost_notes
from occ_media_cli.safety.metadata.office.sheets import SHEET_NAMES, sheet_rule
from occ_media_cli.safety.metadata.office.word import edit_document, main_prefixes
from occ_media_cli.safety.metadata.office.xml_edit import Action, Drop, Element, Without, edit_xml
from occ_media_cli.safety.metadata.told_facts import ToldFacts

_NAMED = frozenset((b"docPr", b"cNvPr"))
_LINKS = (b"id", b"embed", b"link", b"pict")
_ATTRIBUTE_ALONE = frozenset((b"pageSetup", b"customPr"))
_HIDDEN_SLIDE = re.compile(rb"<(?:\w+:)?sld\s[^<>]*\bshow\s*=\s*[\"'](?:0|false)[\"']")
_PATHS = re.compile(rb"(?:descr|title|name)\s*=\s*[\"'](?:file:|[A-Za-z]:\\|\\\\)", re.IGNORECASE)
_HIDDEN_SHAPE = re.compile(rb"<(?:\w+:)?(?:docPr|cNvPr)\s[^<>]*\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_WITH_SHAPES = ("word/", "ppt/slides/", "ppt/slidelayouts/", "ppt/slidemasters/")
"""In a workbook, every control has such a shape beside it for programs that do not know controls."""
_HIDDEN_CELLS = tuple(
    (fact, re.compile(rb"<(?:\w+:)?%s\s[^<>]*\bhidden\s*=\s*[\"'](?:1|true)[\"']" % name))
    for fact, name in (("hidden_rows", b"row"), ("hidden_columns", b"col"))
)
_FORMULA = re.compile(rb"(<(?:\w+:)?(?:definedName|f)(?:\s[^<>]*)?(?<!/)>)([^<]*)")
_FORMULA_PATH = re.compile(rb"(?:file:/+|[A-Za-z]:[\\/]|\\\\)[^\[\]<>!]*(?=\[)", re.IGNORECASE)
_SIGNS_OF_PATHS = (b"\\", b"ile:/", b"ILE:/")
_ANY_PATH = re.compile(rb"file:/|\b[A-Za-z]:\\|\\\\\w", re.IGNORECASE)
_SETTINGS_ALONE = frozenset(("attachedTemplate", "mailMergeSource", "mailMergeHeaderSource"))
_PAGE_SETUP = re.compile(rb"<(?:\w+:)?pageSetup\s[^<>]*>")
Targets = dict[bytes, tuple[str, str]]


class Edits:
    """The edits of one package. styles: parts of styles of a Word document, by name."""

    def __init__(self, facts: ToldFacts, styles: dict[str, bytes]) -> None:
        self._facts = facts
        self._hidden = hidden_styles(styles.values())
        self._slide_ids = set[bytes]()
        self._sheets: Sheets | None = None
        self._shown: Iterable[bytes] = ()

    def _count(self, fact: str, number: int) -> None:
        if number:
            self._facts.count(fact, number)
        else:
            self._facts.add_facts((fact,))

    def hidden_slides(self, slides: dict[str, bytes], links: dict[str, Targets]) -> set[str]:
        """The slides that are not shown and that no other slide leads to: they go. All of them are counted."""
        hidden = {key for key, content in slides.items() if _HIDDEN_SLIDE.search(content)}
        self._facts.count("hidden_slides", len(hidden))
        if len(hidden) == len(slides):  # a show without a slide is none
            return set()
        for rels, targets in links.items():
            if "/slides/" in rels:
                own = rels.replace("_rels/", "").removesuffix(".rels")
                hidden -= {part for part, _ in targets.values() if part != own}
        return hidden

    def hidden_sheets(
        self, names: Iterable[str], read: Callable[[str], bytes], links: dict[str, Targets]
    ) -> frozenset[str]:
        """The parts of sheets that are not shown and that nothing else may use: they go. All of them are counted."""
        if WORKBOOK not in names:
            return frozenset()
        sheets, parts = sheets_to_drop(names, read, links)
        self._facts.count("hidden_sheets", len(sheets.hidden))
        if parts:
            self._sheets = sheets
            self._shown = (read(key) for key in sorted(names) if key.startswith("xl/worksheets/") and key not in parts)
        return parts

    def without_types(self, content: bytes, gone: set[str]) -> bytes:
        """The list of content types without those of parts that went."""

        def rule(element: Element) -> Action:
            part = element.attributes.get(b"PartName", b"").decode("utf-8", "replace").replace("\\", "/")
            return Drop() if element.name == b"Override" and part.lstrip("/").casefold() in gone else None

        return edit_xml(content, rule)

    def without_links(self, content: bytes, key: str, dead: frozenset[bytes]) -> bytes:
        """Relationships without those to parts that went; of a path on somebody's disk its last name stays."""

        def rule(element: Element) -> Action:
            if element.name != b"Relationship":
                return None
            if element.attributes.get(b"Id", b"") in dead:
                return Drop()
            if link_of(element).external:
                plain = plain_path(element.attributes.get(b"Target", b""))
                if plain is not None and plain != element.attributes[b"Target"]:
                    self._facts.add_facts(("absolute_paths",), key)
                    return Without({b"Target": plain})
            return None

        return edit_xml(content, rule)

    def dead_ids(self, targets: Targets, gone: set[str]) -> frozenset[bytes]:
        """The ids of relationships to parts that went; a template is linked to by its settings alone, and goes."""
        return frozenset(number for number, (part, kind) in targets.items() if part in gone or kind in _SETTINGS_ALONE)

    def edit_part(self, key: str, content: bytes, dead: frozenset[bytes]) -> bytes:
        """A part of XML without what tells of the document."""
        if key == WORKBOOK and self._sheets is not None:
            content = without_sheets(content, self._sheets)
        elif key == STRINGS and self._sheets is not None:
            content = without_strings(content, self._shown)
        links = re.compile(rb":(?:%s)\s*=\s*[\"'](?:%s)[\"']" % (b"|".join(_LINKS), b"|".join(map(re.escape, dead))))
        if dead and key.startswith("xl/"):  # of a sheet with a million cells, no more than the one tag is looked at
            content = _PAGE_SETUP.sub(lambda tag: re.sub(rb"\s+\w+" + links.pattern, b"", tag[0]), content)
        if (dead and links.search(content)) or _PATHS.search(content):
            content = edit_xml(content, lambda element: self._links(element, dead, key))
        if key.startswith(_WITH_SHAPES) and (unseen := len(_HIDDEN_SHAPE.findall(content))):
            self._facts.count("hidden_shapes", unseen)
        if key.startswith("word/"):
            return edit_document(content, self._count, self._hidden)
        if key.startswith("xl/"):
            if key.startswith("xl/worksheets/") and b"hidden" in content:
                for fact, pattern in _HIDDEN_CELLS:
                    self._facts.count(fact, len(pattern.findall(content)))
            content = self._formulas(key, content)
            return edit_xml(content, sheet_rule(self._count), SHEET_NAMES) if _worth(key, content) else content
        if key.startswith("ppt/notesslides/"):
            self._facts.add_facts(("notes",))
        return content

    def _formulas(self, key: str, content: bytes) -> bytes:
        """Formulas and names without the folder of another workbook; any other path in a name is told, and stays."""
        if not any(sign in content for sign in _SIGNS_OF_PATHS) or not _ANY_PATH.search(content):
            return content  # the first look is quick, for sheets of a million cells
        told = False

        def plain(hit: re.Match[bytes]) -> bytes:
            nonlocal told
            formula = _FORMULA_PATH.sub(b"", hit[2])
            told = told or formula != hit[2] or _ANY_PATH.search(formula) is not None
            return hit[1] + formula

        content = _FORMULA.sub(plain, content)
        if told:
            self._facts.add_facts(("absolute_paths",), key)
        return content

    def without_lost(
        self, parts: dict[str, bytes], before: dict[str, bytes], links: dict[str, Targets]
    ) -> frozenset[tuple[str, bytes]]:
        """Take the notes that no text refers to any more out of edited parts of a Word document; (part, id) of each
        relationship that its part does not name any more."""
        for key, (content, gone) in without_lost_notes(parts).items():
            parts[key] = content
            self._count("hidden_text", gone)
        return frozenset(
            (key, number) for key, content in parts.items()
            for number in lost_ids(before[key], content, main_prefixes(content), links.get(rels_of(key), {}))
        )  # fmt: skip

    def _links(self, element: Element, dead: frozenset[bytes], key: str) -> Action:
        held = [name for name in element.names_of(*_LINKS) if b":" in name and element.attributes[name] in dead]
        if held and element.name in _ATTRIBUTE_ALONE:
            return Without(dict.fromkeys(held))
        if held:
            if element.name == b"sldId":
                self._slide_ids.add(element.attributes.get(b"id", b""))
            return Drop()
        if element.name == b"sldId" and element.prefix == b"p14" and element.value_of(b"id") in self._slide_ids:
            return Drop()
        if element.name in _NAMED:
            values = {
                name: plain_path(element.attributes[name]) for name in element.names_of(b"descr", b"title", b"name")
            }
            plain = {name: value for name, value in values.items() if value is not None}
            if plain:
                self._facts.add_facts(("absolute_paths",), key)
                return Without(dict[bytes, bytes | None](plain))
        return None


def rels_of(key: str) -> str:
    """The part of relationships of a part."""
    folder, name = posixpath.split(key)
    return posixpath.join(folder, "_rels", name + ".rels")


def link_of(element: Element) -> Relationship:
    """What an element `Relationship` says, entities undone."""
    from html import unescape

    return relationship_of({
        name.decode("utf-8", "replace"): unescape(value.decode("utf-8", "replace"))
        for name, value in element.attributes.items()
    })  # fmt: skip


_TELL = (b"absPath", b"revisionPtr", b"fileSharing", b"refreshedBy", b"refreshedDate", b"sheetDataSet", b"state=",
         b"ObjectType", b"dbPr")  # fmt: skip


def _worth(key: str, content: bytes) -> bool:
    """Whether a part of a workbook may hold anything that tells of it; sheets of a million cells do not."""
    return not key.startswith(("xl/worksheets/sheet", "xl/sharedstrings")) and any(word in content for word in _TELL)
