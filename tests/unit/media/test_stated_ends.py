"""Files that are shorter than their headers say, and those whose headers say nothing."""

from __future__ import annotations

import io
import struct

import pytest

from occ_media_cli.media.readers.stated_ends import find_missing_end
from occ_media_cli.media.source import source_of


def wav(data: int | None = None, riff: int | None = None, form: bytes = b"RIFF") -> bytes:
    order = ">" if form == b"RIFX" else "<"
    about = struct.pack(f"{order}4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    content = struct.pack(f"{order}4sI", b"data", 3200 if data is None else data) + bytes(3200)
    whole = b"WAVE" + about + content
    return form + struct.pack(f"{order}I", len(whole) if riff is None else riff) + whole


def rf64() -> bytes:
    long = struct.pack("<4sIQQQI", b"ds64", 28, 3300, 3200, 1600, 0)
    return b"RF64\xff\xff\xff\xffWAVE" + long + struct.pack("<4sI", b"data", 0xFFFFFFFF) + bytes(3200)


def aiff() -> bytes:
    body = b"AIFF" + b"COMM" + struct.pack(">I", 18) + bytes(18) + b"SSND" + struct.pack(">I", 1008) + bytes(1008)
    return b"FORM" + struct.pack(">I", len(body)) + body


def au() -> bytes:
    return b".snd" + struct.pack(">IIIII", 24, 800, 1, 8000, 1) + bytes(800)


def picture(kind: str) -> bytes:
    image = pytest.importorskip("PIL.Image")
    held = io.BytesIO()
    image.new("RGB", (40, 30), "red").save(held, kind, **({"sizes": [(16, 16)]} if kind == "ICO" else {}))
    return held.getvalue()


def matroska(size: bytes, content: int) -> bytes:
    return b"\x1a\x45\xdf\xa3\x84webm" + b"\x18\x53\x80\x67" + size + bytes(content)


def flac() -> bytes:
    """Headers of three frames of 192 samples each."""
    about = struct.pack(">HH", 192, 192) + bytes(6) + (8000 << 44 | 15 << 36 | 3 * 192).to_bytes(8, "big") + bytes(16)
    content = b"fLaC\x80\0\0\x22" + about
    for number in range(3):
        header = bytes((0xFF, 0xF8, 0x10 | 4, 0x08, number))
        content += header + bytes((crc8(header),)) + bytes(40)
    return content


def crc8(data: bytes) -> int:
    found = 0
    for each in data:
        for bit in range(7, -1, -1):
            found = (found << 1 | each >> bit & 1) ^ (0x107 if found & 0x80 else 0)
    for _ in range(8):
        found = found << 1 ^ (0x107 if found & 0x80 else 0)
    return found


WHOLE = {
    "wav": wav(), "rifx": wav(form=b"RIFX"), "rf64": rf64(), "aiff": aiff(), "au": au(),
    "mkv": matroska(b"\x40\x64", 100), "flac": flac(), "7z": b"7z\xbc\xaf'\x1c\0\4" + struct.pack("<IQQI", 0, 100, 20, 0) + bytes(120),
    "cab": b"MSCF\0\0\0\0" + struct.pack("<I", 200) + bytes(188),
}  # fmt: skip
KINDS = {"rifx": "wav", "rf64": "wav"}


def missing(name: str, content: bytes) -> str | None:
    return find_missing_end(KINDS.get(name, name), source_of(content))


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_whole_and_half_of_it_is_cut_off(name: str) -> None:
    content = WHOLE[name]
    assert missing(name, content) is None
    told = missing(name, content[: len(content) * 2 // 3] if name != "flac" else content[:-92])
    assert told is not None
    assert told.startswith("it is cut off: its header tells of ")


@pytest.mark.parametrize(("name", "kind"), [("bmp", "BMP"), ("tif", "TIFF"), ("ico", "ICO")])
def test_a_picture_has_all_its_pixels(name: str, kind: str) -> None:
    content = picture(kind)
    assert missing(name, content) is None
    if kind != "TIFF":  # whose directory may be at its end
        assert missing(name, content[: len(content) // 2]) is not None


def test_a_tiff_has_its_strips() -> None:
    begin = b"II*\0" + struct.pack("<IH", 8, 2) + struct.pack("<HHII", 273, 4, 1, 38)
    content = begin + struct.pack("<HHII", 279, 4, 1, 1000) + bytes(4)
    assert missing("tif", content + bytes(1000)) is None
    assert missing("tif", content + bytes(900)) is not None


@pytest.mark.parametrize(("data", "riff"), [(0xFFFFFFFF, 0xFFFFFFFF), (0, 0), (0x7FFFFFDB, None), (0xFFFFFFDB, 0)])
def test_a_stream_has_no_size_to_be_held_to(data: int, riff: int | None) -> None:
    assert missing("wav", wav(data, riff)) is None


def test_matroska_of_unknown_size_and_any_beginning_say_nothing() -> None:
    assert missing("mkv", matroska(b"\x01" + b"\xff" * 7, 10)) is None
    for name, content in WHOLE.items():
        for size in range(0, min(len(content), 80), 7):
            missing(name, content[:size])  # no beginning of a file is too short to be looked at
