"""Damage that only a decoder sees: a copy of what it leaves would look whole, and nobody would know what is missing.

Both engines have the decoders of one project, so that what these complain of is read in one place.
"""

from __future__ import annotations

from collections.abc import Iterable

from occ_media_cli.convert.coding import CodedFile, CodingEngine, Decoded
from occ_media_cli.convert.goal import CannotFit

CHECKED = "crccheck"
"""What decoders and readers are asked to look at besides: checksums, where there are any."""

_FRAMED = frozenset(("mp3", "aac", "flac", "wav", "amr"))
"""Readers of sound in which nothing may be missing between two frames; elsewhere, silence may be left out."""

_SPARE = 0.1
"""Seconds that a copy may be shorter: codecs begin and end in whole frames."""

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


def refuse_shortened(engine: CodingEngine, copy: CodedFile, was: Decoded, *, sees: bool) -> None:
    """Raise `CannotFit` where a copy is broken, or has less sound than its original. was: what that was decoded to."""
    made = engine.decode_all(copy, (0, 1) if sees and was.sound else (0,))
    if made.errors:
        raise CannotFit("damaged", "what can be made of it is broken itself")
    if made.sound < was.sound - _SPARE:
        raise CannotFit("damaged", f"only {made.sound:.1f} s of its {was.sound:.1f} s of sound could be kept")
