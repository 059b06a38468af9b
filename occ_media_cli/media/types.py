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

_ZIPPED = ("application/zip", "application/x-zip-compressed", "application/x-zip")
_OLE = ("application/vnd.ms-office", "application/x-ole-storage")
_OGG = ("application/ogg", "application/x-ogg", "audio/x-ogg", "audio/opus", "audio/vorbis")

DECLARED_AS: dict[str, tuple[str, ...]] = {
    "aac": ("audio/aacp", "audio/x-aac", "audio/adts", "audio/x-adts", "audio/vnd.dlna.adts", "audio/x-hx-aac-adts"),
    "amr": ("audio/amr-nb", "audio/amr-wb", "audio/x-amr"),
    "mp3": ("audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg-3", "audio/x-mpeg", "audio/mpg", "audio/x-mpg"),
    "m4a": ("audio/m4a", "audio/x-m4a", "audio/x-mp4", "audio/mp4a-latm", "application/mp4"),
    "ogg": (*_OGG, "audio/x-opus+ogg", "audio/x-vorbis+ogg", "audio/x-vorbis"),
    "txt": ("application/txt", "text/txt", "text/x-log", "text/csv", "text/markdown"),
    "xls": (
        "application/msexcel", "application/x-msexcel", "application/x-ms-excel", "application/excel",
        "application/x-excel", "application/xls", "application/x-xls", "application/x-dos_ms_excel", *_OLE,
    ),
    "xlsx": _ZIPPED,
    "doc": (
        "application/vnd.msword", "application/vnd.ms-word", "application/x-msword", "application/ms-word",
        "application/doc", "application/word", "application/winword", *_OLE,
    ),
    "docx": _ZIPPED,
    "ppt": (
        "application/mspowerpoint", "application/ms-powerpoint", "application/x-mspowerpoint", "application/powerpoint",
        "application/vnd.mspowerpoint", "application/ppt", *_OLE,
    ),
    "pptx": _ZIPPED,
    "pdf": ("application/x-pdf", "application/acrobat", "application/vnd.pdf", "text/pdf", "text/x-pdf"),
    "jpg": ("image/jpg", "image/pjpeg", "image/x-jpeg", "image/x-jpg", "image/pipeg", "image/jfif"),
    "png": ("image/x-png", "image/apng", "image/vnd.mozilla.apng"),
    "gif": ("image/x-gif",),
    "webp": ("image/x-webp",),
    "3gp": ("video/3gp", "video/x-3gp", "audio/3gpp", "audio/3gp"),
    "mp4": ("video/x-m4v", "video/m4v", "video/x-mp4", "video/mpeg4", "video/mp4v-es", "application/mp4", "audio/mp4"),
}  # fmt: skip
"""Other media types under which senders honestly declare a file of each type: names from before a registration, of one
program, or of the container. One may stand for several types; a file that is one of them is what its sender says.
"""

DECLARES_NOTHING = (
    "application/octet-stream", "binary/octet-stream", "application/x-octet-stream", "application/x-download",
    "application/download", "application/force-download", "application/x-force-download", "application/binary",
    "application/x-binary", "application/unknown", "application/x-unknown", "unknown/unknown", "*/*",
)  # fmt: skip
"""Media types of senders that do not know the type."""

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


def plain_media_type(declared: str) -> str:
    """A declared media type without its parameters, in small letters: `Audio/OGG ; codecs=opus` is `audio/ogg`."""
    return declared.partition(";")[0].strip().lower()


def type_of_declared(declared: str) -> str | None:
    """The one type that a declared media type stands for; None where that is none, several, or nothing is declared."""
    said = plain_media_type(declared)
    own = next((row.type for row in TABLE if row.media_type == said), None)
    if own is not None:
        return own
    found = [kind for kind, others in DECLARED_AS.items() if said in others]
    return found[0] if len(found) == 1 else None


def extension_rows() -> list[tuple[str, str, str, int, bool, bool]]:
    """(extension, type, category, limit in MB, send, receive) of every extension, aliases included, for the store."""
    named = [(row.type, row) for row in TABLE] + [(alias, BY_TYPE[of]) for alias, of in ALIASES.items()]
    return [(extension, row.type, row.category, row.limit_mb, row.send, row.receive) for extension, row in named]
