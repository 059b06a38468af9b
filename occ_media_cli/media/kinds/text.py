"""Text: bytes that one of the usual encodings explains, without control characters."""

from __future__ import annotations

import re

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_PIECE = 1 << 20
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x08\x07\x1b\x1a")) + b"\x7f"
_FEW = 100
"""One control character in so many bytes still passes: old listings, logs with a stray byte."""

_MARKUP = Pattern(
    rb"\s*(?:<\?xml|<!doctype|<!--|<html|<head|<body|<svg|<script|<rss|<feed|<kml|<gpx|<[a-z][a-z0-9:_-]*(?:\s[^<>]*)?/?>)",
    re.IGNORECASE,
)
_SVG = Pattern(rb"<svg[\s>]", re.IGNORECASE)
_HTML = Pattern(rb"<(?:!doctype\s+html|html|head|body|script|table|div|meta)\b", re.IGNORECASE)
_CODE = Pattern(
    rb"\s*(?:#!|<\?php|@echo off|#include\s*[<\"]|import [\w.]+;?\s*$|from [\w.]+ import |package [\w.]+;|"
    rb"use strict|function\s+\w+\s*\(|(?:const|let|var)\s+\w+\s*=|Set-StrictMode|param\s*\(|\*/)",
    re.IGNORECASE | re.MULTILINE,
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
)
_BOMS = (*_BOMS, (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

FIRST: frozenset[int] | None = None


def claims(source: FileSource) -> bool:
    """Text has no signature; one NUL in its first bytes, without a byte order mark, and it is none."""
    head = source.head
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))


def recognise(source: FileSource) -> Structure | None:
    """Try UTF-8, UTF-16 and UTF-32 with a mark, then the 8-bit encodings as a whole."""
    encoding = _encoding(source)
    if encoding is None:
        return None
    found = Structure("txt", "text", facts={"encoding": encoding}, end=source.size)
    start = source.head
    if encoding.startswith(("utf-16", "utf-32")):
        start = start.decode(encoding, "ignore").encode("utf-8", "replace")
    start = start.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(start):
        kind = "svg" if _SVG.search(start) else "html" if _HTML.search(start) else "xml"
        words = {"svg": "an SVG drawing", "html": "an HTML page", "xml": "an XML document"}[kind]
        found.note("text-is-markup", f"it is {words}")
        if source.claimed != "txt":
            found.type = kind
    elif _CODE.match(start):
        found.note("text-is-code", "it is a script or program source")
        if source.claimed != "txt" and start.lstrip().startswith(b"#!"):
            found.type = "script"
    return found


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
