"""Sensitivity labels of Microsoft Purview: which a document bears, and what it is called ([MS-OFFCRYPTO] 2.6.3).

A label is a GUID; its name stands beside it in older files only. An Office document has it in `LabelInfo.xml`, else as
custom properties named `MSIP_Label_<GUID>_<what>`; a PDF has these in its Info, a mail in a header.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from occ_media_cli.media.readers.opc import Dtd, Malformed, relationships
from occ_media_cli.media.readers.source_code import is_mail
from occ_media_cli.media.readers.zip_stream import stream_member
from occ_media_cli.media.readers.zipfiles import Archive, TooLarge, ZipBroken, part_key
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.xml_words import Handlers, LocalNames, feed_part

_GUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PROPERTY = re.compile(rf"/?MSIP_Label_({_GUID})_(Enabled|Name|Removed)", re.IGNORECASE)
_HEADER = re.compile(rb"^msip_labels:[ \t]*((?:[^\r\n]|\r?\n[ \t]){0,8000})", re.IGNORECASE | re.MULTILINE)
_LABELS, _CUSTOM = "classificationlabels", "custom-properties"
"""The last words of the relationships by which a package names its labels and its own properties."""

_MOST_PART = 4_000_000
_HEADERS = 65_536
_LONGEST_NAME = 100


class Label(NamedTuple):
    """guid: in small letters. name: what the document calls it, often empty. where: the part that bears it."""

    guid: str
    name: str
    where: str


def labels_of(source: FileSource, kind: str | None) -> list[Label]:
    """Every label of a file, each once, in a fixed order; a label that was taken off again is none.

    kind: the type that `media.recognise` says.
    """
    if source.head.startswith(b"PK\3\4"):
        found = list(_of_package(source))
    elif kind == "pdf":
        found = list(_of_pdf(source))
    elif is_mail(source.head):
        header = _HEADER.search(source.data[:_HEADERS])
        pairs = _pairs_of_header(header[1].decode("utf-8", "replace")) if header is not None else []
        found = list(_of_properties(pairs, "msip_labels"))
    else:
        found = []
    return list({each.guid: each for each in reversed(found)}.values())[::-1]


class _LabelInfo(Handlers):
    def __init__(self) -> None:
        self.found: list[str] = []
        self._names = LocalNames()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._names[name] != "label":
            return
        own = {self._names[key].lower(): value for key, value in attributes.items()}
        guid = re.fullmatch(rf"\{{?({_GUID})\}}?", own.get("id", ""))
        if guid is not None and own.get("removed", "0") in ("0", "false") and own.get("enabled", "1") in ("1", "true"):
            self.found.append(guid[1].lower())


class _Properties(Handlers):
    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._names = LocalNames()
        self._name = ""
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._names[name] == "property":
            self._name, self._value = attributes.get("name", ""), []

    def data(self, text: str) -> None:
        self._value.append(text)

    def end(self, name: str) -> None:
        if self._names[name] == "property":
            self.found.append((self._name, "".join(self._value).strip()))


def _of_package(source: FileSource) -> Iterator[Label]:
    try:
        archive = Archive(source)
    except (ZipBroken, TooLarge):
        return  # told of where its words are read
    related = _related(archive)
    for member in sorted(archive.entries, key=lambda each: part_key(each.name)):
        key = part_key(member.name)
        if key.endswith("labelinfo.xml") or related.get(key) == _LABELS:
            info = _LabelInfo()
            _read(source, archive, member, info)
            yield from (Label(guid, "", member.shown) for guid in info.found)
    for member in archive.entries:
        key = part_key(member.name)
        if key == "docprops/custom.xml" or related.get(key) == _CUSTOM:
            properties = _Properties()
            _read(source, archive, member, properties)
            yield from _of_properties(properties.found, member.shown)


def _related(archive: Archive) -> dict[str, str]:
    """What the package says that its parts are, by their keys, whatever they are called."""
    member = next((each for each in archive.entries if part_key(each.name) == "_rels/.rels"), None)
    if member is None:
        return {}
    try:
        found = relationships(archive.unpack(member, _MOST_PART))
    except (ZipBroken, TooLarge, Malformed, Dtd):
        return {}  # likewise
    return {
        part_key(posixpath.normpath(unquote(each.target).replace("\\", "/")).encode()): each.kind.casefold()
        for each in found
        if not each.external
    }


def _read(source: FileSource, archive: Archive, member: object, to: Handlers) -> None:
    try:
        for _ in feed_part(stream_member(source, archive, member, _MOST_PART), to):  # type: ignore[arg-type]
            pass
    except (ZipBroken, TooLarge, Malformed, Dtd):
        return  # likewise


def _of_properties(pairs: Iterable[tuple[str, str]], where: str) -> Iterator[Label]:
    found: dict[str, dict[str, str]] = {}
    for name, value in pairs:
        match = _PROPERTY.fullmatch(name)
        if match is not None:
            found.setdefault(match[1].lower(), {})[match[2].lower()] = value
    for guid, said in found.items():
        off = said.get("enabled", "true").lower() in ("false", "0") or said.get("removed", "").lower() in ("true", "1")
        if not off:
            yield Label(guid, said.get("name", "")[:_LONGEST_NAME], where)


def _pairs_of_header(value: str) -> list[tuple[str, str]]:
    """`MSIP_Label_<GUID>_Enabled=True; MSIP_Label_<GUID>_Name=…` of a header, whose lines may be folded."""
    pairs = [each.strip().partition("=") for each in re.sub(r"\r?\n[ \t]+", "", value).split(";")]
    return [(name.strip(), found.strip()) for name, _, found in pairs]


def _of_pdf(source: FileSource) -> Iterator[Label]:
    """Labels of a PDF's Info; nothing where pikepdf is missing or cannot open it: that is told by its words."""
    try:
        import pikepdf
    except ImportError:
        return
    from io import BytesIO

    try:
        with pikepdf.open(BytesIO(source.data[:])) as document:
            info = document.trailer.get("/Info")
            pairs = list(_info(dict(info.items()))) if isinstance(info, pikepdf.Dictionary) else []
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError, RuntimeError, OverflowError):
        return
    yield from _of_properties(pairs, "Info")


def _info(info: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in info.items():
        if _PROPERTY.fullmatch(str(name)):
            yield str(name), str(value)
