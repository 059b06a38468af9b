"""Reading a mail part by part from a stream: what is where, and the bytes of each part as they stand in the mail.

Nothing is held but the headers of the part that is being read, so a mail may be of any length. A mail inside of a mail
is one part; whoever looks into files may ask to go into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from occ_media_cli.media.unpack.mail_lines import first_line
from occ_media_cli.media.unpack.mime_headers import Headers, Value

_GATHERED = 65_536
"""Bytes of a part that are handed on together."""


class Limits(NamedTuple):
    """How much of a mail is read. depth: parts in parts. parts: all of them. header: bytes of one header."""

    depth: int = 100
    parts: int = 10_000
    header: int = 1_048_576


LIMITS = Limits()


class UnreadableMail(ValueError):
    """Why a mail cannot be read; the text follows "the mail "."""


class Part:
    """A part of a mail, or the mail itself.

    number: its place, from 0, those that hold parts among them. parents: the types of the parts around it, outermost
    first. odd: programs may read it differently. unsplit: its type says that it has parts, and none was found. cut: it
    ends without the line that ends it. is_leaf: no parts of it are read. is_mail: it is a mail whose parts are read.
    """

    def __init__(self, number: int, headers: Headers, parents: tuple[str, ...]) -> None:
        self.number, self.headers, self.parents = number, headers, parents
        self.odd = headers.odd or headers.has_two_types
        self.unsplit = self.cut = False
        self.is_leaf = self.is_first_leaf = self.is_mail = False

    @cached_property
    def stated(self) -> Value | None:
        """The type that its header states; None where it states none, or nothing that is one."""
        return self.headers.media_type

    @property
    def media_type(self) -> str:
        """Its type, in lower case, by its header or else by where it stands."""
        if self.stated is not None:
            return self.stated.word
        return "message/rfc822" if self.parents[-1:] == ("multipart/digest",) else "text/plain"

    @cached_property
    def holds_parts(self) -> bool:
        """Whether its type says that it has parts of its own."""
        return self.media_type.startswith("multipart/")

    @cached_property
    def boundary(self) -> bytes | None:
        """The line between its parts, without the dashes before it."""
        found = self.stated.parameter("boundary") if self.stated is not None else None
        if not found or not found.strip():
            return None
        try:
            return found.rstrip().encode("latin-1")
        except UnicodeEncodeError:
            return found.rstrip().encode("utf-8", "replace")


Event = tuple[Part, bytes | None]
"""A part begins with no bytes; its bytes follow, as they stand in the mail; None says that it is over. Around the parts
of a part that holds some, bytes may stand too."""


class _Level:
    """A part that holds parts, while it is being read. line: what begins each of them; None for a mail in a mail."""

    __slots__ = ("is_closed", "line", "part", "parts")

    def __init__(self, part: Part, line: bytes | None) -> None:
        self.part, self.line = part, line
        self.is_closed, self.parts = False, 0


def read_mail(pieces: Iterable[bytes], limits: Limits = LIMITS, *, into_mails: bool = False) -> Iterator[Event]:
    """The parts of one mail, in the order in which they stand there, the mail itself as number 0.

    pieces: its lines, as `pieces_of` gives them. into_mails: a mail in a mail is no part, but has parts. Raises
    UnreadableMail for what is no mail, or passes a limit.
    """
    return _Reading(iter(pieces), limits, into_mails).events()


class _Reading:
    def __init__(self, pieces: Iterator[bytes], limits: Limits, into_mails: bool) -> None:
        self._pieces, self._limits, self._into_mails = pieces, limits, into_mails
        self._again: list[bytes] = []
        self._levels: list[_Level] = []
        self._leaf: Part | None = None
        self._parts = 0
        self._has_leaf = False
        self._gathered: list[bytes] = []
        self._length = 0
        self._held = b""
        """The end of a line: it belongs to the line that ends a part where one follows."""

    def events(self) -> Iterator[Event]:
        yield from self._begin(self._header(is_first=True))
        is_start = True
        for piece in self._next():
            if is_start and piece.startswith(b"--") and self._levels:
                line, rest = first_line(piece)
                hit = self._delimiter(line)
                if hit is not None:
                    if rest:
                        self._again.append(rest)
                    yield from self._hit(*hit)
                    continue
            is_start = piece.endswith(b"\n")
            self._gathered.append(piece)
            self._length += len(piece)
            if self._length >= _GATHERED:
                yield from self._hand_on()
        yield from self._hand_on(is_last=True, keeps_end=True)
        yield from self._end_leaf()
        while self._levels:
            yield from self._pop()

    def _next(self) -> Iterator[bytes]:
        while True:
            if self._again:
                yield self._again.pop()
                continue
            piece = next(self._pieces, None)
            if piece is None:
                return
            yield piece

    def _hit(self, level: int, is_last: bool) -> Iterator[Event]:
        """A line between parts, or behind the last one."""
        yield from self._hand_on(is_last=True)
        yield from self._end_leaf()
        while len(self._levels) > level + 1:
            yield from self._pop()
        own = self._levels[level]
        if is_last:
            own.is_closed = True
            return
        own.part.odd = own.part.odd or own.is_closed
        own.is_closed = False  # further parts behind the end: some programs show them
        own.parts += 1
        yield from self._begin(self._header())

    def _begin(self, headers: Headers) -> Iterator[Event]:
        self._parts += 1
        if self._parts > self._limits.parts:
            raise UnreadableMail(f"has more than {self._limits.parts:,} parts")
        parents = tuple(level.part.media_type for level in self._levels)
        part = Part(self._parts - 1, headers, parents)
        line = None
        if part.holds_parts:
            line = part.boundary
            part.odd = part.odd or part.headers.transfer not in ("", "7bit", "8bit", "binary")
            if line is None:
                part.unsplit = part.odd = True
        goes_in = self._into_mails and part.media_type == "message/rfc822" and _is_plain(part)
        if line is None and not goes_in:
            part.is_leaf, part.is_first_leaf, self._has_leaf = True, not self._has_leaf, True
            self._leaf = part
            yield part, b""
            return
        part.is_mail = goes_in
        yield part, b""
        if len(self._levels) >= self._limits.depth:
            raise UnreadableMail(f"is nested deeper than {self._limits.depth} parts")
        self._levels.append(_Level(part, None if goes_in else b"--" + line))  # type: ignore[operator]  # a line is there
        if goes_in:
            self._levels[-1].parts = 1
            self._levels[-1].is_closed = True
            yield from self._begin(self._header())

    def _header(self, *, is_first: bool = False) -> Headers:
        headers, length, is_empty = Headers(), 0, True
        for piece in self._next():
            line, rest = first_line(piece)
            if rest:
                self._again.append(rest)
            if self._levels and line.startswith(b"--") and self._delimiter(line) is not None:
                self._again.append(line)
                break
            if not line.strip(b"\r\n"):
                if is_first and is_empty:
                    continue
                break
            length += len(line)
            if length > self._limits.header:
                raise UnreadableMail(f"has a header of more than {self._limits.header:,} bytes")
            if is_empty and line.startswith((b"From ", b">From ")):
                continue
            is_empty = False
            if not headers.add_line(line):
                headers.odd = True
                if is_first and not headers.has("content-type"):
                    continue  # what follows may yet say that there are parts
                self._again.append(line)
                break
        if is_first and not headers.are_of_mail:
            raise UnreadableMail("has no header: it is no mail")
        return headers

    def _delimiter(self, line: bytes) -> tuple[int, bool] | None:
        """(level, whether it ends it) of a line that stands between parts, of the innermost part that it belongs to."""
        bare = line.rstrip(b" \t\r\n")
        for number in range(len(self._levels) - 1, -1, -1):
            own = self._levels[number].line
            if own is not None and bare.startswith(own):
                if len(bare) == len(own):
                    return number, False
                if bare[len(own) :] == b"--":
                    return number, True
        return None

    def _hand_on(self, *, is_last: bool = False, keeps_end: bool = False) -> Iterator[Event]:
        """The bytes that were gathered, but for the end of the last line, which may belong to what follows."""
        if not self._gathered and not (keeps_end and self._held):
            if is_last:
                self._held = b""
            return
        data = self._held + b"".join(self._gathered)
        self._gathered.clear()
        self._length, self._held = 0, b""
        if not keeps_end:
            for end in (b"\r\n", b"\n"):
                if data.endswith(end):
                    data, self._held = data[: -len(end)], end
                    break
        if is_last:
            self._held = b""
        part = self._leaf if self._leaf is not None else self._levels[-1].part if self._levels else None
        if data and part is not None:
            yield part, data

    def _end_leaf(self) -> Iterator[Event]:
        if self._leaf is not None:
            leaf, self._leaf = self._leaf, None
            yield leaf, None

    def _pop(self) -> Iterator[Event]:
        level = self._levels.pop()
        part = level.part
        if not level.is_closed:
            part.odd = part.cut = True
            part.unsplit = not level.parts
        yield part, None


def _is_plain(part: Part) -> bool:
    return part.headers.transfer in ("", "7bit", "8bit", "binary")
