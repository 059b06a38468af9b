"""Recognise a file: the structure judges, libmagic may veto.

Everything is read from one open descriptor. The caller has made sure that it is a regular file; see `open`.
"""

from __future__ import annotations

from occ_media_cli.media import libmagic, trailing, witness
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.kinds import of_first_byte, text
from occ_media_cli.media.recognition import Observation, Recognition, Structure
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.types import BY_TYPE, extension_of, type_of_extension

MOST_BYTES = 2_147_483_648
"""Bytes of a file that is looked at, 2 GiB: no channel takes more, and searching it would outlast the time limit."""

MOST_PIXELS = 268_435_456
"""Pixels of an image (16,384 x 16,384): a picture of more eats gigabytes in whatever shows it."""


def recognise(fd: int, size: int, name: str) -> Recognition:
    """What the open file is. `name` decides only where the same bytes legally are several types.

    Raises `source.Changed` when the file became shorter meanwhile, OSError when it cannot be read, and
    `libmagic.LibmagicError`.
    """
    if size == 0:
        return Recognition(None, "", "an empty file", 0)
    if size > MOST_BYTES:
        words = f"it has {size:,} bytes; a file of more than {MOST_BYTES:,} is not looked at"
        return Recognition(None, "", "too large", size, observations=(Observation("over-limit", words, bad=True),))
    claimed = type_of_extension(extension_of(name))
    source = FileSource(fd, size, claimed)
    try:
        found = by_structure(source)
        if found is None:
            return _by_libmagic_alone(fd, size, claimed)
        trailing.look_behind(found, source)
    finally:
        source.close()
    if claimed in found.also:
        found.type = claimed
    seen = libmagic.media_type(fd, source.whole) if _veto_matters(found, claimed) else ""
    return Recognition(
        found.type,
        found.kind,
        found.description or describe(found),
        size,
        found.facts,
        tuple(found.observations),
        seen,
        found.type is not None and witness.vetoes(found.type, seen),
    )


def _veto_matters(found: Structure, claimed: str | None) -> bool:
    """Whether libmagic's answer can change anything.

    It cannot where the structure has refused the name already, nor for text whose encoding was proved by decoding all
    of it; text is also what libmagic is slowest at.
    """
    if found.type not in BY_TYPE or claimed not in (None, found.type):
        return False
    return found.type != "txt" or found.facts.get("encoding") == "8-bit"


def by_structure(source: FileSource) -> Structure | None:
    """The first recogniser that claims the file and stands by it; a pure function of the bytes."""
    damaged: Structure | None = None
    if not source.head:
        return None
    for kind in of_first_byte(source.head[0]):
        if kind.claims(source):
            found: Structure | None = kind.recognise(source)
            if found is None:
                continue
            if found.type is not None:
                _pixels(found)
                _protected_tracks(found)
                return found
            damaged = damaged or found
            if found.kind != "mpeg-audio":
                break
    if damaged is not None and damaged.kind != "pdf" and _is_text_throughout(source):
        return text.recognise(source)  # prose that begins like a signature: "The free …", "GIF89a is …"
    return damaged


def _is_text_throughout(source: FileSource) -> bool:
    found = text.recognise(source) if text.claims(source) else None
    return found is not None and found.facts["encoding"] != "8-bit"


def _by_libmagic_alone(fd: int, size: int, claimed: str | None) -> Recognition:
    seen = libmagic.media_type(fd)
    kind = witness.foreign_type(seen)
    words = DESCRIBED[kind].description if kind else "nothing that is known here"
    if claimed is not None and witness.is_of(claimed, seen):
        words = f"nothing that is known here, though it begins like {DESCRIBED[claimed].description}"
    elif not kind and seen not in ("application/octet-stream", "text/plain"):
        words = f"{seen}, by libmagic"
    return Recognition(kind, "", words, size, libmagic=seen)


_DAMAGED = {
    "png": "a damaged PNG image",
    "jpeg": "a damaged JPEG image",
    "gif": "a damaged GIF image",
    "webp": "a damaged WebP image",
    "ooxml": "a damaged ZIP archive",
    "ole": "a damaged OLE file",
    "pdf": "a damaged PDF document",
    "isobmff": "a damaged MPEG-4 file",
    "ogg": "a damaged Ogg file",
    "amr": "damaged AMR audio",
    "adts": "damaged AAC audio",
}


def describe(found: Structure) -> str:
    """What a file is, in words."""
    if found.type is None:
        return _DAMAGED.get(found.kind, "a damaged file")
    return DESCRIBED[found.type].description


def _protected_tracks(found: Structure) -> None:
    """Say that a film or its sound is encrypted (DRM): whoever gets it alone has nothing to play it with."""
    for fact, what in (("video_codecs", "picture"), ("audio_codecs", "sound")):
        codecs = found.facts.get(fact)
        if isinstance(codecs, list) and "encrypted" in codecs and not found.facts.get("encrypted"):
            found.facts["encrypted"] = True
            found.note("password-protected", f"its {what} is encrypted, and plays with a key only that is not in it")


def _pixels(found: Structure) -> None:
    width, height = found.facts.get("width"), found.facts.get("height")
    if isinstance(width, int) and isinstance(height, int) and width * height > MOST_PIXELS:
        found.observations.append(
            Observation("over-limit", f"{width:,} x {height:,} pixels, over {MOST_PIXELS:,}", bad=True)
        )
