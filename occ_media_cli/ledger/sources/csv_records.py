"""Records of a CSV file, each with its cells or with what is wrong with it, so that a bad one costs itself only.

A quoted cell may hold line breaks, so one quote too many makes the rows behind it the content of a cell. That shows in
one of two ways. The quote is never closed within the longest row, or text stands behind the one that closes it, or
the row comes to another number of cells: then the first line alone is bad, and reading goes on behind it. Or another
stray quote closes the cell where a cell may end: then whole rows stand in it. Whether a quote is missing there or
somebody gave a file a name that looks like rows cannot be told, so none of these lines is taken.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO, NamedTuple

from occ_media_cli.ledger.entry import LONGEST_LINE
from occ_media_cli.ledger.sources.streams import BLOCK, blocks

MOST_LINES = 10_000
"""How many lines a row may have. Lines cost memory beyond their bytes, and no chat takes a text of so many."""

TOO_LONG = f"is longer than {LONGEST_LINE:,} bytes"
BAD_QUOTE = "a cell has text behind its closing quote"
OPEN_QUOTE = "a quote is opened that is not closed where a cell ends"
SWALLOWED = "whole rows stand between two quotes: write each quote of a value twice, and quotes around the value"


class Record(NamedTuple):
    """A row of a file. line: where it begins, from 1. cells: None where it is none, for the reason `trouble`."""

    line: int
    text: str
    cells: list[str] | None
    trouble: str = ""


def lines_of(stream: IO[bytes]) -> Iterator[str]:
    """The lines of a file with their ends, of the three kinds that there are. One that is too long is cut."""
    first = stream.read(BLOCK)
    is_old = b"\r" in first and b"\n" not in first  # a Mac of before 2001, and some programs still
    source = _Translated(first, stream, is_old=is_old)
    for block, many in blocks(source):  # type: ignore[arg-type]  # all that is asked of a stream is `read`
        text = block.decode(errors="surrogateescape")
        if many == 1 and len(block) > LONGEST_LINE:
            yield text  # whatever stands in it
        else:
            yield from io.StringIO(text, newline="")


class _Translated:
    """A stream whose first block was looked at. is_old: lines end with a carriage return alone."""

    def __init__(self, first: bytes, stream: IO[bytes], *, is_old: bool) -> None:
        self._first: bytes | None = first
        self._stream = stream
        self._is_old = is_old

    def read(self, size: int) -> bytes:
        first, self._first = self._first, None
        data = first if first is not None else self._stream.read(size)
        return data.replace(b"\r", b"\n") if self._is_old else data


class _TooLong(Exception):
    """A row has more text or more lines than a row may have."""


class _Lines:
    """The lines of one record after another, for a csv reader. What a failed record took beyond its first comes again.

    taken: the lines of this record so far.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._length = 0
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._length += len(line)
        if self._length > LONGEST_LINE or len(self.taken) > MOST_LINES:
            raise _TooLong
        return line

    def begin(self) -> None:
        """Forget the lines of the record before."""
        self.taken = []
        self._length = 0

    def give_back(self) -> None:
        """Let all lines but the first be read again, as records of their own."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def records(
    lines: Iterator[str], separator: str, width: int, is_row: Callable[[list[str]], bool], first: int
) -> Iterator[Record]:
    """The records of a file behind its header.

    width: how many cells the header has. is_row: whether so many cells are an entry. first: the number of the first
    line.
    """
    source = _Lines(lines)
    reader = csv.reader(source, delimiter=separator, strict=True)
    line = first
    while True:
        source.begin()
        cells, trouble = None, ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            trouble = OPEN_QUOTE if len(source.taken) > 1 or _is_open(source.taken[0], separator) else BAD_QUOTE
        except _TooLong:
            trouble = TOO_LONG if len(source.taken) == 1 else OPEN_QUOTE
        if len(source.taken) > 1:
            if cells is not None and len(cells) != width:
                cells, trouble = None, OPEN_QUOTE
            elif cells is not None and _holds_rows(source.taken, separator, width, is_row):
                for number, text in enumerate(source.taken, start=line):
                    yield Record(number, text, None, SWALLOWED)
                line += len(source.taken)
                continue
            if cells is None:
                source.give_back()
        if cells is None or cells:
            yield Record(line, "".join(source.taken), cells, trouble)
        line += len(source.taken)


def _is_open(text: str, separator: str) -> bool:
    """Whether a line that is no record by itself may be one with more lines: the last of a file."""
    try:
        next(csv.reader(chain([text], ['"']), delimiter=separator, strict=True))
    except csv.Error:
        return False
    return True


def _holds_rows(taken: list[str], separator: str, width: int, is_row: Callable[[list[str]], bool]) -> bool:
    """Whether whole rows stand inside of a quoted cell of a record: between its ends, or as both of its ends."""

    def is_alone(text: str) -> bool:
        if text.count(separator) != width - 1:
            return False
        return is_row(text.rstrip("\r\n").split(separator))

    return any(map(is_alone, taken[1:-1])) or (is_alone(taken[0]) and is_alone(taken[-1]))
