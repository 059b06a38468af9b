"""What a text carries in another form: its words in a wide encoding, and files as base64 or uuencoded lines."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from itertools import chain

from occ_media_cli.media.kinds.text import wide_encoding
from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.signatures import archive_in
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.unpack.room import Opened, Room, Unread
from occ_media_cli.media.unpack.uuencoded import decode_line

_BASE64 = Pattern(
    rb"[A-Za-z0-9+/_-]{16,}={0,2}(?:[ \t\"',;+]{0,8}(?:\r?\n|\r|\\r\\n|\\n|%0D%0A|%0A)"
    rb"[ \t\"'>]{0,16}[A-Za-z0-9+/_-]{4,}={0,2})*"
)
"""Letters over any number of lines, which may be indented, quoted in a mail, or texts of a program."""
_SHORT_LINES = Pattern(rb"(?m)(?:^[ \t>]{0,16}[A-Za-z0-9+/_-]{4,15}={0,2}[ \t]{0,16}(?:\r?\n|\Z)){5,}")
"""The same in lines that are shorter than any program writes them."""

_UU = Pattern(rb"(?m)^begin(?:-base64)? [0-7]{3,4} ?([^\r\n]{0,200})\r?\n((?:[\x20-\x60][^\r\n]{0,90}\r?\n)+)")
_BINHEX_LETTERS = rb"[!-,\-0-9@A-NP-VX-Z\[`a-fh-mp-r]"
_BINHEX = Pattern(
    rb"(?i:converted\s{1,8}with\s{1,8}BinHex)[^\r\n]{0,80}[\s>]{1,40}:|"
    rb"(?m:^)[ \t>]{0,16}:" + _BINHEX_LETTERS + rb"{63}\r?\n" + _BINHEX_LETTERS + rb"{1,64}[:\r\n]"
)
"""The line that stands before such a file, or its first lines."""

_YENC = Pattern(rb"(?m)^=ybegin [^\r\n]{0,200}\bsize=[0-9]")
_COUNTED = Pattern(rb"&#(?:0{0,20}([0-9]{1,7})|[xX]0{0,20}([0-9a-fA-F]{1,6}));")
"""A sign by its number, as markup writes it."""

_SHORTEST = 64
"""Letters of base64 that are worth a look: 48 bytes."""

_OWN = 512
"""A run of so many letters is a file of its own; shorter ones, such as keys and digests, are looked at together."""

_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_NO_LETTERS = bytes(
    sign for sign in range(256) if not (chr(sign).isascii() and chr(sign).isalnum()) and sign not in b"+/"
)


def read_parts(source: FileSource, room: Room) -> Opened:
    """The text as UTF-8 where it is not, and every file that is written in it with letters."""
    encoding = wide_encoding(source.head)
    text: bytes | memoryview
    if encoding is not None:
        reason = room.refuses(source.size)
        if reason is not None:
            yield Unread("as UTF-8", reason)
            return
        text = source.data[: source.size].decode(encoding, "replace").encode("utf-8", "replace")
        yield "as UTF-8", text  # the letters in it are looked for when this part is opened
        return
    text = source.data[: source.size]
    if _BINHEX.search(text) is not None:
        yield Unread("BinHex", "it holds a file in BinHex, which is not undone")
    if _YENC.search(text) is not None:
        yield Unread("yEnc", "it holds a file in yEnc, which is not undone")
    if _COUNTED.search(text) is not None:
        yield "with entities undone", _COUNTED.compiled.sub(_sign, text)
    number, short, wide = 0, bytearray(), bytearray()
    for letters in _runs(text):
        content = _decoded(letters)
        if len(letters) < _OWN:
            short += content
            encoding = wide_encoding(content)
            if encoding is not None:
                wide += content.decode(encoding, "replace").encode("utf-8", "replace") + b"\n"
            continue
        number += 1
        yield f"base64 {number}", content
    if short:
        yield "base64, short", bytes(short)
    if wide:
        yield "base64, short, as UTF-8", bytes(wide)
    for number, hit in enumerate(_UU.finditer(text), start=1):
        content = _uudecoded(hit[2])
        if content:
            yield f"uuencoded {number}", content


def _sign(hit: re.Match[bytes]) -> bytes:
    number = int(hit[1]) if hit[1] is not None else int(hit[2], 16)
    return chr(number).encode("utf-8", "replace") if number < 0x11_0000 else b""


def holds_file(data: bytes) -> bool:
    """Whether a file is written in bytes with letters, long enough to be no accident."""
    return (
        any(len(letters) >= _OWN or archive_in(_decoded(letters)) is not None for letters in _runs(data))
        or any(pattern.search(data) is not None for pattern in (_UU, _BINHEX, _YENC))
    )  # fmt: skip


def _runs(text: bytes) -> Iterator[bytes]:
    for hit in chain(_BASE64.finditer(text), _SHORT_LINES.finditer(text)):
        letters = hit[0]
        if len(letters) >= _SHORTEST:
            for line in (b"\\r", b"\\n", b"%0D", b"%0A"):
                letters = letters.replace(line, b"")
            letters = letters.translate(_URL_SAFE)
            letters = letters.translate(None, _NO_LETTERS)
            if len(letters) >= _SHORTEST:
                yield letters


def _decoded(letters: bytes) -> bytes:
    return binascii.a2b_base64(letters[: len(letters) & ~3] + _ending(letters[len(letters) & ~3 :]))


def _ending(rest: bytes) -> bytes:
    return rest.ljust(4, b"=") if len(rest) > 1 else b""


def _uudecoded(lines: bytes) -> bytes:
    found = bytearray()
    for line in lines.splitlines():
        content = decode_line(line)
        if content is None:
            break
        found += content
    return bytes(found)
