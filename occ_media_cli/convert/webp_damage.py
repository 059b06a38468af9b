"""Whether each picture of a WebP needs its data to the last byte, and no more (RFC 9649, RFC 6386).

Its codes have no mark of their end, and a decoder paints on over a hole as long as there are bytes. But it says where
they are too few: so a whole picture can be decoded, and one whose last bytes are taken away cannot. Where a hole has
brought the decoder out of step, it is done before the last bytes, and does not miss them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from occ_media_cli.convert.libraries import pillow
from occ_media_cli.media.source import FileSource

_LAST = 8
"""Bytes that are taken away: an encoder adds four at most that no decoder needs."""

_LEAST = 4 * _LAST
_ALPHA = 0x10


class _Picture(NamedTuple):
    """One picture: its data, whether it is lossless, the chunk of what shows through, its sides."""

    data: bytes
    lossless: bool
    clear: bytes
    size: tuple[int, int]


def find_webp_damage(source: FileSource) -> str | None:
    """What is wrong with the pictures of a WebP; None where each can be decoded from exactly its bytes."""
    for each in _pictures(source.data[: min(source.size, 8 + int.from_bytes(source.head[4:8], "little"))]):
        if not _decodes(each):
            return "its picture data ends before its picture does"
        if any(_decodes(short) for short in _shortened(each)):
            return "its picture is whole before its data ends"
    return None


def _pictures(data: bytes) -> Iterator[_Picture]:
    """The still picture, or each one of an animation."""
    clear, size = b"", (0, 0)
    for kind, body in _chunks(data, 12):
        if kind == b"VP8X":
            size = _sides(body[4:10])
        elif kind == b"ANMF":
            inner_clear = b""
            for inner, content in _chunks(body, 16):
                if inner == b"ALPH":
                    inner_clear = content
                elif inner in (b"VP8 ", b"VP8L"):
                    yield _Picture(content, inner == b"VP8L", inner_clear, _sides(body[6:12]))
        elif kind == b"ALPH":
            clear = body
        elif kind in (b"VP8 ", b"VP8L"):
            yield _Picture(body, kind == b"VP8L", clear, size)


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def _sides(stated: bytes) -> tuple[int, int]:
    return int.from_bytes(stated[:3], "little") + 1, int.from_bytes(stated[3:6], "little") + 1


def _shortened(picture: _Picture) -> Iterator[_Picture]:
    """The picture without the last bytes of each part that is long enough."""
    data = picture.data
    if len(data) >= _LEAST:
        yield picture._replace(data=data[:-_LAST])
    if picture.lossless:
        return
    tag = int.from_bytes(data[:3], "little")
    first = tag >> 5
    if _LEAST <= first < len(data) - 10:  # what says how the blocks are made, in front of what is in them
        tag = tag & 0x1F | first - _LAST << 5
        end = 10 + first
        yield picture._replace(data=tag.to_bytes(3, "little") + data[3 : end - _LAST] + data[end:])


def _decodes(picture: _Picture) -> bool:
    kind = b"VP8L" if picture.lossless else b"VP8 "
    chunks = _chunk(kind, picture.data)
    if picture.clear and not picture.lossless:
        wide, high = (side - 1 for side in picture.size)
        header = struct.pack("<I", _ALPHA) + wide.to_bytes(3, "little") + high.to_bytes(3, "little")
        chunks = _chunk(b"VP8X", header) + _chunk(b"ALPH", picture.clear) + chunks
    content = b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
    try:
        pillow().open(BytesIO(content), formats=("WEBP",)).load()
    except (OSError, ValueError, SyntaxError, EOFError):
        return False
    return True


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
