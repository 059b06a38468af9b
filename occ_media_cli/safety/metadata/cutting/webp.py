"""WebP: what belongs to the picture are its frames, its canvas, its transparency and its colour profile (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from occ_media_cli.media.kinds.webp import MOST_CHUNKS
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import MOST_TOLD, Block, CutFailed
from occ_media_cli.safety.metadata.telling.exif import make_exif, read_exif
from occ_media_cli.safety.metadata.telling.xmp import read_xmp

_PICTURE = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ICCP"))
_IN_FRAME = frozenset((b"VP8 ", b"VP8L", b"ALPH"))
_HAS_EXIF, _HAS_XMP = 8, 4


def cut(source: FileSource) -> Iterator[Block]:
    """The chunks of a WebP, behind its header, which states how long the copy is."""
    blocks = list(_chunks(source))
    turned = any(block.where == "EXIF" and block.instead != b"" for block in blocks)
    length = 4 + sum(block.end - block.start if block.instead is None else len(block.instead) for block in blocks)
    head = b"RIFF" + struct.pack("<I", length) + b"WEBP"
    yield Block(0, 12, None if source.head[:12] == head else head)
    for block in blocks:
        if block.where == "VP8X":
            flags = source.data[block.start + 8] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if turned else 0)
            plain = source.data[block.start : block.start + 8] + bytes((flags,))
            plain += source.data[block.start + 9 : block.end]
            yield Block(block.start, block.end, plain)
        else:
            yield block


def _chunks(source: FileSource) -> Iterator[Block]:
    data, size, at = source.data, source.size, 12
    end = min(8 + int.from_bytes(source.head[4:8], "little"), size)
    turned = False
    for _ in range(MOST_CHUNKS):
        if at + 8 > end:
            break
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        after = min(at + 8 + length + (length & 1), end)
        if at + 8 + length > end:
            raise CutFailed("a chunk is longer than the file")
        body = data[at + 8 : at + 8 + min(length, MOST_TOLD)]
        if kind == b"VP8X":
            yield Block(at, after, None, (), "VP8X")
        elif kind in _PICTURE:
            yield Block(at, after)
        elif kind == b"ANMF":
            yield _frame(source, at, at + 8 + length, after)
        elif kind == b"EXIF":
            told = read_exif(body.removeprefix(b"Exif\0\0"))
            kept = b"" if turned else make_exif(told.orientation)
            turned = turned or bool(kept)
            plain = b"EXIF" + struct.pack("<I", len(kept)) + kept if kept else b""
            same = bool(kept) and kept == body
            yield Block(at, after, None, (), "EXIF") if same else Block(at, after, plain, tuple(told.facts), "EXIF")
        elif kind == b"XMP ":
            yield Block(at, after, b"", tuple(read_xmp(body)), "XMP")
        else:
            yield Block(at, after, b"", ("other_data",), f"{kind.decode('latin-1')} chunk")
        at = after
    if at < size:
        yield Block(at, size, b"", ("trailing_data",), "behind its end")


def _frame(source: FileSource, start: int, end: int, after: int) -> Block:
    """One frame of an animation; chunks of its own that are no picture go."""
    data, at, kept, whole = source.data, start + 24, [], True
    while at + 8 <= end:
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        behind = min(at + 8 + length + (length & 1), end)
        if at + 8 + length > end:
            raise CutFailed("a chunk of a frame is longer than the frame")
        if kind in _IN_FRAME:
            kept.append((at, behind))
        else:
            whole = False
        at = behind
    if whole and at == end:
        return Block(start, after)
    body = data[start + 8 : start + 24] + b"".join(data[begin:stop] for begin, stop in kept)
    body += b"\0" * (len(body) & 1)
    return Block(start, after, b"ANMF" + struct.pack("<I", len(body)) + body, ("other_data",), "frame")
