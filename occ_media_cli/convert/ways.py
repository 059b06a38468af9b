"""Which way makes which file fit: an explicit list, one module of this room each."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from occ_media_cli.convert.goal import Goal, Way
from occ_media_cli.media.recognition import Recognition

_PICTURES = frozenset(("jpg", "png", "webp", "gif", "heic", "bmp", "tif", "ico"))
_PICTURES_MADE = frozenset(("jpg", "png", "webp", "gif"))
_OFFICE = frozenset(("docx", "xlsx", "pptx"))
_SOUND = frozenset(("mp3", "m4a", "aac", "amr", "ogg", "wav", "flac"))
_MOVING = frozenset(("mp4", "mov", "3gp", "webm", "mkv"))


def way_for(known: Recognition, goal: Goal) -> str | None:
    """The name of the way that makes this file what the goal says; None where there is none."""
    kind = known.type or ""
    if goal.type in _MOVING and (kind in _MOVING or (kind in ("gif", "webp") and known.facts.get("animated"))):
        return "moving"
    if kind in _PICTURES and goal.type in _PICTURES_MADE:
        return "picture"
    if kind == goal.type == "pdf":
        return "pages"
    if kind in _OFFICE and kind == goal.type:
        return "office"
    if goal.type in _SOUND and kind in (_SOUND | _MOVING) and not known.facts.get("video_codecs"):
        return "sound"
    return None


def load_way(name: str) -> Way:
    """The function of a way, which loads its libraries when it works."""
    return cast("Way", import_module(f"occ_media_cli.convert.{name}").make)
