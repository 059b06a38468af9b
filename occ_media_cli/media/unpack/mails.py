"""The parts of a mail: bodies and attachments, mails inside of mails."""

from __future__ import annotations

from occ_media_cli.media.source import FileSource
from occ_media_cli.media.unpack.room import Opened, Room, Unread

_MOST = 64_000_000
"""Bytes of a mail that is parsed: every part of it is held in memory."""

_TRANSFERS = frozenset(
    ("", "7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue")
)
_BROKEN = frozenset((
    "StartBoundaryNotFoundDefect", "CloseBoundaryNotFoundDefect", "MultipartInvariantViolationDefect",
    "NoBoundaryInMultipartDefect", "InvalidBase64PaddingDefect", "InvalidBase64CharactersDefect",
    "InvalidBase64LengthDefect", "UndecodableBytesDefect", "InvalidMultipartContentTransferEncodingDefect",
    "MisplacedEnvelopeHeaderDefect", "MissingHeaderBodySeparatorDefect", "FirstHeaderLineIsContinuationDefect",
))  # fmt: skip
"""What makes programs read a mail in different ways."""


def read_parts(source: FileSource, room: Room) -> Opened:
    """Every body and attachment, decoded."""
    if source.size > _MOST:
        yield Unread("", f"a mail of more than {_MOST:,} bytes is not taken apart")
        return
    whole = source.data[: source.size].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not whole.startswith(b"From "):
        yield from _one(whole, "", room)
        return
    for number, mail in enumerate(_of_box(whole), start=1):
        yield from _one(mail, f"mail {number}/", room)


def _of_box(whole: bytes) -> list[bytes]:
    """The mails of a box, each without the line that parts it from the one before."""
    pieces = (b"\n" + whole).replace(b"\r\nFrom ", b"\nFrom ").split(b"\nFrom ")[1:]
    return [piece.partition(b"\n")[2] for piece in pieces]


def _one(mail: bytes, before: str, room: Room) -> Opened:
    from email.parser import BytesParser
    from email.policy import compat32

    message = BytesParser(policy=compat32).parsebytes(mail)
    for number, part in enumerate(message.walk()):
        name = part.get_filename()
        place = before + (
            f"{number} {name}" if isinstance(name, str) and name else f"{number} {part.get_content_type()}"
        )
        if part.is_multipart():
            payload: object = b"".join(
                each.encode("ascii", "surrogateescape")
                for each in (part.preamble, part.epilogue)
                if isinstance(each, str) and each.strip()
            )
            place += ", around its parts"
        else:
            transfer = str(part.get("Content-Transfer-Encoding", "")).partition(";")[0].strip().lower()
            if transfer not in _TRANSFERS:
                yield Unread(place, f"it is encoded as {transfer[:40]!r}, which is not undone")
            payload = part.get_payload(decode=True)
        broken = [type(defect).__name__ for defect in part.defects if type(defect).__name__ in _BROKEN]
        if broken and (payload or part.is_multipart()):  # of headers alone, nothing can be missed
            yield Unread(place, "its structure is broken")
        if isinstance(payload, bytes) and payload:
            reason = room.refuses(len(payload))
            yield Unread(place, reason) if reason is not None else (place, payload)
