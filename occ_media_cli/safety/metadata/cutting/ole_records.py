"""Records of old Excel and PowerPoint files: names that are blanked in place, and what is seen but stays."""

from __future__ import annotations

import struct
from typing import Protocol

_WRITE_ACCESS, _FILE_SHARING, _PRINTER, _NOTE, _SHEET = 0x5C, 0x5B, 0x4D, 0x1C, 0x85
_OBJECT, _TEXT_BOX, _MORE = 0x5D, 0x1B6, 0x3C
_MOST_RECORDS = 4_000_000
_COMMENT, _SLIDE_INFO = 0x2EE0, 0x03F9
_MOST_DEPTH = 12


class StreamFacts(Protocol):
    """Where facts go: `seen` of what is blanked in the stream at hand, `others` of a stream beside it (what becomes of
    it, and its facts, by its name in upper case), `leave_fact` of what stays."""

    seen: set[str]
    others: dict[str, tuple[bytes, set[str]]]

    def leave_fact(self, fact: str) -> None:
        """A fact of what stays."""
        ...


def clean_workbook(content: bytes, told: StreamFacts) -> bytes:
    """A workbook without the names of who opened it and of the printer; notes become
    blank, and sheets that are not shown are told."""
    plain, at, size = bytearray(content), 0, len(content)
    note = text = False
    for _ in range(_MOST_RECORDS):
        if at + 4 > size:
            break
        kind, length = struct.unpack_from("<HH", content, at)
        begin, end = at + 4, min(at + 4 + length, size)
        body = content[begin:end]
        if kind == _WRITE_ACCESS and length >= 3:
            _put(
                plain, begin, (b"\0\0\0" if length >= 112 else b"\0").ljust(length, b" ")[: end - begin], told, "author"
            )
        elif kind == _FILE_SHARING and length > 6:
            _put(plain, begin + 4, bytes(end - begin - 4), told, "author")
        elif kind == _PRINTER and body[:2] == b"\0\0" and length > 66:
            _put(plain, begin + 2, bytes(64), told, "printer_settings")
        elif kind == _NOTE and length > 8:  # before Excel 97 the text itself, since then the name of its author
            wide = body[10:11] == b"\1" and length >= 11
            _put(plain, begin + (11 if length >= 11 else 6), _blanks(end - begin - (11 if length >= 11 else 6), wide),
                 told, "comments")  # fmt: skip
        elif kind == _OBJECT:
            note = body[4:6] == b"\x19\0"
        elif kind == _TEXT_BOX:
            text = note and body[10:12] != b"\0\0"
        elif kind == _MORE and text and length:
            _put(plain, begin + 1, _blanks(end - begin - 1, body[:1] == b"\1"), told, "comments")
            text = False
        elif kind == _SHEET and length > 5 and body[4] & 3:
            told.leave_fact("hidden_sheets")
        at = end
    return bytes(plain)


def _blanks(length: int, wide: bool) -> bytes:
    return (b" \0" * (length // 2 + 1))[:length] if wide else b" " * length


def _put(plain: bytearray, at: int, blank: bytes, told: StreamFacts, fact: str) -> None:
    if plain[at : at + len(blank)] != blank:
        plain[at : at + len(blank)] = blank
        told.seen.add(fact)


def clean_user(content: bytes, told: StreamFacts) -> bytes:
    """The name of the one who saved a presentation last, once in bytes and once in UTF-16 (CurrentUserAtom)."""
    if len(content) < 28:
        return content
    plain, length = bytearray(content), int(struct.unpack_from("<H", content, 20)[0])
    if 28 + length <= len(content):
        _put(plain, 28, b" " * length, told, "last_modified_by")
        wide = len(content) - 32 - length
        if wide > 1:
            _put(plain, 32 + length, b" \0" * (wide // 2), told, "last_modified_by")
    return bytes(plain)


def clean_slides(content: bytes, told: StreamFacts) -> None:
    """Comments and slides that are not shown."""
    waiting, left = [(0, len(content), 0)], _MOST_RECORDS
    while waiting and left > 0:
        at, end, depth = waiting.pop()
        while at + 8 <= end and left > 0:
            left -= 1
            version, kind, length = struct.unpack_from("<HHI", content, at)
            if kind == _COMMENT:
                told.leave_fact("comments")
            elif kind == _SLIDE_INFO and length >= 12 and content[at + 8 + 10 : at + 8 + 11] and content[at + 18] & 4:
                told.leave_fact("hidden_slides")
            elif version & 15 == 15 and depth < _MOST_DEPTH:
                waiting.append((at + 8, min(at + 8 + length, end), depth + 1))
            at += 8 + length
