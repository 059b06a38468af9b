"""A decoded picture as greys or RGB of 8 bits in sRGB, with or without transparency."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.libraries import library, numpy

if TYPE_CHECKING:
    from PIL.Image import Image

_SPACES = {"RGB ": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",)}
"""Which modes the colour space of a profile is for."""

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
EIGHT_NOW, SIXTEEN = "8 bits a sample instead of 16", "16 bits a sample"

_LOOKED_AT = 64
"""Pixels of each side of what is looked at to see whether two pictures are the same."""

_SHAPES = 8.0
"""How far the greys of a picture are spread (of 255) that has shapes to compare."""

_SAME_GAMMA = 0.06

_LIGHT = 215
"""A drawing this light would vanish on white."""


class Samples(NamedTuple):
    """How the samples of a picture stand in its file. bits: of each. signed, real: they may be below zero, or are
    fractions. white_is_zero: the larger, the darker."""

    bits: int = 16
    signed: bool = False
    real: bool = False
    white_is_zero: bool = False

    @property
    def plain(self) -> bool:
        """Whether the number of bits tells which sample is white."""
        return self.bits <= 16 and not self.signed and not self.real


def plain_colours(image: Image, kind: str, samples: Samples, changes: list[str], lost: list[str]) -> Image:
    """The picture in mode L, RGB or RGBA, its colours those of sRGB; what was done and lost is added to the lists.

    kind: the type of its file. samples: how its samples stand there.
    """
    if image.mode.startswith("I") or image.mode == "F":
        image = _of_deep_grey(image, samples, changes)
        changes.append(EIGHT_NOW if samples.bits <= 16 else f"8 bits a sample instead of {samples.bits}")
        lost.append(SIXTEEN if samples.bits <= 16 else f"{samples.bits} bits a sample")
    elif image.mode in ("1", "La", "LAB", "HSV", "YCbCr"):
        image = image.convert("L" if image.mode == "1" else "RGBA" if image.mode == "La" else "RGB")
    elif image.mode in ("P", "PA", "LA", "RGBa") or "transparency" in image.info:
        see_through = image.mode != "P" or "transparency" in image.info
        profile = image.info.get("icc_profile")
        image = image.convert("RGBA" if see_through else "RGB")
        image.info["icc_profile"] = profile
    if is_inverted(image, kind):
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


def is_inverted(image: Image, kind: str) -> bool:
    """Whether the inks of a decoded picture are the wrong way round: Pillow takes every JPEG of inks for one of Adobe,
    in which 255 is none; in a TIFF it reads them as they are."""
    return image.mode == "CMYK" and kind == "jpg" and "adobe" not in image.info


def refuse_unlike(plain: Image, decoded: Image, kind: str, samples: Samples) -> None:
    """Raise `CannotFit` where what colours were made of is another picture than the decoder alone shows.

    The likeness of a copy is counted against `plain`, and would not tell that this is wrong. Both are looked at as few
    pixels of grey: what is light in one is so in the other, and what has shapes keeps them. Profiles move colours, so
    that more cannot be asked.
    """
    np, nearest = numpy(), library("PIL.Image", "Pillow").Resampling.NEAREST
    size = min(decoded.width, _LOOKED_AT), min(decoded.height, _LOOKED_AT)
    few = decoded.resize(size, nearest)
    try:
        if few.mode.startswith("I") or few.mode == "F":
            before = _deep_values(few, samples).astype(np.float64)
            spread = 65_535 if samples.plain else max(1e-9, before.max() - before.min())
            before *= (-255 if samples.white_is_zero else 255) / spread
        else:
            before = np.asarray(few.convert("RGB").convert("L")).astype(np.float64)
    except ValueError:  # nothing else turns such a picture into colours
        return
    if is_inverted(decoded, kind):
        before = -before
    after = np.asarray(plain.resize(size, nearest).convert("RGB").convert("L")).astype(np.float64)
    flat_before, flat_after = before.std(), after.std()
    if flat_before < _SHAPES:
        return
    alike = ((before - before.mean()) * (after - after.mean())).mean()
    if flat_after * 8 < flat_before or alike <= 0:
        raise CannotFit("no-way", "its colours can be read in more than one way, and a copy could be another picture")


def out_of_gamma(image: Image, gamma: object, changes: list[str]) -> Image:
    """A picture of a PNG that says by which power its samples were made, as screens (sRGB, 1 / 2.2) have it."""
    if not isinstance(gamma, float) or not 0.1 <= gamma <= 4 or abs(gamma * 2.2 - 1) < _SAME_GAMMA:
        return image
    power = 1 / (2.2 * gamma)
    table = [round(255 * (value / 255) ** power) for value in range(256)]
    changes.append(f"colours turned from gamma {gamma:.2g} to sRGB")
    kept = list(range(256))
    return image.point(table * len(image.mode) if image.mode != "RGBA" else table * 3 + kept)


def _of_deep_grey(image: Image, samples: Samples, changes: list[str]) -> Image:
    """Greys of more than 8 bits in 8. Where nothing says which value is white, it is the largest one."""
    np, images = numpy(), library("PIL.Image", "Pillow")
    values = _deep_values(image, samples)
    low, top = 0.0, 65_535.0
    if not samples.plain:
        low, top = float(values.min(initial=0)), float(values.max(initial=0))
        if image.mode == "F" and low >= 0 and top <= 1:
            low, top = 0.0, 1.0
        else:
            changes.append("its darkest sample made black and its lightest white")
    light = np.clip((values - low) * (255.0 / max(top - low, 1e-9)) + 0.5, 0, 255).astype(np.uint8)
    grey = images.fromarray(255 - light if samples.white_is_zero else light)
    clear = image.info.get("transparency")
    grey.info.update({key: image.info[key] for key in ("icc_profile",) if key in image.info})
    if not isinstance(clear, int):
        return grey  # type: ignore[no-any-return]
    seen = images.fromarray(np.where(values == clear, 0, 255).astype(np.uint8))
    return images.merge("RGBA", (grey, grey, grey, seen))  # type: ignore[no-any-return]


def _deep_values(image: Image, samples: Samples) -> Any:
    np = numpy()
    values = np.asarray(image)
    if samples.bits == 32 and not samples.signed and values.dtype == np.int32:  # Pillow knows none without a sign
        values = values.view(np.uint32)
    return np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)


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
