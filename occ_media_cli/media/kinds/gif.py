"""GIF: blocks from the header to the trailer 0x3B (CompuServe, 1989)."""

from __future__ import annotations

import struct

from occ_media_cli.media.readers.gif_codes import count_pixels
from occ_media_cli.media.readers.signatures import runs_at
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_CODES_READ = 64
"""Bytes of the first picture whose codes are followed."""

FIRST: frozenset[int] | None = frozenset(b"G")


def claims(source: FileSource) -> bool:
    """Both versions that exist."""
    return source.head.startswith((b"GIF87a", b"GIF89a"))


def recognise(source: FileSource) -> Structure | None:
    """Walk the blocks; picture data is skipped by its sub-block lengths."""
    found = Structure(None, "gif")
    data, size = source.data, source.size
    if size < 13:
        found.note("damaged", "it is shorter than its header")
        return found
    width, height, flags = struct.unpack("<HHB", data[6:11])
    at = 13 + palette_length(flags)
    frames = 0
    while at < size:
        block = data[at]
        if block == 0x3B:
            if not frames:
                found.note("damaged", "it has no picture")
                return found
            found.type, found.end = "gif", at + 1
            found.facts.update(width=width, height=height, frames=frames, animated=frames > 1)
            return found
        if not block:  # some writers pad with zeros
            at += 1
        elif block == 0x21:
            if data[at + 1 : at + 3] == b"\xf9\x04" and at + 3 < size and data[at + 3] & 1:  # one colour is none
                found.facts["alpha"] = True
            at = after_sub_blocks(source, at + 2)
        elif block == 0x2C and at + 10 < size:
            frames += 1
            if frames == 1 and not _picture_begins(source, at):
                found.note("damaged", "its picture data is none")
                return found
            at = after_sub_blocks(source, at + 11 + palette_length(data[at + 9]))
        else:
            found.note("damaged", "what follows a block is not a block")
            return found
    if (
        at == size and frames
    ):  # whole pictures and no trailer: some old programs leave it out, and every viewer shows it
        found.type, found.end = "gif", at
        found.facts.update(width=width, height=height, frames=frames, animated=frames > 1)
        found.note("cut-short", "its end marker is missing")
    else:
        found.note("damaged", "it ends before its end marker")
    return found


def _picture_begins(source: FileSource, at: int) -> bool:
    """Whether the first piece of a picture is made of codes that a reader knows when they come (LZW, appendix F)."""
    data = source.data
    width, height = struct.unpack("<HH", data[at + 5 : at + 9])
    start = at + 10 + palette_length(data[at + 9])
    piece = data[start : start + 2]
    if len(piece) < 2 or not 1 <= piece[0] <= 11 or not piece[1] or not width or not height:
        return False
    if runs_at(data[start + 2 : start + 2 + piece[1]], 0):
        return False
    return count_pixels(data[start + 2 : start + 2 + min(piece[1], _CODES_READ)], piece[0]) is not None


def palette_length(flags: int) -> int:
    """Bytes of the table of colours that these flags, of the file or of a picture, announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def after_sub_blocks(source: FileSource, at: int) -> int:
    """The position after a chain of sub-blocks; past the end of the file where the chain is cut off."""
    data, size = source.data, source.size
    while at < size:
        length = data[at]
        at += length + 1
        if not length:
            return at
    return size + 1
