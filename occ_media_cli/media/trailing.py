"""What follows the end of a file: harmless bytes, further pictures, or something that another program would run."""

from __future__ import annotations

from occ_media_cli.media.readers.signatures import END_OF_ZIP, hidden_in, holds_volume, kind_of, markup_in
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_BLANKS = b" \t\r\n\f\v\0"
_LOOKED_AT = 1 << 20
_OF_ONE_KIND = frozenset(("jpeg", "png", "gif", "webp", "ole", "isobmff", "ogg", "amr", "mpeg-audio", "adts"))
_PICTURES = (b"\xff\xd8\xff", b"MPF\0", b"II*\0", b"MM\0*")


def look_behind(found: Structure, source: FileSource) -> None:
    """Add `trailing-data` or `motion-photo` to what was found. Does nothing for a file whose end is not known."""
    if found.end is None or found.type is None:
        return
    size, end = source.size, found.end
    if found.kind not in ("ooxml", "text") and ends_as_archive(source):
        found.note("trailing-data", "an archive ends exactly where it ends, so that it is both", bad=True)
        return
    if found.kind in _OF_ONE_KIND and _is_pdf_too(source):
        found.note("type-mismatch", "it is a PDF document at the same time", bad=True)
        return
    if found.kind in _OF_ONE_KIND and (volume := holds_volume(source.data)) is not None:
        found.note("type-mismatch", f"it holds {volume} at the same time", bad=True)
        return
    if end >= size:
        return
    at, rest = end, b""
    while at < size and not rest:
        rest = source.data[at : min(size, at + _LOOKED_AT)].lstrip(_BLANKS)
        at += _LOOKED_AT
    found.facts["trailing_bytes"] = size - end
    if not rest:
        return
    bad = kind_of(rest)
    if bad is not None:
        found.note("trailing-data", f"{size - end:,} bytes follow its end, and they begin like {bad}", bad=True)
        return
    if (hidden := hidden_in(rest, 0)) is not None and not is_more_pictures(rest, found):
        found.note("trailing-data", f"{size - end:,} bytes follow its end, and {hidden[0]} is among them", bad=True)
    elif found.kind == "jpeg" and is_more_pictures(rest, found):
        found.note("motion-photo", f"{size - end:,} bytes of video or further images follow the picture")
    elif (page := markup_in(rest)) is not None:
        words = f"{size - end:,} bytes follow its end; a piece of markup is {page:,} bytes into them"
        found.note("trailing-data", words)
    else:
        found.note("trailing-data", f"{size - end:,} bytes follow its end")


def _is_pdf_too(source: FileSource) -> bool:
    """A header where readers of PDF look for one, with a table and an end marker behind it."""
    if b"%PDF-" not in source.head[:1029]:
        return False
    data = source.data
    return data.rfind(b"%%EOF") >= 0 and (data.rfind(b"startxref") >= 0 or data.rfind(b"trailer") >= 0)


def is_more_pictures(rest: bytes, found: Structure) -> bool:
    """Whether what follows a picture is film or further pictures, as cameras write them behind it."""
    if (
        rest.startswith(_PICTURES)
        or rest[4:8] == b"ftyp"
        or found.facts.get("pictures")
        or found.facts.get("motion_photo")
    ):
        return True
    return b"ftyp" in rest[:65536] or b"MotionPhoto_Data" in rest or rest.rstrip(_BLANKS).endswith(b"SEFT")


def ends_as_archive(source: FileSource) -> bool:
    """Whether an end-of-directory record, with its comment, ends where the file ends."""
    data, size = source.data, source.size
    tail = data[max(0, size - 65_557) : size]
    at = tail.rfind(END_OF_ZIP)
    while at >= 0:
        record = tail[at : at + 22]
        if len(record) == 22 and at + 22 + int.from_bytes(record[20:22], "little") == len(tail):
            return True
        at = tail.rfind(END_OF_ZIP, 0, at)
    return False
