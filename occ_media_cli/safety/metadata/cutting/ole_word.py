"""Old Word documents: the names, dates and comments that their header leads to ([MS-DOC] 2.5), blanked in place."""

from __future__ import annotations

import struct
from collections.abc import Callable

from occ_media_cli.media.readers.word_header import ASSOCIATED, PLACES, table_place, text_pieces
from occ_media_cli.safety.metadata.cutting.ole_records import StreamFacts

_BLANKED = {
    27: "printer_settings", 28: "printer_settings", 29: "printer_settings", 35: "absolute_paths", 70: "people",
    71: "last_modified_by", 72: "absolute_paths",
}  # fmt: skip
"""Parts of a Word document that it does without, by their place in its header (FibRgFcLcb97), and what they tell."""

_COMMENTS, _DATES, _COMMENTERS, _REVISERS, _SAVED = 4, 31, 36, 51, 87
_LENGTHS = 0x4C
_REFERENCE = 30
"""Bytes of what a comment's mark is told of (ATRD); the first 20 are the initials of its author."""

_STAY = frozenset((0x05, 0x07, 0x0C, 0x0D))
"""Characters that are structure: the mark of a comment, the ends of cells, pages and paragraphs."""


def clean_word(content: bytes, told: StreamFacts, stream: Callable[[str], bytes]) -> bytes:
    """The stream of the header, of the same length; what becomes of the table stream goes to `told.others`."""
    if len(content) < PLACES + 8 * (_SAVED + 1) or content[:2] != b"\xec\xa5":
        return content
    name = "1Table" if content[0x0B] & 2 else "0Table"
    header, table = bytearray(content), stream(name)
    plain, facts = bytearray(table), set[str]()
    for number, fact in _BLANKED.items():
        begin, length = table_place(content, number)
        if length and begin + length <= len(table):
            plain[begin : begin + length] = bytes(length)
            struct.pack_into("<I", header, PLACES + 8 * number + 4, 0)
            told.seen.add(fact)
    saved = PLACES + 8 * _SAVED
    if struct.unpack_from("<H", content, 0x98)[0] > _SAVED and content[saved : saved + 8].strip(b"\0"):
        header[saved : saved + 8] = bytes(8)
        told.seen.add("dates")
    begin, length = table_place(content, _DATES)
    if length >= 0x26 and begin + length <= len(table) and table[begin + 0x14 : begin + 0x26].strip(b"\0"):
        plain[begin + 0x14 : begin + 0x26] = bytes(0x12)  # made, changed, printed; how often and how long it was saved
        facts.add("dates")
    for begin, end in _strings(plain, *table_place(content, ASSOCIATED)):
        if _blank(plain, begin, end):  # template, title, author: once more beside the property sets
            facts.update(("author", "template"))
    for begin, end in _strings(plain, *table_place(content, _REVISERS))[1:]:  # the first is nobody
        if _blank(plain, begin, end):
            facts.add("people")
    _comments(content, header, plain, told.seen, facts)
    if bytes(plain) != table:
        told.others[name.upper()] = (bytes(plain), facts)
    return bytes(header)


def _strings(table: bytearray, begin: int, length: int) -> list[tuple[int, int]]:
    """(begin, end) of the characters of each string of a table of them in UTF-16; nothing for another form."""
    if length < 6 or begin + length > len(table) or table[begin : begin + 2] != b"\xff\xff":
        return []
    count, extra = struct.unpack_from("<HH", table, begin + 2)
    at, found = begin + 6, []
    for _ in range(count):
        if at + 2 > begin + length:
            break
        end = at + 2 + 2 * int(struct.unpack_from("<H", table, at)[0])
        if end > begin + length:
            break
        found.append((at + 2, end))
        at = end + extra
    return found


def _blank(table: bytearray, begin: int, end: int) -> bool:
    """Write spaces over a string; whether it held anything."""
    blanks = b" \0" * ((end - begin) // 2)
    if bytes(table[begin:end]) == blanks:
        return False
    table[begin:end] = blanks
    return True


def _comments(content: bytes, header: bytearray, table: bytearray, seen: set[str], facts: set[str]) -> None:
    """The words of comments, and who made them; their marks stay where they are, and show nothing."""
    begin, length = table_place(content, _COMMENTS)
    if not length or begin + length > len(table):
        return
    count = (length - 4) // (4 + _REFERENCE)
    first = begin + 4 * (count + 1)
    for number in range(count):
        at = first + _REFERENCE * number
        if at + 20 <= len(table) and _blank(table, at + 2, at + 20):
            facts.add("comments")
    at, length = table_place(content, _COMMENTERS)
    end = min(at + length, len(table))
    while at + 2 <= end:
        stop = at + 2 + 2 * int(struct.unpack_from("<H", table, at)[0])
        if stop > end:
            break
        if _blank(table, at + 2, stop):
            facts.add("comments")
        at = stop
    text, notes, heads, macros, words = struct.unpack_from("<5I", content, _LENGTHS)
    start = text + notes + heads + macros
    for piece in text_pieces(content, table):
        step = 2 if piece.wide else 1
        first, last = max(piece.first, start), min(piece.last, start + words)
        begin = piece.start + step * (first - piece.first)
        for place in range(begin, min(begin + step * (last - first), len(header) - step + 1), step):
            character = int.from_bytes(header[place : place + step], "little")
            if character not in _STAY and character != 0x20:
                header[place : place + step] = b" \0"[:step]
                seen.add("comments")
