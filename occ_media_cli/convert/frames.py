"""Moving pictures that an engine cannot read itself: their frames, put on white, in a form that it can."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from typing import Any

from occ_media_cli.convert.coding import CodedFile, EngineFailed
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.libraries import pillow
from occ_media_cli.media.source import FileSource
from occ_media_cli.sandbox.still import hold_in_memory

_MOST_PIXELS = 600_000_000
"""Pixels of all frames together."""

_DEFAULT_MS = 100
"""How long a frame stands that says nothing of it, as browsers have it."""


@contextlib.contextmanager
def hold_frames(source: FileSource) -> Iterator[CodedFile]:
    """An animated WebP as an animated PNG in memory, each frame for as long as it stood."""
    image = pillow()
    try:
        with image.open(io.BytesIO(source.data[:])) as film:
            held = hold_in_memory(_as_png(image, film))
    except (OSError, ValueError, EOFError, SyntaxError, image.DecompressionBombError) as problem:
        raise EngineFailed("its frames are broken") from problem
    try:
        yield CodedFile(held, "apng")
    finally:
        os.close(held)


def _as_png(image: Any, film: Any) -> bytes:
    number = getattr(film, "n_frames", 1)
    if film.width * film.height * number > _MOST_PIXELS:
        raise CannotFit("damaged", f"its {number:,} frames have more pixels than can be held")
    frames, times = [], []
    for index in range(number):
        film.seek(index)
        frame = film.convert("RGBA")
        ground = image.new("RGBA", frame.size, "white")
        ground.alpha_composite(frame)
        frames.append(ground.convert("RGB"))
        times.append(film.info.get("duration") or _DEFAULT_MS)
    written = io.BytesIO()
    frames[0].save(
        written, "PNG", save_all=True, append_images=frames[1:], duration=times, default_image=False, compress_level=1
    )
    return written.getvalue()


def shows_through(source: FileSource) -> bool:
    """Whether something shows through any picture of an animation as it is seen. What its header says is of the pieces
    that it is put together from: those may be clear where nothing changes.

    True where its pictures are too many to look.
    """
    image = pillow()
    try:
        with image.open(io.BytesIO(source.data[:])) as film:
            number = getattr(film, "n_frames", 1)
            if film.width * film.height * number > _MOST_PIXELS:
                return True
            for index in range(number):
                film.seek(index)
                if film.convert("RGBA").getchannel("A").getextrema()[0] < 255:
                    return True
    except (OSError, ValueError, EOFError, SyntaxError, image.DecompressionBombError):
        return True
    return False
