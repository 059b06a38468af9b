"""The samples of pictures in a PDF packed tighter, each as it was: by PNG's differences, and scans of 1 bit by fax."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from occ_media_cli.convert.flate import inflate_bounded
from occ_media_cli.convert.libraries import library, pillow

_MOST_TOGETHER = 200_000_000
"""Bytes of samples of a document that are packed again."""

_LEAST_BYTES = 1_024
_LEAST_SHARE = 0.1
"""Samples of 8 bits that Flate made smaller than this are no photo, and gain little from differences."""

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
"""By bytes of a sample, a mode of as many planes; what they mean is not asked."""

_LEVEL = 7
"""Of zlib: the two above it take three times as long for half a per cent."""

_OFFSETS, _COUNTS, _ROWS = 273, 279, 278
_PLAIN = frozenset(("None", "/FlateDecode"))


def pack_samples(document: Any) -> int:
    """Pack pictures whose samples are plain or Flate without differences; how many became smaller."""
    pikepdf = library("pikepdf", "pikepdf")
    left, count = _MOST_TOGETHER, 0
    for each in document.objects:
        if not isinstance(each, pikepdf.Stream) or str(each.get("/Subtype")) != "/Image" or "/F" in each:
            continue
        wide, high = each.get("/Width"), each.get("/Height")
        raw = bytes(each.read_raw_bytes())
        if str(each.get("/Filter")) not in _PLAIN or "/DecodeParms" in each or len(raw) < _LEAST_BYTES:
            continue
        if not isinstance(wide, int) or not isinstance(high, int) or not 0 < wide * high <= left:
            continue
        plain = inflate_bounded(raw, wide * high * 4 + 64) if "/Filter" in each else raw
        left -= wide * high * 4
        if plain is not None and _pack(each, plain, (wide, high), raw, pikepdf):
            count += 1
    return count


def _pack(stream: Any, plain: bytes, size: tuple[int, int], raw: bytes, pikepdf: Any) -> bool:
    """Put the samples of one picture into its stream the best way, where that is smaller."""
    wide, high = size
    planes = next((each for each in _MODES if len(plain) == wide * high * each), 0)
    if stream.get("/BitsPerComponent") == 8 and planes and len(raw) > _LEAST_SHARE * len(plain):
        packed = _differences(plain, size, _MODES[planes])
        parms = pikepdf.Dictionary(Predictor=15, Colors=planes, BitsPerComponent=8, Columns=wide)
        if len(packed) < len(raw):
            stream.write(packed, filter=pikepdf.Name.FlateDecode, decode_parms=parms)
            return True
    one_bit = stream.get("/BitsPerComponent") == 1 or stream.get("/ImageMask", False)
    if one_bit and len(plain) == (wide + 7) // 8 * high:
        packed = _fax(plain, size)
        parms = pikepdf.Dictionary(K=-1, Columns=wide, Rows=high, BlackIs1=True)
        if packed and len(packed) < len(raw):
            stream.write(packed, filter=pikepdf.Name.CCITTFaxDecode, decode_parms=parms)
            return True
    return False


def _differences(plain: bytes, size: tuple[int, int], mode: str) -> bytes:
    """The samples as a PNG has them: differences to their neighbours, chosen line by line, in Flate."""
    out = BytesIO()
    pillow().frombytes(mode, size, plain).save(out, "PNG", compress_level=_LEVEL)
    content, at, found = out.getvalue(), 8, bytearray()
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] == b"IDAT":
            found += content[at + 8 : at + 8 + length]
        at += 12 + length
    return bytes(found)


def _fax(plain: bytes, size: tuple[int, int]) -> bytes:
    """The samples by ITU-T T.6; empty where that cannot be made, or would not be the same."""
    image, out = pillow(), BytesIO()
    picture = image.frombytes("1", size, plain)
    try:
        picture.save(out, "TIFF", compression="group4", tiffinfo={_ROWS: size[1]})
        again = image.open(BytesIO(out.getvalue()), formats=("TIFF",))
        offsets, counts = again.tag_v2[_OFFSETS], again.tag_v2[_COUNTS]
        if len(offsets) != 1 or again.tobytes() != picture.tobytes():
            return b""
    except (OSError, ValueError, KeyError):
        return b""
    return out.getvalue()[offsets[0] : offsets[0] + counts[0]]
