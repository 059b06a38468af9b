"""Giving parts of an Office package other names: in the types, and in whatever leads to them (ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from occ_media_cli.media.readers.opc import ContentTypes, Dtd, Malformed, relationships

TYPES = "[content_types].xml"
JPEG = "image/jpeg"
_LINK = re.compile(rb"<(?:\w+:)?Relationship(?=[\s/>])(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_TARGET = re.compile(rb"(\sTarget\s*=\s*)(\"[^\"]*\"|'[^']*')")
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override(?=[\s/>])(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_PART = re.compile(rb"(\sPartName\s*=\s*)(\"[^\"]*\"|'[^']*')")
_ROOT = re.compile(rb"<(\w+:)?Types(?=[\s>])(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_KIND = re.compile(rb"(\sContentType\s*=\s*)(\"[^\"]*\"|'[^']*')")
_REMARKS = (b"<!--", b"<![CDATA[")
_EXTENSIONS = ("jpeg", "jpg")


class Links:
    """Which parts lead to which. texts: the parts of relationships and the types, by key.

    renamed: the new key of each part that got another name.
    """

    def __init__(self, keys: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._keys = set(keys)
        self.texts: dict[str, bytes] = {}
        self._from: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._fixed: set[str] = set()
        self.extension = ""
        for key in sorted(self._keys):
            if key.endswith(".rels"):
                self._note(key, read(key))
        if TYPES in self._keys:
            self._types(read(TYPES))

    def _note(self, rels: str, text: bytes) -> None:
        """Where each line leads. What cannot be edited, line by line, keeps the names that it has."""
        try:
            lines = relationships(text)
        except (Malformed, Dtd):
            lines = []
        found = _LINK.findall(text)
        plain = len(found) == len(lines) and _is_plain(text)
        self.texts[rels] = text
        for number, line in enumerate(lines):
            if line.external:
                continue
            part = resolve_target(rels, line.target)
            self._from[part].append((rels, number))
            if not plain or not _TARGET.search(found[number]):
                self._fixed.add(part)

    def _types(self, text: bytes) -> None:
        try:
            types = ContentTypes(text)
        except (Malformed, Dtd):
            return
        if not _is_plain(text) or _ROOT.search(text) is None:
            return
        self.texts[TYPES] = text
        free = [each for each in _EXTENSIONS if types.extensions.get(each) == JPEG]
        free += [each for each in _EXTENSIONS if each not in types.extensions]
        self.extension = free[0] if free else ""

    def owners_of(self, part: str) -> set[str]:
        """The parts whose relationships lead to a part."""
        return {owner_of(rels) for rels, _ in self._from[part]}

    def may_rename(self, part: str) -> bool:
        """Whether a part can get the name of a JPEG: something leads to it, and all of that can be edited."""
        return bool(self.extension and self._from[part]) and part not in self._fixed

    def rename_to_jpeg(self, part: str, name: str) -> str:
        """The new name of a part that became a JPEG, as it is to stand in the archive."""
        stem, count = name.rpartition(".")[0], 0
        new = f"{stem}.{self.extension}"
        while new.casefold() in self._keys:
            count += 1
            new = f"{stem}-{count}.{self.extension}"
        self._keys = self._keys - {part} | {new.casefold()}
        for rels in {rels for rels, _ in self._from[part]}:
            numbers = {number for each, number in self._from[part] if each == rels}
            self.texts[rels] = _with_target(self.texts[rels], numbers, new.rpartition("/")[2])
        self._put_type(part, new)
        return new

    def _put_type(self, part: str, new: str) -> None:
        from html import escape

        text = self.texts[TYPES]

        def change(hit: re.Match[bytes]) -> bytes:
            told = _PART.search(hit[0])
            if told is None or _plain(told[2]).lstrip("/").casefold() != part:
                return hit[0]
            tag = _PART.sub(rb'\1"/' + escape(new).encode().replace(b"\\", rb"\\") + b'"', hit[0])
            return _KIND.sub(rb'\1"' + JPEG.encode() + b'"', tag)

        text = _OVERRIDE.sub(change, text)
        root = _ROOT.search(text)
        if root is not None and ContentTypes(text).type_of_part(new) != JPEG:
            kind = self.extension.encode(), JPEG.encode()
            line = b'<%bDefault Extension="%b" ContentType="%b"/>' % (root[1] or b"", *kind)
            text = text[: root.end()] + line + text[root.end() :]
        self.texts[TYPES] = text


def resolve_target(rels: str, target: str) -> str:
    """The key of the part that a target leads to, from the part of relationships that it stands in."""
    base = posixpath.dirname(posixpath.dirname(rels))
    path = unquote(target).replace("\\", "/").partition("#")[0]
    return posixpath.normpath(posixpath.join("/" + base, path)).lstrip("/").casefold()


def owner_of(rels: str) -> str:
    """The key of the part that a part of relationships belongs to; empty for those of the package."""
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _with_target(text: bytes, numbers: set[int], name: str) -> bytes:
    """The lines of these numbers lead to a part of another name in the same folder."""
    from html import escape

    pieces, at = list[bytes](), 0
    for number, hit in enumerate(_LINK.finditer(text)):
        if number in numbers and (told := _TARGET.search(hit[0])) is not None:
            folder, slash, _ = told[2][1:-1].replace(b"\\", b"/").rpartition(b"/")
            value = folder + slash + escape(name).encode()
            pieces += [text[at : hit.start()], hit[0][: told.start(2)], b'"', value, b'"', hit[0][told.end(2) :]]
            at = hit.end()
    return b"".join(pieces) + text[at:]


def _plain(quoted: bytes) -> str:
    from html import unescape

    return unquote(unescape(quoted[1:-1].decode("utf-8", "replace")))


def _is_plain(text: bytes) -> bool:
    """Whether a part of XML is UTF-8 without what looks like an element and is none."""
    if any(mark in text for mark in _REMARKS) or b"\0" in text:
        return False
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", text)
    return declared is None or declared[1].lower() in (b"utf-8", b"us-ascii")
