"""What `ffprobe` says of a file, as the values that every engine gives."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from occ_media_cli.convert.streams import Clip, Picture, Sound, has_alpha, losses_of_tags, name_codec


def clip_of_probe(seen: dict[str, Any]) -> Clip:
    """What ffprobe said, as our own values."""
    streams = seen.get("streams", [])
    pictures = [each for each in streams if each.get("codec_type") == "video" and _moves(each)]
    sounds = [each for each in streams if each.get("codec_type") == "audio" and int(each.get("channels", 0)) > 0]
    covers = sum(each.get("codec_type") == "video" and not _moves(each) for each in streams)
    subtitles = sum(each.get("codec_type") == "subtitle" for each in streams)
    tags = [part.get("tags", {}) for part in (seen.get("format", {}), *streams)]
    duration = seen.get("format", {}).get("duration")
    lengths = [float(each["duration"]) for each in (*pictures[:1], *sounds) if _is_number(each.get("duration"))]
    whole = max(lengths, default=0.0) or (float(duration) if _is_number(duration) else 0.0)
    return Clip(
        seconds=whole,
        picture=_picture(pictures[0]) if pictures else None,
        sounds=tuple(_sound(each, seen) for each in sounds),
        covers=covers,
        subtitles=subtitles,
        others=len(streams) - min(1, len(pictures)) - len(sounds) - covers - subtitles,
        chapters=len(seen.get("chapters", [])),
        deaf=not sounds and any(each.get("codec_type") == "audio" for each in streams),
        tags=losses_of_tags((name, str(text)) for part in tags for name, text in part.items()),
    )


def _moves(stream: dict[str, Any]) -> bool:
    told = stream.get("disposition", {})
    return not (told.get("attached_pic") or told.get("timed_thumbnails") or told.get("still_image"))


def _picture(stream: dict[str, Any]) -> Picture:
    average, top = _fraction(stream.get("avg_frame_rate")), _fraction(stream.get("r_frame_rate"))
    average = average or top or Fraction(25)
    turned = next((int(each["rotation"]) for each in stream.get("side_data_list", []) if "rotation" in each), 0)
    return Picture(
        index=int(stream["index"]),
        codec=name_codec(str(stream.get("codec_name", ""))),
        width=int(stream["width"]),
        height=int(stream["height"]),
        profile=str(stream.get("profile", "")),
        pixel_format=str(stream.get("pix_fmt", "")),
        turned=turned or -int(stream.get("tags", {}).get("rotate", 0)),
        pixel_ratio=_fraction(stream.get("sample_aspect_ratio"), ":") or Fraction(1),
        rate=average,
        top_rate=top or average,
        reordered=bool(stream.get("has_b_frames", 0)),
        interlaced=stream.get("field_order", "progressive") not in ("progressive", "unknown"),
        transfer=str(stream.get("color_transfer", "")),
        alpha=has_alpha(str(stream.get("codec_name", "")), str(stream.get("pix_fmt", "")), _mode(stream)),
    )


def _mode(stream: dict[str, Any]) -> str:
    tags = stream.get("tags", {})
    return str(tags.get("alpha_mode", tags.get("ALPHA_MODE", "")))


def _sound(stream: dict[str, Any], seen: dict[str, Any]) -> Sound:
    name = str(stream.get("codec_name", ""))
    rate = stream.get("bit_rate")
    if not _is_number(rate) and len(seen.get("streams", [])) == 1:
        rate = seen.get("format", {}).get("bit_rate")
    return Sound(
        index=int(stream["index"]),
        codec=name_codec(name),
        channels=int(stream["channels"]),
        sample_rate=int(stream.get("sample_rate", 0)),
        bit_rate=int(float(rate)) if _is_number(rate) and rate is not None else 0,
        profile=str(stream.get("profile", "")),
    )


def _fraction(text: object, by: str = "/") -> Fraction | None:
    """A ratio as ffprobe writes it; None for 0/0."""
    above, _, below = str(text or "").partition(by)
    if not above.isdigit() or not below.isdigit() or not int(above) or not int(below):
        return None
    return Fraction(int(above), int(below))


def _is_number(text: object) -> bool:
    try:
        return 0 < float(str(text)) < 1e12
    except ValueError:
        return False
