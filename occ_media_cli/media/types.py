"""The product's table of media types: which extensions pass, in which direction, up to which size.

Source of the table and its sizes: the Media Settings page of the product
(https://developer.cequens.com/docs/media-settings). Its prose also names GIF and WEBP as sendable by agents, so they
are send-only here and share the limit of images.

Import-light on purpose: the store's views and the rules of the audit read their rows from here.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

MB_DECIMAL = 1_000_000
MB_BINARY = 1_048_576


class MediaType(NamedTuple):
    """One row of the product's table.

    type: the name used everywhere, which is also the extension.
    limit_mb: the limit as its owner writes it. See `passes_exactly` and `passes_at_most` for the bytes.
    send, receive: the directions in which the product takes it.
    """

    type: str
    category: str
    media_type: str
    limit_mb: int
    send: bool = True
    receive: bool = True

    @property
    def passes_exactly(self) -> int:
        """Up to so many bytes nothing is said: N x 1,000,000."""
        return self.limit_mb * MB_DECIMAL

    @property
    def passes_at_most(self) -> int:
        """Up to so many bytes the file passes with `size-near-limit`: N x 1,048,576."""
        return self.limit_mb * MB_BINARY


_OFFICE = "application/vnd.openxmlformats-officedocument."

TABLE: tuple[MediaType, ...] = (
    MediaType("aac", "audio", "audio/aac", 16),
    MediaType("amr", "audio", "audio/amr", 16),
    MediaType("mp3", "audio", "audio/mpeg", 16),
    MediaType("m4a", "audio", "audio/mp4", 16),
    MediaType("ogg", "audio", "audio/ogg", 16),
    MediaType("txt", "document", "text/plain", 100),
    MediaType("xls", "document", "application/vnd.ms-excel", 100),
    MediaType("xlsx", "document", _OFFICE + "spreadsheetml.sheet", 100),
    MediaType("doc", "document", "application/msword", 100),
    MediaType("docx", "document", _OFFICE + "wordprocessingml.document", 100),
    MediaType("ppt", "document", "application/vnd.ms-powerpoint", 100),
    MediaType("pptx", "document", _OFFICE + "presentationml.presentation", 100),
    MediaType("pdf", "document", "application/pdf", 100),
    MediaType("jpg", "image", "image/jpeg", 5),
    MediaType("png", "image", "image/png", 5),
    MediaType("gif", "image", "image/gif", 5, receive=False),
    MediaType("webp", "image", "image/webp", 5, receive=False),
    MediaType("3gp", "video", "video/3gpp", 16),
    MediaType("mp4", "video", "video/mp4", 16),
)

BY_TYPE: dict[str, MediaType] = {row.type: row for row in TABLE}
ALIASES: dict[str, str] = {"jpeg": "jpg"}


def extension_of(name: str) -> str:
    """The last extension of a file name, without its dot, by NFC and casefold; empty if there is none."""
    stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    if not dot or not stem.strip("."):
        return ""
    if extension.isascii():
        return extension.lower()
    return unicodedata.normalize("NFC", extension).casefold()


def type_of_extension(extension: str) -> str | None:
    """The type that an extension claims (`jpeg` and `jpg` are `jpg`), or None when the product does not take it."""
    wanted = ALIASES.get(extension, extension)
    return wanted if wanted in BY_TYPE else None


def extension_rows() -> list[tuple[str, str, str, int, bool, bool]]:
    """(extension, type, category, limit in MB, send, receive) of every extension, aliases included, for the store."""
    named = [(row.type, row) for row in TABLE] + [(alias, BY_TYPE[of]) for alias, of in ALIASES.items()]
    return [(extension, row.type, row.category, row.limit_mb, row.send, row.receive) for extension, row in named]
