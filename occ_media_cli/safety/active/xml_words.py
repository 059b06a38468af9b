"""Elements of an XML part by their names, without a tree: a document of ten megabytes has a million of them.

Prefixes are passed over, since programs go by namespaces and anybody may choose a prefix. A part in another encoding
than UTF-8 is written anew in it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from occ_media_cli.media.readers.zipfiles import TooLarge

_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_SIMPLE = frozenset(("utf-8", "utf8", "us-ascii", "ascii"))
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_MOST_ATTRIBUTES = 20_000


def encoding_of(head: bytes) -> str | None:
    """The encoding of a part that is not UTF-8, by its mark or its declaration, or None."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head[:1] == b"\0" and head[1:2] == b"<":
        return "utf-16-be"
    if head[:1] == b"<" and head[1:2] == b"\0":
        return "utf-16-le"
    declared = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    return None if name in _SIMPLE else name


def in_utf8(content: bytes) -> bytes:
    """The part in UTF-8. One in an encoding that nobody knows stays as it is."""
    encoding = encoding_of(content[:300])
    if encoding is None:
        return content
    try:
        return content.decode(encoding, "replace").encode("utf-8", "replace")
    except LookupError:
        return content


@cache
def _tags(names: tuple[str, ...]) -> re.Pattern[bytes]:
    listed = "|".join(sorted(names, key=len, reverse=True)).encode()
    return re.compile(rb"<(?:[\w.-]{1,40}:)?(" + listed + rb")(?=[\s/>])((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")


def elements(content: bytes, *names: str) -> Iterator[tuple[str, dict[str, str], int]]:
    """(name, attributes, where its content begins) of each element with one of the names, none with a prefix."""
    for hit in _tags(names).finditer(content):
        yield hit[1].decode(), attributes(hit[2]), hit.end()


def attributes(raw: bytes) -> dict[str, str]:
    """Attributes by their names without prefix, entities undone; of two of one name the first. Raises `TooLarge`."""
    from html import unescape

    found: dict[str, str] = {}
    for number, hit in enumerate(_ATTRIBUTE.finditer(raw.decode("utf-8", "replace"))):
        if number >= _MOST_ATTRIBUTES:
            raise TooLarge("an element of it has more attributes than are looked at")
        found.setdefault(hit[1].rpartition(":")[2], unescape(hit[2] if hit[2] is not None else hit[3]))
    return found


def text_at(content: bytes, begin: int, end: int) -> str:
    """The text from where an element's content begins to `end`, where a tag closes, entities and CDATA undone."""
    from html import unescape

    if content[begin - 2 : begin] == b"/>":
        return ""
    raw = content[begin:end].decode("utf-8", "replace")
    if "<![CDATA[" in raw:
        raw = _CDATA.sub(lambda hit: hit[1].replace("&", "&amp;"), raw)
    return unescape(re.sub(r"<[^>]*>", "", raw))
