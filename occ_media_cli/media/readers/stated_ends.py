"""Where files end by what their own headers say, for types whose structure is not walked elsewhere.

A size that nobody knew when the header was written (a stream) says nothing: 0, or all bits set, or nearly so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from occ_media_cli.media.source import FileSource

_UNKNOWN = 0x7FFF_0000
"""Sizes from here on are stand-ins: no file of this size is looked at."""

_MOST_CHUNKS = 10_000
_MOST_ENTRIES = 65_536
_LAST_FRAME = 1 << 20
"""Bytes from the end of a FLAC file in which its last frame begins."""

ByteOrder = Literal["little", "big"]


class _Cut(NamedTuple):
    """What a header tells of, and where that would end."""

    what: str
    end: int


def find_missing_end(kind: str, source: FileSource) -> str | None:
    """Why a file is not whole, to follow "it is cut off: "; None where its header says nothing else."""
    reader = _READERS.get(kind)
    cut = reader(source) if reader is not None else None
    if cut is None or cut.end <= source.size:
        return None
    return f"it is cut off: its header tells of {cut.what} up to byte {cut.end:,}, and it has {source.size:,}"


def _number(source: FileSource, at: int, length: int, order: ByteOrder) -> int:
    return int.from_bytes(source.data[at : at + length], order)


def _of_riff(source: FileSource) -> _Cut | None:
    """WAV (RIFF, RIFX, RF64) and AVI: what holds the content, be it behind the end."""
    order: ByteOrder = "big" if source.head[:4] == b"RIFX" else "little"
    return _of_chunks(source, order, {b"data": "sound", b"LIST": "films and sounds"})


def _of_aiff(source: FileSource) -> _Cut | None:
    return _of_chunks(source, "big", {b"SSND": "sound"})


def _of_chunks(source: FileSource, order: ByteOrder, content: dict[bytes, str]) -> _Cut | None:
    at, long_size = 12, 0
    for _ in range(_MOST_CHUNKS):
        header = source.data[at : at + 8]
        if len(header) < 8:
            break
        name, size = header[:4], int.from_bytes(header[4:], order)
        if name == b"ds64":
            long_size = _number(source, at + 16, 8, order)
        if name == b"data" and size == 0xFFFF_FFFF and 0 < long_size < 1 << 62:
            size = long_size
        elif not 0 < size < _UNKNOWN:
            return None if name in content else _Cut("nothing", 0)
        if name in content and at + 8 + size > source.size:
            return _Cut(content[name], at + 8 + size)
        at += 8 + size + (size & 1)
    return None


def _of_au(source: FileSource) -> _Cut | None:
    begin, size = (_number(source, at, 4, "big") for at in (4, 8))
    return _Cut("sound", begin + size) if size < _UNKNOWN else None


def _of_bmp(source: FileSource) -> _Cut | None:
    """Pixels that are not packed have their size by width, height and depth."""
    begin, header = _number(source, 10, 4, "little"), _number(source, 14, 4, "little")
    width, height, bits, packed = 0, 0, 0, 0
    if header == 12:
        width, height, bits = (_number(source, at, 2, "little") for at in (18, 20, 24))
    elif header >= 40:
        width, height = (_number(source, at, 4, "little") for at in (18, 22))
        height = min(height, (1 << 32) - height)  # negative where the first row is the topmost
        bits, packed = _number(source, 28, 2, "little"), _number(source, 30, 4, "little")
    if packed not in (0, 3, 6) or bits not in (1, 2, 4, 8, 16, 24, 32) or begin < 14 + header:
        return None
    return _Cut("pixels", begin + (width * bits + 31) // 32 * 4 * height)


def _of_matroska(source: FileSource) -> _Cut | None:
    """The segment, where its size is known."""
    at = 4 + _vint_length(source.data[4:5])
    at += _vint(source.data[4:at])
    if source.data[at : at + 4] != b"\x18\x53\x80\x67":
        return None
    begin = at + 4 + _vint_length(source.data[at + 4 : at + 5])
    field = source.data[at + 4 : begin]
    size = _vint(field)
    return None if size in (0, (1 << 7 * len(field)) - 1) else _Cut("films and sounds", begin + size)


def _vint_length(first: bytes) -> int:
    return 9 - first[0].bit_length() if first and first[0] else 1


def _vint(field: bytes) -> int:
    """A number of EBML, without the bit that tells its length."""
    return int.from_bytes(field, "big") & ~(1 << 7 * len(field))


def _of_flac(source: FileSource) -> _Cut | None:
    """The samples that the header counts, beside those of the last frame: a frame says which it is."""
    if len(source.head) < 42 or source.head[4] & 0x7F:
        return None
    about = source.head[8:42]
    largest, total = int.from_bytes(about[2:4], "big"), int.from_bytes(about[13:18], "big") & (1 << 36) - 1
    if not total or not largest:
        return None
    begin = max(42, source.size - _LAST_FRAME)
    tail = source.data[begin : source.size]
    at = len(tail)
    while (at := tail.rfind(b"\xff", 0, at)) >= 0:
        behind = _behind_frame(tail[at : at + 17], largest)
        if behind is not None:
            missing = total - behind
            return _Cut("samples", source.size + missing) if missing > largest else None
    return None


_SAMPLES = {1: 192, 2: 576, 3: 1_152, 4: 2_304, 5: 4_608, **{8 + more: 256 << more for more in range(8)}}


def _behind_frame(header: bytes, largest: int) -> int | None:
    """The number of the sample behind a frame of FLAC, by its header; None where this is none (RFC 9639, 9.1)."""
    if len(header) < 6 or header[1] not in (0xF8, 0xF9) or header[3] & 1:
        return None
    size, first = header[2] >> 4, header[4]
    more = 0 if first < 0x80 else 7 - (first ^ 0xFF).bit_length()  # as UTF-8 has it
    number = first if not more else first & (0x3F >> more)
    for each in header[5 : 5 + more]:
        number = number << 6 | each & 0x3F
    at = 5 + more
    samples = largest
    if size == 6:
        samples = header[at] + 1 if at < len(header) else 0
    elif size == 7:
        samples = int.from_bytes(header[at : at + 2], "big") + 1
    at += {6: 1, 7: 2}.get(size, 0) + {12: 1, 13: 2, 14: 2}.get(header[2] & 15, 0)
    if at >= len(header) or _crc8(header[:at]) != header[at]:
        return None
    if size not in (6, 7):
        samples = _SAMPLES.get(size, 0)
    return number + samples if header[1] & 1 else number * largest + samples


def _crc8(data: bytes) -> int:
    found = 0
    for each in data:
        found ^= each
        for _ in range(8):
            found = (found << 1 ^ 0x07) & 0xFF if found & 0x80 else found << 1
    return found


def _of_tiff(source: FileSource) -> _Cut | None:
    """The strips or tiles of the first page."""
    order: ByteOrder = "little" if source.head[:1] == b"I" else "big"
    at = _number(source, 4, 4, order)
    found: dict[int, list[int]] = {}
    for entry in range(at + 2, at + 2 + 12 * _number(source, at, 2, order), 12):
        tag, kind, count = (_number(source, entry + more, size, order) for more, size in ((0, 2), (2, 2), (4, 4)))
        width = {3: 2, 4: 4}.get(kind, 0)
        if tag in (273, 279, 324, 325) and width and count <= _MOST_ENTRIES:
            where = entry + 8 if width * count <= 4 else _number(source, entry + 8, 4, order)
            found[tag] = [_number(source, where + width * each, width, order) for each in range(count)]
    if source.head[2:4] not in (b"*\0", b"\0*"):
        return None
    ends = [
        begin + size
        for begins, sizes in ((273, 279), (324, 325))
        for begin, size in zip(found.get(begins, ()), found.get(sizes, ()), strict=False)
    ]
    return _Cut("pixels", max([at + 6, *ends]))


def _of_7z(source: FileSource) -> _Cut | None:
    begin, size = (_number(source, at, 8, "little") for at in (12, 20))
    return _Cut("a directory", 32 + begin + size) if begin + size < 1 << 62 else None


def _of_cab(source: FileSource) -> _Cut | None:
    return _Cut("members", _number(source, 8, 4, "little"))


def _of_ico(source: FileSource) -> _Cut | None:
    many = _number(source, 4, 2, "little")
    entries = range(6, 6 + 16 * many, 16)
    return _Cut(
        "pictures", max((sum(_number(source, at + more, 4, "little") for more in (8, 12)) for at in entries), default=0)
    )


_READERS: dict[str, Callable[[FileSource], _Cut | None]] = {
    "wav": _of_riff, "avi": _of_riff, "aiff": _of_aiff, "au": _of_au, "bmp": _of_bmp, "mkv": _of_matroska,
    "webm": _of_matroska, "flac": _of_flac, "tif": _of_tiff, "7z": _of_7z, "cab": _of_cab, "ico": _of_ico,
}  # fmt: skip
