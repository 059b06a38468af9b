"""The parts of a mail or of a box, for those who look into files: bodies and attachments, mails inside of mails.

What programs read in different ways is told, since nobody knows which of them the reader of the mail has.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from occ_media_cli.media.source import FileSource
from occ_media_cli.media.unpack.mail_boxes import is_box, mails_of
from occ_media_cli.media.unpack.mail_lines import pieces_of
from occ_media_cli.media.unpack.mime_reader import Part, UnreadableMail, read_mail
from occ_media_cli.media.unpack.room import Opened, Room, Unread
from occ_media_cli.media.unpack.transfer import decoder_of

_MOST = 64_000_000
"""Bytes of a mail that is parsed: every part of it is held in memory."""


def read_parts(source: FileSource, room: Room) -> Opened:
    """Every body and attachment, decoded."""
    if source.size > _MOST:
        yield Unread("", f"a mail of more than {_MOST:,} bytes is not taken apart")
        return
    whole = source.data[: source.size].removeprefix(b"\xef\xbb\xbf").lstrip()
    lines = pieces_of(BytesIO(whole).read)
    if not is_box(whole):
        yield from _one(lines, "", room)
        return
    for number, (_, mail) in enumerate(mails_of(lines, lambda at: whole[max(at, 0) : at + 64]), start=1):
        yield from _one(mail, f"mail {number}/", room)


def _one(lines: Iterable[bytes], before: str, room: Room) -> Opened:
    inside: list[_Gathered] = []
    try:
        for part, data in read_mail(lines, into_mails=True):
            if data == b"":
                inside.append(_Gathered(part, room))
            elif data is not None:
                inside[-1].take(data)
            else:
                yield from inside.pop().items(before)
    except UnreadableMail as problem:
        yield Unread(before.rstrip("/"), f"it {problem}")


class _Gathered:
    """A part while it is read: its decoded bytes, as many as there is room for, or those around its own parts."""

    def __init__(self, part: Part, room: Room) -> None:
        self._part, self._room = part, room
        self._decoder = None if part.holds_parts else decoder_of(part.headers.transfer)
        self._bytes = bytearray()
        self._length = 0

    def take(self, data: bytes) -> None:
        """Take what stands in the mail."""
        decoded = self._decoder.feed(data) if self._decoder is not None else data
        self._length += len(decoded)
        if self._room.refuses(self._length) is None:
            self._bytes += decoded

    def items(self, before: str) -> Opened:
        """What it gives, and what is not to be trusted in it."""
        part, decoder = self._part, self._decoder
        holds_others = (part.holds_parts and not part.is_leaf) or part.is_mail
        place = before + f"{part.number} {part.headers.file_name or part.media_type}"
        if holds_others:
            place += ", around its parts"
        elif decoder is None and not part.holds_parts:
            yield Unread(place, f"it is encoded as {part.headers.transfer[:40]!r}, which is not undone")
        elif decoder is not None:
            rest = decoder.end()
            self._length += len(rest)
            self._bytes += rest
        is_odd = part.odd or (decoder is not None and decoder.odd)
        has_words = bool(self._bytes.strip()) if holds_others else self._length > 0
        if is_odd and (has_words or holds_others):  # of headers alone, nothing can be missed
            yield Unread(place, "its structure is broken")
        if has_words:
            reason = self._room.refuses(self._length)
            yield Unread(place, reason) if reason is not None else (place, bytes(self._bytes))
