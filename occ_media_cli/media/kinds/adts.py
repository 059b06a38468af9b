"""AAC in ADTS frames (ISO/IEC 13818-7), with the ID3 tag that players put in front of it."""

from __future__ import annotations

from occ_media_cli.media.readers.coded import FRAMES_READ, is_aac, mostly
from occ_media_cli.media.readers.signatures import runs_at
from occ_media_cli.media.readers.tags import after_tags, end_of_tags
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_NEEDED = 2
_LOW_COMPLEXITY = 1
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)

FIRST: frozenset[int] | None = frozenset(b"\xffIA")


def claims(source: FileSource) -> bool:
    """A sync word with layer 0, at the start or after an ID3 tag."""
    if source.head.startswith(b"ADIF"):
        return True
    at = after_tags(source)
    header = source.data[at : at + 7]
    return len(header) == 7 and frame_length(header) > 0


def recognise(source: FileSource) -> Structure | None:
    """Walk the chain of frames; profile, rate and channels must stay what they were."""
    if source.head.startswith(b"ADIF"):
        return _one_header(source)
    data, size = source.data, source.size
    at = start = after_tags(source)
    first = data[at : at + 7]
    found = Structure(None, "adts", facts={"codecs": ["aac"], "container": "adts"})
    rate = first[2] >> 2 & 15
    found.facts["sample_rate"] = _RATES[rate] if rate < len(_RATES) else None
    found.facts["channels"] = (first[2] & 1) << 2 | first[3] >> 6
    fixed = first[1] & 0xFE, first[2] & 0xFC
    frames, sounds = 0, list[bool]()
    while at + 7 <= size:
        header = data[at : at + 7]
        if header[0] != 0xFF or (header[1] & 0xFE, header[2] & 0xFC) != fixed:
            break
        length = frame_length(header)
        if not length:
            break
        if len(sounds) < FRAMES_READ and at + length <= size:
            sounds += _are_sound(data[at : at + length], first=not frames)
        at += length
        frames += 1
    if frames < _NEEDED and at != size:
        return None
    if rate >= len(_RATES) and frames < 4:
        return None  # a rate that has to be told elsewhere is legal and rare; four frames in a row are no accident
    if not mostly(sounds):
        found.note("damaged", "what its frames hold is no sound")
        return found
    if at > size:
        found.note("cut-short", "its last frame is cut off")
    found.type, found.end = "aac", end_of_tags(source, at) if at < size else size
    found.facts["frames"] = frames
    found.facts["starts_at"] = start
    return found


def frame_length(header: bytes) -> int:
    """Bytes of the frame whose header begins so, 0 where it is none; six bytes tell."""
    if len(header) < 6 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= 7 else 0


def _one_header(source: FileSource) -> Structure:
    """ADIF: one header for the whole stream. It says the rate of its bits, which no text and no program has there."""
    found = Structure(None, "adts", facts={"codecs": ["aac"], "container": "adif"})
    bits = int.from_bytes(source.head[4:18].ljust(14, b"\0"), "big")
    bits <<= 72 if bits >> 111 else 0
    rate = bits >> (112 - 27) & 0x7FFFFF
    if not 4_000 <= rate <= 2_000_000 or runs_at(source.head, 4) or source.size < 64:
        found.note("damaged", "what follows its header is no sound")
    else:
        found.type = "aac"
    return found


def _are_sound(frame: bytes, *, first: bool) -> list[bool]:
    """The answer for a frame; that its content runs or is text outweighs all further answers where it is the first."""
    body = frame[7 if frame[1] & 1 else 9 :]
    if runs_at(body, 0) or (first and runs_at(frame[7:], 0)):
        return [False] * (FRAMES_READ if first else 1)
    return [is_aac(body, low_complexity=frame[2] >> 6 == _LOW_COMPLEXITY)]
