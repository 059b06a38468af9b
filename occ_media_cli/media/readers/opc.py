"""The XML parts of an Office package, and those that say what it is (ECMA-376 part 2). A DTD is refused everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from xml.parsers import expat  # expat expands nothing here: a DTD stops the reading before any entity is known

from occ_media_cli.media.patterns import Pattern

_OFFICE_DOCUMENT = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument",
    "http://schemas.microsoft.com/visio/2010/relationships/document",
    "http://schemas.microsoft.com/xps/2005/06/fixedrepresentation",
    "http://schemas.openxps.org/oxps/v1.0/fixedrepresentation",
)
_MOST_DEPTH = 64
_PARSED = 16_384


class _Enough(Exception):
    """The first element was reached."""


class Malformed(Exception):
    """A part is no XML."""


class Dtd(Exception):
    """A part declares a document type, which no office program writes."""


_PLAIN = Pattern(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml(?:\s+version\s*=\s*[\"']1\.[01][\"'])?"
    rb"(?:\s+encoding\s*=\s*[\"'](?:utf-8|us-ascii|iso-8859-1|windows-125\d)[\"'])?"
    rb"(?:\s+standalone\s*=\s*[\"'](?:yes|no)[\"'])?\s*\?>\s*)?<[a-z_]",
    re.IGNORECASE,
)
"""The beginning of a part without a DTD, as programs write it: a declaration, then at once the first element."""


def refuse_dtd(content: bytes) -> None:
    """Raise `Dtd` where a part declares a document type. The part is read up to its first element only."""
    if _PLAIN.match(content):
        return
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise Dtd("it declares a DTD, which no office program writes")

    def enough(*_: object) -> None:
        raise _Enough

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = enough
    with suppress(_Enough, expat.ExpatError, LookupError, ValueError):  # what is no XML is not read as XML either
        parser.Parse(content, True)


def root_of(content: bytes) -> str:
    """The name of the element that holds a part, without its namespace; its first 16 kB are parsed.

    Raises `Malformed`, `Dtd`.
    """
    found: list[str] = []
    parser = expat.ParserCreate(namespace_separator="}")

    def refuse(*_: object) -> None:
        raise Dtd("it declares a DTD, which no office program writes")

    def first(name: str, _: object) -> None:
        found.append(name)
        parser.StartElementHandler = None

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = first
    try:
        parser.Parse(content[:_PARSED], len(content) <= _PARSED)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Malformed("it is no XML") from error
    if not found or not content.rstrip(b"\0 \t\r\n").endswith(b">"):
        raise Malformed("it is XML that is cut off")
    return found[0].rpartition("}")[2]


class ContentTypes:
    """What `[Content_Types].xml` says of every part. Raises `Malformed`, `Dtd`."""

    def __init__(self, types: bytes) -> None:
        from urllib.parse import unquote

        self.parts: dict[str, str] = {}
        self.extensions: dict[str, str] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            local, kind = name.rpartition("}")[2], attributes.get("ContentType", "").partition(";")[0].strip().lower()
            if local == "Override":
                part = unquote(attributes.get("PartName", "")).replace("\\", "/").lstrip("/").casefold()
                self.parts.setdefault(part, kind)
            elif local == "Default":
                self.extensions.setdefault(attributes.get("Extension", "").casefold(), kind)

        _parse(types, start)

    def type_of_part(self, part: str) -> str | None:
        """The type of a part: its own override, else the default of its extension, else None."""
        key = part.lstrip("/").casefold()
        return self.parts.get(key) or self.extensions.get(key.rpartition(".")[2])


class Relationship(NamedTuple):
    """What one part has to do with another, or with something outside of the package.

    kind: the last word of its type, such as `attachedTemplate`. target: as it is written, entities undone.
    """

    name: str
    kind: str
    target: str
    external: bool


def relationship_of(attributes: Mapping[str, str]) -> Relationship:
    """What the attributes of a `Relationship` say, entities undone."""
    kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2]
    external = attributes.get("TargetMode", "").strip().casefold() == "external"
    return Relationship(attributes.get("Id", ""), kind, attributes.get("Target", ""), external)


def relationships(rels: bytes) -> list[Relationship]:
    """Every line of a `.rels` part, in its order. Raises `Malformed`, `Dtd`."""
    return [relationship_of(each) for each in _lines(rels)]


def _lines(rels: bytes) -> list[dict[str, str]]:
    """The attributes of every line of a `.rels` part."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition("}")[2] == "Relationship":
            found.append(attributes)

    _parse(rels, start)
    return found


_LOCAL = re.compile(
    r"\s*(?:file:(?:///|/(?!/)|//localhost/)?)?(?:[A-Za-z]:|[A-Za-z](?:%7C|\|)|[^/\\:%]+\Z)", re.IGNORECASE
)
"""A path with the letter of a drive, or a mere name: it lies on the computer of whoever opens the file."""


def external_targets(rels: bytes) -> list[str]:
    """The last words of the relationships that fetch a template or an object from elsewhere when a part is opened."""
    words = {"attachedTemplate": "a template", "oleObject": "an object"}
    return [
        words[each.kind]
        for each in relationships(rels)
        if each.external and each.kind in words and not _LOCAL.match(each.target)
    ]


def main_part(rels: bytes) -> str | None:
    """The name of the part that `_rels/.rels` calls the office document."""
    from urllib.parse import unquote

    found = [each.get("Target", "") for each in _lines(rels) if each.get("Type") in _OFFICE_DOCUMENT]
    return unquote(found[0]).replace("\\", "/").lstrip("/").removeprefix("./") if found else None


def _parse(content: bytes, start: object) -> None:
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def refuse(*_: object) -> None:
        raise Dtd("one of its parts declares a DTD, which no office program writes")

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH:
            raise Malformed("one of its parts is nested too deeply")
        start(name, attributes)  # type: ignore[operator] # a plain function; expat has no types

    def finish(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that does not exist
        raise Malformed("one of its parts is no XML") from error
