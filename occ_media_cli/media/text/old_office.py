"""The words of an old Office file (doc, xls, ppt): runs of characters in its streams, and the numbers of its cells.

These formats keep text as 8-bit or UTF-16 characters in pieces that tables elsewhere put in order. What is looked for
stands in one piece, so runs of characters are enough, and they need none of the tables, which contradict themselves in
many files. Numbers of cells are binary; a card number typed into a cell is one.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from occ_media_cli.media.kinds import ole
from occ_media_cli.media.readers.cfb import CfbBroken, CompoundFile
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.passage import LENGTH, Passage, Place, UnreadText

MOST_BYTES = 200_000_000
"""Bytes of all streams that are read. No stream has more than its file, nor have all together but where they share
sectors, which a directory can say a thousand times."""

_SHORTEST = 5
_WIDE = re.compile(
    rb"(?:[\t\n\r\x07\x20-\x7e\xa0-\xff]\0|[\0-\xff][\x01-\x0e\x30-\x9f\xac-\xd7\xf9-\xfe]|[\x10-\x3f\xac]\x20){%d,}"
    % _SHORTEST
)
_NARROW = re.compile(rb"[\t\n\r\x07\x20-\x7e\x80-\xff]{%d,}" % _SHORTEST)
_LETTERS = re.compile(rb"[ -~]{4}")
_NUMBER = re.compile(rb"\x03\x02\x0e\0(....)..(.{8})", re.DOTALL)
"""A cell with a number: record 0x0203 of 14 bytes, its row, column and look, then the number ([MS-XLS] 2.4.180)."""

_BOOKS = ("Workbook", "Book")
_WITHOUT_TEXT = ("Pictures", "Data")
_STREAM = 2
_LEAST_DIGITS, _MOST_NUMBER = 1e11, 1e16


def read_old_office(source: FileSource) -> Iterator[Passage | UnreadText]:
    """The text of each stream in the order of their names; its place is the stream's name, of a number the cell."""
    found = ole.recognise(source)
    if found is not None and found.facts.get("encrypted"):
        yield UnreadText("", "it needs a password")
        return
    try:
        container = CompoundFile(source)
        streams = [each for each in container.streams if each.kind == _STREAM]
    except CfbBroken as error:
        yield UnreadText("", str(error))
        return
    left = min(2 * source.size, MOST_BYTES)
    for entry in sorted(streams, key=lambda each: each.name):
        if entry.name in _WITHOUT_TEXT:
            continue
        most = min(left, source.size)
        try:
            content = container.read(entry, most)
        except CfbBroken as error:
            yield UnreadText(entry.name, str(error))
            continue
        left -= len(content)
        shown = entry.name.lstrip("\x01\x05")
        yield from _runs(content, shown)
        if entry.name in _BOOKS:
            yield from _numbers(content)
        if entry.size > most:
            yield UnreadText(shown, f"only {most:,} bytes of it are read")


def _runs(content: bytes, where: str) -> Iterator[Passage]:
    for pattern, encoding in ((_WIDE, "utf-16-le"), (_NARROW, "cp1252")):
        found: list[str] = []
        length = 0
        for run in pattern.finditer(content):
            if _LETTERS.search(run.group()) is None and encoding == "cp1252":
                continue
            text = run.group().decode(encoding, "replace").replace("\r", "\n").replace("\x07", "\t")
            found.append(text)
            length += len(text)
            if length >= LENGTH:
                yield Passage("\n".join(found), (Place(0, where),))
                found, length = [], 0
        if found:
            yield Passage("\n".join(found), (Place(0, where),))


def _numbers(content: bytes) -> Iterator[Passage]:
    """Cells with whole numbers of twelve digits and more; others are no text that somebody looks for."""
    found: list[str] = []
    places: list[Place] = []
    length = 0
    for record in _NUMBER.finditer(content):
        (number,) = struct.unpack("<d", record[2])
        if not _LEAST_DIGITS <= number < _MOST_NUMBER or number != int(number):
            continue
        row, column = struct.unpack("<HH", record[1])
        places.append(Place(length, f"row {row + 1:,}, column {column + 1:,}"))
        found.append(f"{int(number)}\n")
        length += len(found[-1])
    if found:
        yield Passage("".join(found), tuple(places))
