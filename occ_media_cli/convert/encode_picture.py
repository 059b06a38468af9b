"""Encoding a still picture as PNG, WebP or GIF, without metadata; `convert.jpeg` is the fourth."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from occ_media_cli.convert.libraries import numpy, oxipng, pillow
from occ_media_cli.convert.search import HIGHEST, LOWEST

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_ROWS = 256
_FLAT = 0.5
"""Share of pixels that are as their neighbour: photographs have a tenth, screenshots and drawings nearly all."""

_CAREFUL_PIXELS = 4_000_000
"""Up to so many pixels a PNG is packed by oxipng, which takes a second for each million, and a WebP in small steps."""


def is_drawing(image: Image) -> bool:
    """Whether it is drawn or written rather than photographed: few colours, or large parts of one colour."""
    if image.getcolors(256) is not None:
        return True
    np = numpy()
    rows = np.asarray(image.resize((image.width, min(image.height, _MOST_ROWS)), pillow().Resampling.NEAREST))
    same = rows[:, 1:] == rows[:, :-1]
    return bool((same if same.ndim == 2 else same.all(axis=-1)).mean() > _FLAT) if same.size else True


def exact_palette(image: Image) -> Image | None:
    """The same pixels as numbers of a palette, or None where they have more than 256 colours."""
    counted = image.getcolors(256)
    if counted is None or image.mode == "L":
        return None
    np, images = numpy(), pillow()
    pixels = np.ascontiguousarray(np.asarray(image.convert("RGBA"))).view(np.uint32)[..., 0]
    colours, places = np.unique(pixels, return_inverse=True)
    order = np.argsort(colours.view(np.uint8).reshape(-1, 4)[:, 3], kind="stable")  # what shows through comes first
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    made: Image = images.fromarray(rank[places].reshape(pixels.shape).astype(np.uint8), "P")
    table = colours[order].view(np.uint8).reshape(-1, 4)
    made.putpalette(table[:, :3].tobytes(), "RGB")
    if (table[:, 3] < 255).any():
        made.info["transparency"] = bytes(table[: int((table[:, 3] < 255).sum()), 3].tobytes())
    return made


def few_colours(image: Image, count: int = 256) -> Image:
    """The picture with so many colours at most, the nearest to its own."""
    images = pillow()
    if image.mode == "RGBA":
        return image.quantize(count, images.Quantize.FASTOCTREE)
    return image.convert("RGB").quantize(count, images.Quantize.MEDIANCUT, dither=images.Dither.FLOYDSTEINBERG)


def colours_of(quality: float) -> int:
    """How many colours a quality of `convert.search` means: 256 at the highest, 8 at the lowest."""
    return round(2 ** (3 + 5 * (quality - LOWEST) / (HIGHEST - LOWEST)))


def encode_png(image: Image, *, thorough: bool = False) -> bytes:
    """A PNG of a picture in any of the plain modes or with a palette; `thorough`, it takes seconds and is smaller."""
    out = BytesIO()
    options: dict[str, Any] = {"transparency": image.info["transparency"]} if "transparency" in image.info else {}
    image.save(out, "PNG", optimize=thorough, icc_profile=None, **options)
    data = out.getvalue()
    packer = oxipng() if thorough and image.width * image.height <= _CAREFUL_PIXELS else None
    if packer is None:
        return data
    try:
        packed: bytes = packer.optimize_from_memory(
            data,
            level=2,
            bit_depth_reduction=image.mode != "RGB",
            color_type_reduction=False,
            palette_reduction=False,
            grayscale_reduction=False,
        )
    except packer.PngError:
        return data
    return min(data, packed, key=len)


def encode_webp(image: Image, quality: float | None) -> bytes:
    """A WebP; without a quality its pixels are the same."""
    out = BytesIO()
    method = 4 if image.width * image.height <= _CAREFUL_PIXELS else 1
    if quality is None:
        image.save(out, "WEBP", lossless=True, quality=80, method=method, exact=True)
    else:
        image.save(out, "WEBP", quality=quality, method=method, alpha_quality=100)
    return out.getvalue()


def encode_gif(image: Image, count: int = 256) -> bytes:
    """A GIF of one picture, its pixels the same where it has no more colours than a GIF can have."""
    out = BytesIO()
    for_gif(image, count).save(out, "GIF", optimize=True)
    return out.getvalue()


def for_gif(image: Image, count: int) -> Image:
    """The picture with so many colours, of which one may be none: a pixel shows through or does not."""
    if image.mode == "L" and count == 256:
        return image
    if image.mode == "RGBA":
        seen = image.getchannel("A").point(lambda value: 255 if value > 127 else 0)
        bare = pillow().new("RGBA", image.size, (0, 0, 0, 0))
        bare.paste(image.convert("RGB"), mask=seen)
        bare.putalpha(seen)
        image = bare
    made = (exact_palette(image) if count == 256 else None) or few_colours(image, count)
    clear = made.info.pop("transparency", None)
    if clear is not None:
        made.info["transparency"] = 0
    elif made.palette is not None and made.palette.mode == "RGBA":
        table = made.palette.getdata()[1]
        none = [number for number in range(len(table) // 4) if not table[4 * number + 3]]
        made = made.copy()
        made.putpalette(b"".join(table[at : at + 3] for at in range(0, len(table), 4)), "RGB")
        if none:
            made.info["transparency"] = none[0]
    return made
