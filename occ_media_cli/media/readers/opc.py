"""The two XML parts of an Office package that say what it is (ECMA-376 part 2). A DTD is refused, whatever it says."""

from __future__ import annotations

from xml.parsers import expat  # expat expands nothing here: a DTD stops the reading before any entity is known

_OFFICE_DOCUMENT = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument",
    "http://schemas.microsoft.com/visio/2010/relationships/document",
    "http://schemas.microsoft.com/xps/2005/06/fixedrepresentation",
    "http://schemas.openxps.org/oxps/v1.0/fixedrepresentation",
)
_MOST_DEPTH = 64


class Malformed(Exception):
    """A part is no XML."""


class Dtd(Exception):
    """A part declares a document type, which no office program writes."""


def main_part(rels: bytes) -> str | None:
    """The name of the part that `_rels/.rels` calls the office document."""
    from urllib.parse import unquote

    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition("}")[2] == "Relationship" and attributes.get("Type") in _OFFICE_DOCUMENT:
            found.append(attributes.get("Target", ""))

    _parse(rels, start)
    return unquote(found[0]).replace("\\", "/").lstrip("/").removeprefix("./") if found else None


def content_type_of(types: bytes, part: str) -> str | None:
    """The content type of a part: its own override, else the default of its extension."""
    from urllib.parse import unquote

    wanted, extension = "/" + part.casefold(), part.rpartition(".")[2].casefold()
    overrides: list[str] = []
    defaults: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("}")[2]
        if local == "Override" and unquote(attributes.get("PartName", "")).casefold() == wanted:
            overrides.append(attributes.get("ContentType", ""))
        elif local == "Default" and attributes.get("Extension", "").casefold() == extension:
            defaults.append(attributes.get("ContentType", ""))

    _parse(types, start)
    chosen = overrides or defaults
    return chosen[0].partition(";")[0].strip() if chosen else None


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
