"""Which sheet of a workbook each part holds, by the name that people read."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from occ_media_cli.media.readers.opc import Dtd, Malformed
from occ_media_cli.media.readers.zipfiles import Archive, Member, TooLarge, ZipBroken, part_key
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.xml_words import Handlers, LocalNames, feed_part

Take = Callable[[FileSource, Archive, Member], Iterator[bytes]]
"""What unpacks a member within a budget (`package.Budget.take`)."""

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_LONGEST = 64
"""Characters of a sheet's name that are shown; Excel allows 31."""


class _Elements(Handlers):
    def __init__(self, local: str) -> None:
        self.found: list[dict[str, str]] = []
        self._names, self._local = LocalNames(), local

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._names[name] == self._local:
            self.found.append({self._names[key]: value for key, value in attributes.items()})


def sheet_names(source: FileSource, archive: Archive, take: Take) -> dict[str, str]:
    """The name of the sheet of each part, by the part's key; empty where the workbook does not say."""
    members = {part_key(each.name): each for each in archive.entries}
    sheets = _elements(source, archive, members.get(_WORKBOOK), "sheet", take)
    targets = _elements(source, archive, members.get(_RELATIONS), "Relationship", take)
    parts = {each.get("Id", ""): _key_of(each.get("Target", "")) for each in targets}
    return {
        parts[each["id"]]: each.get("name", "")[:_LONGEST]
        for each in sheets
        if each.get("id") in parts and each.get("name")
    }


def _key_of(target: str) -> str:
    path = unquote(target).replace("\\", "/")
    return posixpath.normpath(path if path.startswith("/") else f"xl/{path}").lstrip("/").casefold()


def _elements(
    source: FileSource, archive: Archive, member: Member | None, local: str, take: Take
) -> list[dict[str, str]]:
    if member is None:
        return []
    found = _Elements(local)
    parts: Iterator[None] = feed_part(take(source, archive, member), found)
    try:
        for _ in parts:
            pass
    except (ZipBroken, TooLarge, Malformed, Dtd):
        return found.found  # the part itself is told of when its words are read
    return found.found
