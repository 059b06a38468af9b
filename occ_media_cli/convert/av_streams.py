"""Streams as the package `av` describes them, in our words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from occ_media_cli.convert.streams import Picture, Sound, has_alpha, name_codec

_PATTERNS = {16: "smpte2084", 18: "arib-std-b67"}
_INTERLACED = frozenset((2, 3, 4, 5))


def picture_of(stream: Any, turned: int) -> Picture:
    """A moving picture. turned: degrees that its first frame says of itself."""
    context = stream.codec_context
    average = stream.average_rate or stream.base_rate or Fraction(25)
    return Picture(
        index=stream.index,
        codec=name_codec(context.codec.canonical_name),
        width=context.width,
        height=context.height,
        profile=str(stream.profile or ""),
        pixel_format=context.pix_fmt or "",
        turned=turned,
        pixel_ratio=Fraction(stream.sample_aspect_ratio or 1),
        rate=Fraction(average),
        top_rate=Fraction(stream.base_rate or average),
        reordered=bool(context.has_b_frames),
        interlaced=int(context.field_order) in _INTERLACED,
        transfer=_PATTERNS.get(int(context.color_trc), ""),
        alpha=has_alpha(context.codec.canonical_name, context.pix_fmt or "", _mode(stream)),
    )


def _mode(stream: Any) -> str:
    return str(stream.metadata.get("alpha_mode", stream.metadata.get("ALPHA_MODE", "")))


def sound_of(stream: Any) -> Sound:
    """A sound."""
    context = stream.codec_context
    return Sound(
        index=stream.index,
        codec=name_codec(context.codec.canonical_name),
        channels=context.layout.nb_channels,
        sample_rate=context.sample_rate,
        bit_rate=context.bit_rate or 0,
        profile=str(stream.profile or ""),
    )
