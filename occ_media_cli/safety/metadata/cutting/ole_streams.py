"""What the streams of old Office documents tell, and what stands in its place: as many bytes as before."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from occ_media_cli.safety.metadata.cutting.ole_records import clean_slides, clean_user, clean_workbook
from occ_media_cli.safety.metadata.cutting.ole_word import clean_word
from occ_media_cli.safety.metadata.telling.exif import read_exif

SIGNATURES = frozenset(("_SIGNATURES", "_XMLSIGNATURES"))
_SUMMARY = {
    2: "title", 3: "description", 4: "author", 5: "keywords", 6: "comment", 7: "template", 8: "last_modified_by",
    9: "revision", 10: "editing_time", 11: "dates", 12: "dates", 13: "dates", 17: "thumbnail", 18: "software",
}  # fmt: skip
_DOCUMENT = {2: "description", 14: "manager", 15: "company"}
_SETS = {"\5SummaryInformation": _SUMMARY, "\5DocumentSummaryInformation": _DOCUMENT}
_EMPTY = struct.pack("<IIHHI", 24, 1, 1, 0, 16)
_MOST_PROPERTIES = 2_000
_SEGMENT = re.compile(rb"\xff(?:\xe1(..)(?:Exif\0\0|http://ns\.adobe)|\xed(..)Photoshop 3)", re.DOTALL)


class Told:
    """What is told while streams are read. seen: by the stream at hand; left: by what cannot be changed in place;
    others: what becomes of a stream beside the one at hand, and what it told, by its name in upper case."""

    def __init__(self) -> None:
        self.seen = set[str]()
        self.left = set[str]()
        self.others: dict[str, tuple[bytes, set[str]]] = {}

    def leave_fact(self, fact: str) -> None:
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
        content = clean_word(content, told, stream)
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
