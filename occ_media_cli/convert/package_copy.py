"""An Office package taken apart, and put together again with some other parts: every other part byte for byte."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple

from occ_media_cli.convert.flate import deflate
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.media.readers.zipfiles import Archive, Member, TooLarge, ZipBroken
from occ_media_cli.media.source import FileSource

MOST_PART = 256_000_000
MOST_UNPACKED = 1_000_000_000
"""Bytes of one part, and of all parts, that are unpacked."""

_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8 = 20, 0x800
_DAY = 33
"""The first day that such an archive can name, as office programs write it; at midnight."""

_FRAME = _LOCAL.size + _ENTRY.size
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNED = "_xmlsignatures/"


class Packed(NamedTuple):
    """A part as it stands in an archive. flags: whether its name is in UTF-8."""

    name: bytes
    flags: int
    method: int
    size: int
    crc: int
    content: bytes


class PackageCopy:
    """The parts of a package by the key of their names (`zipfiles.part_key`), in their order.

    Raises `CannotFit` for one that is signed, encrypted, damaged, or unpacks to too much.
    """

    def __init__(self, source: FileSource) -> None:
        if source.head.startswith(_OLE):
            raise CannotFit("encrypted", "it is encrypted, and opens with a password only")
        try:
            self._archive = archive = Archive(source)
            wrong = next(filter(None, map(archive.contradiction, archive.entries)), None)
        except (ZipBroken, TooLarge) as error:
            raise CannotFit("damaged", f"it is damaged: {error}") from error
        self.members: dict[str, Member] = dict(zip(archive.keys, archive.entries, strict=True))
        if wrong is not None or len(self.members) != len(archive.entries):
            raise CannotFit("damaged", f"it is damaged: {wrong or 'two of its parts have one name'}")
        if archive.unpacked > MOST_UNPACKED:
            raise CannotFit(
                "damaged", f"it unpacks to {archive.unpacked:,} bytes; at most {MOST_UNPACKED:,} are worked on"
            )
        if any(key.startswith(_SIGNED) for key in self.members):
            raise CannotFit("signed", "it is signed, and any change would break the signature")

    def read(self, key: str) -> bytes:
        """The bytes of a part. Raises `CannotFit` where they are not what the archive says."""
        try:
            return self._archive.unpack(self.members[key], MOST_PART)
        except (ZipBroken, TooLarge) as error:
            raise CannotFit("damaged", f"it is damaged: {error}") from error

    def pack_part(self, key: str, content: bytes | None = None, name: bytes | None = None) -> Packed:
        """A part as small as zlib, or whoever wrote the original, can make it. content, name: what it has instead."""
        member = self.members[key]
        plain = self.read(key) if content is None else content
        best, method = deflate(plain)
        if content is None and member.method == 8 and member.packed < len(best):
            best, method = self._archive.raw(self._archive.begin_of(member), member.packed), 8
        written = member.name if name is None else name
        return Packed(
            written, 0 if written.isascii() else _UTF8 & member.flags, method, len(plain), zlib.crc32(plain), best
        )


def size_of(part: Packed) -> int:
    """The bytes that a part takes in an archive."""
    return _FRAME + 2 * len(part.name) + len(part.content)


def archive_size(parts: Mapping[str, Packed]) -> int:
    """The bytes of the archive of these parts."""
    return _END.size + sum(map(size_of, parts.values()))


def write_parts(parts: Mapping[str, Packed], out: IO[bytes]) -> None:
    """Write the archive of these parts, in their order, into an empty file."""
    directory, at = bytearray(), 0
    for part in parts.values():
        sizes = part.crc, len(part.content), part.size, len(part.name), 0
        head = _VERSION, part.flags, part.method, 0, _DAY
        out.write(_LOCAL.pack(b"PK\3\4", *head, *sizes) + part.name)
        out.write(part.content)
        directory += _ENTRY.pack(b"PK\1\2", _VERSION, *head, *sizes, 0, 0, 0, 0, at) + part.name
        at += _LOCAL.size + len(part.name) + len(part.content)
    out.write(directory)
    out.write(_END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(directory), at, 0))


def media_parts(package: PackageCopy) -> Iterator[str]:
    """The keys of the parts in folders for media."""
    return (key for key in package.members if "/media/" in f"/{key}" and not key.endswith("/"))
