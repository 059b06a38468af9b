"""Why a file, or a part of one, that is no container of ours may yet hold something that nobody saw."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.media import recognise, trailing
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.readers import signatures
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.types import BY_TYPE
from occ_media_cli.vocabulary import MEDIA_CATEGORIES

UNKNOWN = "what it is, is not known"

_WRITES_OPAQUE = frozenset(("ooxml", "compound", "texts"))
"""Families whose parts are of the format itself, such as printer settings and fonts, or letters that may be by chance
what another encoding uses: bytes of no known type are no container there. In an archive, a mail or a PDF they may be
anything."""

_LEAVES = frozenset(("jpeg", "png", "gif", "webp", "isobmff", "ogg", "amr", "mpeg-audio", "adts"))
"""Families of pictures, sounds and films."""

_TRIED = 1 << 16
"""Bytes that are unpacked to see whether they are LZMA data: others contradict themselves soon."""

_BEHIND = 1 << 20
"""Bytes behind the end of a picture that are searched."""

_PICTURES = frozenset(("jpeg", "png", "gif", "webp"))
_COMMENT, _SCANS = 0xFE, (0xDA, 0xD9)

_SIGNED = 4

_HARMLESS = frozenset(MEDIA_CATEGORIES)
_HOLD_NOTHING = frozenset(("lnk",))


def find_passed_over(source: FileSource, around: str | None, type: str | None) -> Iterator[str]:  # noqa: A002 - a word of the field
    """Why what is no container of ours may yet hold parts that nobody saw."""
    found = recognise.by_structure(source)
    kind = found.type if found is not None else None
    if found is not None and found.kind in _PICTURES:
        yield from _beside_picture(found, source)
    if around != "compound" or kind != "xls":  # the stream of a workbook is several workbooks, one behind the other
        yield from _behind(found, source)
    if kind is None and found is not None and found.kind in _LEAVES:  # a damaged picture, sound or film
        hidden = signatures.hidden_in(source.data[: source.size], _SIGNED, source.size)
        if hidden is not None:
            yield f"it is damaged, and {hidden[0]} is in it"
        return
    if kind is None:
        kind = "lzma" if _is_lzma(source) else signatures.type_of(source.head) or type
    if kind is None:
        if around not in _WRITES_OPAQUE:
            yield UNKNOWN
    elif not (kind in BY_TYPE if around is None else _is_leaf(kind)):
        yield f"it is {describe_kind(kind)}, which is not unpacked"


def behind(source: FileSource) -> Iterator[str]:
    """Why a file is another one too, by what follows its end or stands where nothing may."""
    return _behind(recognise.by_structure(source), source)


def _behind(found: Structure | None, source: FileSource) -> Iterator[str]:
    """What follows the end of a file and is another one, or what it is at the same time."""
    if found is not None and found.type is not None:
        trailing.look_behind(found, source)
        for seen in found.observations:
            if seen.bad and seen.code in ("trailing-data", "type-mismatch"):
                yield seen.message
    elif not source.head.startswith(b"PK") and trailing.ends_as_archive(source):
        yield "an archive ends where it ends"


def _beside_picture(found: Structure, source: FileSource) -> Iterator[str]:
    """What stands behind the end of a picture, or in comments of a JPEG, and is a file, as bytes or in letters."""
    data, at = source.data, 2
    while (
        found.kind == "jpeg" and (head := data[at : at + 4])[:1] == b"\xff" and len(head) == 4 and head[1] not in _SCANS
    ):
        length = int.from_bytes(head[2:], "big")
        if head[1] == _COMMENT and (hidden := _carried_in(data[at + 4 : at + 2 + length])) is not None:
            yield f"{hidden} is in a comment of it"
        at += 2 + length
    behind = data[found.end : found.end + _BEHIND] if found.end is not None else b""
    if behind and not trailing.is_more_pictures(behind, found) and (hidden := _carried_in(behind)) is not None:
        yield f"{hidden} follows its end"


def _carried_in(data: bytes) -> str | None:
    """What bytes hold that are nothing of their own: a file as it is, or one written in letters."""
    hidden = signatures.archive_in(data)
    if hidden is not None:
        return hidden
    from occ_media_cli.media.unpack.texts import holds_file

    return "a file written in letters" if holds_file(data) else None


def _is_leaf(kind: str) -> bool:
    return kind in BY_TYPE or kind in _HOLD_NOTHING or (kind in DESCRIBED and DESCRIBED[kind].category in _HARMLESS)


def _is_lzma(source: FileSource) -> bool:
    """LZMA data, which have no signature: properties, a size of the dictionary, a length, and something to unpack."""
    head = source.head
    if len(head) < 14 or head[0] >= 225 or head[13] != 0:
        return False
    dictionary, length = int.from_bytes(head[1:5], "little"), int.from_bytes(head[5:13], "little")
    power = dictionary // 3 if dictionary % 3 == 0 else dictionary  # every program takes 2^n or 2^n + 2^(n-1)
    if dictionary < 4096 or power & (power - 1) or not (length == 0xFFFF_FFFF_FFFF_FFFF or 0 < length < 1 << 32):
        return False
    import lzma

    unpacking = lzma.LZMADecompressor(lzma.FORMAT_ALONE)
    try:
        content = unpacking.decompress(source.data[:_TRIED], _TRIED)
    except lzma.LZMAError:
        return False
    return unpacking.eof or len(content) >= min(length, _TRIED) or source.size > _TRIED


def describe_kind(kind: str) -> str:
    """A type in words that follow "it is"."""
    return (
        DESCRIBED[kind].description if kind in DESCRIBED else "an LZMA archive" if kind == "lzma" else f"of type {kind}"
    )
