"""Take elements and attributes out of an XML part and leave every other byte as it is.

A parser that writes anew would rename the prefixes that `mc:Ignorable` names, and Office would call the part damaged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.parsers import expat  # expat expands nothing here: a DTD stops the reading before any entity is known

from occ_media_cli.safety.metadata.block import CutFailed

_TOKEN = re.compile(
    rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>"
    rb"|<(/?)([^\s/>]++)((?:[^\"'>/]++|/(?!>)|\"[^\"]*+\"|'[^']*+')*+)(/?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"(?<!\s)\s++([^\s=]++)\s*+=\s*+(\"[^\"]*\"|'[^']*')", re.DOTALL)
_DECLARED = re.compile(rb"(<\?xml[^<>]*?)(?<!\s)\s++encoding\s*=\s*[\"'][^\"']*[\"']", re.IGNORECASE)
MOST_DEPTH = 512
MOST_EDITED = 16_000_000
"""Bytes of a part whose elements are walked."""


_REMARK = re.compile(rb"<!--.*?-->|<\?(?!xml\s).*?\?>|(<!\[CDATA\[.*?\]\]>)", re.DOTALL)


def without_remarks(content: bytes) -> bytes:
    """A part without comments of XML and instructions to programs, which no office program writes."""
    if b"<!--" not in content and b"<?" not in content[2:]:
        return content
    return _REMARK.sub(lambda hit: hit[1] or b"", content)


class Element(NamedTuple):
    """One start tag: its name without a prefix, its prefix, its attributes as they are written, the names around it."""

    name: bytes
    prefix: bytes
    attributes: dict[bytes, bytes]
    around: list[bytes]

    def value_of(self, local: bytes) -> bytes | None:
        """An attribute by its name without a prefix; the one that has none counts first."""
        if local in self.attributes:
            return self.attributes[local]
        return next((value for name, value in self.attributes.items() if name.endswith(b":" + local)), None)

    def names_of(self, *wanted: bytes) -> list[bytes]:
        """Attributes as they are written, by their names without a prefix."""
        return [name for name in self.attributes if name.rpartition(b":")[2] in wanted]


class Drop(NamedTuple):
    """Leave an element out. above: leave out the nearest element of this name around it instead."""

    above: bytes = b""


class Unwrap(NamedTuple):
    """Leave the two tags of an element out and keep what is between them."""


class Without(NamedTuple):
    """Write the start tag with other values of attributes, as they are written; None leaves the attribute out."""

    values: dict[bytes, bytes | None]


Action = Drop | Unwrap | Without | None
Rule = Callable[[Element], Action]


def plain_xml(content: bytes, name: str) -> bytes:
    """A part as UTF-8. Raises `CutFailed` where it is no XML or declares a DTD."""
    if not content.strip():
        return content  # a part that was never written
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise CutFailed(f"one of its parts declares a DTD, which no office program writes ({name})")

    parser.StartDoctypeDeclHandler = refuse
    encoding = "utf-8"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"

    def declared(_: str, said: str | None, __: int) -> None:
        nonlocal encoding
        if said and encoding == "utf-8":
            encoding = said

    parser.XmlDeclHandler = declared
    try:
        parser.Parse(content, True)
        if encoding.lower() in ("utf-8", "us-ascii", "utf8"):
            return content
        text = content.decode(encoding).lstrip("\ufeff")
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise CutFailed(f"one of its parts is no XML ({name})") from error
    return _DECLARED.sub(rb"\1", text.encode("utf-8"), count=1)


class _Open(NamedTuple):
    """An element that is being read: where it begins, how many changes there were before it, what becomes of it."""

    name: bytes
    start: int
    before: int
    action: Action


def edit_xml(content: bytes, rule: Rule, names: frozenset[bytes] | None = None) -> bytes:
    """A part, as UTF-8 from `plain_xml`, with what a rule says of each of its elements. Raises `CutFailed`.

    names: elements that the rule has to be asked about, without prefixes; None for all.
    """
    if len(content) > MOST_EDITED:
        raise CutFailed(f"one of its parts has {len(content):,} bytes; at most {MOST_EDITED:,} are edited")
    changes: list[tuple[int, int, bytes]] = []
    opened: list[_Open] = []
    around: list[bytes] = []
    drops = set[int]()  # elements that go because of one in them, by how deep they stand
    for token in _TOKEN.finditer(content):
        if token[2] is None:
            continue
        closing, single = bool(token[1]), bool(token[4])
        if not closing:
            if len(opened) >= MOST_DEPTH:
                raise CutFailed("one of its parts is nested too deeply")
            local = token[2].rpartition(b":")[2]
            asked = names is None or local in names
            action = rule(_element(token[2], token[3], around)) if asked else None
            opened.append(_Open(local, token.start(), len(changes), action))
            around.append(local)
            if isinstance(action, Drop):
                drops.add(_outer(opened, action.above))
            elif isinstance(action, Without):
                tag = b"<" + token[2] + _rewritten(token[3], action.values) + token[4] + b">"
                changes.append((token.start(), token.end(), tag))
            elif isinstance(action, Unwrap):
                changes.append((token.start(), token.end(), b""))
        if closing or single:
            if not opened:
                raise CutFailed("one of its parts is no XML")
            ended = opened.pop()
            around.pop()
            if len(opened) in drops:
                drops.discard(len(opened))
                del changes[ended.before :]
                changes.append((ended.start, token.end(), b""))
            elif closing and isinstance(ended.action, Unwrap):
                changes.append((token.start(), token.end(), b""))
    return _changed(content, changes)


def _outer(opened: list[_Open], above: bytes) -> int:
    """How deep the element stands that goes: the nearest one of a name, else the last one itself."""
    if above:
        for depth in range(len(opened) - 2, -1, -1):
            if opened[depth].name == above:
                return depth
    return len(opened) - 1


def _changed(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    if not changes:
        return content
    pieces, at = list[bytes](), 0
    for start, end, instead in changes:
        pieces += (content[at:start], instead)
        at = end
    return b"".join((*pieces, content[at:]))


class Token(NamedTuple):
    """A tag or what is between two tags. name: without its prefix, empty for no tag. opens, closes: both for `<a/>`."""

    raw: bytes
    prefix: bytes
    name: bytes
    opens: bool
    closes: bool


def tokens_of(content: bytes) -> Iterator[Token]:
    """All of a part, piece by piece."""
    at = 0
    for token in _TOKEN.finditer(content):
        if token.start() > at:
            yield Token(content[at : token.start()], b"", b"", False, False)
        at = token.end()
        if token[2] is None:
            yield Token(token[0], b"", b"", False, False)
        else:
            prefix, _, local = token[2].rpartition(b":")
            yield Token(token[0], prefix, local, not token[1], bool(token[1] or token[4]))
    if at < len(content):
        yield Token(content[at:], b"", b"", False, False)


def _element(name: bytes, attributes: bytes, around: list[bytes]) -> Element:
    prefix, _, local = name.rpartition(b":")
    found = {hit[1]: hit[2][1:-1] for hit in _ATTRIBUTE.finditer(attributes)} if attributes else {}
    return Element(local, prefix, found, around)


def _rewritten(attributes: bytes, values: dict[bytes, bytes | None]) -> bytes:
    def one(hit: re.Match[bytes]) -> bytes:
        if hit[1] not in values:
            return hit[0]
        value = values[hit[1]]
        return b"" if value is None else b" " + hit[1] + b'="' + value + b'"'

    return _ATTRIBUTE.sub(one, attributes)


def elements_of(content: bytes) -> Iterator[Element]:
    """The start tags of a part, without what is around them."""
    for token in _TOKEN.finditer(content):
        if token[2] is not None and not token[1]:
            yield _element(token[2], token[3], [])
