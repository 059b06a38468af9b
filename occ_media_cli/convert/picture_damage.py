"""Whether a picture is whole: what a decoder that paints on over a hole would make a clean copy of, and must not.

`check` reads how a file is built. Here its picture data is followed to the end, as a copy is going to be made of it.
What has no checksum and no order that a change would break (one wrong bit of a colour) is seen by nobody.
"""

from __future__ import annotations

import re
import zlib

from occ_media_cli.convert.gif_damage import find_gif_damage
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.heic_damage import find_heic_damage
from occ_media_cli.convert.jpeg_damage import find_jpeg_damage
from occ_media_cli.convert.webp_damage import find_webp_damage
from occ_media_cli.media.kinds import png
from occ_media_cli.media.source import FileSource, source_of

_SAMPLES = {"grey": 1, "rgb": 3, "palette": 1, "grey-alpha": 2, "rgba": 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of an interlaced PNG: the first column and row of each pass, and how many it goes on by."""

_PIECE = 1 << 20
_START_OF_DATA = b"\xff\x93"
_HOLE = re.compile(rb"(.)\1{1023}", re.DOTALL)


def find_damage(source: FileSource, kind: str) -> str | None:
    """What is wrong with the picture data of a file, to follow "it is damaged: "; None where nothing is known to be.

    kind: jpg, png, webp, gif, heic, or jp2 for what stands in a PDF; nothing is said of any other. Raises `CannotFit`
    where a library is missing.
    """
    if kind == "jpg":
        return find_jpeg_damage(source.data[:])
    if kind == "png":
        return _png(source)
    if kind == "gif":
        return find_gif_damage(source)
    if kind == "webp":
        return find_webp_damage(source)
    if kind == "heic":
        return find_heic_damage(source)
    if kind == "jp2":
        data = source.data[:]
        return "its picture data has a hole" if _HOLE.search(data, max(0, data.find(_START_OF_DATA))) else None
    return None


def refuse_damaged_picture(source: FileSource, kind: str) -> None:
    """Raise `CannotFit` for a file of one picture, or of those of an animation, that is not whole."""
    if (why := find_damage(source, kind)) is not None:
        raise CannotFit("damaged", f"it is damaged: {why}")


def is_damaged(content: bytes, kind: str) -> bool:
    """Whether a picture that stands inside of a document is not whole."""
    return find_damage(source_of(content), kind) is not None


def damaged_pictures(count: int) -> str:
    """What a person should know of the pictures of a document that are not whole; empty where there are none."""
    if not count:
        return ""
    return (
        "1 of its pictures is damaged, and stays as it is"
        if count == 1
        else (f"{count:,} of its pictures are damaged, and stay as they are")
    )


def _png(source: FileSource) -> str | None:
    """Its checksums, and whether as many lines come out of it as it has."""
    found = png.recognise(source)
    if found is None or found.type is None:
        return found.observations[-1].message if found is not None and found.observations else "it is no PNG"
    facts = found.facts
    if facts.get("apple"):
        return None
    size = int(str(facts["width"])), int(str(facts["height"]))
    bits = _SAMPLES[str(facts["colour"])] * int(str(facts["bits"]))
    wanted = _bytes_of(size, bits, interlaced=bool(facts.get("interlaced")))
    inflater, at, made = zlib.decompressobj(), 8, 0
    try:
        while at + 12 <= source.size and made < wanted:
            length = int.from_bytes(source.data[at : at + 4], "big")
            if source.data[at + 4 : at + 8] == b"IDAT":
                rest = source.data[at + 8 : at + 8 + length]
                while rest and not inflater.eof:
                    made += len(inflater.decompress(rest, _PIECE))
                    rest = inflater.unconsumed_tail
            at += 12 + length
    except zlib.error:
        return "its picture data (IDAT) cannot be unpacked"
    return None if made >= wanted else "its picture data (IDAT) ends before its picture does"


def _bytes_of(size: tuple[int, int], bits: int, *, interlaced: bool) -> int:
    """Bytes of the lines of a PNG, each with the byte that says how it is filtered."""
    if not interlaced:
        return (1 + -(-size[0] * bits // 8)) * size[1]
    total = 0
    for left, top, across, down in _PASSES:
        wide, high = -(-(size[0] - left) // across), -(-(size[1] - top) // down)
        if wide > 0 and high > 0:
            total += (1 + -(-wide * bits // 8)) * high
    return total
