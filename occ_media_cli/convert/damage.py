"""Damage that only a decoder sees: a copy of what it leaves would look whole, and nobody would know what is missing.

Both engines have the decoders of one project, so that what these complain of is read in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

from occ_media_cli.convert.coding import CodedFile, CodingEngine, Decoded
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.jpeg_codes import NotFollowed, find_code_damage

CHECKED = "crccheck"
"""What decoders and readers are asked to look at besides: checksums, where there are any."""

_FRAMED = frozenset(("mp3", "aac", "flac", "wav", "amr"))
"""Readers of sound in which nothing may be missing between two frames; elsewhere, silence may be left out."""

_SPARE = 0.1
"""Seconds that a copy may be shorter: codecs begin and end in whole frames."""

_MOST_FRAMES = 96_000_000
"""Bytes of Motion JPEG that are followed, from the first frame on; they take half a minute."""

_BETWEEN_FRAMES = re.compile(rb"\xff\xd9(?=[\x00-\xff]{0,64}?\xff\xd8\xff)")
"""The end of a frame with the beginning of the next one behind it, maybe after some padding."""

_TABLES = b"\xff\xc4"

_OURS = (
    "null", "graph", "parsed_", "vost", "aost", "out#", "af#", "vf#", "fc#", "auto_", "in_", "out_", "format", "ffmpeg",
    "swscaler", "swresampler",
)  # fmt: skip
"""Beginnings of the names of what complains of the way a file is decoded, and not of the file."""

_FAILED = ("Error while decoding", "Error submitting packet", "Error submitting a packet")
_HARMLESS = ("co located POCs unavailable", "Estimating duration", "Could not find codec parameters")


def is_error(component: str, words: str) -> bool:
    """Whether a complaint says that a file is damaged. component: who complains, empty where nobody is named."""
    if any(each in words for each in _HARMLESS):
        return False
    if not component:
        return words.startswith(_FAILED)
    return not component.lower().startswith(_OURS)


def refuse_damaged(
    engine: CodingEngine, file: CodedFile, indexes: Iterable[int], seconds: float, *, sees: bool
) -> Decoded:
    """What came of decoding some streams. Raises `CannotFit` where that does not go to their end without an error.

    seconds: how long it plays by its packets. sees: whether the first of the streams is a picture.
    """
    found = engine.decode_all(file, tuple(indexes))
    if found.errors:
        times = "a place" if found.errors == 1 else f"{found.errors:,} places"
        raise CannotFit("damaged", f"it is damaged: it cannot be decoded in {times}, and a copy would hide that")
    if sees and not found.frames:
        raise CannotFit("damaged", "none of its pictures can be decoded")
    if not sees and file.demuxer in _FRAMED and found.sound < seconds - 0.1:
        raise CannotFit("damaged", f"only {found.sound:.1f} s of its {seconds:.1f} s can be decoded")
    if (
        not sees and file.demuxer == "ogg" and found.sound < 0.9 * seconds - 1
    ):  # where it is silent, packets may be left out
        raise CannotFit("damaged", f"only {found.sound:.1f} s of its {seconds:.1f} s can be decoded")
    if not sees and not found.sound:
        raise CannotFit("damaged", "none of its sound can be decoded")
    return found


def refuse_damaged_frames(engine: CodingEngine, file: CodedFile, index: int) -> None:
    """Raise `CannotFit` where a frame of a Motion JPEG film is no whole JPEG: its decoder goes on over a hole without a
    word. What is behind a bound of bytes, and frames that have no tables of their own, nobody looks at."""
    frames = engine.read_frames(file, index, _MOST_FRAMES)
    parts = _BETWEEN_FRAMES.split(frames)
    if len(frames) >= _MOST_FRAMES:
        parts.pop()  # it is cut off here
    damaged = 0
    for part in parts:
        frame = part[max(0, part.find(b"\xff\xd8\xff")) :]
        if _TABLES not in frame:
            continue
        with suppress(NotFollowed):
            damaged += find_code_damage(frame) is not None
    if damaged:
        many = "one of its pictures is" if damaged == 1 else f"{damaged:,} of its pictures are"
        raise CannotFit("damaged", f"it is damaged: {many} not whole, and a copy would hide that")


def refuse_shortened(engine: CodingEngine, copy: CodedFile, was: Decoded, *, sees: bool) -> None:
    """Raise `CannotFit` where a copy is broken, or has less sound than its original. was: what that was decoded to."""
    made = engine.decode_all(copy, (0, 1) if sees and was.sound else (0,))
    if made.errors:
        raise CannotFit("damaged", "what can be made of it is broken itself")
    if made.sound < was.sound - _SPARE:
        raise CannotFit("damaged", f"only {made.sound:.1f} s of its {was.sound:.1f} s of sound could be kept")
