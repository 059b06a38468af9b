"""GIF: what belongs to the picture are its frames, their timing and how often they repeat; comments, plain text and
the blocks of applications tell of it."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.media.kinds.gif import after_sub_blocks, palette_length
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import MOST_TOLD, Block, CutFailed
from occ_media_cli.safety.metadata.telling.exif import read_exif
from occ_media_cli.safety.metadata.telling.xmp import read_xmp

_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_MOST_BLOCKS = 500_000


def cut(source: FileSource) -> Iterator[Block]:
    """The blocks of a GIF."""
    data, size = source.data, source.size
    at = 13 + palette_length(source.head[10]) if size >= 13 else size + 1
    if at > size:
        raise CutFailed("it is shorter than its header")
    yield Block(0, at)
    for _ in range(_MOST_BLOCKS):
        if at >= size:
            yield Block(size, size, b"\x3b")  # some old programs leave it out
            return
        start, kind = at, data[at]
        if kind == 0x3B:
            yield Block(at, at + 1)
            if at + 1 < size:
                yield Block(at + 1, size, b"", ("trailing_data",), "behind its end")
            return
        if not kind:
            at += 1
            yield Block(start, at, b"")
        elif kind == 0x2C and at + 10 < size:
            at = _behind(source, at + 11 + palette_length(data[at + 9]))
            yield Block(start, at)
        elif kind == 0x21 and at + 2 < size:
            at = _behind(source, at + 2)
            if data[start + 1] == 0xF9:  # timing goes with a text that is drawn instead of a picture
                yield Block(start, at, b"" if data[at : at + 2] == b"\x21\x01" else None)
            else:
                yield from _extension(source, start, at)
        else:
            raise CutFailed("what follows a block is not a block")
    raise CutFailed("it has too many blocks")


def _extension(source: FileSource, start: int, end: int) -> Iterator[Block]:
    data, label = source.data, source.data[start + 1]
    head = data[start + 3 : start + 14]
    if label == 0xFE:
        yield Block(start, end, b"", ("comment",), "comment")
    elif label == 0x01:
        yield Block(start, end, b"", ("text",), "plain text")
    elif label == 0xFF and head in _LOOPS and data[start + 14 : start + 16] == b"\3\1":
        plain = data[start : start + 18] + b"\0"
        yield Block(start, end) if plain == data[start:end] else Block(start, end, plain, ("other_data",), "loop")
    elif label == 0xFF and head == b"XMP DataXMP":
        yield Block(start, end, b"", tuple(read_xmp(data[start : min(end, start + MOST_TOLD)])), "XMP")
    elif label == 0xFF and head.startswith(b"EXIF"):
        yield Block(start, end, b"", tuple(read_exif(data[start + 15 : end]).facts), "EXIF")
    else:
        yield Block(start, end, b"", ("other_data",), f"extension {label:02X}")


def _behind(source: FileSource, at: int) -> int:
    end = after_sub_blocks(source, at)
    if end > source.size:
        raise CutFailed("it is cut off inside a block")
    return end
