"""PDF: a header, objects, a cross-reference and an end marker (ISO 32000)."""

from __future__ import annotations

import zlib

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_HEADER_WITHIN = 1024
_BLANKS = b" \t\r\n\f\0"
_OBJECT = Pattern(rb"\d\s+\d+\s+obj\b")
_LENGTH = Pattern(rb"/L\s+(\d{1,12})\b")
_COUNT = Pattern(rb"/Count\s+(\d{1,9})\b")
_ENCRYPT = Pattern(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_OBJECT_STREAM = Pattern(rb"/ObjStm\b")
_STREAM = Pattern(rb"stream\r?\n")
_REFERENCE_AT_END = Pattern(rb"startxref\s+\d+\s*$")
_MOST_STREAMS = 400
_MOST_INFLATED = 20_000_000
_NO_PROLOGUE = (b"<", b"#!", b"MZ", b"\x7fELF", b"PK", b"\xca\xfe\xba\xbe", b"BM", b"RIFF", b"ID3", b"OggS")


def _spelled(name: bytes) -> bytes:
    """A pattern for a name in which any letter may be written as `#xx`."""
    return b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name)


_SCRIPT = Pattern(rb"/(?:" + _spelled(b"JavaScript") + rb"|" + _spelled(b"Launch") + rb")(?![A-Za-z])")

FIRST: frozenset[int] | None = None


def claims(source: FileSource) -> bool:
    """The header stands in the first 1,024 bytes (ISO 32000-1, appendix H.3.4.1)."""
    return b"%PDF-" in source.head[: _HEADER_WITHIN + 5]


def recognise(source: FileSource) -> Structure | None:
    """Check the two ends, then look for encryption and script, in packed objects too."""
    data, size = source.data, source.size
    begin = source.head.find(b"%PDF-")
    prologue = source.head[:begin].lstrip(_BLANKS + b"\xef\xbb\xbf")
    found = Structure(None, "pdf", facts={"version": source.head[begin + 5 : begin + 8].decode("latin-1")})
    mark = data.rfind(b"%%EOF")
    reference = max(data.rfind(b"startxref", 0, max(mark, 0)), data.rfind(b"trailer", 0, max(mark, 0)))
    if begin and (mark < 0 or reference < 0):
        return None  # a text that speaks of PDF
    if mark < 0:
        if _REFERENCE_AT_END.search(data[max(0, size - 64) : size]) is None:
            found.note("damaged", "it ends before its end marker (%%EOF)")
            return found
        found.note("cut-short", "its end marker (%%EOF) is missing")
        mark, reference = size, size
    if reference < 0 or not _OBJECT.search(data, begin):
        found.note("damaged", "it has no objects or no table of them")
        return found
    if prologue.startswith(_NO_PROLOGUE):
        found.note("damaged", "something else stands before its header")
        return found
    rest = data[mark + 5 : min(size, mark + 5 + 1_000_000)].strip(_BLANKS)
    if rest and (_OBJECT.search(rest) or b"endstream" in rest or b"endobj" in rest):
        found.note("damaged", "it goes on after its end marker and is cut off there")
        return found
    start = source.head[begin:]
    if b"/Linearized" in start and (length := _LENGTH.search(start)) and int(length[1]) > size:
        found.note("damaged", f"it is cut off: it says that it has {int(length[1]):,} bytes")
        return found
    found.type, found.end = "pdf", min(mark + 5, size)
    _look_inside(found, source)
    return found


def _look_inside(found: Structure, source: FileSource) -> None:
    data = source.data
    encrypted = source.data.find(b"/Encrypt") >= 0 and _ENCRYPT.search(data) is not None
    found.facts["encrypted"] = encrypted
    if encrypted:
        found.note("password-protected", "it is encrypted")
    pages = [int(hit[1]) for hit in _COUNT.finditer(data)]
    script = _SCRIPT.search(data)
    if not encrypted and (script is None or not pages):
        for content in _packed_objects(source):
            script = script or _SCRIPT.search(content)
            pages += [int(hit[1]) for hit in _COUNT.finditer(content)]
    if pages:
        found.facts["pages"] = max(pages)
    if script is not None:
        found.facts["script"] = True
        found.note("active-content", "it has script or starts a program")


def _packed_objects(source: FileSource) -> list[bytes]:
    """The content of object streams, where a file of version 1.5 keeps most of its objects."""
    data = source.data
    contents, room = [], _MOST_INFLATED
    for number, hit in enumerate(_OBJECT_STREAM.finditer(data)):
        if number >= _MOST_STREAMS or room <= 0:
            break
        begin = _STREAM.search(data, hit.end(), hit.end() + 2048)
        if begin is None:
            continue
        end = data.find(b"endstream", begin.end())
        raw = data[begin.end() : end if end >= 0 else source.size]
        try:
            content = zlib.decompressobj().decompress(raw, room)
        except zlib.error:
            continue  # another filter, or no object stream at all; the reader of the file will say
        room -= len(content)
        contents.append(content)
    return contents
