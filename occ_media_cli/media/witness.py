"""What libmagic may say about a type that the structure proves: anything else is a veto.

The aliases are families, not single answers, because answers differ between versions of libmagic (5.41 to 5.48).
"""

from __future__ import annotations

from occ_media_cli.media.foreign import DESCRIBED

_NOTHING = ("application/octet-stream", "application/x-data", "")
_OLE = (
    "application/vnd.ms-",
    "application/msword",
    "application/x-ole-storage",
    "application/cdfv2",
    "application/x-ms",
    "application/encrypted",
    "application/vnd.openxmlformats",
    "application/vnd.visio",
)
_ZIP = (
    "application/zip",
    "application/vnd.",
    "application/x-zip",
    "application/java-archive",
    "application/encrypted",
    *_OLE,
)
_FILM = ("video/", "audio/", "application/mp4")
_SOUND = ("audio/", "video/mpeg", "application/x-font-gdos")

ALIASES: dict[str, tuple[str, ...]] = {
    "aac": ("audio/",),
    "amr": ("audio/",),
    "mp3": _SOUND,
    "m4a": _FILM,
    "ogg": ("audio/", "application/ogg", "video/ogg", "application/x-ogg"),
    "doc": _OLE,
    "xls": _OLE,
    "ppt": _OLE,
    "encrypted-ooxml": _OLE,
    "docx": _ZIP,
    "xlsx": _ZIP,
    "pptx": _ZIP,
    "pdf": ("application/pdf", "text/plain"),
    "jpg": ("image/jpeg", "image/jpg", "image/pjpeg"),
    "png": ("image/png", "image/apng", "image/vnd.mozilla.apng"),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    "3gp": _FILM,
    "mp4": _FILM,
}
_NOT_TEXT = ("application/pdf", "application/postscript", "text/rtf", "application/rtf", "application/octet-stream")
"""Of text in an 8-bit encoding, which bytes without controls always could be, libmagic has to see text too."""
_BY_MEDIA_TYPE = {known.media_type: name for name, known in reversed(DESCRIBED.items())} | {
    "application/x-dosexec": "exe",
    "application/x-pie-executable": "elf",
    "application/x-sharedlib": "elf",
    "application/x-rar": "rar",
    "application/x-tar": "tar",
    "application/x-bzip2": "bz2",
    "application/x-shockwave-flash": None,
    "audio/x-wav": "wav",
    "audio/x-aiff": "aiff",
    "audio/x-flac": "flac",
    "audio/midi": "mid",
    "image/x-ms-bmp": "bmp",
    "image/x-icon": "ico",
    "image/heif": "heic",
    "video/x-matroska": "mkv",
    "video/x-ms-wmv": "wmv",
}


def vetoes(kind: str, seen: str) -> bool:
    """Whether libmagic's answer contradicts a type of the product's table."""
    if kind == "txt":
        return seen in _NOT_TEXT
    if seen in _NOTHING:
        return False
    allowed = ALIASES.get(kind)
    return allowed is not None and not seen.lower().startswith(allowed)


def is_of(kind: str, seen: str) -> bool:
    """Whether libmagic's answer is one for this type."""
    return bool(seen) and seen.lower().startswith(ALIASES.get(kind, ("text/plain",)))


def foreign_type(seen: str) -> str | None:
    """The type behind libmagic's answer, for a file that no recogniser knows; never one of the product's own."""
    from occ_media_cli.media.types import BY_TYPE

    name = _BY_MEDIA_TYPE.get(seen)
    return None if name in BY_TYPE else name
