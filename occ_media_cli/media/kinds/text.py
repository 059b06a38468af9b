"""Text: bytes that one of the usual encodings explains, without control characters."""

from __future__ import annotations

import re

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers import source_code
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_PIECE = 1 << 20
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x08\x07\x1b\x1a")) + b"\x7f"
_FEW = 100
"""One control character in so many bytes still passes: old listings, logs with a stray byte."""

_DECLARED = Pattern(rb"\s*<(?:\?xml\b|!doctype\b)", re.IGNORECASE)
_COMMENTED = Pattern(rb"\s*<!--.*?-->\s*(?=<[a-z!?])", re.IGNORECASE | re.DOTALL)
_TAGGED = Pattern(rb"\s*<([a-z][a-z0-9:_.-]*)(\s[^<>]*)?(/?)>\s*(<?)", re.IGNORECASE)
_STRUCTURE = Pattern(
    rb"<(?:html|head|body|script|style|table|t[rdh]|div|p|h[1-6]|ul|ol|li|meta|title|link|br|form|svg)\b[^<>]*>",
    re.IGNORECASE,
)
_LATER = Pattern(rb"(?:^|\n)[ \t]*<(?:!doctype html|html[\s>]|script[\s>]|svg\s[^<>]*xmlns|iframe\s)", re.IGNORECASE)
_LATER_WITHIN = 1024
"""Bytes in which markup behind a line or two of prose begins; what comes later is quoted in a text."""
_SVG = Pattern(rb"<svg[\s>]", re.IGNORECASE)
_HTML = Pattern(rb"<(?:!doctype\s+html|html|head|body|script|table|div|meta)\b", re.IGNORECASE)
_END = 1024
"""Bytes at the end of a file that are looked at for the tag that closes the first one."""

WIDE_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
"""Byte order marks, and what they stand for: the longer ones first, since they begin like others."""

_WIDE = tuple(mark for mark, _ in WIDE_MARKS)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), *WIDE_MARKS)

_LISTS = (
    (Pattern(rb"\s*#EXTM3U"), "a playlist (M3U)"),
    (Pattern(rb"\s*\[playlist\]", re.IGNORECASE), "a playlist (PLS)"),
    (Pattern(rb"\s*ffconcat version"), "a playlist (ffconcat)"),
    (Pattern(rb"(?:\s*#[^\n]*\n)*\s*file\s+\S"), "a playlist (ffconcat)"),
    (Pattern(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?MPD\b", re.DOTALL),
     "a playlist (MPEG-DASH)"),
    (Pattern(rb"\s*(?:<\?xml[^>]*>\s*)?<SmoothStreamingMedia\b"), "a playlist (Smooth Streaming)"),
    (Pattern(rb"\s*\d+[ \t]*\r?\n\d\d:\d\d:\d\d[,.]\d+[ \t]*-->"), "subtitles (SubRip)"),
    (Pattern(rb"\s*WEBVTT\b"), "subtitles (WebVTT)"),
)  # fmt: skip
"""Texts that players open under the name of a film, and what they are."""

_PAIRS = 2_048
_NEARLY_ALL, _HARDLY_ANY = 0.7, 0.1

FIRST: frozenset[int] | None = None


def claims(source: FileSource) -> bool:
    """Text has no signature."""
    return may_be_text(source.head)


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 by its mark, or without one by the zeros beside letters of Latin scripts; None for other bytes."""
    for mark, encoding in WIDE_MARKS:
        if head.startswith(mark):
            return encoding
    pairs = min(len(head) // 2, _PAIRS)
    if pairs < 4 or b"\0" not in head:
        return None
    first, second = head[: 2 * pairs : 2].count(0) / pairs, head[1 : 2 * pairs : 2].count(0) / pairs
    if second >= _NEARLY_ALL and first <= _HARDLY_ANY:
        return "utf-16-le"
    return "utf-16-be" if first >= _NEARLY_ALL and second <= _HARDLY_ANY else None


def may_be_text(head: bytes) -> bool:
    """One NUL in the first bytes, without a byte order mark, and it is no text."""
    return b"\0" not in head or head.startswith(_WIDE)


def recognise(source: FileSource) -> Structure | None:
    """Try UTF-8, UTF-16 and UTF-32 with a mark, then the 8-bit encodings as a whole."""
    encoding = _encoding(source)
    if encoding is None:
        return None
    found = Structure("txt", "text", facts={"encoding": encoding}, end=source.size)
    start, end = _ends(source, encoding)
    if is_markup(start, end):
        kind = "svg" if _SVG.search(start) else "html" if _HTML.search(start) else "xml"
        words = {"svg": "an SVG drawing", "html": "an HTML page", "xml": "an XML document"}[kind]
        found.note("text-is-markup", f"it is {words}")
        if source.claimed != "txt":
            found.type = kind
    elif start.lstrip().startswith(b"*/") or source_code.is_source_code(start):
        found.note("text-is-code", "it is a script or program source")
        if source.claimed != "txt" and start.lstrip().startswith(b"#!"):
            found.type = "script"
    if source.claimed != "txt":
        found.description = next((words for beginning, words in _LISTS if beginning.match(start)), None)
    return found


def _ends(source: FileSource, encoding: str) -> tuple[bytes, bytes]:
    """The first bytes and the last, in UTF-8 or an 8-bit encoding. Of wide encodings the first are all that is read."""
    if encoding.startswith(("utf-16", "utf-32")):
        wide = source.data[: source_code.LOOKED_AT * (4 if encoding.startswith("utf-32") else 2)]
        start = wide.decode(encoding, "ignore").encode("utf-8", "replace")
        return start.removeprefix(b"\xef\xbb\xbf"), b""
    return source.data[: source_code.LOOKED_AT].removeprefix(b"\xef\xbb\xbf"), source.data[-_END:]


def is_markup(start: bytes, end: bytes = b"") -> bool:
    """Whether a text is HTML, SVG or XML, by its first and last bytes; names of a chat (`<Anna> hi`) are neither."""
    if _DECLARED.match(start):
        return True
    while (comment := _COMMENTED.match(start)) is not None:
        start = start[comment.end() :]
    tag = _TAGGED.match(start)
    if tag is None:
        behind = _LATER.search(start, 0, _LATER_WITHIN) if b"<" in start[:_LATER_WITHIN] else None
        return behind is not None and b"```" not in start[: behind.start()] and not source_code.is_mail(start)
    name, attributes, empty, more = tag.groups()
    if (attributes is not None and b"=" in attributes) or (empty and (more or tag.end() == len(start))):
        return True
    if _closes(name, start) or _closes(name, end):
        return True
    if _STRUCTURE.match(start.lstrip()) is None:
        return False
    return b"</" in start or _STRUCTURE.search(start, tag.end(3)) is not None


def _closes(name: bytes, text: bytes) -> bool:
    return b"</" in text and re.search(rb"</" + re.escape(name) + rb"\s*>", text, re.IGNORECASE) is not None


def _encoding(source: FileSource) -> str | None:
    head = source.head
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding if _decodes(source, encoding) else None
    if _decodes(source, "utf-8"):
        return "us-ascii" if head.isascii() else "utf-8"
    return "8-bit" if _eight_bit(source) else None


def _decodes(source: FileSource, encoding: str) -> bool:
    import codecs

    decoder = codecs.getincrementaldecoder(encoding)("strict")
    wide = encoding.startswith(("utf-16", "utf-32"))
    bad = 0
    for at in range(0, source.size, _PIECE):
        piece = source.data[at : at + _PIECE]
        try:
            text = decoder.decode(piece, at + _PIECE >= source.size)
        except UnicodeDecodeError:
            return False
        if wide:
            piece = text.encode("utf-8", "surrogatepass")
        bad += _controls(piece)
        if bad * _FEW > at + len(piece):
            return False
        if b"\0" in piece:
            return False
    return True


def _controls(piece: bytes) -> int:
    odd = len(piece) - len(piece.translate(None, _CONTROLS))
    if odd and b"\x1b$" in piece:  # the ISO 2022 encodings of East Asia shift with SO and SI
        odd -= piece.count(b"\x0e") + piece.count(b"\x0f")
    return odd


def _eight_bit(source: FileSource) -> bool:
    """A legacy encoding: no NUL, hardly a control, and letters or blanks in plenty, which random bytes do not have."""
    bad = high = 0
    for at in range(0, source.size, _PIECE):
        piece = source.data[at : at + _PIECE]
        if b"\0" in piece:
            return False
        bad += _controls(piece)
        high += len(piece.translate(None, _ASCII))
        if bad * 1000 > at + len(piece) and bad:
            return False
    blanks = source.head.translate(None, _NOT_BLANK)
    return high * 10 <= source.size * 9 or bool(blanks)


_ASCII = bytes(range(128))
_NOT_BLANK = bytes(set(range(256)) - set(b" \t\r\n"))
