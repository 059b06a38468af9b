"""What the streams of old Office documents tell, and what stands in its place: as many bytes as before."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from occ_media_cli.safety.metadata.kinds.ole_records import clean_slides, clean_user, clean_workbook
from occ_media_cli.safety.metadata.telling.exif import read_exif

SIGNATURES = frozenset(("_signatures", "_xmlsignatures", "MSOSignatures"))
_SUMMARY = {
    2: "title", 3: "description", 4: "author", 5: "keywords", 6: "comment", 7: "template", 8: "last_modified_by",
    9: "revision", 10: "editing_time", 11: "dates", 12: "dates", 13: "dates", 17: "thumbnail", 18: "software",
}  # fmt: skip
_DOCUMENT = {2: "description", 14: "manager", 15: "company"}
_SETS = {"\5SummaryInformation": _SUMMARY, "\5DocumentSummaryInformation": _DOCUMENT}
_EMPTY = struct.pack("<IIHHI", 24, 1, 1, 0, 16)
_MOST_PROPERTIES = 2_000
_SEGMENT = re.compile(rb"\xff(?:\xe1(..)(?:Exif\0\0|http://ns\.adobe)|\xed(..)Photoshop 3)", re.DOTALL)

_BLANKED = {
    27: "printer_settings", 28: "printer_settings", 29: "printer_settings", 35: "absolute_paths", 70: "people",
    71: "last_modified_by", 72: "absolute_paths",
}  # fmt: skip
"""Parts of a Word document that it does without, by their place in its header (FibRgFcLcb97), and what they tell."""

_ASSOCIATED, _REVISERS, _COMMENTS, _DATES, _SAVED = 32, 51, 4, 31, 87


class Told:
    """What is told while streams are read. seen: by the stream at hand; left: by what cannot be changed in place;
    later: changes of another stream than the one at hand."""

    def __init__(self) -> None:
        self.seen = set[str]()
        self.left = set[str]()
        self.later: list[tuple[str, bytes, bytes, tuple[str, ...]]] = []

    def add(self, fact: str) -> None:
        """A fact of what stays."""
        self.left.add(fact)


def patched(name: str, content: bytes, told: Told, stream: Callable[[str], bytes]) -> bytes:
    """A stream as it is in a copy, of the same length. stream: gives another stream of the document by its name."""
    if name in _SETS:
        return _empty_set(content, _SETS[name], told)
    if name == "Current User":
        return clean_user(content, told)
    if name in ("Workbook", "Book"):
        content = clean_workbook(content, told)
    elif name == "PowerPoint Document":
        clean_slides(content, told)
    elif name == "WordDocument":
        return _word(content, told, stream)
    if b"Exif\0\0" in content or b"Photoshop 3" in content or b"ns.adobe.com" in content:
        content = _pictures(content, told)
    return content


def _empty_set(content: bytes, names: dict[int, str], told: Told) -> bytes:
    """A property set that says its code page and nothing else."""
    if len(content) < 72 or content[:2] != b"\xfe\xff":
        return content
    plain = (content[:24] + struct.pack("<I", 1) + content[28:44] + struct.pack("<I", 48) + _EMPTY[:16]
             + struct.pack("<II", 2, 1252)).ljust(len(content), b"\0")  # fmt: skip
    if plain != content:
        told.seen.update(_properties(content, names) or ("properties",))
    return plain


def _properties(content: bytes, names: dict[int, str]) -> set[str]:
    found = set[str]()
    (sections,) = struct.unpack_from("<I", content, 24)
    if sections > 1:
        found.add("custom_properties")
    (start,) = struct.unpack_from("<I", content, 44)
    if start + 8 > len(content):
        return found
    (count,) = struct.unpack_from("<I", content, start + 4)
    for number in range(min(count, _MOST_PROPERTIES)):
        if start + 16 + 8 * number > len(content):
            break
        identifier, _ = struct.unpack_from("<II", content, start + 8 + 8 * number)
        if identifier in names:
            found.add(names[identifier])
    return found


def _pictures(content: bytes, told: Told) -> bytes:
    """EXIF, XMP and Photoshop's segments of the JPEG pictures in a stream, filled with zeros."""
    plain = bytearray(content)
    for hit in _SEGMENT.finditer(content):
        length = int.from_bytes(hit[1] or hit[2], "big")
        if hit[1] and content[hit.start() + 4 : hit.start() + 10] == b"Exif\0\0":
            told.seen.update(read_exif(content[hit.start() + 10 : hit.start() + 2 + length]).facts)
        else:
            told.seen.add("photoshop" if hit[2] else "xmp")
        plain[hit.start() + 4 : hit.start() + 2 + length] = bytes(
            max(0, min(length - 2, len(content) - hit.start() - 4))
        )
    return bytes(plain[: len(content)])


def _word(content: bytes, told: Told, stream: Callable[[str], bytes]) -> bytes:
    """The header of a Word document, and through it the table stream ([MS-DOC] 2.5)."""
    if len(content) < 0x9A + 8 * 88 or content[:2] != b"\xec\xa5":
        return content
    name = "1Table" if content[0x0B] & 2 else "0Table"
    header, table = bytearray(content), stream(name)
    plain, facts = bytearray(table), set[str]()
    for number, fact in _BLANKED.items():
        begin, length = struct.unpack_from("<II", content, 0x9A + 8 * number)
        if length and begin + length <= len(table):
            plain[begin : begin + length] = bytes(length)
            struct.pack_into("<I", header, 0x9A + 8 * number + 4, 0)
            told.seen.add(fact)
    saved = 0x9A + 8 * _SAVED
    if struct.unpack_from("<H", content, 0x98)[0] > _SAVED and content[saved : saved + 8].strip(b"\0"):
        header[saved : saved + 8] = bytes(8)
        told.seen.add("dates")
    _dates(content, plain, facts)
    _associated(content, plain, facts)
    _revisers(content, plain, facts, told)
    if struct.unpack_from("<I", content, 0x9A + 8 * _COMMENTS + 4)[0]:
        told.add("comments")
    if bytes(plain) != table:
        told.later.append((name, table, bytes(plain), tuple(sorted(facts or {"properties"}))))
    return bytes(header)


def _dates(content: bytes, table: bytearray, facts: set[str]) -> None:
    """When it was made, changed and printed, how often and how long it was worked on (Dop)."""
    begin, length = struct.unpack_from("<II", content, 0x9A + 8 * _DATES)
    if length >= 0x26 and begin + length <= len(table) and bytes(table[begin + 0x14 : begin + 0x26]).strip(b"\0"):
        table[begin + 0x14 : begin + 0x26] = bytes(0x12)
        facts.add("dates")


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


def _associated(content: bytes, table: bytearray, facts: set[str]) -> None:
    """Template, title, author and the one who saved it last, once more beside the property sets (SttbfAssoc)."""
    for begin, end in _strings(table, *struct.unpack_from("<II", content, 0x9A + 8 * _ASSOCIATED)):
        if _blank(table, begin, end):
            facts.update(("author", "template"))


def _revisers(content: bytes, table: bytearray, facts: set[str], told: Told) -> None:
    """Who changed it while changes were tracked (SttbfRMark); the first is nobody."""
    for begin, end in _strings(table, *struct.unpack_from("<II", content, 0x9A + 8 * _REVISERS))[1:]:
        if _blank(table, begin, end):
            facts.add("people")
