"""The archive around the files of a bundle: it holds them and nothing else.

A zip archive has many places that no reader of its files sees: a comment, bytes before, between and behind the
members, extra fields, a second name in a member's own header. `bundle.Writer` leaves all of them empty.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Collection, Iterator
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

ARCHIVE = "the archive"
"""The subject of a problem that belongs to no file."""

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_END = struct.Struct("<4s4H2LH")
_END_64 = 98
"""Bytes of the end where it has fields of 64 bits."""

_EPOCH = (0, 33)
"""1980-01-01 00:00:00, as an archive writes it: time, day."""

_MODE = 0o600 << 16
_DEFLATED, _UNIX, _ELSEWHERE = 8, 3, 0xFFFFFFFF

_CHUNK = 1 << 20

LARGE = 2**31 - 1
"""Bytes from which on a size or a place is written in 64 bits, as zipfile does it."""


LARGEST_DIRECTORY = 1_000_000
"""Bytes of the directory of an archive: a bundle has some forty files, and each takes under a hundred there."""

MOST_RATIO = 500
"""How many times smaller all files may be packed than they are, from a hundred megabytes on: no report comes near."""

_NAME = re.compile(
    r"[a-z]+(?:-[a-z]+)*\.(html|json|csv|ndjson|sig)|rules/[a-z0-9-]{1,200}\.sql|views/[a-z_]{1,40}\.ndjson", re.ASCII
)


class ArchiveTooLarge(ValueError):
    """The archive promises more than a bundle holds, or says so in a way that takes a reader more than it should."""


class Damaged(Exception):
    """A file of the archive is not what its directory says."""


class BoundedFile:
    """An archive's file, from which nothing is read at once that a bundle would not have.

    A directory is read whole before anything of it can be judged, and a crafted one has millions of members.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; ArchiveTooLarge for more than a directory may have."""
        if size > max(LARGEST_DIRECTORY, 1 << 20):
            raise ArchiveTooLarge("its directory is too large")
        return self._stream.read(LARGEST_DIRECTORY if size < 0 else size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def unpack(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    """The bytes of a file, one chunk at a time. Damaged where they are not those that its directory says, or where
    more stands behind them in its place: what a reader of archives passes over may be there."""
    stream = archive.fp
    assert stream is not None  # noqa: S101  # it is open
    stream.seek(member.header_offset)
    raw = stream.read(_LOCAL.size)
    if len(raw) < _LOCAL.size or raw[:4] != b"PK\3\4":
        raise Damaged("a file is not where the directory says")
    *_, name, extra = _LOCAL.unpack(raw)
    if member.compress_type not in (0, _DEFLATED) or member.flag_bits & 1:
        raise Damaged("a file is packed in a way that no bundle uses")
    inflater = zlib.decompressobj(-15) if member.compress_type == _DEFLATED else None
    place, left, size, check = member.header_offset + _LOCAL.size + name + extra, member.compress_size, 0, 0
    while left:
        stream.seek(place)
        packed = stream.read(min(left, _CHUNK))
        if not packed:
            raise Damaged("a file is cut off")
        place, left = place + len(packed), left - len(packed)
        while packed:
            if inflater is not None and inflater.eof:
                raise Damaged("bytes stand behind a file, in its place")
            chunk = packed if inflater is None else inflater.decompress(packed, _CHUNK)
            packed = b"" if inflater is None else inflater.unconsumed_tail or inflater.unused_data
            size, check = size + len(chunk), zlib.crc32(chunk, check)
            if size > member.file_size:
                raise Damaged("a file is longer than the directory says")
            yield chunk
    if inflater is not None:
        while not inflater.eof:
            chunk = inflater.decompress(b"", _CHUNK)
            size, check = size + len(chunk), zlib.crc32(chunk, check)
            if not chunk or size > member.file_size:
                raise Damaged("a file is cut off")
            yield chunk
    if (size, check) != (member.file_size, member.CRC):
        raise Damaged("a file is not the one that the directory says")


def refuse_bombs(archive: ZipFile, most_files: int, most_bytes: int) -> None:
    """ArchiveTooLarge where the files are more, or more when unpacked, than a bundle has, or where two share bytes."""
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    size, packed = (sum(getattr(member, of) for member in members) for of in ("file_size", "compress_size"))
    if len(members) > most_files:
        raise ArchiveTooLarge(f"it has {len(members):,} files")
    if size > most_bytes or (size > 100_000_000 and size > MOST_RATIO * max(packed, 1)):
        raise ArchiveTooLarge(f"it would unpack to {size:,} bytes")
    end = 0
    for member in members:
        if member.header_offset < end:
            raise ArchiveTooLarge("two of its files share bytes")
        end = member.header_offset + _LOCAL.size + member.compress_size
    if end > archive.start_dir:
        raise ArchiveTooLarge("a file of it reaches into its directory")


def misnamed(names: Collection[str], listed: Collection[str]) -> Iterator[tuple[str, str]]:
    """The names that no file of a bundle has. One that leads out of its folder lets a program that unpacks it write
    elsewhere; one that reads like another is taken for it. listed: those that the manifest vouches for."""
    for name in sorted(names):
        if name[:1] in ("/", "\\") or name[1:2] == ":" or ".." in name.replace("\\", "/").split("/"):
            yield name, "has a name that leads out of its folder"
        elif name in listed and _NAME.fullmatch(name) is None:
            yield name, "has a name that no file of a bundle has"


def problems(archive: ZipFile) -> Iterator[tuple[str, str]]:
    """Everything that an archive holds besides its files, each with the file beside which it stands."""
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    if archive.comment:
        yield ARCHIVE, "has a comment"
    place = 0
    for member in members:
        if member.header_offset != place:
            yield member.filename, "has bytes before it that belong to no file"
        if not _plain(member):
            yield member.filename, "was packed by another program"
        length = _header(archive, member)
        if length is None:
            yield member.filename, "has two headers that differ"
            return
        place = member.header_offset + length + member.compress_size
    if archive.start_dir != place:
        yield ARCHIVE, "has bytes behind its files that belong to none"
    if not _directory_is_plain(archive):
        yield ARCHIVE, "has a directory that says more than its files"


def _directory_is_plain(archive: ZipFile) -> bool:
    """Whether nothing but the directory of the files stands behind them, up to the last byte."""
    stream = archive.fp
    assert stream is not None  # noqa: S101  # it is open
    members = archive.infolist()
    listed = b"".join(
        _CENTRAL.pack(
            b"PK\1\2", member.create_version, member.create_system, member.extract_version, member.reserved,
            member.flag_bits, member.compress_type, *_EPOCH, member.CRC, *_sizes(member), len(_name(member)),
            len(member.extra), len(member.comment), member.volume, member.internal_attr, member.external_attr,
            _ELSEWHERE if member.header_offset > LARGE else member.header_offset,
        )
        + _name(member) + member.extra + member.comment
        for member in members
    )  # fmt: skip
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(listed), archive.start_dir, len(archive.comment))
    stream.seek(archive.start_dir)
    found = stream.read(len(listed) + _END_64 + len(archive.comment) + 1)
    whole = listed + end + archive.comment
    return found == whole or (len(found) == len(listed) + _END_64 and found.startswith(listed) and _is_large(archive))


def _is_large(archive: ZipFile) -> bool:
    """Whether the end needs fields of 64 bits."""
    return archive.start_dir > LARGE


def _sizes(member: ZipInfo) -> tuple[int, int]:
    """The sizes as the directory has them: large ones stand in a field of 64 bits behind the name."""
    sizes = (member.compress_size, member.file_size)
    return (_ELSEWHERE, _ELSEWHERE) if max(sizes) > LARGE else sizes


def _name(member: ZipInfo) -> bytes:
    return member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437", "surrogateescape")


def _plain(member: ZipInfo) -> bool:
    """Whether a member is as `bundle.Writer` makes it: no comment, no field of its own, no time, no other mode."""
    large = max(member.compress_size, member.file_size, member.header_offset) > LARGE
    return (
        (member.comment, member.flag_bits, member.internal_attr, member.volume) == (b"", 0, 0, 0)
        and (large or not member.extra)
        and (member.external_attr, member.create_system, member.compress_type) == (_MODE, _UNIX, _DEFLATED)
        and (member.reserved, member.create_version) == (0, member.extract_version)
        and member.date_time == (1980, 1, 1, 0, 0, 0)
        and member.orig_filename == member.filename
    )


def _header(archive: ZipFile, member: ZipInfo) -> int | None:
    """The length of a member's own header, or None where it says something else than the directory."""
    stream = archive.fp
    assert stream is not None  # noqa: S101  # it is open
    stream.seek(member.header_offset)
    raw = stream.read(_LOCAL.size)
    if len(raw) < _LOCAL.size:
        return None
    mark, version, flags, method, time, day, crc, packed, size, name, extra = _LOCAL.unpack(raw)
    same = (mark, version, flags, method, time, day, crc) == (
        b"PK\3\4", member.extract_version, member.flag_bits, member.compress_type, *_EPOCH, member.CRC,
    )  # fmt: skip
    if not same or stream.read(name) != _name(member):
        return None
    if extra:  # the sizes stand in a field of 64 bits
        field = struct.pack("<HHQQ", 1, 16, member.file_size, member.compress_size)
        here = (packed, size, extra) == (_ELSEWHERE, _ELSEWHERE, len(field)) and stream.read(extra) == field
    else:
        here = (packed, size) == (member.compress_size, member.file_size)
    if not here:
        return None
    return _LOCAL.size + int(name) + int(extra)
