"""MPEG audio layer III (MP3): tags, then a chain of frames that agree with each other (ISO/IEC 11172-3, 13818-3)."""

from __future__ import annotations

from functools import cache

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.signatures import runs_at
from occ_media_cli.media.readers.tags import after_tags, end_of_tags
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

JUNK_IN_FRONT = 4096
"""Streams that were cut out of a longer one begin inside a frame; so many bytes may pass before the first whole one."""

JUNK_BEHIND_TAG = 65_536
JUNK_BETWEEN = 65536
"""A player skips what is no frame; a chain that goes on within so many bytes is the same stream."""

_CHAIN = 3
_FRAMES_READ = 8
"""Frames whose content is looked at."""

_BITRATES = {
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
}
_BITRATES[2, 2] = _BITRATES[2, 1]
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_LAYERS = {1: "mp3", 2: "mp2", 3: "mp1"}
_SYNC = Pattern(rb"\xff[\xe2-\xff]")


def frame_length(version: int, layer: int, third: int) -> int:
    """Bytes of a frame from the fields of its header, 0 where they are not legal.

    version: 3 MPEG-1, 2 MPEG-2, 0 MPEG-2.5; layer: 1 III, 2 II, 3 I; third: bit rate, sampling rate, padding.
    """
    bitrate, rate, padding = third >> 4, third >> 2 & 3, third >> 1 & 1
    if version == 1 or not layer or not 0 < bitrate < 15 or rate == 3:
        return 0
    bits = _BITRATES[3 if version == 3 else 2, layer][bitrate] * 1000
    hertz = _RATES[version][rate]
    if layer == 3:
        return (12 * bits // hertz + padding) * 4
    return (72 if layer == 1 and version != 3 else 144) * bits // hertz + padding


@cache
def _table(version: int, layer: int, rate: int) -> tuple[int, ...]:
    """Frame length by the third header byte; 0 where the sampling rate is another one."""
    return tuple(frame_length(version, layer, third) if third >> 2 & 3 == rate else 0 for third in range(256))


FIRST: frozenset[int] | None = None


def claims(source: FileSource) -> bool:
    """A tag, a sync word, or bytes that nobody else knows by their beginning and that hold a sync word."""
    head = source.head
    if head.startswith((b"ID3", b"APETAGEX")) or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0):
        return True
    return not head[:1].isascii() or head[:1] == b"\0"


def recognise(source: FileSource) -> Structure | None:
    """Find the first chain of frames and follow it to its end."""
    begin = after_tags(source)
    start = _first_chain(source, begin)
    if start < 0:
        return None
    data = source.data
    if not _sounds(source, start):
        return _shell(source)
    second, third = data[start + 1 : start + 3]
    version, layer = second >> 3 & 3, second >> 1 & 3
    found = Structure(None, "mpeg-audio", facts={"codecs": [_LAYERS[layer]], "starts_at": start})
    found.facts["sample_rate"] = _RATES[version][third >> 2 & 3]
    found.facts["channels"] = 1 if data[start + 3 : start + 4][0] >> 6 == 3 else 2
    at, frames = _follow(source, start, second, _table(version, layer, third >> 2 & 3))
    found.type = _LAYERS[layer]
    found.facts["frames"] = frames
    if at > source.size:
        found.note("cut-short", "its last frame is cut off")
    found.end = end_of_tags(source, at) if at < source.size else source.size
    _stated_length(found, data[start : start + 256], source.size - start)
    return found


def end_of_frames(source: FileSource) -> int:
    """Where the last frame of a stream ends, before what stands behind it; the size of a file without frames."""
    start = _first_chain(source, after_tags(source))
    if start < 0:
        return source.size
    second, third = source.data[start + 1 : start + 3]
    at, _ = _follow(source, start, second, _table(second >> 3 & 3, second >> 1 & 3, third >> 2 & 3))
    return min(at, source.size)


def _shell(source: FileSource) -> Structure | None:
    """Frames round something that is no sound; nothing at all where it is not even meant to be music."""
    if not source.head.startswith((b"ID3", b"\xff")):
        return None
    found = Structure(None, "mpeg-audio")
    found.note("damaged", "what its frames hold is no sound")
    return found


def _sounds(source: FileSource, at: int) -> bool:
    """Whether of the first frames at least half hold what a decoder takes; layer III alone says enough to tell."""
    good = bad = 0
    first = source.data[at : at + 68]
    if first[1] >> 1 & 3 == 1 and runs_at(first, 4):
        return False
    for _ in range(_FRAMES_READ):
        frame = source.data[at : at + 64]
        length = _length(frame[:4])
        if not length or frame[0] != 0xFF:
            break
        if (frame[1] >> 1 & 3) != 1 or _is_sound(frame[: min(length, 64)]):
            good += 1
        else:
            bad += 1
        at += length
    return good >= bad


def _is_sound(frame: bytes) -> bool:
    """Whether the side information of a frame of layer III holds numbers that it may (ISO/IEC 11172-3, 2.4.1.7)."""
    first, mono = frame[1] >> 3 & 3 == 3, frame[3] >> 6 == 3
    begin = 4 if frame[1] & 1 else 6
    length = (17 if mono else 32) if first else (9 if mono else 17)
    side = frame[begin : begin + length]
    if len(side) < length:
        return True
    if runs_at(side, 0):
        return False
    bits = int.from_bytes(side, "big")
    at = (9 + (5 if mono else 3) + (4 if mono else 8)) if first else (8 + (1 if mono else 2))
    for _ in range((2 if first else 1) * (1 if mono else 2)):
        rest = length * 8 - at
        values = bits >> (rest - 21) & 0x1FF
        switch = rest - (12 + 9 + 8 + (4 if first else 9))
        if values > 288 or (bits >> (switch - 1) & 1 and not bits >> (switch - 3) & 3):
            return False
        at += 59 if first else 63
    return True


def _first_chain(source: FileSource, begin: int) -> int:
    data, size = source.data, source.size
    tagged = begin > 0
    if begin >= size:  # the tag says that it is longer than the file
        begin = 10
    window = data[begin : begin + (JUNK_BEHIND_TAG if tagged else JUNK_IN_FRONT)]
    for hit in _SYNC.finditer(window):
        at = begin + hit.start()
        if not tagged and source.head[:at].isascii() and source.head[:at].strip(b"\0"):
            return -1  # words in front: whatever it is, it is no stream that was cut out of another
        if _is_chain(source, at, 2 if at == begin and size - at < 4096 else _CHAIN):
            return at
        if tagged and at == begin and (length := _length(data[at : at + 4])) and at + length >= size:
            return at  # a tag, and one frame that is cut off
    return -1


def _length(header: bytes) -> int:
    return frame_length(header[1] >> 3 & 3, header[1] >> 1 & 3, header[2]) if len(header) == 4 else 0


def _is_chain(source: FileSource, at: int, wanted: int) -> bool:
    """Whether so many frames of one kind follow each other, or the file ends exactly behind fewer."""
    data, size = source.data, source.size
    first = data[at : at + 4]
    for _ in range(wanted):
        header = data[at : at + 4]
        if at == size:
            return True
        if len(header) < 4 or header[0] != 0xFF or (header[1] ^ first[1]) & 0xFE or (header[2] ^ first[2]) & 0x0C:
            return data[at : at + 3] == b"TAG"
        length = _length(header)
        if not length:
            return False
        at += length
    return True


def _follow(source: FileSource, at: int, second: int, lengths: tuple[int, ...]) -> tuple[int, int]:
    """(where the last frame ends, number of frames); the end is past the file when the last frame is cut."""
    data, size, frames = source.data, source.size, 0
    sync = {second & 0xFE, second | 1}
    while True:
        while at + 4 <= size and data[at] == 0xFF and data[at + 1] in sync and (length := lengths[data[at + 2]]):
            at += length
            frames += 1
        if at + 4 > size:
            return at, frames
        again = _again(source, at, second, lengths)
        if again < 0:
            return at, frames
        at = again


def _again(source: FileSource, at: int, second: int, lengths: tuple[int, ...]) -> int:
    """Where the same stream goes on behind something that is no frame, or -1."""
    window = source.data[at : at + JUNK_BETWEEN]
    for hit in _SYNC.finditer(window):
        place = at + hit.start()
        header = source.data[place : place + 3]
        if len(header) == 3 and header[1] | 1 == second | 1 and lengths[header[2]] and _is_chain(source, place, _CHAIN):
            return place
    return -1


def _stated_length(found: Structure, frame: bytes, present: int) -> None:
    """An encoder's Xing, Info or VBRI header tells how many bytes the stream has."""
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if at >= 0 and len(frame) >= at + 16 and frame[at + 7] & 3 == 3:
        stated = int.from_bytes(frame[at + 12 : at + 16], "big")
    elif (at := frame.find(b"VBRI")) >= 0 and len(frame) >= at + 14:
        stated = int.from_bytes(frame[at + 10 : at + 14], "big")
    else:
        return
    found.facts["stated_bytes"] = stated
    found.facts["present_bytes"] = present
    if stated > present and not found.observations:
        found.note("cut-short", f"it is cut off: its header tells of {stated:,} bytes of sound, and it has {present:,}")
