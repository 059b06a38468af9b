"""A ZIP archive read from its directory: what is in it, whether it contradicts itself, and single members with a cap.

An own reader instead of zipfile: it costs a tenth for the two members that a recogniser needs, refuses what programs
read in different ways (two directories, overlapping members, names that differ), and never inflates past a cap.
"""

from __future__ import annotations

import struct
import zlib
from functools import cached_property
from typing import NamedTuple

from occ_media_cli.media.source import FileSource

MOST_MEMBERS = 20_000
MOST_BYTES = 4_000_000_000
MOST_RATIO = 1_000
"""A directory that promises more than this is refused; an honest office file stays far below all three."""

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_GAP = 65_536
"""Bytes of a gap between members that are looked at."""


class ZipBroken(Exception):
    """The archive is cut off or contradicts itself."""


class TooLarge(Exception):
    """The archive promises more members or bytes than are looked at."""


class Member(NamedTuple):
    """One line of the directory."""

    name: bytes
    method: int
    flags: int
    packed: int
    size: int
    offset: int
    crc: int

    @property
    def shown(self) -> str:
        """Its name for people."""
        return self.name.decode("utf-8", "replace")


def part_key(name: bytes) -> str:
    """What two names of one part have in common: packages regard neither case nor the way a slash leans."""
    return name.decode("utf-8", "replace").replace("\\", "/").lstrip("/").casefold()


class Archive:
    """The directory of an archive. Raises `Broken` and `TooLarge`.

    end: behind the end-of-directory record and its comment.
    entries: every line of the directory in its order, also those of one name.
    comment: what stands behind the end-of-directory record and belongs to it.
    zip64_end: whether a second end record, for large archives, says where the directory is.
    """

    def __init__(self, source: FileSource) -> None:
        self._data = source.data
        place, count, length, start, self.end, comment = _end_record(source)
        if count > MOST_MEMBERS:
            raise TooLarge(f"it has {count:,} members; at most {MOST_MEMBERS:,} are looked at")
        self.shift = place - length - start
        self.zip64_end = self._data[max(0, self.end - comment - 42) : self.end - comment - 22].startswith(b"PK\6\7")
        if self.shift < 0 or length < count * 46:
            raise ZipBroken("its directory lies outside of it")
        self.comment = self._data[self.end - comment : self.end]
        self.directory = place - length
        self.entries: list[Member] = []
        self._begins: dict[int, int] = {}
        self._read: dict[bytes, bytes] = {}
        self.members: dict[bytes, Member] = {}
        self.repeated: set[bytes] = set()
        directory = self._data[place - length : place]
        at, spans, total, packed_total = 0, [], 0, 0
        for _ in range(count):
            if len(directory) - at < 46 or directory[at : at + 4] != b"PK\1\2":
                raise ZipBroken("its directory is broken")
            field = _ENTRY.unpack_from(directory, at)
            flags, method, packed, size = field[3], field[4], field[8], field[9]
            offset, name = field[16], directory[at + 46 : at + 46 + field[10]]
            extra = directory[at + 46 + field[10] : at + 46 + field[10] + field[11]]
            at += 46 + field[10] + field[11] + field[12]
            if 0xFFFFFFFF in (packed, size, offset):
                size, packed, offset = _zip64(extra, size, packed, offset)
            if name in self.members:
                self.repeated.add(name)
            member = self.members[name] = Member(name, method, flags, packed, size, offset, field[7])
            self.entries.append(member)
            spans.append((offset, packed))
            total += size
            packed_total += packed
        if total > MOST_BYTES or (total > 100_000_000 and total > MOST_RATIO * max(packed_total, 1)):
            raise TooLarge(f"it unpacks to {total:,} bytes")
        self.unpacked = total
        _refuse_overlap(spans, place - length - self.shift)

    @cached_property
    def keys(self) -> list[str]:
        """What packages go by, of each entry (`part_key`)."""
        return [part_key(member.name) for member in self.entries]

    def find_member(self, name: bytes) -> bytes | None:
        """A member's name as it is written in the archive; office packages do not regard case."""
        if name in self.members:
            return name
        wanted = name.lower()
        return next((each for each in self.members if each.replace(b"\\", b"/").lower() == wanted), None)

    def read(self, name: bytes, most: int) -> bytes:
        """One member, checked against its directory. Raises `ZipBroken`, or `TooLarge` past `most` bytes."""
        if name in self.repeated:
            raise ZipBroken("two of its members have one name")  # and readers take different ones
        content = self._read[name] = self.unpack(self.members[name], most)
        return content

    def begin_of(self, member: Member) -> int:
        """Where the bytes of a member begin. Raises `ZipBroken`."""
        at = member.offset + self.shift
        if (known := self._begins.get(at)) is not None:
            return known
        header = self._data[at : at + 30]
        if len(header) < 30 or header[:4] != b"PK\3\4":
            raise ZipBroken(f"a member is not where its directory says ({member.shown})")
        local = _LOCAL.unpack(header)
        if self._data[at + 30 : at + 30 + local[9]] != member.name:
            raise ZipBroken(f"a member has another name than its directory says ({member.shown})")
        begin = self._begins[at] = int(at + 30 + local[9] + local[10])
        return begin

    def raw(self, begin: int, length: int) -> bytes:
        """Bytes as they stand in the file, for what unpacks a member piece by piece."""
        return self._data[begin : begin + length]

    def unpack(self, member: Member, most: int, *, to_the_end: bool = False) -> bytes:
        """The bytes of a member, of the size and checksum that its directory says. Raises like `read`.

        to_the_end: refuse a member with bytes behind the end of what is packed: who reads from the front finds them.
        """
        known = self._read.get(member.name)
        if known is not None and len(known) <= most:
            return known
        begin = self.begin_of(member)
        if member.flags & 1:
            raise ZipBroken(f"a member is encrypted ({member.shown})")
        raw = self._data[begin : begin + member.packed]
        if len(raw) != member.packed:
            raise ZipBroken(f"a member is cut off ({member.shown})")
        if member.size > most:
            raise TooLarge(f"a part that has to be read has {member.size:,} bytes ({member.shown})")
        if member.method == 0:
            content = raw
        elif member.method != 8:
            raise ZipBroken(f"a member is packed in a way that no office file uses ({member.shown})")
        else:
            inflater = zlib.decompressobj(-15)
            try:
                content = inflater.decompress(raw, member.size + 1)  # one more tells of more
                if to_the_end and len(content) <= member.size and (inflater.unused_data or not inflater.eof):
                    raise ZipBroken(f"a member has bytes behind its end, or none ({member.shown})")
            except zlib.error as error:
                raise ZipBroken(f"a member cannot be unpacked ({member.shown})") from error
        if len(content) != member.size:
            raise ZipBroken(f"a member has another size than its directory says ({member.shown})")
        if zlib.crc32(content) != member.crc:
            raise ZipBroken(f"a member has another checksum than its directory says ({member.shown})")
        return content

    def contradiction(self, member: Member) -> str | None:
        """What the header in front of a member says otherwise than the directory, which some programs go by.

        A member that was written as a stream may have its sizes and checksum behind it. Raises `ZipBroken`.
        """
        at, begin = member.offset + self.shift, self.begin_of(member)
        _, _, flags, method, _, _, crc, packed, size, name, _ = _LOCAL.unpack(self._data[at : at + 30])
        if method != member.method:
            return f"it is packed by method {method} and by method {member.method}"
        if (flags ^ member.flags) & 1:
            return "it is encrypted and it is not"
        if 0xFFFFFFFF in (packed, size):
            size, packed, _ = _zip64(self._data[at + 30 + name : begin], size, packed, 0)
        known = (0, 0xFFFFFFFF) if flags & 8 else ()  # what may stand for a number that comes behind
        if (packed not in (member.packed, *known)) or (size not in (member.size, *known)):
            return f"{packed:,} bytes for {size:,}, and {member.packed:,} for {member.size:,}"
        return None if crc in (member.crc, *known) else "it has two checksums"

    def holds_unlisted(self) -> bool:
        """Whether an entry that the directory does not list lies between, before or behind the members.

        Raises `ZipBroken`.
        """
        data = self._data
        spans = [*((begin, end) for begin, end, _ in self._gap_spans()), (self.end, len(data))]
        return b"PK\3\4" in self.comment or any(data.find(b"PK\3\4", begin, end) >= 0 for begin, end in spans)

    def gaps(self) -> list[tuple[bytes, str]]:
        """(bytes, what stands before them) wherever bytes belong to no member. Raises `ZipBroken`."""
        found = [(self._data[at : min(end, at + _GAP)], before) for at, end, before in self._gap_spans()]
        return [(content, before) for content, before in found if content.strip(b"\0")]

    def _gap_spans(self) -> list[tuple[int, int, str]]:
        """(begin, end, what stands before it) of each gap; offsets as the directory counts them."""
        found: list[tuple[int, int, str]] = []
        at, before = 0, "its start"
        order = sorted(self.entries, key=lambda member: member.offset)
        for number, member in enumerate(order):
            if member.offset > at:
                found.append((at, member.offset, before))
            after = order[number + 1].offset if number + 1 < len(order) else self.directory
            at = self.begin_of(member) + member.packed
            at += self._descriptor(member, at, after)
            before = member.shown
        if self.directory > at:
            found.append((at, self.directory, before))
        return found

    def _descriptor(self, member: Member, at: int, after: int) -> int:
        """Bytes of the record behind a member that was written as a stream: size and checksum come after it."""
        room = after - at
        if not room:
            return 0
        signed = self._data[at : at + 4] == b"PK\7\x08"
        if not (member.flags & 8 or signed):
            return 0
        short, long = (16, 24) if signed else (12, 20)
        return long if room == long else short if room >= short else 0


def _end_record(source: FileSource) -> tuple[int, int, int, int, int, int]:
    """(where the directory ends, members, its length, its stated start, where the file ends, bytes of the comment)."""
    data, size = source.data, source.size
    floor = max(0, size - 65_557)
    at = data.rfind(b"PK\5\6", floor)
    while at >= 0 and size - at < 22:
        at = data.rfind(b"PK\5\6", floor, at)
    if at < 0:
        at = data.rfind(b"PK\5\6")
        if at < 0 or size - at < 22:
            raise ZipBroken("it is cut off: it has no directory")
    _, disk, start_disk, here, count, length, start, comment = _END.unpack(data[at : at + 22])
    if disk or start_disk or here != count:
        raise ZipBroken("it is one part of several")
    end = at + 22 + comment
    if end > size:
        raise ZipBroken("it is cut off inside its comment")
    place = at
    locator = data[max(0, at - 20) : at]
    if locator[:4] == b"PK\6\7":
        record_at = int.from_bytes(locator[8:16], "little")
        record = data[record_at : record_at + 56]
        if record[:4] == b"PK\6\6" and len(record) == 56:
            count, length, start = struct.unpack("<3Q", record[32:56])
            place = record_at
    return place, count, length, start, end, comment


def _zip64(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            numbers = list(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            values = [numbers.pop(0) if value == 0xFFFFFFFF and numbers else value for value in (size, packed, offset)]
            return values[0], values[1], values[2]
        at += 4 + length
    return size, packed, offset


def _refuse_overlap(spans: list[tuple[int, int]], limit: int) -> None:
    spans.sort()
    before = 0
    for offset, packed in spans:
        if offset < before:
            raise ZipBroken("two of its members share bytes")
        before = offset + 30 + packed
    if before > limit:
        raise ZipBroken("a member runs into the directory")
