"""Compound files, the container of old Office documents ([MS-CFB]): sectors, a table that chains them, a directory.

An own reader of about a hundred lines instead of olefile: it opens only what the recogniser asks for, it says where
the file ends, and a loop in a chain ends it.
"""

from __future__ import annotations

import array
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from occ_media_cli.media.source import FileSource

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_ENTRIES = 65_536
_MOST_STORAGES = 32
_LARGEST_SECTOR = 0xFFFFFFFA
_FREE = 0xFFFFFFFF
_ENTRY = struct.Struct("<64sHBBIII16sIQQIQ")


class CfbBroken(Exception):
    """The structure contradicts itself; the text says where."""


class CfbEntry(NamedTuple):
    """A storage (1), stream (2) or the root (5)."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    clsid: bytes
    start: int
    size: int


def shown_path(path: tuple[str, ...]) -> str:
    """The path of a stream for people: control characters begin many names."""
    return "/".join("".join(letter for letter in part if letter.isprintable()) for part in path)


class CompoundFile:
    """The directory of a compound file. Raises `Broken`."""

    def __init__(self, source: FileSource) -> None:
        self._data, self._size = source.data, source.size
        header = source.head[:512]
        if len(header) < 512:
            raise CfbBroken("it is shorter than its header")
        order, shift, mini_shift = struct.unpack("<HHH", header[28:34])
        if order != 0xFFFE or shift not in (9, 12) or mini_shift > 12:
            raise CfbBroken("its header has values that no such file may have")
        self._sector: int = 1 << shift
        self._mini: int = 1 << mini_shift
        (tables, directory, self._cutoff, mini_table, mini_tables, more, more_count) = struct.unpack(
            "<I I 4x I I I I I", header[44:76]
        )
        self._directory = directory
        self._table = self._load_table(header, tables, more, more_count)
        self._mini_start, self._mini_count = mini_table, mini_tables
        self._mini_table: array.array[int] | None = None
        raw = self._chain(directory, 4 * MOST_ENTRIES * 128)
        self.entries = [self._entry(raw, at, shift) for at in range(0, len(raw) - 127, 128)]
        if not self.entries or self.entries[0].kind != 5:
            raise CfbBroken("its directory has no root")
        self.root = self.entries[0]

    def _load_table(self, header: bytes, tables: int, more: int, more_count: int) -> array.array[int]:
        sectors = [number for number in struct.unpack("<109I", header[76:512]) if number < _LARGEST_SECTOR]
        per_sector = self._sector // 4
        for _ in range(min(more_count, self._size // self._sector + 1)):
            if more >= _LARGEST_SECTOR:
                break
            page = array.array("I", self._read(more))
            sectors.extend(number for number in page[:-1] if number < _LARGEST_SECTOR)
            more = page[-1]
        if not sectors or len(sectors) * per_sector > self._size // self._sector + 2 * per_sector + 128 * per_sector:
            raise CfbBroken("its sector table is larger than the file" if sectors else "it has no sector table")
        table = array.array("I")
        for number in sectors[: max(tables, 1)] if tables else sectors:
            table.frombytes(self._read(number))
        if sys.byteorder == "big":  # pragma: no cover - the numbers of the file are little-endian
            table.byteswap()
        return table

    def _read(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        page = self._data[start : start + self._sector]
        if len(page) < self._sector:
            if not page:
                raise CfbBroken("it is cut off: a sector lies behind its end")
            page = page.ljust(self._sector, b"\0")
        return page

    def _chain(self, sector: int, most: int) -> bytes:
        pages, seen, total = [], 0, 0
        while sector < _LARGEST_SECTOR:
            if sector >= len(self._table) or seen > len(self._table) or total > most:
                raise CfbBroken("a chain of sectors does not end")
            pages.append(self._read(sector))
            sector = self._table[sector]
            seen += 1
            total += self._sector
        return b"".join(pages)

    def _entry(self, raw: bytes, at: int, shift: int) -> CfbEntry:
        name, length, kind, _, left, right, child, clsid, _, _, _, start, size = _ENTRY.unpack_from(raw, at)
        text = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        return CfbEntry(text, kind, left, right, child, clsid, start, size & 0xFFFFFFFF if shift == 9 else size)

    def children(self, parent: CfbEntry) -> dict[str, CfbEntry]:
        """What stands directly below a storage, by name in upper case: names are compared without regard to case."""
        found: dict[str, CfbEntry] = {}
        seen: set[int] = set()
        waiting = [parent.child]
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self.entries):
                continue
            seen.add(number)
            entry = self.entries[number]
            if entry.kind in (1, 2):
                found.setdefault(entry.name.upper(), entry)
            waiting += (entry.left, entry.right)
        return found

    def read(self, entry: CfbEntry, most: int) -> bytes:
        """The first bytes of a stream, `most` at most."""
        return b"".join(self._pieces(entry, min(entry.size, most)))

    def read_remains(self, entry: CfbEntry, most: int) -> bytes:
        """The same of a stream that may be cut off: as far as it goes."""
        found: list[bytes] = []
        with suppress(CfbBroken):
            found.extend(self._pieces(entry, min(entry.size, most)))
        return b"".join(found)

    def _pieces(self, entry: CfbEntry, wanted: int) -> Iterator[bytes]:
        """So many first bytes of a stream, sector by sector."""
        read: Callable[[int], bytes] = self._read
        if entry.size >= self._cutoff:
            table, size = self._table, self._sector
        else:
            if self._mini_table is None:
                self._mini_table = array.array("I", self._chain(self._mini_start, self._size + self._sector))
            table, size, read = self._mini_table, self._mini, self._read_mini
        sector = entry.start
        while wanted > 0 and sector < len(table):
            yield read(sector)[:wanted]
            wanted -= size
            sector = table[sector]

    def _read_mini(self, number: int) -> bytes:
        at = number * self._mini
        place, inside = divmod(at, self._sector)
        if place >= len(self._root_sectors):
            raise CfbBroken("its small streams lie behind its end")
        return self._read(self._root_sectors[place])[inside : inside + self._mini]

    @cached_property
    def _root_sectors(self) -> list[int]:
        """The sectors that hold the small streams, as far as their chain leads."""
        return list(self._sectors(self.root.start))

    def walk(self) -> Iterator[tuple[tuple[str, ...], CfbEntry]]:
        """(storages above and its name, entry) of every storage and stream; what no storage lists comes last."""
        seen: set[int] = {0}
        waiting: list[tuple[int, tuple[str, ...]]] = [(self.root.child, ())]
        while waiting:
            number, above = waiting.pop()
            if number in seen or number >= len(self.entries):
                continue
            seen.add(number)
            entry = self.entries[number]
            if entry.kind in (1, 2):
                yield (*above, entry.name), entry
            if entry.kind == 1 and len(above) < _MOST_STORAGES:
                waiting.append((entry.child, (*above, entry.name)))
            waiting += ((entry.right, above), (entry.left, above))
        for number, entry in enumerate(self.entries):
            if number not in seen and entry.kind in (1, 2):
                yield ("?", entry.name), entry

    def spans(self, entry: CfbEntry) -> Iterator[tuple[int, int]]:
        """(begin, end) in the file of each piece of a stream, in order; they end where a chain does."""
        left, small = entry.size, entry.size < self._cutoff
        if small and self._mini_table is None:
            self._mini_table = array.array("I", self._chain(self._mini_start, self._size + self._sector))
        table = (self._mini_table if small else None) or self._table
        sector, step = entry.start, self._mini if small else self._sector
        homes = self._root_sectors if small else []
        for _ in range(self._size // step + 1):
            if left <= 0 or sector >= len(table):
                return
            inside = sector * step
            if small and inside // self._sector >= len(homes):
                raise CfbBroken("its small streams lie behind its end")
            home = homes[inside // self._sector] if small else sector
            begin = (home + 1) * self._sector + (inside % self._sector if small else 0)
            yield begin, min(begin + min(step, left), self._size)
            left -= step
            sector = table[sector]

    def _sectors(self, sector: int) -> Iterator[int]:
        """The sectors of a chain, as far as it leads."""
        for _ in range(len(self._table)):
            if sector >= len(self._table):
                return
            yield sector
            sector = self._table[sector]

    @property
    def directory_spans(self) -> list[tuple[int, int]]:
        """(begin, end) in the file of each sector of the directory, whose entries have 128 bytes."""
        return [((number + 1) * self._sector, (number + 2) * self._sector) for number in self._sectors(self._directory)]

    @property
    def free_spans(self) -> Iterator[tuple[int, int]]:
        """(begin, end) in the file of each sector that belongs to nothing; what was deleted may still be there."""
        for number, value in enumerate(self._table):
            begin = (number + 1) * self._sector
            if begin >= self._size:
                return
            if value == _FREE:
                yield begin, min(begin + self._sector, self._size)

    def missing(self, entry: CfbEntry) -> bool:
        """Whether a stream's chain leaves the file or is shorter than the stream; small streams are not followed."""
        if (entry.size < self._cutoff and entry.kind != 5) or not entry.size:
            return False
        left, sector, last = -(-entry.size // self._sector) - 1, entry.start, 0
        table, length = self._table, len(self._table)
        while left and sector < length:
            sector = table[sector]
            left -= 1
        if left or sector >= _LARGEST_SECTOR:
            return True
        last = (sector + 1) * self._sector + (entry.size - 1) % self._sector + 1
        return bool(last > self._size)

    def lacks(self, entry: CfbEntry) -> bool:
        """Of a stream with something missing: whether that is more than a part of its last sector."""
        whole = entry._replace(size=(entry.size - 1) // self._sector * self._sector)
        return self.missing(whole)

    @property
    def size(self) -> int:
        """Bytes of the file: no stream has more, whatever the directory says."""
        return self._size

    @property
    def streams(self) -> list[CfbEntry]:
        """Every stream that the directory lists, and the root, which holds the small ones."""
        return [entry for entry in self.entries if entry.kind in (2, 5)]

    @property
    def end(self) -> int:
        """Behind the last sector that is in use."""
        table = self._table
        last = len(table) - 1
        while last >= 0 and table[last] == _FREE:
            last -= 1
        return (last + 2) * self._sector
