"""The steps between reading and coding, in the words that both engines understand: `name=options,name=options`."""

from __future__ import annotations

from collections.abc import Iterable
from math import log10

from occ_media_cli.convert.coding import Heard, PictureCoding, SoundCoding

_TONES = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)
_ON_WHITE = ("format=gbrap", "negate", "premultiply=inplace=1", "negate", "format=gbrp")
"""What is clear becomes white: colours are turned round, multiplied with what is opaque, and turned back."""

METER = "aresample=48000,ebur128=metadata=1:peak=sample"
"""Measures loudness, by the samples for which its curves were made."""

_OF_RGB = ("rgb", "bgr", "gbr", "argb", "abgr", "pal", "0rgb", "0bgr", "gray")


def picture_filters(coding: PictureCoding) -> str:
    """From frames as they are decoded, upright, to frames as they are coded."""
    matrix = ""
    if coding.source.alpha or coding.source.pixel_format.startswith(_OF_RGB):
        matrix = f":out_color_matrix={'bt709' if coding.height >= 720 else 'bt601'}:out_range=tv"
    steps = [f"scale={coding.width}:{coding.height}:flags=bicubic{matrix}", "setsar=1", "format=yuv420p"]
    return ",".join([*_before(coding), *steps])


def reference_filters(coding: PictureCoding, each: int) -> tuple[str, str]:
    """What brings the original, and its copy, to every n-th frame of one size and rate, to be compared."""
    width, height = even_size(*coding.source.shown)
    steps = [f"select=not(mod(n\\,{each}))", f"scale={width}:{height}:flags=bicubic", "setsar=1", "format=yuv420p"]
    original = [*_before(coding), *steps, "setpts=PTS-STARTPTS"]
    return ",".join(original), ",".join([*steps, "setpts=PTS-STARTPTS"])


def sound_filters(coding: SoundCoding) -> str:
    """To the channels, the rate and the loudness of the coding. What may grow is kept on the scale."""
    layout = {1: "mono", 2: "stereo"}[coding.channels]
    steps = [] if coding.side is None else [f"pan=mono|c0=c{coding.side}"]
    steps.append(f"aformat=sample_fmts=fltp:channel_layouts={layout}")
    if coding.sample_rate:
        steps.append(f"aresample={coding.sample_rate}")
    if abs(coding.gain) > 0.05:
        steps.append(f"volume={coding.gain:.2f}dB")
    if coding.mixed or coding.gain > 0.05:
        steps.append("alimiter=limit=0.97:level=0:attack=1:release=10")
    return ",".join(steps)


def even_size(width: int, height: int) -> tuple[int, int]:
    """The nearest size that H.264 can have: both even, and not nothing."""
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


def _before(coding: PictureCoding) -> list[str]:
    steps = ["yadif=deint=interlaced"] if coding.deinterlaced else []
    if coding.source.alpha and not coding.copy:
        steps += _ON_WHITE
    if not coding.copy:
        steps.append(f"fps={coding.rate.numerator}/{coding.rate.denominator}")
    if coding.toned:
        steps.append(_TONES)
    return steps


def heard_of(rows: Iterable[tuple[str, str]]) -> Heard:
    """What the meter wrote: names and numbers, in their order."""
    loudness, peak, moments = -70.0, 0.0, []
    for name, text in rows:
        try:
            number = float(text)
        except ValueError:
            continue
        if name == "lavfi.r128.I":
            loudness = max(-70.0, number)
        elif name == "lavfi.r128.M":
            moments.append(max(-70.0, number))
        elif name.startswith("lavfi.r128.sample_peak") and number > peak:
            peak = number
    return Heard(loudness, 20 * log10(max(peak, 0.0003)), tuple(moments))
