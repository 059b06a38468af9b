"""AMR narrow band and wide band: a magic word, then frames whose first byte tells their size (RFC 4867)."""

from __future__ import annotations

from occ_media_cli.media.readers.signatures import runs_at
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

# Bytes of a frame by its type, the type byte included; 0 is a type that must not occur.
_NARROW = (13, 14, 16, 18, 20, 21, 27, 32, 6, 6, 6, 6, 0, 0, 0, 1)
_WIDE = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)

_SUSPECT = frozenset(b"\0\4 $(,048<@DHLPTX`dhlpt|")
"""Headers of frames that are letters too, or how programs begin; `<` is the one that telephones write most."""

FIRST: frozenset[int] | None = frozenset(b"#")


def claims(source: FileSource) -> bool:
    """Both bands, one channel or several."""
    return source.head.startswith(b"#!AMR")


def recognise(source: FileSource) -> Structure | None:
    """Walk the frames to the last byte."""
    head = source.head
    wide = head.startswith(b"#!AMR-WB")
    magic = b"#!AMR-WB" if wide else b"#!AMR"
    found = Structure(None, "amr", facts={"codecs": ["amr-wb" if wide else "amr-nb"], "channels": 1})
    if head.startswith(magic + b"\n"):
        at = len(magic) + 1
    elif head.startswith(magic + b"_MC1.0\n"):
        at = len(magic) + 7 + 4
        found.facts["channels"] = head[at - 1] & 15 if len(head) >= at else 0
    else:
        return None
    sizes, size, frames, begin = (_WIDE if wide else _NARROW), source.size, 0, at
    data = source.data[:]
    steps = [0 if header & 0x83 else sizes[header >> 3 & 15] for header in range(256)]
    last = len(data.rstrip(b"\0"))  # zeros behind the sound are padding, though a zero could begin a frame
    while at < last and (length := steps[data[at]]):
        if data[at] in _SUSPECT and runs_at(data, at):
            break
        if not frames and length > 8 and runs_at(data[at + 1 : at + length], 0):
            found.note("damaged", "a program, an archive or text stands where its sound should be")
            return found
        at += length
        frames += 1
    if not frames:
        found.note("damaged", "it has no sound")
    elif last - at > at - begin:
        found.note("damaged", "more follows its first frames than they are, and is no sound")
    elif at > size:
        found.note("damaged", "its last frame is cut off")
    else:
        found.type, found.end = "amr", at
    return found
