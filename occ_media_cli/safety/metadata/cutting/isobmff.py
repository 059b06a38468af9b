"""MP4, M4A, 3GP and QuickTime: no box moves, so that the tables of samples stay true. What tells of the film becomes
free space of the same length; times and the names of handlers and encoders become zeros (ISO/IEC 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.media.readers.boxes import Cut, IsoBox, boxes
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import MOST_TOLD, Block, CutFailed, change_at
from occ_media_cli.safety.metadata.cutting.samples import tells, titles_of_chapters, told_samples

_STAY: dict[bytes, frozenset[bytes]] = {
    b"": frozenset(b"ftyp styp moov moof mdat mfra sidx ssix".split()),
    b"moov": frozenset(b"mvhd trak mvex iods".split()),
    b"trak": frozenset(b"tkhd edts mdia tref trgr tapt load matt clip".split()),
    b"mdia": frozenset(b"mdhd hdlr minf elng".split()),
    b"minf": frozenset(b"vmhd smhd hmhd sthd nmhd gmhd dinf stbl hdlr code".split()),
    b"stbl": frozenset(
        b"stsd stts ctts cslg stsc stsz stz2 stco co64 stss stsh padb stdp sdtp sbgp sgpd subs saiz saio stps".split()
    ),
    b"dinf": frozenset(b"dref".split()),
    b"mvex": frozenset(b"mehd trex leva trep".split()),
    b"moof": frozenset(b"mfhd traf".split()),
    b"traf": frozenset(b"tfhd trun sbgp sgpd subs saiz saio tfdt senc".split()),
}
"""Boxes that playing needs, by the box that holds them. Another one is nothing that a player misses."""

_SPACE = frozenset((b"free", b"skip", b"wide"))
_PLACE = (b"\xa9xyz", b"loci", b"location.ISO6709", b"GPSCoordinates", b"GPSLatitude", b"\0GPS")
_AUTHOR = (b"\xa9ART", b"\xa9aut", b"auth", b"perf", b"\xa9wrt", b"aART", b"quicktime.author", b"\xa9dir")
_FACTS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("location", _PLACE),
    ("author", _AUTHOR),
    ("camera", (b"\xa9mak", b"\xa9mod", b"quicktime.make", b"quicktime.model", b"CNTH", b"manu", b"modl")),
    ("software", (b"\xa9too", b"\xa9swr", b"\xa9enc", b"quicktime.software")),
    ("title", (b"\xa9nam", b"titl", b"quicktime.title", b"quicktime.displayname")),
    ("comment", (b"\xa9cmt", b"dscp", b"\xa9des", b"quicktime.comment", b"quicktime.description")),
    ("copyright", (b"cprt", b"\xa9cpy")),
    ("dates", (b"\xa9day", b"quicktime.creationdate", b"yrrc", b"purd")),
    ("thumbnail", (b"covr", b"thmb", b"CNDA")),
    ("owner", (b"apID", b"ownr", b"\xa9own")),
    ("xmp", (b"<x:xmpmeta", b"XMP_")),
)
_MOST_DEPTH = 8


def cut(source: FileSource) -> Iterator[Block]:
    """All of the file, with what tells something of it overwritten in its place."""
    changes = list[Block]()
    try:
        _walk(source, 0, source.size, b"", changes, 0)
    except Cut as error:
        raise CutFailed("one of its boxes is longer than what holds it") from error
    changes.sort()
    return change_at(source, changes)


def _boxes(source: FileSource, start: int, end: int, parent: bytes) -> Iterator[IsoBox]:
    """The boxes of a box; of the file itself until something comes that is none."""
    try:
        yield from boxes(source, start, end)
    except Cut as cut:
        if parent or cut.box.kind in _STAY[b""] or cut.box.kind in _SPACE:
            raise


def _walk(source: FileSource, start: int, end: int, parent: bytes, changes: list[Block], depth: int) -> None:
    at = start
    titles = titles_of_chapters(source, start, end) if parent == b"moov" else frozenset[int]()
    for box in _boxes(source, start, end, parent):
        at = box.end
        if box.kind in _SPACE:
            _zero(source, box.body, box.end, changes, ("other_data",), "free space")
        elif box.kind not in _STAY[parent]:
            _free(source, box, changes)
        elif box.start in titles:
            _free(source, box, changes, ("chapters",))
            for begin, stop, _ in told_samples(source, box):
                _zero(source, begin, stop, changes, ("chapters",), "titles of chapters")
        elif box.kind == b"trak" and tells(source, box):
            _free(source, box, changes, ("timed_metadata", *_seen(source, box)))
            for begin, stop, place in told_samples(source, box):
                _zero(source, begin, stop, changes, ("location", "timed_metadata") if place else ("timed_metadata",),
                      "samples of metadata")  # fmt: skip
        elif box.kind in _STAY and depth < _MOST_DEPTH:
            _walk(source, box.body, box.end, box.kind, changes, depth + 1)
        else:
            _header(source, box, changes)
    if at < end and (parent or source.data[at:end].strip(b"\0")):
        if parent:
            _zero(source, at, end, changes, ("other_data",), "padding")
        else:
            changes.append(Block(at, end, b"", ("trailing_data",), "behind its end"))


def _free(source: FileSource, box: IsoBox, changes: list[Block], facts: tuple[str, ...] = ()) -> None:
    """Turn a box into free space of its length."""
    name = box.kind.decode("latin-1").strip()
    told = facts or _seen(source, box) or (("other_data",) if source.data[box.body : box.end].strip(b"\0") else ())
    changes.append(Block(box.start + 4, box.start + 8, b"free", told or ("other_data",), f"{name} box"))
    if box.body < box.end:
        _zero(source, box.body, box.end, changes, (), f"{name} box")


def _seen(source: FileSource, box: IsoBox) -> tuple[str, ...]:
    content = source.data[box.body : min(box.end, box.body + MOST_TOLD)]
    return tuple(fact for fact, words in _FACTS if any(word in content for word in words))


def _zero(source: FileSource, start: int, end: int, changes: list[Block], facts: tuple[str, ...], where: str) -> None:
    """Zeros in the place of bytes that are not all zero; nothing of any length is built twice."""
    data, step = source.data, 1 << 20
    for at in range(start, end, step):
        stop = min(at + step, end)
        if data[at:stop].strip(b"\0"):
            changes.append(Block(at, stop, bytes(stop - at), facts, where))


def _header(source: FileSource, box: IsoBox, changes: list[Block]) -> None:
    """The boxes that stay, and in which a field tells something."""
    data, body = source.data, box.body
    if box.kind in (b"mvhd", b"tkhd", b"mdhd"):
        length = 16 if data[body : body + 1] == b"\1" else 8
        _zero(source, body + 4, min(body + 4 + length, box.end), changes, ("dates",), f"{box.kind.decode()} box")
    elif box.kind == b"hdlr":
        _zero(source, min(body + 12, box.end), box.end, changes, ("handler",), "hdlr box")
    elif box.kind == b"dref":
        for entry in boxes(source, body + 8, box.end):
            if data[entry.body + 3 : entry.body + 4] == b"\1":
                _zero(source, entry.body + 4, entry.end, changes, ("absolute_paths",), "dref box")
            elif entry.end - entry.body > 4:
                raise CutFailed("its sound or picture is in another file, which it names")
    elif box.kind == b"stsd":
        for entry in boxes(source, body + 8, box.end):
            if entry.kind == b"tmcd":
                _inside(source, entry, entry.body + 26, changes, frozenset((b"name", b"udta", b"meta", b"uuid")))
            elif entry.end - entry.body >= 78 and _is_picture(source, entry):
                _zero(source, entry.body + 42, entry.body + 74, changes, ("software",), "stsd box")
                _zero(source, entry.body + 12, entry.body + 16, changes, ("software",), "stsd box")
                _inside(source, entry, entry.body + 78, changes)
            elif entry.end - entry.body >= 28 and _is_sound(source, entry):
                _zero(source, entry.body + 12, entry.body + 16, changes, ("software",), "stsd box")


def _is_sound(source: FileSource, entry: IsoBox) -> bool:
    """Whether a sample entry has a legal number of channels and of bits; its maker's four letters stand before."""
    head = source.data[entry.body + 16 : entry.body + 20]
    return head[:1] == b"\0" and 1 <= head[1] <= 8 and head[2:] in (b"\0\x08", b"\0\x10", b"\0\x18", b"\0\x20")


def _is_picture(source: FileSource, entry: IsoBox) -> bool:
    """Whether a sample entry has a width, a height and the resolution that all writers put into pictures."""
    return source.data[entry.body + 28 : entry.body + 30] == b"\0\x48"


def _inside(
    source: FileSource, entry: IsoBox, start: int, changes: list[Block],
    gone: frozenset[bytes] = frozenset((b"udta", b"meta", b"uuid")),
) -> None:  # fmt: skip
    try:
        for inner in boxes(source, start, entry.end):
            if inner.kind in gone:
                _free(source, inner, changes)
    except Cut:
        return  # some writers end an entry with four zero bytes
