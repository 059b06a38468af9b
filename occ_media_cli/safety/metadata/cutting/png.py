"""PNG: what belongs to the picture are the chunks that change how it is drawn; text, times, EXIF and all private
chunks tell of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from occ_media_cli.media.kinds.png import MOST_CHUNKS
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import Block, CutFailed
from occ_media_cli.safety.metadata.telling.exif import make_exif, read_exif
from occ_media_cli.safety.metadata.telling.iptc import read_photoshop
from occ_media_cli.safety.metadata.telling.xmp import read_xmp

_PICTURE = frozenset(
    b"CgBI IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT".split()
)
_TEXTS = frozenset((b"tEXt", b"zTXt", b"iTXt"))
_KEYWORDS = {
    b"Author": "author", b"Artist": "author", b"Title": "title", b"Description": "description", b"Comment": "comment",
    b"Copyright": "copyright", b"Creation Time": "dates", b"Software": "software", b"Source": "camera",
    b"date:create": "dates", b"date:modify": "dates",
}  # fmt: skip
_PLAIN_PROFILE = b"icc"
_PROFILES = frozenset(
    (_PLAIN_PROFILE, b"ICC Profile", b"ICC profile", b"Photoshop ICC profile", b"sRGB", b"sRGB IEC61966-2.1",
     b"Display P3", b"Adobe RGB (1998)", b"Skia", b"1", b"kCGColorSpaceSRGB", b"kCGColorSpaceDisplayP3",
     b"kCGColorSpaceAdobeRGB1998", b"kCGColorSpaceGenericRGB")
)  # fmt: skip
"""Names of colour profiles that programs write by themselves; another one may be that of somebody's screen."""
_MOST_TEXT = 1_000_000


def cut(source: FileSource) -> Iterator[Block]:
    """The chunks of a PNG."""
    data, size, at = source.data, source.size, 8
    yield Block(0, 8)
    turned = False
    for _ in range(MOST_CHUNKS):
        head = data[at : at + 8]
        end = at + 12 + int.from_bytes(head[:4], "big")
        if len(head) < 8 or end > size:
            raise CutFailed("it is cut off inside a chunk")
        kind = head[4:]
        if kind == b"iCCP" and data[at + 8 : min(at + 88, end)].partition(b"\0")[0] not in _PROFILES:
            body = data[at + 8 : end - 4].partition(b"\0")[2]
            yield Block(at, end, _chunk(b"iCCP", _PLAIN_PROFILE + b"\0" + body), ("profile_name",), _name(kind))
        elif kind in _PICTURE:
            yield Block(at, end)
        elif kind == b"eXIf" and not turned:
            body = data[at + 8 : end - 4]
            told = read_exif(body.removeprefix(b"Exif\0\0"))
            kept = make_exif(told.orientation)
            turned = bool(kept)
            yield (
                Block(at, end)
                if kept and kept == body
                else Block(at, end, _chunk(kind, kept), tuple(told.facts), "eXIf")
            )
        else:
            yield Block(at, end, b"", _told(kind, data[at + 8 : min(end - 4, at + 8 + _MOST_TEXT)]), _name(kind))
        at = end
        if kind == b"IEND":
            if at < size:
                yield Block(at, size, b"", ("trailing_data",), "behind its end")
            return
    raise CutFailed("it has too many chunks")


def _chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk; nothing where it would hold nothing."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) if body else b""


def _name(kind: bytes) -> str:
    return f"{kind.decode('latin-1')} chunk"


def _told(kind: bytes, body: bytes) -> tuple[str, ...]:
    if kind == b"tIME":
        return ("dates",)
    if kind == b"eXIf":
        return tuple(read_exif(body).facts)
    if kind == b"caBX":
        return ("content_credentials",)
    if kind not in _TEXTS:
        return ("other_data",)
    keyword, _, text = body.partition(b"\0")
    if keyword == b"XML:com.adobe.xmp":
        return tuple(read_xmp(_text_of(text)))
    if keyword.startswith((b"Raw profile type ", b"zxIf")):
        return tuple(_profile(keyword, _inflated(text[1:]) if kind == b"zTXt" else text))
    return (_KEYWORDS.get(keyword, "text"),)


def _text_of(text: bytes) -> bytes:
    """The text of an international chunk: a flag, a method, a language, a translated keyword, then itself."""
    packed, rest = text[:1] == b"\1", text[2:].partition(b"\0")[2].partition(b"\0")[2]
    return _inflated(rest) if packed else rest


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MOST_TEXT)
    except zlib.error:
        return b""


def _profile(keyword: bytes, text: bytes) -> frozenset[str]:
    """A profile as ImageMagick writes it: a newline, its name, its length, then hexadecimal digits."""
    try:
        content = bytes.fromhex(b"".join(text.split()[2:]).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        content = b""
    name = keyword.rpartition(b" ")[2].lower()
    if name == b"xmp":
        return read_xmp(content)
    if name in (b"iptc", b"8bim"):
        return read_photoshop(content)
    return read_exif(content.removeprefix(b"Exif\0\0")).facts
