"""The pictures of a PDF that can be made smaller and stay the same: samples in, samples of the same meaning out.

A picture keeps its dictionary: colour space, soft mask, decode array. Only samples of 8 bits of one, three or four
colours may have a JPEG in their place. What a JPEG would not keep apart stays as it is: stencils, pictures of 1 bit,
colour keys, Lab, inks of more than one colour.
"""

from __future__ import annotations

from io import BytesIO
from math import inf
from typing import TYPE_CHECKING, Any

from occ_media_cli.convert.flate import inflate_bounded
from occ_media_cli.convert.inner_worker import MOST_PIXELS, RUNGS, largest_first
from occ_media_cli.convert.jpeg import encode_jpeg
from occ_media_cli.convert.libraries import library, pillow
from occ_media_cli.convert.pdf_uses import ObjectId, Shown
from occ_media_cli.convert.picture_damage import is_damaged
from occ_media_cli.media.readers.pdf_filters import PdfFilters

if TYPE_CHECKING:
    from PIL.Image import Image

_LEAST_BYTES = 2_048
_LEAST_SIDE = 16
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}
_NAMED = {"/DeviceGray": 1, "/CalGray": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/DeviceCMYK": 4, "/Separation": 1}
_LEFT = ("/Alternates", "/F", "/OPI", "/OC", "/Measure")
"""Keys of pictures that are more than their samples, or not them."""

_FORMATS = {"/DCTDecode": "JPEG", "/JPXDecode": "JPEG2000"}
_KINDS = {"JPEG": "jpg", "JPEG2000": "jp2"}
_PLAIN = frozenset(("/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode"))
_MOST_ENCODED = 64_000_000
_HEADERS = 4_096

_WHOLE = 1.06
"""A picture that would lose less than this share of each side keeps all its pixels, unless nothing else fits."""


class PdfPicture:
    """A picture of a PDF whose samples are understood. See `inner_worker.Inner`."""

    def __init__(self, stream: Any, colours: int, palette: bytes | None, shown: Shown) -> None:
        self.stream, self._colours, self._palette, self._shown = stream, colours, palette, shown
        self._size = int(stream.Width), int(stream.Height)
        self.size = len(stream.read_raw_bytes())
        self.lossy = not {*_filters_of(stream)}.isdisjoint(_FORMATS)
        self.shown = max(shown.wide * shown.high, 1.0)

    def pixels_at(self, dots: float) -> tuple[int, int]:
        """See `Inner`."""
        wide, high = self._size
        if dots == inf:
            return self._size
        share = max(self._shown.wide * dots / 72 / wide, self._shown.high * dots / 72 / high)
        if share * (_WHOLE if dots >= RUNGS[-1] else 1) >= 1:
            return self._size
        return max(1, round(wide * share)), max(1, round(high * share))

    def load_at(self, pixels: tuple[int, int]) -> Image:
        """See `Inner`."""
        picture = self._samples(pixels)
        return picture if picture.size == pixels else picture.resize(pixels, pillow().Resampling.LANCZOS)

    def encode_as(self, picture: Image, quality: float) -> bytes:
        """See `Inner`. Inks are kept apart: none is taken for a shade of another."""
        return encode_jpeg(picture, quality, full_colour=picture.mode == "CMYK")

    def cost_of(self, encoded: bytes) -> int:
        """See `Inner`."""
        return len(encoded)

    def seen(self, picture: Image) -> Image:
        """See `Inner`."""
        return picture.convert("RGB") if picture.mode == "CMYK" else picture

    def decoded(self, encoded: bytes) -> Image:
        """See `Inner`."""
        return self.seen(pillow().open(BytesIO(encoded)))

    def is_damaged(self) -> bool:
        """Whether it is a JPEG that is not whole; samples that are not are told when they are unpacked."""
        encoded = _encoded(self.stream)
        return encoded is not None and is_damaged(encoded[1], _KINDS[encoded[0]])

    def put_jpeg(self, encoded: bytes) -> None:
        """Let a JPEG be the samples of the picture."""
        pikepdf = library("pikepdf", "pikepdf")
        wide, high = pillow().open(BytesIO(encoded)).size
        if self._palette is not None:
            self.stream.ColorSpace = self.stream.ColorSpace[1]
            if "/Decode" in self.stream:
                del self.stream["/Decode"]
        if "/ColorSpace" not in self.stream:
            self.stream.ColorSpace = pikepdf.Name.DeviceGray if self._colours == 1 else pikepdf.Name.DeviceRGB
        self.stream.Width, self.stream.Height, self.stream.BitsPerComponent = wide, high, 8
        self.stream.write(encoded, filter=pikepdf.Name.DCTDecode, decode_parms=None)

    def _samples(self, pixels: tuple[int, int]) -> Image:
        """The samples as they are, or at a fraction of their number that is still more than what is asked for."""
        image = pillow()
        encoded = _encoded(self.stream)
        mode = _MODES[self._colours]
        if encoded is not None:
            picture: Image = image.open(BytesIO(encoded[1]), formats=encoded[:1])
            if picture.size != self._size or picture.mode != mode:
                raise ValueError("it is another picture than its dictionary says")
            picture.draft(mode, (pixels[0] * 2, pixels[1] * 2))
            picture.load()
            return picture
        wide, high = self._size
        bits = int(self.stream.get("/BitsPerComponent", 8))
        columns = 1 if self._palette is not None else self._colours
        line = -(-wide * columns * bits // 8)
        try:
            plain = self.stream.read_bytes()
        except library("pikepdf", "pikepdf").PdfError as error:
            raise ValueError("its samples cannot be unpacked") from error
        if len(plain) < line * high:
            raise ValueError("the picture is cut off")
        if self._palette is None:
            raw = "CMYK;I" if mode == "CMYK" else mode  # as it comes out of a JPEG
            samples: Image = image.frombytes(mode, self._size, plain[: line * high], "raw", raw)
            return samples
        indexed: Image = image.frombytes(
            "P", self._size, plain[: line * high], "raw", "P" if bits == 8 else f"P;{bits}"
        )
        if mode == "L":
            table = (self._palette + bytes(256))[:256]
            grey: Image = image.frombytes("L", self._size, indexed.tobytes())
            return grey.point(list(table))
        indexed.putpalette(self._palette)
        return indexed.convert("RGB")


def pictures_of(document: Any, uses: dict[ObjectId, Shown]) -> tuple[list[PdfPicture], int]:
    """(The pictures that can be made smaller, largest first; not those that are a mask of another. How many could be,
    and are damaged.)"""
    pikepdf = library("pikepdf", "pikepdf")
    found, masks = list[PdfPicture](), set[ObjectId]()
    for each in document.objects:
        if isinstance(each, pikepdf.Stream) and str(each.get("/Subtype")) == "/Image":
            masks |= {each[key].objgen for key in ("/SMask", "/Mask") if isinstance(each.get(key), pikepdf.Stream)}
            if each.objgen in uses and (picture := _picture(each, uses[each.objgen], pikepdf)) is not None:
                found.append(picture)
    chosen = largest_first([each for each in found if each.stream.objgen not in masks])
    whole = [each for each in chosen if not each.is_damaged()]
    return whole, len(chosen) - len(whole)


def _picture(stream: Any, shown: Shown, pikepdf: Any) -> PdfPicture | None:
    wide, high = stream.get("/Width"), stream.get("/Height")
    if not isinstance(wide, int) or not isinstance(high, int) or min(wide, high) < _LEAST_SIDE:
        return None
    if (
        wide * high > MOST_PIXELS
        or any(key in stream for key in _LEFT)
        or isinstance(stream.get("/Mask"), pikepdf.Array)
    ):
        return None
    if stream.get("/SMaskInData", 0) or stream.get("/ImageMask", False):
        return None
    mask = stream.get("/SMask")
    if isinstance(mask, pikepdf.Stream) and "/Matte" in mask:  # its colours were multiplied, pixel by pixel
        return None
    if len(stream.read_raw_bytes()) < _LEAST_BYTES:
        return None
    try:
        encoded = _encoded(stream)
    except ValueError:
        return None
    if encoded is not None and encoded[0] == "JPEG2000" and "/ColorSpace" not in stream:
        colours, palette = _colours_inside(encoded[1]), None
    else:
        colours, palette = _colours_of(stream.get("/ColorSpace"), pikepdf)
    if not colours:
        return None
    bits = stream.get("/BitsPerComponent", 8)
    if palette is not None:
        plain = [0, (1 << bits) - 1] if bits in (2, 4, 8) else None  # 1 bit: a scan, which no JPEG makes smaller
        if encoded is not None or plain is None:
            return None
        if "/Decode" in stream and [float(each) for each in stream.Decode] != plain:
            return None
    elif bits != 8 and (encoded is None or encoded[0] == "JPEG"):  # JPEG 2000 says itself how many
        return None
    if encoded is None and not _unpacks(stream, wide * high * colours + high + 1_024):
        return None
    return PdfPicture(stream, colours, palette, shown)


def _filters_of(stream: Any) -> list[str]:
    """The names of the filters of a stream, the outermost first."""
    filters = stream.get("/Filter")
    if filters is None:
        return []
    return [str(filters)] if str(filters).startswith("/") else [str(each) for each in filters]


def _encoded(stream: Any) -> tuple[str, bytes] | None:
    """(JPEG or JPEG2000, the file of this format that a stream holds); None where it holds plain samples.

    Raises ValueError where it holds one whose colours a parameter turns.
    """
    filters = _filters_of(stream)
    if not filters or filters[-1] not in _FORMATS:
        return None
    parms = stream.get("/DecodeParms")
    if parms is not None and b"/" in parms.unparse(resolved=True):
        raise ValueError("its filters have parameters")
    outer = b"<</Filter[" + "".join(filters[:-1]).encode("latin-1", "replace") + b"]>>"
    raw = bytes(stream.read_raw_bytes())
    if len(filters) > 1:
        content, left = PdfFilters().unpack(outer, raw, _MOST_ENCODED)
        if content is None or left:
            raise ValueError("its outer filters cannot be undone")
        raw = content
    return _FORMATS[filters[-1]], raw


def _colours_inside(encoded: bytes) -> int:
    """Colours of a JPEG 2000 that says itself which they are; 0 where it says it by a profile, or has other ones."""
    if b"colr\2" in encoded[:_HEADERS]:
        return 0
    try:
        mode = pillow().open(BytesIO(encoded), formats=("JPEG2000",)).mode
    except (OSError, ValueError, SyntaxError):
        return 0
    return {"L": 1, "RGB": 3}.get(mode, 0)


def _unpacks(stream: Any, most: int) -> bool:
    """Whether the samples are packed in a way that pikepdf undoes, and are no more than they should be."""
    filters, raw = _filters_of(stream), stream.read_raw_bytes()
    if filters == ["/FlateDecode"]:
        return inflate_bounded(raw, most) is not None
    return not filters or (len(filters) == 1 and filters[0] in _PLAIN and len(raw) < most)


def _colours_of(space: Any, pikepdf: Any) -> tuple[int, bytes | None]:
    """(colours of a sample, the palette where it is an index into one); 0 colours where a JPEG cannot hold them."""
    if isinstance(space, pikepdf.Name):
        return _NAMED.get(str(space), 0), None
    if not isinstance(space, pikepdf.Array) or not len(space):
        return 0, None
    name = str(space[0])
    if name == "/ICCBased" and isinstance(space[1], pikepdf.Stream):
        return _colours_of_profile(space[1]), None
    if name == "/DeviceN":
        return int(len(space[1]) == 1), None
    if name == "/Indexed" and len(space) == 4:
        base, inner = _colours_of(space[1], pikepdf)
        table = space[3]
        entries = bytes(table.read_bytes() if isinstance(table, pikepdf.Stream) else table)
        plain = base in (1, 3) and inner is None and str(space[1]) != "/Separation"
        return (base, entries[: (int(space[2]) + 1) * base]) if plain and 0 <= int(space[2]) < 256 else (0, None)
    return _NAMED.get(name, 0), None


def _colours_of_profile(profile: Any) -> int:
    """Colours of an ICC profile; 0 where its samples are no light and no ink."""
    colours = int(profile.get("/N", 0))
    spaces = {1: (b"GRAY",), 3: (b"RGB ",), 4: (b"CMYK",)}.get(colours, ())
    return colours if bytes(profile.read_bytes())[16:20] in spaces and "/Range" not in profile else 0
