"""VBA: the compressed source of a project ([MS-OVBA] 2.4.1), and which of its procedures run by themselves."""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

MOST_SOURCE = 6_000_000
"""Bytes of source that are unpacked of one file."""

_CHUNK = 4096
_ATTRIBUTE = re.compile(rb"\x01[\s\S][\x30-\x3f\xb0-\xbf]\x00Attribut")
_PROCEDURE = re.compile(
    r"^[ \t]*(?:(?:Public|Private|Friend|Static|Global)[ \t]+)*(?:Sub|Function)[ \t]+\[?([^\W\d]\w*)",
    re.IGNORECASE | re.MULTILINE,
)
_AUTO = re.compile(
    r"Auto_?(?:Exec|Open|Exit|Close|New|Ope|Activate|Deactivate)|"
    r"Document_?(?:Open|New|Close|BeforeClose)|New_?Document|"
    r"Workbook_?(?:Open|Activate|Close|BeforeClose|WindowActivate|AddinInstall|Deactivate|SheetCalculate)|"
    r"Presentation_?Open|OnSlideShow(?:PageChange|Terminate)|App_PresentationOpen|"
    r"\w+_(?:Layout|Painted|Painting|GotFocus|Resize|MouseHover|BeforeNavigate2|BeforeScriptExecute|DocumentComplete|"
    r"DownloadBegin|DownloadComplete|FileDownload|NavigateComplete2|NavigateError|ProgressChange|PropertyChange|"
    r"StatusTextChange|TitleChange|OnDisconnecting|OnConnecting)",
    re.IGNORECASE,
)
"""Names that Office calls when a document is opened, closed or shown. What happens once somebody clicks, types or moves
(`Button1_Click`, `Worksheet_SelectionChange`) is a macro like any other."""

_CONTINUED = re.compile(r"[ \t]_[ \t]*\r?\n[ \t]*")
_CODE = re.compile(
    r"^[ \t]*(?!Attribute[ \t]|Option[ \t]|'|Rem\b|VERSION |BEGIN\b|END\b|[ \t]*$)\S", re.IGNORECASE | re.MULTILINE
)


class VbaBroken(Exception):
    """It is no compressed source."""


class Module(NamedTuple):
    """One module: its name, the stream that holds it, and where its source begins in the stream."""

    name: str
    stream: str
    offset: int


def decompress(data: bytes, begin: int = 0, most: int = MOST_SOURCE) -> bytes:
    """What a container unpacks to, `most` bytes at most. Raises `VbaBroken` where it does not begin like one."""
    if data[begin : begin + 1] != b"\x01":
        raise VbaBroken("its source does not begin like one")
    found, at = bytearray(), begin + 1
    while at + 2 <= len(data) and len(found) < most:
        header = data[at] | data[at + 1] << 8
        if header >> 12 & 7 != 3:
            break
        end = min(at + (header & 0xFFF) + 3, len(data))
        if header & 0x8000:
            found += _chunk(data[at + 2 : end])
            at = end
        else:
            found += data[at + 2 : at + 2 + _CHUNK]
            at += 2 + _CHUNK
    return bytes(found[:most])


def _chunk(data: bytes) -> bytes:
    """One compressed chunk: flags, then letters and copies of what came before."""
    found, at, length = bytearray(), 0, len(data)
    while at < length and len(found) < _CHUNK:
        flags, at = data[at], at + 1
        if not flags:
            found += data[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if at >= length:
                break
            if not flags >> bit & 1:
                found.append(data[at])
                at += 1
                continue
            if at + 2 > length or not found:
                return bytes(found)
            token = data[at] | data[at + 1] << 8
            at += 2
            bits = max((len(found) - 1).bit_length(), 4)
            copied, back = (token & 0xFFFF >> bits) + 3, (token >> 16 - bits) + 1
            start = len(found) - back
            if start < 0:
                return bytes(found)
            while copied > 0:
                piece = found[start : start + copied]
                found += piece
                copied -= len(piece)
    return bytes(found[:_CHUNK])


def modules(directory: bytes) -> tuple[list[Module], str]:
    """(modules, encoding of their text) by the stream `dir`, unpacked ([MS-OVBA] 2.3.4.2)."""
    found: list[Module] = []
    encoding, at, name, stream, wide = "cp1252", 0, "", "", ""
    while at + 6 <= len(directory):
        kind, length = struct.unpack_from("<HI", directory, at)
        if kind == 0x0009:
            length = 6  # the record of the version says 4 and has 6
        value = directory[at + 6 : at + 6 + length]
        at += 6 + length
        if kind == 0x0003 and len(value) >= 2:
            encoding = _codec(value[0] | value[1] << 8)
        elif kind == 0x0019:
            name, stream, wide = _text(value, encoding), "", ""
        elif kind == 0x001A:
            stream = _text(value, encoding)
        elif kind == 0x0032:
            wide = value.decode("utf-16-le", "replace")
        elif kind == 0x0031 and len(value) >= 4:
            found.append(Module(name, wide or stream or name, int.from_bytes(value[:4], "little")))
    return found, encoding


def _codec(page: int) -> str:
    import codecs

    name = {10000: "mac_roman", 65001: "utf-8", 1361: "johab", 20127: "ascii", 28591: "latin-1"}.get(page, f"cp{page}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "latin-1"
    return name


def _text(raw: bytes, encoding: str) -> str:
    return raw.decode(encoding, "replace")


def source_places(stream: bytes) -> list[int]:
    """Where compressed source may begin in a stream, by the words that every module begins with."""
    if b"\0Attribut" not in stream:
        return []
    return [hit.start() for hit in _ATTRIBUTE.finditer(stream)][:20]


def self_running(source: str) -> list[str]:
    """The names of the procedures of a module that run when a document is opened, closed or shown."""
    joined = _CONTINUED.sub(" ", source.replace("\r\n", "\n").replace("\r", "\n"))
    found = dict.fromkeys(hit[1] for hit in _PROCEDURE.finditer(joined))
    return [name for name in found if _AUTO.fullmatch(name)]


def has_code(source: str) -> bool:
    """Whether a module says more than its own name and options."""
    return _CODE.search(source.replace("\r", "\n")) is not None
