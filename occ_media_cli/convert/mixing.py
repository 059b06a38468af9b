"""Fewer channels than there were: as loud as before where that can be, never clipped, and never silence by accident.

Two sides that are each other's opposite cancel out when they are added; then one of them is taken alone. So is a
channel that no mix holds, such as that of the lowest tones (LFE), where all of the sound stands in it.
"""

from __future__ import annotations

from math import log10

from occ_media_cli.convert.coding import CodedFile, CodingEngine, Heard, SoundCoding
from occ_media_cli.convert.filters import sound_filters
from occ_media_cli.values import replace

SILENT = -60.0
"""LUFS, below which nobody hears anything."""

_INAUDIBLE = -60.0
"""Decibels of the highest sample, below which nobody hears it: a meter of loudness leaves out the lowest tones."""

_MOST_GAIN = 12.0
_FULL = 20 * log10(0.94)
"""Decibels of the highest peak that a copy may have: what a codec adds to it stays on the scale."""

_CANCELLED = 6.0
"""LU that a mix is softer than its sides, from which on they cancel out: sides that have nothing in common lose 3."""

_HOLE, _HOLES = 10.0, 0.05
"""LU that a moment loses, and the part of moments, from which on passages of it are gone."""


def mix(engine: CodingEngine, file: CodedFile, coding: SoundCoding, channels: int) -> tuple[SoundCoding, Heard, Heard]:
    """(the coding with its gain, and with its side where the rest cancels it out; the sound as it is; as it is mixed).

    channels: how many the sound has.
    """
    before = engine.hear(file, coding.index, "")
    after = engine.hear(file, coding.index, _plain(coding))
    is_lost = after.peak <= _INAUDIBLE < before.peak
    if coding.mixed and (is_lost or (coding.channels == 1 and _is_cancelled(before, after))):
        sides = [replace(coding, side=side) for side in range(channels)]
        heard = [engine.hear(file, coding.index, _plain(side)) for side in sides]
        best = max(range(channels), key=lambda side: (heard[side].loudness, heard[side].peak))
        coding, after = sides[best], heard[best]
    wanted = 0.0 if min(before.loudness, after.loudness) <= SILENT else before.loudness - after.loudness
    return with_gain(coding, wanted, after), before, after


def with_gain(coding: SoundCoding, wanted: float, plain: Heard) -> SoundCoding:
    """The coding made louder by so many decibels, or by fewer where it would clip. plain: the sound without gain."""
    wanted = max(-_MOST_GAIN, min(_MOST_GAIN, wanted))
    most = _FULL - plain.peak
    if wanted <= most or not (coding.mixed or wanted > 0):
        return replace(coding, gain=wanted, softer=0.0)
    gain = most if coding.mixed else max(0.0, most)
    return replace(coding, gain=gain, softer=wanted - gain)


def without_overshoot(coding: SoundCoding, before: Heard, copy: Heard) -> SoundCoding | None:
    """The coding made softer, where its codec brought what is mixed above full scale; None where it is well."""
    over = copy.peak - max(0.0, before.peak)
    if not coding.mixed or over <= 0:
        return None
    return replace(coding, gain=coding.gain - over - 0.1, softer=coding.softer + over + 0.1)


def _plain(coding: SoundCoding) -> str:
    return sound_filters(replace(coding, gain=0.0, mixed=False)) + ","


def _is_cancelled(before: Heard, after: Heard) -> bool:
    if before.loudness <= SILENT:
        return False
    if before.loudness - after.loudness > _CANCELLED:
        return True
    both = zip(before.moments, after.moments, strict=False)
    loud = [(one, other) for one, other in both if one > max(SILENT, before.loudness - 10)]
    return sum(one - other > _HOLE for one, other in loud) > max(1, _HOLES * len(loud))
