"""Which parts of a mail are files that somebody sent, and which are its words or belong to the mail itself."""

from __future__ import annotations

from occ_media_cli.media.unpack.mime_reader import Part

_WORDS = frozenset(("text/plain", "text/html", "text/enriched"))
_SIGNATURES = frozenset(("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"))
"""Wherever they stand: software of mailing lists moves them."""

_REPORTS = frozenset((
    "message/delivery-status", "message/disposition-notification", "text/rfc822-headers", "text/rfc822-header",
    "message/rfc822-headers",
    "message/feedback-report",
    "message/global-delivery-status", "message/global-disposition-notification", "message/global-headers",
))  # fmt: skip
MAILS = frozenset(("message/rfc822", "message/global", "message/news"))
"""Types of a mail in a mail."""

_FORK = b"\0\5\x16\7"
"""How AppleDouble begins: icons and labels of a Mac beside a file. AppleSingle, which has the file in it, does not."""


def why_no_file(part: Part) -> str | None:
    """Why a part that holds no parts is nobody's file, in two or three words; None for a file."""
    kind = part.media_type
    if kind in _SIGNATURES:
        return "a signature"
    if kind == "application/pgp-encrypted":
        return "the version of an encryption"
    if kind in _REPORTS:
        return "part of a report"
    if kind in MAILS and "multipart/report" in part.parents:
        return "the mail that a report returns"
    if kind == "application/applefile" and part.parents[-1:] == ("multipart/appledouble",):
        return "the fork of a file"
    if kind == "message/partial":
        return "a piece of a mail"
    if kind == "message/external-body":
        return "a pointer"
    return _why_words(part, kind)


def _why_words(part: Part, kind: str) -> str | None:
    disposition, name = part.headers.disposition, part.headers.file_name
    if disposition == "attachment":
        return None
    if name is not None:
        return "the words" if kind == "text/plain" and part.is_first_leaf and disposition is None else None
    if kind in _WORDS:
        return "the words"
    if kind == "text/calendar":
        return "the invitation"
    if kind.startswith("text/") and part.parents[-1:] == ("multipart/alternative",):
        return "another form of the words"
    return None


def is_fork(part: Part, head: bytes) -> bool:
    """Whether the first four bytes of a part are those of AppleDouble: it stands beside a file, and is none."""
    return part.media_type == "application/applefile" and head[:4] == _FORK
