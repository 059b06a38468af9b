"""The tracks of an ISO base media file: what each holds and how it is coded."""

from __future__ import annotations

import struct

from occ_media_cli.media.readers.boxes import Cut, IsoBox, boxes, child
from occ_media_cli.media.source import FileSource

MOST_TRACKS = 64

MOST_SIZES = 512
"""Samples of a track whose sizes are read."""

_CODECS = {
    b"avc1": "h264",
    b"avc2": "h264",
    b"avc3": "h264",
    b"avc4": "h264",
    b"hvc1": "hevc",
    b"hev1": "hevc",
    b"dvh1": "hevc",
    b"dvhe": "hevc",
    b"dva1": "h264",
    b"dvav": "h264",
    b"vvc1": "vvc",
    b"vvi1": "vvc",
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"av01": "av1",
    b"s263": "h263",
    b"h263": "h263",
    b"H263": "h263",
    b"mp4v": "mpeg4",
    b"jpeg": "mjpeg",
    b"mjpa": "mjpeg",
    b"mjpb": "mjpeg",
    b"apcn": "prores",
    b"apch": "prores",
    b"samr": "amr-nb",
    b"sawb": "amr-wb",
    b"sawp": "amr-wb+",
    b"mp4a": "aac",
    b"ac-3": "ac3",
    b"ec-3": "eac3",
    b"ac-4": "ac4",
    b"alac": "alac",
    b"fLaC": "flac",
    b"Opus": "opus",
    b".mp3": "mp3",
    b"dtsc": "dts",
    b"mlpa": "truehd",
    b"twos": "pcm",
    b"sowt": "pcm",
    b"lpcm": "pcm",
    b"ipcm": "pcm",
    b"fpcm": "pcm",
    b"ulaw": "mulaw",
    b"alaw": "alaw",
    b"encv": "encrypted",
    b"enca": "encrypted",
    b"drms": "encrypted",
    b"drmi": "encrypted",
}
# Object types of the MP4 Registration Authority (https://mp4ra.org/registered-types/object-types)
_OBJECTS = {0x20: "mpeg4", 0x21: "h264", 0x23: "hevc", 0x40: "aac", 0x66: "aac", 0x67: "aac", 0x68: "aac", 0x69: "mp3"}
_OBJECTS |= {0x60: "mpeg2", 0x61: "mpeg2", 0x62: "mpeg2", 0x6A: "mpeg1", 0x6B: "mp3", 0x6C: "mjpeg", 0x6D: "png"}
_OBJECTS |= {0xA5: "ac3", 0xA6: "eac3", 0xA9: "dts", 0xAD: "opus", 0xDD: "vorbis", 0xE1: "qcelp", 0xB1: "vp9"}
_PROFILES = {
    66: "Baseline",
    77: "Main",
    88: "Extended",
    100: "High",
    110: "High 10",
    122: "High 4:2:2",
    244: "High 4:4:4",
}
_AAC = {1: "Main", 2: "LC", 3: "SSR", 4: "LTP", 5: "HE", 29: "HE v2", 36: "ALS", 39: "ELD", 42: "xHE"}


class Track:
    """One track: `handler` is `vide`, `soun`, `text`, …; `codec` a name such as `h264`, else its four letters.

    samples: how many; sizes: bytes of the first of them; in_chunk: how many lie in the first chunk, side by side;
    first_byte, last_byte: where the first and the last chunk begin; nal: bytes of the length in front of each unit of
    H.264 and HEVC, 0 for other codecs.
    """

    def __init__(self, handler: str) -> None:
        self.handler = handler
        self.codec = self.profile = ""
        self.width = self.height = self.channels = self.samples = self.first_byte = self.last_byte = self.nal = 0
        self.in_chunk, self.sizes = 1, tuple[int, ...]()
        self.reordered = False


def tracks_of(source: FileSource, moov: IsoBox) -> list[Track]:
    """Every track of a `moov` box, in order."""
    found: list[Track] = []
    for box in boxes(source, moov.body, moov.end):
        if box.kind == b"trak" and len(found) < MOST_TRACKS:
            mdia = child(source, box, b"mdia")
            hdlr = child(source, mdia, b"hdlr") if mdia else None
            if mdia and hdlr:
                found.append(_track(source, mdia, hdlr))
    return found


def _track(source: FileSource, mdia: IsoBox, hdlr: IsoBox) -> Track:
    track = Track(source.data[hdlr.body + 8 : hdlr.body + 12].decode("latin-1").strip())
    stbl = child(source, mdia, b"minf", b"stbl")
    if stbl is None:
        return track
    for box in boxes(source, stbl.body, stbl.end):
        if box.kind == b"stsd":
            _description(source, track, box)
        elif box.kind == b"ctts":
            track.reordered = int.from_bytes(source.data[box.body + 4 : box.body + 8], "big") > 0
        elif box.kind in (b"stsz", b"stz2"):
            head = source.data[box.body + 4 : box.body + 12]
            track.samples = int.from_bytes(head[4:], "big")
            if box.kind == b"stsz":
                track.sizes = _sizes(source, box, int.from_bytes(head[:4], "big"), track.samples)
        elif box.kind == b"stsc":
            track.in_chunk = int.from_bytes(source.data[box.body + 12 : box.body + 16], "big")
        elif box.kind in (b"stco", b"co64"):
            width = 4 if box.kind == b"stco" else 8
            table = source.data[box.body + 8 : box.end]
            if len(table) >= width:
                track.first_byte = int.from_bytes(table[:width], "big")
                track.last_byte = int.from_bytes(table[len(table) // width * width - width :][:width], "big")
    return track


def _sizes(source: FileSource, stsz: IsoBox, of_all: int, samples: int) -> tuple[int, ...]:
    """Bytes of the first samples: each has its own, or all have one."""
    if of_all:
        return (of_all,) * min(samples, MOST_SIZES)
    table = source.data[stsz.body + 12 : min(stsz.end, stsz.body + 12 + 4 * min(samples, MOST_SIZES))]
    return struct.unpack(f">{len(table) // 4}I", table[: len(table) // 4 * 4])


def _description(source: FileSource, track: Track, stsd: IsoBox) -> None:
    entry = next(boxes(source, stsd.body + 8, stsd.end), None)
    if entry is None:
        return
    data = source.data
    track.codec = _CODECS.get(entry.kind, entry.kind.decode("latin-1").strip())
    if track.handler == "vide":
        track.width = int.from_bytes(data[entry.body + 24 : entry.body + 26], "big")
        track.height = int.from_bytes(data[entry.body + 26 : entry.body + 28], "big")
        inside = entry.body + 78
    elif track.handler == "soun":
        track.channels = int.from_bytes(data[entry.body + 16 : entry.body + 18], "big")
        version = int.from_bytes(data[entry.body + 8 : entry.body + 10], "big")
        inside = entry.body + {1: 44, 2: 64}.get(version, 28)
    else:
        return
    try:
        for box in boxes(source, inside, entry.end):
            if box.kind == b"avcC":
                track.nal = (data[box.body + 4] & 3) + 1
                profile, constraints = data[box.body + 1], data[box.body + 2]
                track.profile = _PROFILES.get(profile, str(profile))
                if profile == 66 and constraints & 0x40:
                    track.profile = "Constrained Baseline"
            elif box.kind == b"hvcC" and box.end - box.body > 21:
                track.nal = (data[box.body + 21] & 3) + 1
            elif box.kind == b"esds":
                _esds(track, data[box.body + 4 : box.end])
            elif box.kind == b"wave" and (esds := child(source, box, b"esds")):
                _esds(track, data[esds.body + 4 : esds.end])
    except Cut:
        track.profile = ""  # an odd writer; the four letters have said what matters


def _esds(track: Track, descriptors: bytes) -> None:
    """The MPEG-4 elementary stream descriptor: object type, and for AAC the audio object type."""
    at = 0
    while at + 2 <= len(descriptors):
        tag = descriptors[at]
        at += 1
        for _ in range(4):
            more = at < len(descriptors) and descriptors[at] & 0x80
            at += 1
            if not more:
                break
        if tag == 3 and at + 3 <= len(descriptors):
            flags = descriptors[at + 2]
            at += 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
            if flags & 0x40 and at < len(descriptors):
                at += 1 + descriptors[at]
        elif tag == 4 and at < len(descriptors):
            codec = _OBJECTS.get(descriptors[at])
            if codec:
                track.codec = codec
            at += 13
        elif tag == 5 and at < len(descriptors):
            if track.codec == "aac":
                kind = descriptors[at] >> 3
                if kind == 31 and at + 1 < len(descriptors):
                    kind = 32 + ((descriptors[at] & 7) << 3 | descriptors[at + 1] >> 5)
                track.profile = _AAC.get(kind, str(kind))
                if kind == 36:
                    track.codec = "mp4als"
            return
        else:
            return
