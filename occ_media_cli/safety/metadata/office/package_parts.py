"""A package part by part, each as it is in a copy that tells nothing. The look takes the facts, the copy the parts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from occ_media_cli.media.readers.zipfiles import Archive, TooLarge, ZipBroken
from occ_media_cli.media.recognise import by_structure
from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.safety.metadata.block import CutFailed
from occ_media_cli.safety.metadata.cuts import CUTS, cut_of
from occ_media_cli.safety.metadata.office.edits import Edits, Targets, link_of, rels_of
from occ_media_cli.safety.metadata.office.pack import pack_parts
from occ_media_cli.safety.metadata.office.parts import comments_in, properties_in, told_by
from occ_media_cli.safety.metadata.office.xml_edit import Element, elements_of, plain_xml, without_remarks
from occ_media_cli.safety.metadata.told_facts import ToldFacts, note_block

MOST_PART = 64_000_000
MOST_UNPACKED = 400_000_000
"""Bytes of one part, and of all parts, that are unpacked."""

TYPES = "[content_types].xml"
_XML = (".xml", ".rels", ".vml")
_NESTED = frozenset(("docx", "xlsx", "pptx"))


def clean_package(source: FileSource, facts: ToldFacts, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each part that stays, in the order of their names. Raises `CutFailed`."""
    try:
        package = _Package(source)
        yield from package.cleaned(facts, depth)
    except (ZipBroken, TooLarge) as error:
        raise CutFailed(str(error)) from error


class _Package:
    """The parts of a package by the key of their names, and which part leads to which."""

    def __init__(self, source: FileSource) -> None:
        archive = Archive(source)
        if archive.repeated:
            raise CutFailed("two of its parts have one name")
        self._archive = archive
        self.names = {key: member.shown for key, member in zip(archive.keys, archive.entries, strict=True)
                      if not member.shown.endswith("/")}  # fmt: skip
        self._members = dict(zip(archive.keys, archive.entries, strict=True))
        if len(self._members) != len(archive.entries):
            raise CutFailed("two of its parts have one name")
        if archive.unpacked > MOST_UNPACKED:
            raise CutFailed(f"it unpacks to {archive.unpacked:,} bytes; at most {MOST_UNPACKED:,} are looked at")
        self.comment = bool(archive.comment)

    def read(self, key: str) -> bytes:
        """The bytes of a part."""
        return self._archive.unpack(self._members[key], MOST_PART)

    def read_xml(self, key: str) -> bytes:
        """The bytes of a part of XML, as UTF-8."""
        return without_remarks(plain_xml(self.read(key), self.names[key]))

    def cleaned(self, facts: ToldFacts, depth: int) -> Iterator[tuple[str, bytes]]:
        """See `clean_package`."""
        if self.comment:
            facts.add_facts(("comment",), "archive")
        links = {key: list(elements_of(plain_xml(self.read(key), self.names[key])))
                 for key in self.names if key.endswith(".rels")}  # fmt: skip
        targets = {rels: _targets(rels, found) for rels, found in links.items()}
        kinds: dict[str, set[str]] = {}
        for found in targets.values():
            for part, kind in found.values():
                kinds.setdefault(part, set()).add(kind.casefold())
        told = {key: facts_of for key in self.names if (facts_of := told_by(key, frozenset(kinds.get(key, ()))))}
        edits = Edits(facts, {key: plain_xml(self.read(key), key) for key in self.names if _shapes(key)})
        gone = set(told) - {TYPES}
        gone |= edits.hidden_slides({key: self.read_xml(key) for key in self.names
                                     if key.startswith("ppt/slides/") and key.endswith(".xml")}, targets)  # fmt: skip
        gone |= edits.hidden_sheets(self.names, self.read_xml, targets)
        used = _reached(targets, gone)
        edited, lost = self._words(edits, facts, gone, used, targets)
        if lost:
            before, used = used, _reached(targets, gone, lost)
            gone |= before - used
        for key in sorted(self.names):
            if key in gone:
                self._tell(facts, key, told.get(key, ()))
            elif key not in used and key != TYPES and not (key.endswith(".rels") and _owner(key) in used | {""}):
                facts.add_facts(("unused_parts",), self.names[key])
                gone.add(key)
        kept = sorted((key for key in self.names if key not in gone), key=lambda key: (key != TYPES, key))
        for key in kept:
            if key.endswith(".rels"):
                dead = edits.dead_ids(targets[key], gone) | {number for part, number in lost if part == _owner(key)}
                yield self.names[key], edits.without_links(self._xml(key, facts), key, dead)
            else:
                content = edited.pop(key, None)
                yield (
                    self.names[key],
                    self._part(key, gone, edits, targets, facts, depth) if content is None else content,
                )

    def _words(
        self, edits: Edits, facts: ToldFacts, gone: set[str], used: set[str], targets: dict[str, Targets]
    ) -> tuple[dict[str, bytes], frozenset[tuple[str, bytes]]]:
        """The parts of the text of a Word document without what tells of it, and the relationships that they lost."""
        before, edited = dict[str, bytes](), dict[str, bytes]()
        for key in sorted(self.names):
            if key.startswith("word/") and key.endswith(".xml") and key in used and key not in gone:
                before[key] = self._xml(key, facts)
                edited[key] = edits.edit_part(key, before[key], edits.dead_ids(targets.get(rels_of(key), {}), gone))
        return edited, edits.without_lost(edited, before, targets)

    def _xml(self, key: str, facts: ToldFacts) -> bytes:
        whole = plain_xml(self.read(key), self.names[key])
        content = without_remarks(whole)
        if len(content) < len(whole) and (b"<!--" in whole or whole.count(b"<?") > 1):
            facts.add_facts(("comment",), self.names[key])
        return content

    def _tell(self, facts: ToldFacts, key: str, told: tuple[str, ...]) -> None:
        content = self.read(key) if "comments" in told or "properties" in told or "custom_properties" in told else b""
        facts.add_facts(tuple(fact for fact in told if fact != "comments"), self.names[key])
        if "comments" not in told:
            facts.add_facts(properties_in(content), self.names[key])
        if "comments" in told:
            facts.count("comments", comments_in(content))

    def _part(self, key: str, gone: set[str], edits: Edits, targets: dict[str, Targets],
              facts: ToldFacts, depth: int) -> bytes:  # fmt: skip
        if key == TYPES:
            return edits.without_types(self._xml(key, facts), gone)
        if key.endswith(_XML):
            return edits.edit_part(key, self._xml(key, facts), edits.dead_ids(targets.get(rels_of(key), {}), gone))
        return _embedded(self.read(key), self.names[key], facts, depth)


def _shapes(key: str) -> bool:
    return key.startswith("word/styles") and key.endswith(".xml")


def _owner(rels: str) -> str:
    """The part that a part of relationships belongs to; empty for those of the package."""
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels")).removeprefix("/")


def _targets(rels: str, found: list[Element]) -> dict[bytes, tuple[str, str]]:
    """(key of the part, last word of the type) by the id of each relationship; the key of one that leads out is ""."""
    base, answer = posixpath.dirname(posixpath.dirname(rels)), dict[bytes, tuple[str, str]]()
    for element in found:
        if element.name == b"Relationship":
            link = link_of(element)
            target = unquote(link.target).replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/" + base, target.partition("#")[0])).lstrip("/").casefold()
            answer[element.attributes.get(b"Id", b"")] = (path if target and not link.external else "", link.kind)
    return answer


def _reached(targets: dict[str, Targets], gone: set[str], lost: frozenset[tuple[str, bytes]] = frozenset()) -> set[str]:
    """The parts that relationships lead to from the package, but not through parts that go, and not by those that are
    lost."""
    seen, waiting = set[str](), ["_rels/.rels"]
    while waiting:
        rels = waiting.pop()
        for number, (part, _) in targets.get(rels, {}).items():
            if part and part not in seen and part not in gone and (_owner(rels), number) not in lost:
                seen.add(part)
                waiting.append(rels_of(part))
    return seen


def _embedded(content: bytes, name: str, facts: ToldFacts, depth: int) -> bytes:
    """A picture, film, sound or document inside, without what it tells; other content as it is."""
    source = source_of(content)
    found = by_structure(source)
    kind = found.type if found is not None else None
    if kind in _NESTED and depth == 0:
        return pack_parts(clean_package(source, facts, 1))
    if kind not in CUTS or kind == "txt":
        return content
    try:
        blocks = list(cut_of(kind)(source))
    except CutFailed as error:
        facts.unread.append((name, str(error)))
        return content
    for block in blocks:
        note_block(facts, block._replace(where=name))
    return b"".join(content[each.start : each.end] if each.instead is None else each.instead for each in blocks)
