"""Files that a text has in uuencoded lines, as mail programs sent them before there were parts."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

_BEGIN = re.compile(rb"begin [0-7]{3,4} ([^\r\n]{1,500})\r?\n?\Z")
_LONGEST_LINE = 4_096


def decode_line(line: bytes) -> bytes | None:
    """The bytes of one line without its end; None where it is none of a file."""
    if not line:
        return None
    length = (line[0] - 32) & 63
    if not 32 <= line[0] <= 96 or len(line) > _LONGEST_LINE:
        return None
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        try:  # some programs write more signs than there are bytes
            return binascii.a2b_uu(line[: length * 4 // 3 + 2])
        except binascii.Error:
            return None


class UuencodedFiles:
    """Finds the files in a text that comes in pieces: (name, bytes) for each piece of a file, (name, None) at its end.

    A line that begins like one in a sentence, and has nothing decodable behind it, is none.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._name: str | None = None
        self._has_bytes = False

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes | None]]:
        """What a further piece of the text brings."""
        data = self._rest + data
        end = data.rfind(b"\n") + 1
        self._rest = data[end:]
        if len(self._rest) > _LONGEST_LINE:
            self._rest = b"x"  # no line of a file is that long
        at = 0
        while at < end:
            if self._name is None:
                at = self._next_begin(data, at, end)
            if at >= end:
                return
            stop = data.find(b"\n", at) + 1
            yield from self._line(data[at:stop])
            at = stop

    def finish(self) -> Iterator[tuple[str, bytes | None]]:
        """What the last line brings, and the end of a file that has none."""
        if self._rest:
            yield from self._line(self._rest)
        yield from self._close()

    def _next_begin(self, data: bytes, at: int, end: int) -> int:
        if data.startswith(b"begin ", at):
            return at
        found = data.find(b"\nbegin ", at, end)
        return found + 1 if found >= 0 else end

    def _line(self, line: bytes) -> Iterator[tuple[str, bytes | None]]:
        if self._name is None:
            match = _BEGIN.match(line)
            if match is not None:
                self._name, self._has_bytes = match[1].decode("utf-8", "replace"), False
            return
        bare = line.rstrip(b"\r\n")
        content = decode_line(bare) if bare != b"end" else None
        if content is None:
            yield from self._close()
            if bare != b"end":
                yield from self._line(line)
        elif content:
            self._has_bytes = True
            yield self._name, content

    def _close(self) -> Iterator[tuple[str, bytes | None]]:
        name, self._name = self._name, None
        if name is not None and self._has_bytes:
            yield name, None
