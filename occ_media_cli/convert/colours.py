"""A decoded picture as greys or RGB of 8 bits in sRGB, with or without transparency."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from occ_media_cli.convert.libraries import library, numpy

if TYPE_CHECKING:
    from PIL.Image import Image

_SPACES = {"RGB ": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",)}
"""Which modes the colour space of a profile is for."""

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
EIGHT_NOW, SIXTEEN = "8 bits a sample instead of 16", "16 bits a sample"

_LIGHT = 215
"""A drawing this light would vanish on white."""


def plain_colours(image: Image, changes: list[str], lost: list[str]) -> Image:
    """The picture in mode L, RGB or RGBA, its colours those of sRGB; what was done and lost is added to the lists."""
    if image.mode.startswith("I") or image.mode == "F":
        image = _of_sixteen_bits(image)
        changes.append(EIGHT_NOW)
        lost.append(SIXTEEN)
    elif image.mode in ("1", "La", "LAB", "HSV", "YCbCr"):
        image = image.convert("L" if image.mode == "1" else "RGBA" if image.mode == "La" else "RGB")
    elif image.mode in ("P", "PA", "LA", "RGBa") or "transparency" in image.info:
        see_through = image.mode != "P" or "transparency" in image.info
        profile = image.info.get("icc_profile")
        image = image.convert("RGBA" if see_through else "RGB")
        image.info["icc_profile"] = profile
    if image.mode == "CMYK" and "adobe" not in image.info:  # Pillow takes every CMYK for an inverted one of Adobe
        image = _inverted(image)
    image = _in_srgb(image, changes, lost)
    if image.mode == "CMYK":
        changes.append("RGB instead of CMYK")
        lost.append("colours of print (CMYK)")
        image = image.convert("RGB")
    if image.mode not in ("L", "RGB", "RGBA"):
        image = image.convert("RGBA" if "A" in image.mode else "RGB")
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:
        image = image.convert("RGB")
    return image


def ground_for(image: Image) -> tuple[int, int, int]:
    """White, or black where what the picture shows is so light that it would vanish on white."""
    from PIL import ImageStat

    seen = image.getchannel("A")
    light = ImageStat.Stat(image.convert("RGB").convert("L"), seen.point(lambda value: 255 if value > 31 else 0))
    if not light.count[0]:
        return WHITE
    return BLACK if light.mean[0] + light.stddev[0] > _LIGHT + 25 and light.mean[0] > _LIGHT else WHITE


def on_ground(image: Image, ground: tuple[int, int, int]) -> Image:
    """A picture without transparency: what shows through it is this colour."""
    if image.mode != "RGBA":
        return image
    from PIL import Image as Images

    flat = Images.new("RGB", image.size, ground)
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def _of_sixteen_bits(image: Image) -> Image:
    np, images = numpy(), library("PIL.Image", "Pillow")
    values = np.asarray(image).astype(np.float32)
    top = 65_535.0 if values.max(initial=0) > 255 or image.mode != "I" else 255.0
    grey = images.fromarray(np.clip(values * (255.0 / top) + 0.5, 0, 255).astype(np.uint8))
    clear = image.info.get("transparency")
    grey.info.update({key: image.info[key] for key in ("icc_profile",) if key in image.info})
    if not isinstance(clear, int):
        return grey  # type: ignore[no-any-return]
    seen = images.fromarray(np.where(values == clear, 0, 255).astype(np.uint8))
    return images.merge("RGBA", (grey, grey, grey, seen))  # type: ignore[no-any-return]


def _inverted(image: Image) -> Image:
    from PIL import ImageChops

    other = ImageChops.invert(image)
    other.info.update(image.info)
    return other


def _in_srgb(image: Image, changes: list[str], lost: list[str]) -> Image:
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    cms: Any = library("PIL.ImageCms", "Pillow")
    try:
        held = cms.ImageCmsProfile(BytesIO(profile))
        name = (cms.getProfileDescription(held) or "its own profile").strip().split("\n")[0][:60]
        fits = image.mode in _SPACES.get(held.profile.xcolor_space, ())
        if not fits or name.lower().startswith("srgb") or (image.mode == "L" and "2.2" in name):
            return image
        seen = image.getchannel("A") if image.mode == "RGBA" else None
        mode = "L" if image.mode == "L" else "RGB"
        bare = image.convert("RGB") if seen is not None else image
        made: Image = cms.profileToProfile(
            bare,
            held,
            cms.createProfile("sRGB"),
            renderingIntent=cms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=cms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (cms.PyCMSError, OSError, ValueError, TypeError):  # a profile that is none says nothing of the colours
        return image
    printable = "".join(each for each in name if each.isprintable())
    changes.append(f"colours turned from {printable} to sRGB")
    lost.append("colour profile")
    made = made.convert(mode)
    if seen is not None:
        made.putalpha(seen)
    return made
