"""Streams of a film that stay as they are, since a channel and its players take them so. Pure."""

from __future__ import annotations

from occ_media_cli.convert.coding import PictureCoding, SoundCoding
from occ_media_cli.convert.goal import Goal
from occ_media_cli.convert.streams import Picture, Sound

PICTURES_OF = {"mp4": ("h264", "hevc"), "mov": ("h264", "hevc"), "3gp": ("h264", "h263", "mpeg4")}
_SOUNDS_OF = {"mp4": ("aac", "mp3"), "mov": ("aac", "mp3"), "3gp": ("aac", "amr-nb")}
"""By type, the codecs that players expect in it; they stay where a channel states none."""


def kept_picture(seen: Picture | None, goal: Goal) -> PictureCoding | None:
    """The picture as it is, where the goal takes it so."""
    if seen is None or seen.codec not in (goal.needs.video_codecs or PICTURES_OF[goal.type]):
        return None
    if seen.codec == "h264" and seen.pixel_format not in ("yuv420p", "yuvj420p"):
        return None  # telephones play no other
    if "no-high-b-frames" in goal.advice and seen.profile.startswith("High") and seen.reordered:
        return None
    return PictureCoding(seen, copy=True, width=seen.width, height=seen.height)


def kept_sound(seen: Sound | None, goal: Goal) -> SoundCoding | None:
    """The sound as it is, where the goal takes it so."""
    if seen is None or seen.codec not in (goal.needs.audio_codecs or _SOUNDS_OF[goal.type]):
        return None
    return SoundCoding(seen.index, channels=seen.channels) if seen.channels <= most_channels(goal) else None


def most_channels(goal: Goal) -> int:
    """Channels of sound that a copy has at most."""
    if goal.needs.channels is not None:
        return goal.needs.channels
    return 1 if "mono" in goal.advice or goal.type == "amr" else 2
