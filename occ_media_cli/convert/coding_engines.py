"""Which engines for film and sound are installed."""

from __future__ import annotations

from occ_media_cli.convert.coding import CodingEngine
from occ_media_cli.convert.goal import CannotFit


def find_engines() -> list[CodingEngine]:
    """Those that are installed, the better one first. Raises `CannotFit` where there is none."""
    from occ_media_cli.convert import ffmpeg

    found: list[CodingEngine] = []
    if ffmpeg.is_installed():
        found.append(ffmpeg.FfmpegEngine())
    if has_library():
        from occ_media_cli.convert.pyav import AvEngine

        found.append(AvEngine())
    if not found:
        raise CannotFit("part-missing", "it needs ffmpeg, or the package av: pip install 'occ-media[convert]'")
    return found


def has_library() -> bool:
    """Whether the package `av` is installed."""
    from importlib.util import find_spec

    return find_spec("av") is not None
