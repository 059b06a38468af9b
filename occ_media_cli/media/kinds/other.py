"""Signatures of files that the product does not take, so that a rejection can say what a file is.

A signature of printable letters alone must be followed by something that no text would have there.
"""

from __future__ import annotations

from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"%!PS", "ps"),
    (b"%!\n", "ps"),
    (b"%!\r", "ps"),
    (b"\x04%!", "ps"),
    (b"\x1b%-12345X", "ps"),
    (b"\xc5\xd0\xd3\xc6", "ps"),
    (b"fLaC\0", "flac"),
    (b"MAC \x0a\x0f", "ape"),
    (b"MThd\0\0\0\6", "mid"),
    (b".snd\0", "au"),
    (b"caff\0", "caf"),
    (b"FLV\1", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv"),
    (b"\0\0\1\xba", "mpg"),
    (b"\0\0\1\xb3", "mpg"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"II+\0", "tif"),
    (b"MM\0+", "tif"),
    (b"8BPS\0\1", "psd"),
    (b"8BPS\0\2", "psd"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (b"\xff\x0a", "jxl"),
    (b"\x7fELF", "elf"),
    (b"\xfe\xed\xfa\xce", "macho"),
    (b"\xfe\xed\xfa\xcf", "macho"),
    (b"\xce\xfa\xed\xfe", "macho"),
    (b"\xcf\xfa\xed\xfe", "macho"),
    (b"\0asm", "wasm"),
    (b"L\0\0\0\1\x14\2\0", "lnk"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
    (b"BZh91AY&SY", "bz2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\x0b\x77", "ac3"),
    (b"\x77\x0b", "ac3"),
)

FIRST: frozenset[int] | None = None


def claims(source: FileSource) -> bool:
    """Any of the signatures."""
    return _type_of(source) is not None


def recognise(source: FileSource) -> Structure | None:
    """Say the name; the structure is not walked, since such a file never passes as what the product takes."""
    kind = _type_of(source)
    return Structure(kind, "other") if kind is not None else None


def _type_of(source: FileSource) -> str | None:
    head = source.head
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] in (b"RIFF", b"RIFX", b"RF64"):
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"webm" in head[:128] else "mkv"
    if head.startswith(b"\xca\xfe\xba\xbe"):
        return "class" if int.from_bytes(head[4:8], "big") > 40 else "macho"
    if head.startswith(b"MZ") and b"\0" in head[:64]:
        return "exe"
    if head.startswith(b"BM") and len(head) >= 18 and head[6:10] == b"\0\0\0\0" and head[15:18] == b"\0\0\0":
        return "bmp"
    if head.startswith((b"\0\0\1\0", b"\0\0\2\0")) and len(head) >= 22 and head[4] > 0 and not head[5] and not head[9]:
        return "ico"
    if head[257:262] == b"ustar":
        return "tar"
    if head[:1] == b"G" and len(head) > 376 and head[188] == head[376] == 0x47 and b"\0" in head[:376]:
        return "ts"
    if head[4:5] == b"G" and len(head) > 388 and head[196] == head[388] == 0x47:
        return "ts"
    return None
