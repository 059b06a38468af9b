"""How large a copy may be at most, and where it lies where a channel takes one size only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.convert.goal import CannotFit, Goal
from occ_media_cli.convert.libraries import pillow
from occ_media_cli.values import value

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST = {"jpg": 65_500, "png": 1_000_000, "webp": 16_383, "gif": 65_535}
"""Pixels of a side that a type can have."""


@value
class FrameSize:
    """The largest size of a copy. size: that of the original. scale: of each side, at most. canvas: the size that the
    copy has whatever its scale, the picture in its middle; None where it is as large as the picture."""

    size: tuple[int, int]
    scale: float
    canvas: tuple[int, int] | None = None

    def scaled(self, scale: float) -> tuple[int, int]:
        """The pixels of the picture, without margins, at a scale of the original."""
        wide, high = (max(1, round(side * scale)) for side in self.size)
        return (min(wide, self.canvas[0]), min(high, self.canvas[1])) if self.canvas else (wide, high)

    def without_margins(self, copy: Image) -> Image:
        """The picture without the margins that `placed` gave it."""
        if self.canvas is None or copy.size != self.canvas:
            return copy
        wide, high = self.scaled(self.scale)
        left, top = (self.canvas[0] - wide) // 2, (self.canvas[1] - high) // 2
        return copy.crop((left, top, left + wide, top + high))


def frame_size(size: tuple[int, int], goal: Goal) -> FrameSize:
    """The largest size that a goal allows. Raises `CannotFit` where no scale would do."""
    needs = goal.needs
    wide, high = size
    if needs.ratio is not None and max(size) > needs.ratio * min(size):
        reason = f"one side is more than {needs.ratio} times the other, and it would have to be cropped"
        raise CannotFit("quality", reason)
    if needs.pixels is not None:
        return FrameSize(size, min(needs.pixels[0] / wide, needs.pixels[1] / high), needs.pixels)
    scale = min(1.0, _LONGEST[goal.type] / max(size))
    if needs.pixel_sum is not None and wide + high > needs.pixel_sum:
        scale = min(scale, (needs.pixel_sum - 1) / (wide + high))  # each side may be rounded up by half a pixel
    return FrameSize(size, scale)


def placed(image: Image, shape: FrameSize, part: float) -> Image:
    """A picture at a part of its largest size, on the canvas where there is one.

    A canvas has its size whatever comes: there, the picture is made coarse to that part and brought back.
    """
    wanted = shape.scaled(shape.scale * part)
    made = image if wanted == image.size else _resized(image, wanted)
    if shape.canvas is None:
        return made
    full = shape.scaled(shape.scale)
    if wanted != full:
        made = _resized(made, full)
    if full == shape.canvas:
        return made
    canvas: Image = pillow().new("RGBA", shape.canvas, (0, 0, 0, 0))
    canvas.paste(made.convert("RGBA"), ((shape.canvas[0] - full[0]) // 2, (shape.canvas[1] - full[1]) // 2))
    return canvas


def _resized(image: Image, size: tuple[int, int]) -> Image:
    made: Image = image.resize(size, pillow().Resampling.LANCZOS, reducing_gap=4.0)
    return made
