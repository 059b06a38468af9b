"""How coded sound and pictures begin: enough to tell them from noise, without decoding any.

Each question is one that a decoder asks first, so that what fails here fails there too.
"""

from __future__ import annotations

from collections.abc import Iterable

FRAMES_READ = 16
"""Frames or packets of a stream that are looked at."""

ONE_NO_OF_OPUS = 8

_END, _FILL = 7, 6
_LOW_COMPLEXITY = frozenset(("LC", "HE", "HE v2"))
_LONGEST_OPUS = 1275
_OPUS_TENTHS = (100, 200, 400, 600) * 3 + (100, 200) * 2 + (25, 50, 100, 200) * 4
_MOST_OPUS_TENTHS = 1200
"""Bytes of one frame of Opus; how long it is by its configuration, in tenths of a millisecond; and a packet at most
(RFC 6716, 3.1 and 3.2)."""


class _Bits:
    """The first bits of a frame, read from the front; behind its end there are zeros."""

    __slots__ = ("_at", "_bits")

    def __init__(self, frame: bytes) -> None:
        self._bits, self._at = int.from_bytes(frame[:16].ljust(16, b"\0"), "big"), 128

    def take(self, count: int) -> int:
        self._at -= count
        return self._bits >> self._at & ((1 << count) - 1)


def is_aac(frame: bytes, *, low_complexity: bool) -> bool:
    """Whether a raw frame of AAC begins with an element that may stand first (ISO/IEC 14496-3, 4.4.2).

    low_complexity: of the profile that nearly all encoders write, in which nothing is predicted.
    """
    if len(frame) < 4:
        return True
    bits = _Bits(frame)
    element = bits.take(3)
    if element in (0, 3):  # one channel: 4 bits of its name, 8 of gain
        bits.take(12)
        return _is_window(bits, low_complexity=low_complexity)
    if element == 1:  # two channels, with or without a window in common
        bits.take(4)
        if bits.take(1):
            return _is_window(bits, low_complexity=low_complexity) and bits.take(2) != 3
        bits.take(8)
        return _is_window(bits, low_complexity=low_complexity)
    if element == 4:  # data
        bits.take(5)
        count = bits.take(8)
        return count + (bits.take(8) if count == 255 else 0) <= len(frame)
    if element == 5:  # the channels, told by the stream
        bits.take(6)
        return bits.take(4) < 13
    if element == _FILL:
        count = bits.take(4)
        count += bits.take(8) - 1 if count == 15 else 0
        return count <= len(frame) and (not count or bits.take(4) in (0, 1, 2, 11, 12, 13, 14))
    return element == _END and len(frame) <= 8


def _is_window(bits: _Bits, *, low_complexity: bool) -> bool:
    """The window of a channel: a reserved bit that is clear, no more bands than there are, no prediction."""
    if bits.take(1):
        return False
    short = bits.take(2) == 2
    bits.take(1)
    if short:
        bits.take(11)
        return True
    return bits.take(6) <= 51 and not (bits.take(1) and low_complexity)


def is_opus(packet: bytes) -> bool:
    """Whether the lengths of the frames in a packet fit into it (RFC 6716, 3.2)."""
    if not packet:
        return False
    length, tenths = len(packet) - 1, _OPUS_TENTHS[packet[0] >> 3]
    code = packet[0] & 3
    if code == 0:
        return length <= _LONGEST_OPUS
    if code == 1:
        return not length & 1 and length <= 2 * _LONGEST_OPUS and 2 * tenths <= _MOST_OPUS_TENTHS
    if code == 2:
        if not length:
            return False
        first, used = packet[1], 1
        if first >= 252:
            if length < 2:
                return False
            first, used = first + 4 * packet[2], 2
        return first <= length - used and length - used - first <= _LONGEST_OPUS
    count = packet[1] & 63 if length else 0
    return count > 0 and count * tenths <= _MOST_OPUS_TENTHS


def is_amr(frame: bytes) -> bool:
    """Whether the first byte of a frame of AMR, in either band, has its padding clear and names a kind of frame."""
    return not frame[0] & 0x83 and frame[0] >> 3 & 15 not in (12, 13)


_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "mpeg4": (b"\0\0\1",),
    "h263": (b"\0\0\x80", b"\0\0\x81", b"\0\0\x82", b"\0\0\x83"),
    "ac3": (b"\x0b\x77",),
    "eac3": (b"\x0b\x77",),
    "flac": (b"\xff\xf8", b"\xff\xf9"),
}


def are_coded(samples: Iterable[bytes], codec: str, profile: str) -> bool:
    """Whether the first samples of a track are what its codec makes; of a codec that is not known here, they are."""
    found = [sample for sample in samples if sample]
    if codec == "aac" and profile in _LOW_COMPLEXITY:
        return mostly([is_aac(sample, low_complexity=True) for sample in found])
    if codec == "opus":
        return mostly([is_opus(sample) for sample in found], ONE_NO_OF_OPUS)
    if codec in ("amr-nb", "amr-wb"):
        return all(is_amr(sample) for sample in found[:1])
    begins = _BEGINNINGS.get(codec)
    return begins is None or all(sample.startswith(begins) for sample in found[:1])


def mostly(answers: list[bool], one_no_in: int = 3) -> bool:
    """Whether at most one answer in so many is no. Sound has never a no; noise has two in three as AAC, and two in five
    as Opus."""
    return answers.count(False) * one_no_in <= len(answers)
