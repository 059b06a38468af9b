"""What a part of a file is, by its first bytes and its name: a document to be looked at, a program, a plain file."""

from __future__ import annotations

import zlib
from contextlib import suppress

from occ_media_cli.media.file_names import EXECUTABLE
from occ_media_cli.media.readers import cfb
from occ_media_cli.media.readers.signatures import WINDOW, kind_of
from occ_media_cli.media.types import extension_of

HEAD = WINDOW
_PIECE = 2048
_MORE_PROGRAMS = frozenset((
    "application", "appref-ms", "chm", "cnt", "gadget", "hlp", "inf", "ins", "iqy", "isp", "jnlp", "library-ms",
    "mst", "msc", "msp", "ocx", "one", "ps1xml", "psm1", "pyw", "py", "reg", "rgs", "scf", "sct",
    "settingcontent-ms", "sh", "shb", "shs", "slk", "sys", "theme", "url", "vb", "wim", "iso", "img", "vhd",
    "website", "ws", "wsc", "wsh", "xll", "application-ms",
))  # fmt: skip
"""Besides those that `check` goes by: what runs or opens something once it is taken out of a document."""


def is_program_name(name: str) -> bool:
    """Whether a file of this name runs when it is opened."""
    extension = extension_of(name.replace("\\", "/").rstrip(". \0"))
    return extension in EXECUTABLE or extension in _MORE_PROGRAMS


def program_in(head: bytes, *, text_may_run: bool = False) -> str | None:
    """What kind of program bytes begin like, in words, or None. text_may_run: also a script without `#!`."""
    if head[:1] == b"<" or not head:
        return None
    what = kind_of(head[:1024])
    if what == "a program":
        return what if not head.startswith(b"MZ") or b"\0" in head[:64] else None
    if what == "a script" and (text_may_run or head.startswith(b"#!")):
        return what
    return None


def document_kind(head: bytes) -> str | None:
    """Which reader a part is for: `ole`, `zip`, `pdf`, `rtf`, or None."""
    if head.startswith(cfb.SIGNATURE):
        return "ole"
    if head.startswith(b"PK\3\4"):
        return "zip"
    if b"%PDF-" in head[:1029]:
        return "pdf"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:4].lower() == b"{\\rt":
        return "rtf"
    return None


def inflated(data: bytes, most: int) -> bytes:
    """What zlib unpacks, `most` bytes at most, and as far as it goes where its end is broken: readers do not mind."""
    inflater, found = zlib.decompressobj(), bytearray()
    for at in range(0, len(data), _PIECE):
        piece, before, length = data[at : at + _PIECE], inflater.copy(), len(found)
        try:
            while piece and len(found) < most:
                found += inflater.decompress(piece, most - len(found))
                piece = inflater.unconsumed_tail
        except zlib.error:
            del found[length:]
            found += _last(before, data[at : at + _PIECE], most - length)
            break
        if len(found) >= most or inflater.eof:
            break
    return bytes(found)


def _last(inflater: zlib._Decompress, piece: bytes, most: int) -> bytes:
    """What comes out of a piece before the byte that breaks it."""
    found = bytearray()
    with suppress(zlib.error):
        for at in range(len(piece)):
            if len(found) >= most:
                break
            found += inflater.decompress(piece[at : at + 1], most - len(found))
    return bytes(found)
