"""What bytes begin like: the types that the product does not take, and what would run or open behind and inside a file.

A signature of printable letters alone must be followed by something that no text would have there.
"""

from __future__ import annotations

import re

from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.source import ByteView

END_OF_ZIP = b"PK\5\6"
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
    (b"xar!\0\x1c", "xar"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"LZIP\1", "lz"),
    (b"\xed\xab\xee\xdb", "rpm"),
    (b"\x01CD001\1", "iso"),
    (b"ITSF\3\0", "chm"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\x0b\x77", "ac3"),
    (b"\x77\x0b", "ac3"),
)
_ANY_SIGNATURE = tuple(signature for signature, _ in _SIGNATURES)
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PK\3\4", "an archive"),
    (b"PK\1\2", "an archive"),
    (b"PK\5\6", "an archive"),
    (b"PK\7\x08", "an archive"),
    (b"PK00PK", "an archive"),
    (b"BZh", "an archive"),
    (b"MSCF", "an archive"),
    (b"xar!", "an archive"),
    (b"!<arch>\n", "an archive"),
    (b"07070", "an archive"),
    (b"dex\n03", "a program"),
    (b"MZ", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"asm\1\0\0\0", "a program"),  # WebAssembly begins with a zero, which is gone with the blanks
    (b"#!", "a script"),
    (b"*/", "a script"),
    (b"%PDF", "a document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document"),
)
"""What `other.type_of` does not know, or knows only with more behind it than a cut piece has."""

_ANY_BEGINNING = tuple(beginning for beginning, _ in _BEGINNINGS)
_GRAVE = {"archive": "an archive", "program": "a program", "document": "a document"}
_MARKUP = Pattern(rb"<(?:!--|!?[A-Za-z][\w:.-]{0,30}[\s/>]|\?\w|%[\s@=])")
_PHP = Pattern(rb"<\?php\s", re.IGNORECASE)
_ACTIVE = Pattern(rb"<\?php|<script|<html|<!doctype|<iframe|javascript:", re.IGNORECASE)
_HIDDEN = Pattern(
    rb"\x7fELF[\x01\x02][\x01\x02]|PK\x03\x04[\x0a-\x40]\x00|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\xfd7zXZ\x00|"
    rb"MSCF\x00\x00\x00\x00|\x28\xb5\x2f\xfd|xar!\x00\x1c|!<arch>\n|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|%PDF-\d|"
    rb"[\xce\xcf]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]|\xca\xfe\xba\xbe\x00\x00|L\x00\x00\x00\x01\x14\x02\x00|"
    rb"#![ \t]?/|\x00asm\x01\x00\x00\x00|This program cannot be run|MZ\x90\x00|MZ(?s:.{60,1000}?)PE\x00\x00|"
    rb"\x1f\x8b\x08[\x00-\x1f]|BZh[1-9]1AY&SY|\x04\x22\x4d\x18|dex\n03\d|07070[127]0|[CFZ]WS[\x03-\x32](?s:...)\x00"
)
"""Beginnings that are long enough to be no accident among other bytes."""

_FIRST_OF_HIDDEN = frozenset((
    b"\x7fE", b"PK", b"Ra", b"7z", b"\xfd7", b"MS", b"\x28\xb5", b"xa", b"!<", b"\xd0\xcf", b"%P", b"\xce\xfa",
    b"\xcf\xfa", b"\xfe\xed", b"\xca\xfe", b"L\0", b"#!", b"\0a", b"Th", b"MZ", b"\x1f\x8b", b"BZ", b"\x04\x22",
    b"de", b"07", b"CW", b"FW", b"ZW",
))  # fmt: skip
"""The first two bytes of each of them: a sound has thousands of frames, and one of the bytes is in many."""

_PACKED = Pattern(
    rb"SZDD\x88\xf0\x27\x33|KWAJ\x88\xf0\x27\xd1|ITSF\x03\x00\x00\x00|\x78\x9f\x3e\x22|\x60\xea[\x1e-\x2b].[\x1e-\x2b]..[\x01-\x0b]\x00|"
    rb"SIT!|StuffIt|\*\*ACE\*\*|\xc7\x71[\x00-\xff]{4}[\x80-\x81]|\xed\xab\xee\xdb|LZIP\x01|.-lh[0-7d]-|\x19\x04\x00\x10|\x7a\x1a\x20\x10",
    re.DOTALL,
)
"""Beginnings of archives that are rarer than those, looked for where nothing of the kind has a place."""

_SCRIPT = Pattern(
    rb"@?echo\s+o(?:ff|n)\b|@?rem\s|::|@?(?:cmd|powershell|pwsh|cscript|wscript|mshta|certutil|bitsadmin|regsvr32|rundll32)"
    rb"(?:\.exe)?\s+[-/\w\"']|@?(?:setlocal|cls)\b|set\s+/?\w+\s*=|if\s+(?:not\s+)?(?:exist|errorlevel|defined)\b|start\s+\"|del\s+/|"
    rb"\[cmdletbinding|param\s*\(|\$[\w:]+\s*=|set-strictmode|#requires\b|using\s+(?:namespace|module)\b|function\s+[\w-]+\s*[({]|"
    rb"(?:invoke|start|write|get|set|new|remove|add|import|out|iex|iwr)-[a-z]{3,}\b|iex\b|"
    rb"on\s+error\s+resume|option\s+explicit|dim\s+\w+|set\s+\w+\s*=\s*createobject|createobject\s*\(|wscript\.|msgbox\b|sub\s+\w+\s*\(|"
    rb"(?:var|let|const)\s+\w+\s*=|eval\s*\(|\(function\s*\(|new\s+activexobject|import\s+\w+|from\s+\w+\s+import\b|"
    rb"[\w.]+\s*=\s*new\s+activexobject|<\?(?:php|=)|<%|\[autorun\]|windows\s+registry\s+editor|rm\s+-|curl\s|wget\s|sudo\s|export\s+\w+=",
    re.IGNORECASE,
)
"""The first line of a script of a shell, of Windows or of a browser, none of which has to begin with `#!`."""

_WORDS_OF_HIDDEN = {
    **dict.fromkeys(
        (b"PK", b"Ra", b"7z", b"\xfd7", b"MS", b"\x28\xb5", b"xa", b"!<", b"\x1f\x8b", b"BZ", b"\x04\x22", b"07"),
        "an archive",
    ),
    **dict.fromkeys((b"%P", b"\xd0\xcf"), "a document"),
    b"#!": "a script",
}
_TAR = Pattern(rb"ustar(?:\x00\d\d|  \x00)")
_USTAR = Pattern(rb"ustar")
_DISK = Pattern(rb"\x01CD001\x01")
"""Patterns, because `find` takes a quarter longer for them, and every picture, film and sound is searched."""

_BEFORE_VOLUME, _VOLUME = 32_768, 40_000
"""A disk image begins with 32,768 zeros or a program to start from, and has its mark behind them."""

WINDOW = 1100
"""Bytes in which the beginning of a program, an archive or a script shows itself."""

_JUNK = 1024
"""So many bytes of anything may stand before a program or archive, and it is still found."""

_TEXT = bytes(range(32, 127)) + b"\t\r\n"
_NEAR = 512


def type_of(head: bytes) -> str | None:
    """The type that begins with these bytes, or None. `head`: some hundred bytes, where there are so many."""
    if head.startswith(_ANY_SIGNATURE):
        return next(kind for signature, kind in _SIGNATURES if head.startswith(signature))
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
    if head[:3] in (b"FWS", b"CWS", b"ZWS") and len(head) >= 8 and 3 <= head[3] <= 50 and not head[7]:
        return "swf"
    if head[2:5] == b"-lh" and head[6:7] == b"-" and b"\0" in head:
        return "lzh"
    if head[:2] == b"\x60\xea" and len(head) > 10 and 30 <= head[4] <= 43 and not head[3]:
        return "arj"
    if head[:1] == b"G" and len(head) > 376 and head[188] == head[376] == 0x47 and b"\0" in head[:376]:
        return "ts"
    if head[4:5] == b"G" and len(head) > 388 and head[196] == head[388] == 0x47:
        return "ts"
    return None


def kind_of(rest: bytes) -> str | None:
    """What bytes begin like, in words, where it is something that another program opens or runs."""
    if rest.startswith(_ANY_BEGINNING):
        return next(words for beginning, words in _BEGINNINGS if rest.startswith(beginning))
    known = type_of(rest[:1024])
    if known is not None and (words := _GRAVE.get(DESCRIBED[known].category, "")):
        return words
    if _SCRIPT.match(rest):
        return "a script"
    return "markup" if _MARKUP.match(rest) else None


def hidden_in(data: bytes, begin: int, most: int = _JUNK) -> tuple[str, int] | None:
    """(what, where) of a program, archive or script that begins within `most` bytes behind `begin`."""
    if hit := _HIDDEN.search(data, begin, begin + most):
        return _WORDS_OF_HIDDEN.get(hit[0][:2], "a program"), hit.start()
    if hit := _ACTIVE.search(data, begin, begin + min(most, _NEAR)):
        return "a script or markup", hit.start()
    if hit := _PHP.search(data, begin, begin + 65_536):
        return "a script", hit.start()
    at = data.find(END_OF_ZIP, begin)
    if at >= 0 and data.find(b"PK\1\2", begin) >= 0:
        return "an archive", at
    at = data.find(b"ustar", begin, begin + most)
    return ("an archive", at) if at >= 257 and _TAR.match(data[at : at + 8]) else None


def archive_in(data: bytes) -> str | None:
    """What begins anywhere in bytes in which no file has a place, such as fields between the members of an archive."""
    if hit := _HIDDEN.search(data):
        return _WORDS_OF_HIDDEN.get(hit[0][:2], "a program")
    if _PACKED.search(data) or _TAR.search(data):
        return "an archive"
    return None


def markup_in(data: bytes) -> int | None:
    """Where markup or a script of a browser begins in the first 64 kB, or None."""
    hit = _ACTIVE.search(data, 0, 65_536)
    return hit.start() if hit else None


def runs_at(data: bytes, at: int) -> bool:
    """Whether text, a program or an archive stands exactly here, and no coded sound or picture.

    `WINDOW` bytes are enough to tell; with fewer it is told less often.
    """
    piece = data[at : at + 32]
    if len(piece) >= 8 and piece.isascii() and not piece.translate(None, _TEXT):
        return True
    if piece[:2] in _FIRST_OF_HIDDEN and _HIDDEN.match(data[at : at + WINDOW]):
        return True
    return data[at + 257 : at + 258] == b"u" and _TAR.match(data[at + 257 : at + 265]) is not None


def holds_volume(data: ByteView) -> str | None:
    """A tar archive or a disk image near the start: their marks are no accident, wherever they stand."""
    if _DISK.search(data, _BEFORE_VOLUME, _VOLUME):
        return "a disk image"
    hit = _USTAR.search(data, 0, _VOLUME)
    return "an archive (tar)" if hit is not None and _TAR.match(data[hit.start() : hit.start() + 8]) else None
