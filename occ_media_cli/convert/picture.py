"""Still and moving pictures: jpg, png, webp, gif and heic become jpg, png, webp or gif below a size.

What moves and may go on moving is the matter of `convert.animation`. Here, a drawing is first packed without any loss;
whatever else goes through `convert.search`, judged by its likeness to the original on the grid of the original.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, TYPE_CHECKING, NamedTuple

from occ_media_cli.convert.colours import BLACK, WHITE, ground_for, on_ground
from occ_media_cli.convert.encode_picture import (
    colours_of,
    encode_gif,
    encode_png,
    encode_webp,
    exact_palette,
    few_colours,
    is_drawing,
)
from occ_media_cli.convert.frame_size import FrameSize, frame_size, placed
from occ_media_cli.convert.goal import CannotFit, Converted, Goal
from occ_media_cli.convert.jpeg import encode_jpeg
from occ_media_cli.convert.libraries import pillow
from occ_media_cli.convert.likeness import likeness
from occ_media_cli.convert.read_picture import PictureRead, read_picture
from occ_media_cli.convert.search import FULL, HIGHEST, MOST_ENCODES, Search, SearchResult, search
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource
from occ_media_cli.report import words

if TYPE_CHECKING:
    from PIL.Image import Image

_NAMES = {
    "jpg": "JPEG",
    "png": "PNG",
    "webp": "WebP",
    "gif": "GIF",
    "heic": "HEIC",
    "bmp": "BMP",
    "tif": "TIFF",
    "ico": "ICO",
}
_MOVES = ("gif", "webp")
_WITHOUT_LOSS = "packed without loss"

_FINER = (HIGHEST, 98.0, 100.0)
"""Qualities that are tried with colour in every pixel, where the limit leaves room and the usual ones cost likeness: of
grain, 4:2:0 keeps little."""

_NEAR = 0.98
"""From this likeness on nobody would see more in a finer copy."""


class _Copy(NamedTuple):
    """What was made: its bytes, its likeness, the scale of each side, encodes, and what was done to make it so."""

    data: bytes
    ssim: float
    scale: float
    encodes: int
    changes: tuple[str, ...]
    quality: float = HIGHEST


def make(source: FileSource, known: Recognition, goal: Goal, out: IO[bytes]) -> Converted:
    """The way "picture" (`convert.goal.Way`)."""
    if goal.needs.animated and not known.facts.get("animated"):
        raise CannotFit("quality", "it does not move, and only what moves is taken")
    if known.facts.get("animated") and goal.type in _MOVES and goal.needs.animated is not False:
        from occ_media_cli.convert.animation import make_animation

        return make_animation(source, known, goal, out)
    read = read_picture(source, known)
    shape = frame_size(read.image.size, goal)
    changes, lost = read.changes, read.lost
    if known.type == "tif" and getattr(read.opened, "n_frames", 1) > 1:
        lost.append("further pages")
        changes.append("its first page only")
    if known.facts.get("animated"):
        lost.append("animation")
        changes.append("its first picture only")
    image = _in_colours(_grounded(read, goal), goal)
    if goal.exact and not is_drawing(image):
        raise CannotFit("quality", "it is no drawing")
    copy = _fitting(image, shape, goal)
    if goal.exact and copy is not None and copy.changes != (_WITHOUT_LOSS,):
        raise CannotFit("quality", "it is too large without loss")
    if copy is None:
        raise CannotFit("quality", f"it stays over {words.size(goal.most)}, however small it is made")
    if copy.ssim < goal.floor:
        wanted = f"its likeness would be {copy.ssim:.2f}, under {goal.floor:.2f}"
        roomy = copy.quality >= HIGHEST and len(copy.data) < FULL * goal.most
        where = f"as {_NAMES[goal.type]}" if roomy else f"below {words.size(goal.most)}"
        raise CannotFit("quality", f"{where} {wanted}")
    if known.type != goal.type:
        changes.append(f"{_NAMES[goal.type]} instead of {_NAMES[known.type or '']}")
    made = shape.scaled(copy.scale)
    if made != read.size:
        changes.append(f"scaled {read.size[0]} x {read.size[1]} to {made[0]} x {made[1]}")
        lost.append("resolution")
    if shape.canvas is not None and made != shape.canvas:
        margins = "white" if goal.type == "jpg" else "transparent"
        changes.append(f"{margins} margins to {shape.canvas[0]} x {shape.canvas[1]}")
    out.write(copy.data)
    return Converted((*changes, *copy.changes), tuple(dict.fromkeys(lost)), round(copy.ssim, 4), copy.encodes)


def _grounded(read: PictureRead, goal: Goal) -> Image:
    """The picture on a ground where the type of the goal cannot carry what shows through."""
    if read.image.mode != "RGBA":
        return read.image
    colours = goal.needs.colours
    if goal.type != "jpg" and (colours is None or "rgba" in colours):
        if goal.type == "gif" and any(read.image.getchannel("A").histogram()[1:255]):
            read.lost.append("half transparency")
        return read.image
    ground = ground_for(read.image)
    read.changes.append("laid on white" if ground == WHITE else "laid on black, since it would vanish on white")
    read.lost.append("transparency")
    return on_ground(read.image, ground)


def _in_colours(image: Image, goal: Goal) -> Image:
    colours = goal.needs.colours
    if image.mode == "L" and ((colours is not None and "grey" not in colours) or "rgb" in goal.advice):
        return image.convert("RGB")
    return image


def _fitting(image: Image, shape: FrameSize, goal: Goal) -> _Copy | None:
    if goal.type == "jpg":
        return _as_jpeg(image, shape, goal)
    if goal.type == "webp":
        return _as_webp(image, shape, goal)
    return _as_drawing(image, shape, goal)


def _as_jpeg(image: Image, shape: FrameSize, goal: Goal) -> _Copy | None:
    """Colour in every fourth pixel, and for drawings in every one where that is more like the original."""

    def encoded(full_colour: bool) -> Callable[[float, float], bytes]:
        return lambda scale, quality: encode_jpeg(
            on_ground(placed(image, shape, scale), WHITE), quality, full_colour=full_colour
        )

    drawn = image.mode == "RGB" and is_drawing(image)
    first = _searched(image, shape, goal, encoded(drawn), MOST_ENCODES - 4 if drawn else MOST_ENCODES)
    if drawn:
        scale = first.scale / shape.scale if first is not None else 1.0
        again = Search(encoded(False), goal.most, encodes=MOST_ENCODES - (first.encodes if first else 6))
        best = again.best_quality(scale) or (again.best_scale() if first is None else None)
        if best is not None:
            other = _judged(image, shape, SearchResult(best, again.encodes))
            encodes = other.encodes + (first.encodes if first else MOST_ENCODES - 4)
            first = max(first or other, other, key=lambda each: each.ssim)._replace(encodes=encodes)
    return _finer(first, image, shape, goal, encoded(True)) if first is not None else None


def _finer(copy: _Copy, image: Image, shape: FrameSize, goal: Goal, encode: Callable[[float, float], bytes]) -> _Copy:
    """A copy that is nearer to its original, where the finest usual one leaves room and is not like it."""
    best, encodes = copy, copy.encodes
    for quality in _FINER:
        if best.ssim >= _NEAR or copy.quality < HIGHEST - 0.1 or copy.scale < shape.scale or encodes >= MOST_ENCODES:
            break
        data = encode(1.0, quality)
        encodes += 1
        if len(data) > goal.most:
            break
        ssim = _likeness(image, shape, data)
        if ssim > best.ssim:
            best = _Copy(data, ssim, copy.scale, encodes, (f"quality {quality:.0f}",), quality)
    return best._replace(encodes=encodes)


def _as_webp(image: Image, shape: FrameSize, goal: Goal) -> _Copy | None:
    before = 0
    if is_drawing(image):
        data = encode_webp(placed(image, shape, 1.0), None)
        before = 1
        if len(data) <= goal.most:
            return _Copy(data, _likeness(image, shape, data), shape.scale, 1, (_WITHOUT_LOSS,))
    copy = _searched(
        image,
        shape,
        goal,
        lambda scale, quality: encode_webp(placed(image, shape, scale), quality),
        MOST_ENCODES - before,
    )
    if copy is None:
        return None
    copy = copy._replace(encodes=copy.encodes + before)
    if copy.ssim < _NEAR and copy.quality >= HIGHEST - 0.1 and copy.scale >= shape.scale and not before:
        data = encode_webp(placed(image, shape, 1.0), None)
        if len(data) <= goal.most:
            return _Copy(data, _likeness(image, shape, data), shape.scale, copy.encodes + 1, (_WITHOUT_LOSS,))
    return copy


def _as_drawing(image: Image, shape: FrameSize, goal: Goal) -> _Copy | None:
    """PNG and GIF: the same pixels, then fewer colours and a smaller scale, as is more like the original."""
    colours = goal.needs.colours
    palettes = goal.type == "gif" or colours is None or "palette" in colours
    whole = placed(image, shape, 1.0)
    palette = exact_palette(whole) if goal.type == "png" and palettes and "rgb" not in goal.advice else None
    encode = encode_gif if goal.type == "gif" else lambda made: encode_png(made, thorough=is_drawing(image))
    encodes = 0
    for made in (palette, whole):
        if made is not None:
            data = encode(made)
            encodes += 1
            if len(data) <= goal.most:
                said = _WITHOUT_LOSS if _is_same(whole, data) else "at most 256 colours"
                return _Copy(data, _likeness(image, shape, data), shape.scale, encodes, (said,))

    def fewer(scale: float, quality: float) -> bytes:
        made = placed(image, shape, scale)
        if goal.type == "gif":
            return encode_gif(made, colours_of(quality))
        return encode_png(few_colours(made, colours_of(quality)) if palettes else made)

    if palettes:
        copy = _searched(image, shape, goal, fewer, MOST_ENCODES - encodes)
        if copy is None:
            return None
        said = f"at most {colours_of(copy.quality)} colours"
        return copy._replace(encodes=copy.encodes + encodes, changes=(said,))
    tries = Search(fewer, goal.most, encodes=MOST_ENCODES - encodes)
    best = tries.try_at(1.0, HIGHEST) or tries.best_scale(HIGHEST, tries=tries.left)
    if best is None:
        return None
    return _judged(image, shape, SearchResult(best, tries.encodes + encodes))._replace(changes=())


def _is_same(image: Image, data: bytes) -> bool:
    """Whether a copy shows the same pixels."""
    return pillow().open(BytesIO(data)).convert("RGBA").tobytes() == image.convert("RGBA").tobytes()  # type: ignore[no-any-return]


def _searched(
    image: Image, shape: FrameSize, goal: Goal, encode: Callable[[float, float], bytes], encodes: int
) -> _Copy | None:
    seen: dict[bytes, float] = {}

    def judge(data: bytes) -> float:
        seen[data] = _likeness(image, shape, data)
        return seen[data]

    found = search(encode, goal.most, judge=judge, encodes=encodes)
    return _judged(image, shape, found, seen) if found.best is not None else None


def _judged(
    image: Image, shape: FrameSize, found: SearchResult[bytes], seen: Mapping[bytes, float] | None = None
) -> _Copy:
    best = found.best
    assert best is not None  # noqa: S101 - the caller asked
    ssim = (seen or {}).get(best.made) or _likeness(image, shape, best.made)
    said = (f"quality {best.quality:.0f}",)
    return _Copy(best.made, ssim, shape.scale * best.scale, found.encodes, said, best.quality)


def _likeness(image: Image, shape: FrameSize, data: bytes) -> float:
    """How like the picture a copy of it is, as a viewer sees both; what shows through is seen on white and on black."""
    copy = pillow().open(BytesIO(data))
    copy.load()
    if "A" in copy.mode or "transparency" in copy.info:
        copy = copy.convert("RGBA")
    elif copy.mode not in ("L", "RGB"):
        copy = copy.convert("RGB")
    copy = shape.without_margins(copy)
    if image.mode == "RGBA":
        return min(likeness(on_ground(image, each), on_ground(copy, each)) for each in (WHITE, BLACK))
    return likeness(image, on_ground(copy, WHITE))
