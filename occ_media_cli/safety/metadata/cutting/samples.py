"""Tracks of an MP4 that are neither sound nor picture and tell of them while they play: positions, movements."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from occ_media_cli.media.readers.boxes import IsoBox, boxes, child
from occ_media_cli.media.source import FileSource

_HANDLERS = frozenset((b"meta", b"data", b"camm", b"nmea"))
_ENTRIES = frozenset(b"mebx gpmd camm mett metx urim rtmd fdsc priv djmd dbgi".split())
_PLACE = (b"ISO6709", b"GPS", b"nmea", b"camm", b"location", b"rtmd", b"djmd")
_MOST_CHAPTERS = 1_000
_MOST_SAMPLES = 2_000_000


def tells(source: FileSource, trak: IsoBox) -> bool:
    """Whether a track is metadata, by its handler or by the name of its samples."""
    hdlr = child(source, trak, b"mdia", b"hdlr")
    if hdlr is not None and source.data[hdlr.body + 8 : hdlr.body + 12] in _HANDLERS:
        return True
    entry = _entry(source, trak)
    return entry is not None and entry.kind in _ENTRIES


def titles_of_chapters(source: FileSource, start: int, end: int) -> frozenset[int]:
    """Where the tracks begin that hold the titles of chapters: texts that another track names as its chapters. start,
    end: what the box of the film holds."""
    tracks = [box for box in boxes(source, start, end) if box.kind == b"trak"]
    chapters = set[int]()
    for track in tracks:
        named = child(source, track, b"tref", b"chap")
        if named is not None:
            ids = source.data[named.body : min(named.end, named.body + 4 * _MOST_CHAPTERS)]
            chapters.update(each[0] for each in struct.iter_unpack(">I", ids[: len(ids) // 4 * 4]))
    return frozenset(track.start for track in tracks if _number(source, track) in chapters and _is_text(source, track))


def _number(source: FileSource, trak: IsoBox) -> int:
    head = child(source, trak, b"tkhd")
    if head is None:
        return -1
    at = head.body + (20 if source.data[head.body : head.body + 1] == b"\1" else 12)
    return int.from_bytes(source.data[at : at + 4], "big")


def _is_text(source: FileSource, trak: IsoBox) -> bool:
    hdlr = child(source, trak, b"mdia", b"hdlr")
    return hdlr is not None and source.data[hdlr.body + 8 : hdlr.body + 12] in (b"text", b"sbtl")


def told_samples(source: FileSource, trak: IsoBox) -> Iterator[tuple[int, int, bool]]:
    """(begin, end, whether it may be a place) of each chunk of the track, inside of the file."""
    entry = _entry(source, trak)
    place = entry is not None and any(word in source.data[entry.start : entry.end] for word in _PLACE)
    for begin, length in _chunks(source, trak):
        if 0 < begin < source.size:
            yield begin, min(begin + length, source.size), place


def _entry(source: FileSource, trak: IsoBox) -> IsoBox | None:
    stsd = child(source, trak, b"mdia", b"minf", b"stbl", b"stsd")
    return next(boxes(source, stsd.body + 8, stsd.end), None) if stsd is not None else None


def _chunks(source: FileSource, trak: IsoBox) -> Iterator[tuple[int, int]]:
    """(where it begins, its length) of each chunk, by the tables of places, of samples a chunk and of sizes."""
    stbl = child(source, trak, b"mdia", b"minf", b"stbl")
    if stbl is None:
        return
    tables = {box.kind: source.data[box.body : box.end] for box in boxes(source, stbl.body, stbl.end)}
    places, groups, sizes = tables.get(b"stco"), tables.get(b"stsc", b""), tables.get(b"stsz", b"")
    width, letter = (4, "I") if places is not None else (8, "Q")
    places = tables.get(b"co64", b"") if places is None else places
    starts = [each[0] for each in struct.iter_unpack(">" + letter, places[8 : 8 + (len(places) - 8) // width * width])]
    runs = list(struct.iter_unpack(">III", groups[8 : 8 + max(0, len(groups) - 8) // 12 * 12]))
    fixed = int.from_bytes(sizes[4:8], "big")
    sample, run = 0, 0
    for number, start in enumerate(starts[:_MOST_SAMPLES], 1):
        while run + 1 < len(runs) and runs[run + 1][0] <= number:
            run += 1
        count = runs[run][1] if runs else 1
        if fixed:
            yield start, fixed * count
        else:
            raw = sizes[12 + 4 * sample : 12 + 4 * (sample + min(count, _MOST_SAMPLES))]
            yield start, sum(each[0] for each in struct.iter_unpack(">I", raw[: len(raw) // 4 * 4]))
        sample += count
