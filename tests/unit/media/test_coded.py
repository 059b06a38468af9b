"""How coded sound and pictures begin, and files in which noise stands for them."""

from __future__ import annotations

import re
import struct
from random import Random

import pytest

from occ_media_cli.media.readers.coded import FRAMES_READ, are_coded, is_aac, is_amr, is_opus, mostly
from tests.unit.media.build import VALID, aac, amr, film, mp4, ogg, ogg_page
from tests.unit.media.looks import codes, errors, judge

NOISE = [Random(number).randbytes(180) for number in range(4000)]
SILENCE = bytes.fromhex("211004608c1c")  # two channels, as encoders write it


def test_a_frame_of_aac_begins_with_an_element_and_a_window() -> None:
    assert is_aac(SILENCE, low_complexity=True)
    assert is_aac(bytes.fromhex("010040221c"), low_complexity=True)  # one channel
    assert is_aac(b"\xde\2\0Lavc59.37.100\0", low_complexity=True)  # the name of an encoder, as filling
    assert not is_aac(bytes.fromhex("00010000"), low_complexity=True)  # the reserved bit
    assert not is_aac(bytes.fromhex("2180ffff00"), low_complexity=True)  # more bands than there are
    assert not is_aac(b"\x40" + bytes(9), low_complexity=True)  # coupling, which never stands first
    assert not is_aac(b"\xe0" + bytes(9), low_complexity=True)  # the end, and more
    predicted = bytes([0b00100001, 0b00000100, 0b00100000, 0])
    assert is_aac(predicted, low_complexity=False)
    assert not is_aac(predicted, low_complexity=True)


def test_noise_is_seldom_a_frame_of_aac() -> None:
    assert sum(is_aac(each, low_complexity=True) for each in NOISE) < len(NOISE) * 0.4
    runs = [NOISE[at : at + FRAMES_READ] for at in range(0, len(NOISE), FRAMES_READ)]
    assert sum(are_coded(run, "aac", "LC") for run in runs) < len(runs) * 0.05
    assert all(are_coded(run, "aac", "Main") for run in runs)  # of other profiles it is not asked


@pytest.mark.parametrize(
    ("packet", "fits"),
    [
        (b"\xfc" + b"\x55" * 1275, True),
        (b"\xfc" + b"\x55" * 1276, False),  # one frame is 1,275 bytes at most
        (b"\xfd" + b"\x55" * 20, True),
        (b"\xfd" + b"\x55" * 21, False),  # two frames of one length
        (b"\xfe\x05" + b"\x55" * 9, True),
        (b"\xfe\x0a" + b"\x55" * 9, False),  # the first is longer than the packet
        (b"\xfe\xfc\x10" + b"\x55" * 320, True),
        (b"\xfe\xfc", False),
        (b"\xff\x03" + b"\x55" * 30, True),
        (b"\xff\x00" + b"\x55" * 30, False),  # no frame at all
        (b"\x1b\x03" + b"\x55" * 30, False),  # three frames of 60 ms
        (b"\xfc", True),
        (b"", False),
    ],
)
def test_the_frames_of_a_packet_of_opus_fit_into_it(packet: bytes, fits: bool) -> None:
    assert is_opus(packet) is fits


@pytest.mark.parametrize(
    ("codec", "good", "bad"),
    [
        ("h263", b"\0\0\x80\2", b"\0\1\x80\2"),
        ("mpeg4", b"\0\0\1\xb6", b"\0\0\2\xb6"),
        ("ac3", b"\x0b\x77\0\0", b"\x0b\x78\0\0"),
        ("eac3", b"\x0b\x77\0\0", b"\x77\x0b\0\0"),
        ("flac", b"\xff\xf8\xc9", b"\xff\xfb\xc9"),
        ("amr-nb", b"\x3c" * 32, b"\x3d" * 32),
        ("amr-wb", b"\x44" * 61, b"\xe4" * 61),
    ],
)
def test_the_first_sample_of_a_track_begins_like_its_codec(codec: str, good: bytes, bad: bytes) -> None:
    assert are_coded([good], codec, "")
    assert not are_coded([bad], codec, "")
    assert are_coded([], codec, "")
    assert are_coded([bad], "unheard-of", "")


def test_the_padding_of_a_frame_of_amr_is_clear() -> None:
    assert [is_amr(bytes([header])) for header in (0x3C, 0x7C, 0x3D, 0xBC, 0x64)] == [True, True, False, False, False]


def test_one_no_in_so_many() -> None:
    assert mostly([])
    assert mostly([True, True, False])
    assert not mostly([True, False])
    assert not mostly([True] * 6 + [False], 8)
    assert mostly([True] * 7 + [False], 8)


def _stream(packets: list[bytes], family: bytes = b"\0", head: bytes = b"OpusHead\1\2\0\0\x80\xbb\0\0\0\0") -> bytes:
    pages = [ogg_page(4 if number == len(packets) else 0, number, each) for number, each in enumerate(packets, 1)]
    return ogg_page(2, 0, head + family) + b"".join(pages)


def test_packets_of_noise_are_no_opus() -> None:
    assert codes(_stream([b"OpusTags" + bytes(8), *[b"\xfc" + each[:150] for each in NOISE[:9]]]), "a.ogg") == []
    assert errors(_stream([b"OpusTags" + bytes(8), *NOISE[:9]]), "a.ogg") == ["damaged"]
    assert codes(_stream([b"OpusTags" + bytes(8), *NOISE[:9]], b"\1\1\1\0\1"), "a.ogg") == []  # another form of packet


@pytest.mark.parametrize(
    "head",
    [b"OpusHead\x10\2\0\0\x80\xbb\0\0\0\0", b"OpusHead\1\0\0\0\x80\xbb\0\0\0\0", b"OpusHead\1\3\0\0\x80\xbb\0\0\0\0"],
)
def test_a_header_of_opus_that_cannot_be(head: bytes) -> None:
    assert errors(_stream([b"\xfc" * 99, b"\xfc" * 99], head=head), "a.ogg") == ["damaged"]


def _vorbis(old: bytes, new: bytes) -> bytes:
    """A stream whose pages are made again round bodies in which something was replaced."""
    bodies = [page[28:].replace(old, new) for page in re.split(rb"(?=OggS\0)", ogg("vorbis"))[1:]]
    return b"".join(ogg_page(0 if number else 2, number, body) for number, body in enumerate(bodies))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\xb8\1", b"\x8b\1"), (b"\xb8\1", b"\xb8\0"), (b"\2\x44\xac\0\0", b"\0\x44\xac\0\0"), (b"BCV", b"BCW")],
)
def test_headers_of_vorbis_that_cannot_be(old: bytes, new: bytes) -> None:
    assert codes(_vorbis(old, old), "a.ogg") == []
    assert errors(_vorbis(old, new), "a.ogg") == ["damaged"]


def test_frames_of_noise_are_no_aac() -> None:
    header = b"\xff\xf1\x50\x80" + bytes([(187 >> 3) & 255, (187 & 7) << 5 | 31, 0xFC])
    assert errors(b"".join(header + each for each in NOISE[:20]), "a.aac") == ["damaged"]
    assert codes(aac(), "a.aac") == []


def test_more_behind_the_sound_of_amr_than_there_is_of_it() -> None:
    assert errors(amr()[: 6 + 32] + b"\xff" + NOISE[0], "a.amr") == ["damaged"]
    assert codes(amr() + b"\xff" + NOISE[0][:99], "a.amr") == ["trailing-data"]


def test_noise_as_the_content_of_films() -> None:
    for kind, why in (("m4a", "(aac)"), ("3gp", "(h263)")):
        whole = VALID[kind]
        at = whole.index(b"mdat") + 4
        noisy = whole[:at] + b"\x9d\x81" + whole[at + 2 :]
        assert errors(noisy, f"a.{kind}") == ["damaged"]
        assert any(why in each.message for each in judge(noisy, f"a.{kind}", "send"))


def test_an_index_that_tells_of_more_content_than_there_is() -> None:
    whole = mp4()
    size = b"stsz" + bytes(4) + b"\0\0\0\x40"
    assert size in whole
    assert codes(whole.replace(size, size[:-4] + struct.pack(">I", 9_000)), "a.mp4") == ["cut-short"]
    assert codes(film(tracks=((b"vide", b"avc1"),)), "a.mp4") == []


def test_a_page_of_headers_with_a_wrong_checksum_is_dropped_by_readers() -> None:
    for codec in ("opus", "vorbis"):
        whole = ogg(codec)
        second = whole.index(b"OggS", 4)
        wrong = whole[: second + 22] + b"\0\0\0\0" + whole[second + 26 :]
        assert errors(wrong, "a.ogg") == ["damaged"]


def test_flac_in_ogg_has_a_frame_behind_its_blocks() -> None:
    head = b"\x7fFLAC\1\0\0\1fLaC\0\0\0\x22" + bytes(34)
    pages = [ogg_page(2, 0, head), ogg_page(0, 1, b"\x84\0\0\x28" + bytes(40)), ogg_page(4, 2, b"\xff\xf8\xc9" * 40)]
    assert codes(b"".join(pages), "a.ogg") == []
    assert errors(b"".join(pages[:2]), "a.ogg") == ["damaged"]
