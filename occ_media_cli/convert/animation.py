"""Moving pictures that go on moving: gif and webp become smaller gif or webp, with every picture and its time."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from occ_media_cli.convert.colours import WHITE, on_ground
from occ_media_cli.convert.encode_picture import for_gif
from occ_media_cli.convert.frame_size import FrameSize, frame_size, placed
from occ_media_cli.convert.goal import CannotFit, Converted, Goal
from occ_media_cli.convert.libraries import pillow
from occ_media_cli.convert.likeness import likeness
from occ_media_cli.convert.read_picture import read_picture
from occ_media_cli.convert.search import HIGHEST, MOST_ENCODES, Search, SearchResult, search
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource
from occ_media_cli.report import words

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_FRAME_PIXELS = 48_000_000
"""Pixels of all pictures together that are held, of four bytes each."""

_JUDGED = 5
"""Pictures of an animation that are held against their originals."""

_FEWER = (128, 64)
"""Colours of a GIF that are tried before it is made smaller."""


def make_animation(source: FileSource, known: Recognition, goal: Goal, out: IO[bytes]) -> Converted:
    """As `convert.goal.Way`, for what moves and is to move."""
    read = read_picture(source, known)
    shape = frame_size(read.image.size, goal)
    try:
        frames, times, loop = _frames(read.opened)
    except (CannotFit, MemoryError):
        raise
    except Exception as problem:
        raise CannotFit("damaged", "not every picture of it can be decoded") from problem
    if goal.type == "webp":
        found = _webp(frames, times, loop, shape, goal)
        said: tuple[str, ...] = (f"quality {found.best.quality:.0f}",) if found.best is not None else ()
    else:
        found, said = _gif(frames, times, loop, shape, goal)
    best = found.best
    if best is None:
        raise CannotFit("quality", f"it stays over {words.size(goal.most)} as long as it moves")
    ssim = _likeness(frames, shape, best.made)
    if ssim < goal.floor:
        wanted = f"its likeness would be {ssim:.2f}, under {goal.floor:.2f}"
        raise CannotFit("quality", f"below {words.size(goal.most)} {wanted}")
    changes, lost = list(read.changes), list(read.lost)
    if known.type != goal.type:
        changes.append(
            f"{'WebP' if goal.type == 'webp' else 'GIF'} instead of {'GIF' if known.type == 'gif' else 'WebP'}"
        )
    made = shape.scaled(shape.scale * best.scale)
    if made != read.size:
        changes.append(f"scaled {read.size[0]} x {read.size[1]} to {made[0]} x {made[1]}")
        lost.append("resolution")
    out.write(best.made)
    return Converted((*changes, *said), tuple(dict.fromkeys(lost)), round(ssim, 4), found.encodes)


def _frames(opened: Any) -> tuple[list[Image], list[int], int]:
    """Each picture as it is seen, its milliseconds, and how often all are shown (0: for ever)."""
    count = opened.n_frames
    if count * opened.width * opened.height > MOST_FRAME_PIXELS:
        reason = f"it has {count:,} pictures of {opened.width:,} x {opened.height:,} pixels, more than can be held"
        raise CannotFit("quality", reason)
    loop = int(opened.info.get("loop", 1))
    frames, times = [], []
    for number in range(count):
        opened.seek(number)
        opened.load()
        image = opened.convert("RGBA")
        frames.append(image.convert("RGB") if image.getchannel("A").getextrema()[0] == 255 else image)
        times.append(int(opened.info.get("duration", 100)) or 100)  # viewers show 0 as 100
    return frames, times, loop


def _gif(
    frames: list[Image], times: list[int], loop: int, shape: FrameSize, goal: Goal
) -> tuple[SearchResult[bytes], tuple[str, ...]]:
    def encoder(colours: int) -> Callable[[float, float], bytes]:
        return lambda scale, _: _saved(
            [for_gif(placed(each, shape, scale), colours) for each in frames], times, loop, "GIF", optimize=False
        )

    encodes = 0
    for colours in (256, *_FEWER):
        tries = Search(encoder(colours), goal.most, encodes=1)
        best = tries.try_at(1.0, HIGHEST)
        encodes += 1
        if best is not None:
            return SearchResult(best, encodes), (f"at most {colours} colours",)
    tries.more(MOST_ENCODES - encodes)
    best = tries.best_scale(HIGHEST)
    return SearchResult(best, encodes + tries.encodes - 1), (f"at most {colours} colours",)


def _webp(frames: list[Image], times: list[int], loop: int, shape: FrameSize, goal: Goal) -> SearchResult[bytes]:
    def encode(scale: float, quality: float) -> bytes:
        return _saved([placed(each, shape, scale) for each in frames], times, loop, "WEBP", quality=quality, method=2)

    return search(encode, goal.most, judge=lambda data: _likeness(frames, shape, data))


def _saved(frames: list[Image], times: list[int], loop: int, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    if kind == "WEBP" or loop != 1:
        options["loop"] = loop
    if kind == "GIF" and any("transparency" in each.info for each in frames):
        options["disposal"] = 2  # else what shows through would show the picture before
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=times, **options)
    return out.getvalue()


def _likeness(frames: list[Image], shape: FrameSize, data: bytes) -> float:
    """The mean over some pictures, spread over the time: equal pictures that follow each other may have become one."""
    copy = pillow().open(BytesIO(data))
    places = sorted({round(number * (len(frames) - 1) / max(1, _JUDGED - 1)) for number in range(_JUDGED)})
    last = copy.n_frames - 1
    total = 0.0
    for place in places:
        copy.seek(round(place * last / max(1, len(frames) - 1)))
        copy.load()
        seen = shape.without_margins(copy.convert("RGBA"))
        total += likeness(on_ground(frames[place], WHITE), on_ground(seen, WHITE))
    return total / len(places)
