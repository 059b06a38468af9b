"""Cutting a box of mails, each behind a line that begins with `From `, into its mails.

Of mboxo and mboxrd one `>` before `From ` comes off; of mboxcl2, which quotes nothing, the length that a mail states is
believed where another mail, or the end, is really there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from occ_media_cli.media.readers.source_code import is_mail
from occ_media_cli.media.unpack.mail_lines import first_line

_DATED = re.compile(rb"From .{0,300}?\b\d{1,2}:\d\d(?::\d\d)?\b.{0,60}?\b\d{4}\b|From .{0,300}?\b\d{4}-\d\d-\d\dT?")
_LENGTH = re.compile(rb"Content-Length:[ \t]*(\d{1,15})[ \t]*\r?\n\Z", re.IGNORECASE)
_QUOTED = re.compile(rb">+From ")
_LOOKED_AT = 500

Peek = Callable[[int], bytes]
"""Some bytes of the box from a place on, none behind its end."""


def is_box(line: bytes) -> bool:
    """Whether a stream is a box, by its first line that is not empty."""
    return line.startswith(b"From ")


def begins_as_box(head: bytes) -> bool:
    """Whether a file is a box, by its first bytes, where its name does not say so: its first line has a date, or
    headers follow it, as in no letter that begins with the word."""
    line, _, following = head.lstrip(b"\r\n").partition(b"\n")
    return is_box(line) and (_DATED.match(line[:_LOOKED_AT]) is not None or is_mail(following[:_LOOKED_AT]))


def mails_of(pieces: Iterable[bytes], peek: Peek | None = None) -> Iterator[tuple[int, Iterator[bytes]]]:
    """(number of its first line, its lines) of each mail. A mail that was not read to its end is passed over.

    pieces: the lines of the box. peek: looks at other places, where that can be done; else no length is believed.
    """
    box = _Box(iter(pieces), peek)
    while box.is_at_mail():
        lines = box.mail()
        yield box.line, lines
        for _ in lines:
            pass


class _Box:
    def __init__(self, pieces: Iterator[bytes], peek: Peek | None) -> None:
        self._pieces, self._peek = pieces, peek
        self._again: list[bytes] = []
        self.line, self._at = 1, 0
        self._found = False

    def is_at_mail(self) -> bool:
        """Whether there is another mail; its line is taken."""
        while not self._found:
            piece = self._take_line()
            if piece is None:
                return False
            self._found = is_box(piece)
        self._found = False
        return True

    def _take(self) -> bytes | None:
        piece = self._again.pop() if self._again else next(self._pieces, None)
        if piece is not None:
            self._at += len(piece)
            self.line += piece.count(b"\n")
        return piece

    def _give_back(self, piece: bytes) -> None:
        self._again.append(piece)
        self._at -= len(piece)
        self.line -= piece.count(b"\n")

    def _take_line(self) -> bytes | None:
        piece = self._take()
        if piece is None:
            return None
        line, rest = first_line(piece)
        if rest:
            self._give_back(rest)
        return line

    def mail(self) -> Iterator[bytes]:
        """The lines of the mail that begins here, without the empty one that parts it from the next."""
        length: int | None = None
        while (piece := self._take_line()) is not None:
            if not piece.strip(b"\r\n"):
                yield piece
                break
            if is_box(piece) and self._is_between(piece):
                self._give_back(piece)
                self._found = self.is_at_mail()
                return
            stated = _LENGTH.match(piece)
            length = int(stated[1]) if stated is not None else length
            yield piece
        else:
            return
        if length and self._is_end(self._at + length):
            yield from self._counted(length)
        yield from self._quoted()

    def _is_end(self, at: int) -> bool:
        """Whether a mail may end at a place of the box."""
        if self._peek is None:
            return False
        follows = self._peek(at)
        before = self._peek(at - 1)[:1]
        bare = follows.lstrip(b"\r\n")
        return bool(before) and (not bare or is_box(bare)) and (before == b"\n" or follows[:1] in (b"\r", b"\n", b""))

    def _counted(self, length: int) -> Iterator[bytes]:
        while length > 0 and (piece := self._take()) is not None:
            if len(piece) > length:
                self._give_back(piece[length:])
                piece = piece[:length]
            length -= len(piece)
            yield piece

    def _quoted(self) -> Iterator[bytes]:
        empty: bytes | None = None
        is_start, is_behind_empty = True, True  # behind the header, where an empty line stands
        while (piece := self._take()) is not None:
            if is_start and is_behind_empty and is_box(piece) and self._is_between(piece):
                self._give_back(piece)
                self._take_line()
                self._found = True
                return
            if is_start and piece[:1] in (b"\r", b"\n"):
                line, rest = first_line(piece)
                if rest and not line.strip(b"\r\n"):
                    self._give_back(rest)
                    piece = line
            if empty is not None:
                yield empty
                empty = None
            is_behind_empty = is_start and not piece.strip(b"\r\n")
            if is_behind_empty:
                empty = piece
            elif is_start and _QUOTED.match(piece):
                yield piece[1:]
            else:
                yield piece
            is_start = piece.endswith(b"\n")
        # An empty line at the end of the box is none of the mail's either: it stays the same when another one comes.

    def _is_between(self, piece: bytes) -> bool:
        """Whether such a line stands between mails, and is no sentence: it has a date, or headers follow it."""
        if _DATED.match(piece[:_LOOKED_AT]):
            return True
        following: bytes | None = first_line(piece)[1]
        if not following:
            following = self._take()
            if following is None:
                return False
            self._give_back(following)
        return is_mail(following[:_LOOKED_AT])
