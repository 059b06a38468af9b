"""Reading a picture that may be hostile: bounded by its header before it is decoded, upright, in plain colours."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from occ_media_cli.convert.colours import (
    EIGHT_NOW,
    SIXTEEN,
    Samples,
    out_of_gamma,
    plain_colours,
    refuse_unlike,
)
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.libraries import library, pillow
from occ_media_cli.convert.picture_damage import refuse_damaged_picture
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 64_000_000
"""Pixels that are decoded. Pillow takes four bytes for each, and three pictures of that size are in memory at once: the
original, what it is made of, and the copy that is held against it. That is 0.8 GB."""

MOST_JPEG_PIXELS = 200_000_000
"""Pixels of a JPEG, which can be decoded at a half, a fourth or an eighth of its size."""

_FORMATS = {
    "jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP", "tif": "TIFF", "ico": "ICO",
}  # fmt: skip
_GAIN_MAPS = (
    b"http://ns.adobe.com/hdr-gain-map/",
    b"http://ns.apple.com/HDRGainMap/",
    b"urn:com:apple:photo:2020:aux:hdrgainmap",
    b"urn:iso:std:iso:ts:21496:-1",
)
"""What says of a further picture in a JPEG or HEIC that it makes this one brighter on a screen that can be so."""

_BITS, _PHOTOMETRIC, _PLANES, _SAMPLE_FORMAT = 0x0102, 0x0106, 0x011C, 0x0153
_ORIENTATION, _GPS, _EXIF = 0x0112, 0x8825, 0x8769
_TOLD = frozenset((0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x8298))
"""Of the tags of a TIFF, those that are not about how its samples stand in it."""
_ABOUT_FILE = frozenset((_ORIENTATION, 0x011A, 0x011B, 0x0128, 0x0213, _EXIF))


class PictureRead(NamedTuple):
    """A picture, ready to be encoded. image: mode L, RGB or RGBA, upright, in sRGB. size: its pixels in the file,
    upright. opened: the file as Pillow knows it, for its further frames. changes, lost: as of `Converted`."""

    image: Image
    size: tuple[int, int]
    opened: Any
    changes: list[str]
    lost: list[str]


def read_picture(source: FileSource, known: Recognition) -> PictureRead:
    """Decode the first picture of a file. Raises `CannotFit` where it is damaged, or larger than can be decoded."""
    kind = known.type or ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries, about odd metadata; the caller's stderr is no place for them
        opened = _opened(source, kind)
        refuse_damaged_picture(source, kind)
        try:
            return _read(opened, source, known)
        except (CannotFit, MemoryError):
            raise
        except Exception as problem:
            raise CannotFit("damaged", f"it cannot be decoded to its end ({_said(problem)})") from problem


def _opened(source: FileSource, kind: str) -> Any:
    """The file with its header read; nothing is decoded yet."""
    images = pillow()
    heif = library("pi_heif", "pi-heif") if kind == "heic" else None
    before, images.MAX_IMAGE_PIXELS = images.MAX_IMAGE_PIXELS, None  # the bound is here
    try:
        if heif is not None:
            opened = heif.open_heif(BytesIO(source.data[:]))
        else:
            opened = images.open(BytesIO(source.data[:]), formats=(_FORMATS[kind],))
    except MemoryError:
        raise
    except Exception as problem:
        if kind == "tif" and isinstance(problem, images.UnidentifiedImageError):  # its header was read before
            raise CannotFit("no-way", "its samples stand in a way that nothing here reads") from problem
        raise CannotFit("damaged", f"it cannot be opened as a picture ({_said(problem)})") from problem
    finally:
        images.MAX_IMAGE_PIXELS = before
    width, height = opened.size
    most = MOST_JPEG_PIXELS if kind == "jpg" else MOST_PIXELS
    if width * height > most:
        reason = f"it has {width:,} x {height:,} pixels, and {most:,} at most are decoded"
        raise CannotFit("quality", reason)
    return opened


def _read(opened: Any, source: FileSource, known: Recognition) -> PictureRead:
    changes: list[str] = []
    width, height = opened.size
    if known.type == "jpg":
        part = 1
        while width * height > MOST_PIXELS * part * part:
            part *= 2
        if part > 1:
            opened.draft(None, (width // part, height // part))
    image = opened.to_pillow() if known.type == "heic" else opened
    image.load()
    lost = _what_goes(image, source, known)
    upright = _upright(image)
    if upright is not image:
        changes.append("turned upright")
    turned = upright.size == (image.height, image.width) and upright.size != image.size
    kind = known.type or ""
    samples = _samples(opened) if kind == "tif" else Samples()
    plain = plain_colours(upright, kind, samples, changes, lost)
    refuse_unlike(plain, upright, kind, samples)
    if kind == "bmp" and plain.mode == "RGBA" and not plain.getchannel("A").getextrema()[1]:
        plain = plain.convert("RGB")  # a fourth byte that nobody filled in: no viewer shows nothing
    if kind == "png" and not image.info.get("icc_profile") and "srgb" not in image.info:
        plain = out_of_gamma(plain, image.info.get("gamma"), changes)
    bits = samples.bits if kind == "tif" else known.facts.get("bits")
    said = any(each.endswith("bits a sample") for each in lost)
    if isinstance(bits, int) and bits > 8 and not said:  # Pillow reads colours of 16 bits as such of 8
        lost.append(SIXTEEN)
        changes.append(EIGHT_NOW)
    plain.info.clear()
    return PictureRead(plain, (height, width) if turned else (width, height), opened, changes, lost)


def _samples(opened: Any) -> Samples:
    """How the samples of a TIFF stand in it. Raises `CannotFit` for what Pillow is known to read as another picture."""
    tags = opened.tag_v2
    bits = max(tags.get(_BITS, (1,)))
    formats = tags.get(_SAMPLE_FORMAT, (1,))
    if tags.get(_PLANES) == 2 and bits > 8 and len(opened.getbands()) > 1:
        raise CannotFit("no-way", f"its colours are kept apart with {bits} bits each, which nothing here reads right")
    return Samples(bits, 2 in formats, 3 in formats, tags.get(_PHOTOMETRIC) == 0)


def _upright(image: Image) -> Image:
    from PIL import ImageOps

    try:
        way = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - metadata that cannot be read turns nothing
        return image
    if way not in range(2, 9):
        return image
    return ImageOps.exif_transpose(image)


def _what_goes(image: Image, source: FileSource, known: Recognition) -> list[str]:
    """What the file tells besides its pixels, which no copy carries on."""
    lost = []
    try:
        exif = image.getexif()
        if exif.get_ifd(_GPS):
            lost.append("location")
        told = set(exif) & _TOLD if known.type == "tif" else set(exif) - _ABOUT_FILE - {_GPS}
        if told or exif.get_ifd(_EXIF):
            lost.append("camera data")
    except Exception:  # noqa: BLE001 - as above
        lost.append("camera data")
    info = image.info
    if info.get("xmp") or info.get("XML:com.adobe.xmp"):
        lost.append("description (XMP)")
    if info.get("comment") or getattr(image, "text", None):
        lost.append("comments")
    if known.facts.get("pictures"):
        lost.append("further pictures")
    if any(source.data.find(mark) >= 0 for mark in _GAIN_MAPS):
        lost.append("HDR gain map")
    if known.facts.get("motion_photo"):
        lost.append("moving part")
    return lost


def _said(problem: Exception) -> str:
    """What a library said, as one short line; its words may repeat the file's."""
    words = "".join(each for each in str(problem) if each.isprintable())
    return words[:80].rstrip(".") or type(problem).__name__
