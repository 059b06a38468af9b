"""What each recogniser reads, and the odd files that are real all the same."""

from __future__ import annotations

import struct
import time
import zlib
from pathlib import Path

import pytest

from occ_media_cli.media.judge import problems_of
from occ_media_cli.media.kinds.mpeg_audio import frame_length
from occ_media_cli.media.recognise import MOST_PIXELS, recognise
from tests.unit.media.build import (
    VALID,
    amr,
    archive,
    box,
    compound,
    doc,
    film,
    gif,
    jpg,
    mp3,
    office,
    ogg,
    pdf,
    png,
    png_chunk,
    webp,
    xls,
)
from tests.unit.media.looks import codes, errors, look


def facts(content: bytes, name: str, *wanted: str) -> list[object]:
    known = look(content, name)
    return [known.facts.get(key) for key in wanted]


def test_pictures_tell_their_pixels_and_whether_they_move() -> None:
    assert facts(png(7, 5), "a.png", "width", "height", "colour", "bits") == [7, 5, "rgb", 8]
    assert facts(jpg(640, 480), "a.jpg", "width", "height", "colour", "process") == [640, 480, "grey", "baseline"]
    assert facts(gif(3), "a.gif", "frames", "animated") == [3, True]
    assert facts(webp(), "a.webp", "width", "height", "animated", "lossless") == [6, 5, False, False]
    assert facts(webp(animated=True), "a.webp", "animated", "frames") == [True, 1]
    lossless = b"VP8L" + struct.pack("<I", 6) + b"\x2f" + struct.pack("<I", 9 | 4 << 14) + b"\7"
    riff = b"RIFF" + struct.pack("<I", len(lossless) + 4) + b"WEBP" + lossless
    assert facts(riff, "a.webp", "width", "height", "lossless") == [10, 5, True]


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
    bomb += png_chunk(b"IDAT", zlib.compress(bytes(99_000))) + png_chunk(b"IEND", b"")
    assert errors(bomb, "a.png") == ["over-limit"]


def test_films_tell_tracks_codecs_and_where_the_index_is() -> None:
    assert facts(film(), "a.mp4", "codecs", "profile", "audio_profile", "audio_streams", "moov_before_mdat") == [
        ["h264", "aac"], "High", "LC", 1, True,
    ]  # fmt: skip
    assert facts(film(index_first=False), "a.mp4", "moov_before_mdat") == [False]
    two = film(tracks=((b"vide", b"hvc1"), (b"soun", b"mp4a"), (b"soun", b"samr")))
    assert facts(two, "a.mp4", "video_codecs", "audio_codecs", "audio_streams") == [["hevc"], ["aac", "amr-nb"], 2]
    assert facts(VALID["3gp"], "a.3gp", "codecs") == [["h263", "amr-nb"]]


def test_sound_tells_codec_and_channels() -> None:
    assert facts(ogg("opus"), "a.ogg", "codecs", "channels") == [["opus"], 1]
    assert facts(ogg("vorbis"), "a.ogg", "codecs", "channels") == [["vorbis"], 2]
    assert facts(amr(wide=True), "a.amr", "codecs") == [["amr-wb"]]
    assert facts(VALID["aac"], "a.aac", "sample_rate", "channels") == [44100, 2]
    assert facts(VALID["mp3"], "a.mp3", "sample_rate", "frames") == [44100, 12]


@pytest.mark.parametrize(
    ("brand", "compatible", "name", "expected"),
    [
        (b"3gp4", (b"3gp4", b"isom"), "a.mp4", ["mp4-brand-3gp"]),
        (b"3gp4", (b"3gp4",), "a.mp4", ["type-mismatch"]),
        (b"isom", (b"isom",), "a.3gp", ["type-mismatch"]),
        (b"mp42", (b"mp42", b"3gp5"), "a.3gp", []),
        (b"M4V ", (b"M4V ", b"mp42"), "a.mp4", []),
        (b"M4A ", (b"M4A ",), "a.m4a", ["type-mismatch"]),
        (b"qt  ", (b"qt  ",), "a.mp4", ["type-mismatch"]),
        (b"3g2a", (b"3g2a", b"isom"), "a.mp4", ["type-mismatch"]),
    ],
)
def test_a_film_is_what_brand_and_tracks_say(
    brand: bytes, compatible: tuple[bytes, ...], name: str, expected: list[str]
) -> None:
    assert codes(film(brand, compatible), name) == expected


def test_sound_alone_may_be_an_mp4_or_an_m4a_unless_its_brand_says_m4a() -> None:
    sound = ((b"soun", b"mp4a"),)
    assert codes(film(b"isom", (b"isom",), sound), "a.mp4") == ["audio-only-video"]
    assert codes(film(b"isom", (b"isom",), sound), "a.m4a") == []
    assert errors(film(b"M4A ", (b"M4A ",), sound), "a.mp4") == ["type-mismatch"]
    cover = (*sound, (b"vide", b"jpeg"))
    assert codes(film(b"M4A ", (b"M4A ",), cover), "a.m4a") == []


def test_an_index_that_points_behind_the_end_is_cut_short() -> None:
    whole = film()
    at = whole.index(b"stco") + 12
    far = whole[:at] + b"\0\1\0\0" + whole[at + 4 :]
    assert codes(far, "a.mp4") == ["cut-short"]
    assert codes(whole, "a.mp4") == []
    assert errors(whole[:-40], "a.mp4") == ["damaged"]
    assert len(far) == len(whole)
    assert errors(box(b"ftyp", b"isom", b"\0" * 4, b"isom") + box(b"mdat", b"x" * 90), "a.mp4") == ["damaged"]


def test_old_office_tells_macros_and_passwords() -> None:
    assert codes(doc(macros=True), "a.doc") == ["active-content"]
    assert codes(doc(encrypted=True), "a.doc") == ["password-protected"]
    locked = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 1, 1996, 0, 0) + b"\x2f\0\4\0\0\0\0\0" + b"\x0a\0\0\0"
    assert codes(compound({"Workbook": locked}), "a.xls") == ["password-protected"]
    lower = compound({"worddocument": b"\xec\xa5\xc1\0" + b"\0" * 40})
    assert codes(lower, "a.doc") == []  # names are compared without regard to case


def test_a_workbook_of_the_time_before_compound_files() -> None:
    bare = b"\x09\x00\x04\x00\x02\x00\x10\x00" + b"\x04\x00\x02\x00ab" + b"\x0a\x00\x00\x00"
    assert codes(bare, "a.xls") == []
    assert errors(bare[:-4] + b"\4\0\xff\0ab", "a.xls") != []


def test_a_document_of_word_2() -> None:
    old = b"\xdb\xa5\x2d\0" + b"\0" * 20 + struct.pack("<II", 128, 140) + b"\0" * 200
    assert look(old, "a.doc").description == "a Word document of the years before 1993"
    assert errors(b"\xdb\xa5\x2d\0" + b"\xff" * 200, "a.doc") == ["damaged"]


def test_a_stream_that_lies_behind_the_end_is_cut_short() -> None:
    whole = compound(
        {"Table": b"t" * 5000, "WordDocument": b"\xec\xa5\xc1\0" + b"\0" * 40},
        clsid=b"\x06\x09\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46",
    )
    assert codes(whole, "a.doc") == []
    table_at = len(whole) - 512
    loop = whole[:table_at] + struct.pack("<I", 0) + whole[table_at + 4 :]
    assert "cut-short" in codes(loop, "a.doc") or errors(loop, "a.doc") == []


def test_office_refuses_what_readers_take_in_different_ways() -> None:
    assert errors(office("docx", dtd='<!DOCTYPE x [<!ENTITY a "b">]>'), "a.docx") == ["damaged"]
    assert errors(b"x" * 10 + office("docx"), "a.docx") != []
    assert codes(office("docx", {"word/vbaProject.bin": b"x"}), "a.docx") == ["active-content"]
    assert errors(archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<d/>"}), "a.docx") == [
        "type-mismatch"
    ]
    twice = office("docx").replace(b"_rels/.rels", b"[Content]!!")
    assert errors(twice, "a.docx") != []


def test_an_archive_bomb_is_refused_by_its_directory() -> None:
    bomb = bytearray(office("xlsx", {"big": b"0" * 1000}))
    at = bytes(bomb).rindex(b"PK\1\2")
    bomb[at + 24 : at + 28] = struct.pack("<I", 4_200_000_000)
    assert errors(bytes(bomb), "a.xlsx") == ["over-limit", "type-mismatch"] or "over-limit" in errors(
        bytes(bomb), "a.xlsx"
    )
    many = archive({f"f{number}": b"" for number in range(20_001)})
    assert "over-limit" in errors(many, "a.xlsx")


def test_pdf_tells_encryption_script_and_pages() -> None:
    assert facts(pdf(), "a.pdf", "pages", "encrypted", "version") == [1, False, "1.4"]
    assert codes(pdf(trailer=b"/Encrypt 9 0 R"), "a.pdf") == ["password-protected"]
    assert codes(pdf(extra=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "a.pdf") == ["active-content"]
    assert codes(pdf(extra=b"/OpenAction<</S/J#61vaScript/JS(1)>>"), "a.pdf") == ["active-content"]
    assert codes(pdf(extra=b"/Names(EncryptMetadata JavaScripture)"), "a.pdf") == []
    packed = zlib.compress(b"1 0 <</S/JavaScript/JS(1)>> /Type/Pages/Count 7")
    stream = (
        b"4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n"
    )
    whole = pdf()
    hidden = whole.replace(b"xref\n0 4", stream + b"xref\n0 4", 1)
    assert codes(hidden, "a.pdf") == ["active-content"]
    assert facts(hidden, "a.pdf", "pages") == [7]


def test_pdf_odd_ends() -> None:
    whole = pdf()
    assert codes(whole.replace(b"%%EOF\n", b""), "a.pdf") == ["cut-short"]
    assert errors(whole + b"5 0 obj\n<<>>\nendobj\n", "a.pdf") == ["damaged"]
    assert codes(b"\n\n" + whole, "a.pdf") == []
    for mark in (b"", b"\xef\xbb\xbf", b"\r\n \xef\xbb\xbf"):  # what an editor puts before a text hides nothing
        assert codes(mark + whole, "a.pdf") == []
        for other in (b"<html>", b"MZ\x90", b"#!/bin/sh\n"):
            assert errors(mark + other + whole, "a.pdf") == ["damaged"]
    linear = whole.replace(b"1 0 obj\n<<", b"1 0 obj\n<</Linearized 1/L 99999 ", 1)
    assert codes(linear, "a.pdf") == ["cut-short"]  # it has its own end: a transfer has made its lines shorter
    first = linear.replace(b"startxref\n%d" % len(whole[: whole.index(b"xref\n0 4")]), b"startxref\n0")
    assert errors(first, "a.pdf") == ["damaged"]  # its only end is that of the page that is shown first


def test_a_picture_that_is_a_pdf_too_is_refused() -> None:
    comment = pdf()
    both = b"\xff\xd8\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpg()[2:]
    assert errors(both, "a.jpg") == ["type-mismatch"]


@pytest.mark.parametrize(
    "words",
    [
        b"The free tickets are for you.\n",
        b"GIF89a is a format of 1989.\n",
        b"#!AMR is the magic of AMR files.\n",
        b"ID3 tags hold titles.\n",
        b"MZ is how programs begin; BM is a bitmap. RIFF, FORM, OggS.\n",
        b"P1 is the first portable bitmap.\n",
        b"PK\n",
    ],
)
def test_prose_that_begins_like_a_signature_is_text(words: bytes) -> None:
    assert errors(words * 3, "a.txt") == []
    assert errors(words * 3, "a.mp4") == ["type-mismatch"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain", "us-ascii"),
        ("Grüße".encode(), "utf-8"),
        ("\ufeffGrüße".encode(), "utf-8-sig"),
        ("Grüße".encode("utf-16"), "utf-16"),
        ("Grüße".encode("utf-32"), "utf-32"),
        ("Grüße aus Köln, viele".encode("latin-1"), "8-bit"),
        ("Привет, мир, это текст".encode("cp1251"), "8-bit"),
        ("日本語のテキスト".encode("shift_jis"), "8-bit"),
        ("한국어 글".encode("iso2022_kr"), "us-ascii"),
    ],
)
def test_text_in_the_usual_encodings(content: bytes, encoding: str) -> None:
    assert (look(content, "a.txt").facts.get("encoding"), errors(content, "a.txt")) == (encoding, [])


@pytest.mark.parametrize("content", [b"a\0b", bytes(range(256)) * 4, b"\x89\x01\x02\x03" * 50, b"text\0" * 20])
def test_bytes_that_are_no_text(content: bytes) -> None:
    assert errors(content, "a.txt") == ["type-mismatch"]


def test_music_with_odd_fronts() -> None:
    frames = mp3(id3=False)
    assert codes(b"\0" * 3000 + frames, "a.mp3") == []
    assert codes(b"\x91\x22\x33" * 100 + frames, "a.mp3") == []
    assert errors(b"some words " * 20 + frames, "a.mp3") == ["type-mismatch"]
    assert codes(b"ID3\4\0\0\0\0\x7f\x7f" + b"\0" * 10 + frames, "a.mp3") == []  # a tag longer than the file
    ape = b"APETAGEX" + (2000).to_bytes(4, "little") + (32).to_bytes(4, "little") + b"\0" * 16 + b"\0" * 32
    assert codes(ape + frames, "a.mp3") == []
    gap = frames[: 417 * 6] + b"\x99" * 700 + frames[417 * 6 :]
    assert codes(gap, "a.mp3") == []


def test_frame_lengths_of_the_standard() -> None:
    assert frame_length(3, 1, 0x90) == 417
    assert frame_length(3, 1, 0x92) == 418
    assert frame_length(2, 1, 0x80) == 208
    assert frame_length(3, 3, 0x90) == 312
    assert frame_length(1, 1, 0x90) == frame_length(3, 1, 0xF0) == frame_length(3, 1, 0x9C) == 0


def test_a_gif_without_its_trailer_still_shows() -> None:
    assert codes(gif()[:-1], "a.gif", "send") == ["cut-short"]
    assert errors(gif()[:-3], "a.gif", "send") == ["damaged"]
    padded = gif()[:-1] + b"\0\0\x3b"
    assert codes(padded, "a.gif", "send") == []


def test_png_rules() -> None:
    whole = png()
    assert errors(whole[:40] + b"\1" + whole[41:], "a.png") == ["damaged"]
    assert errors(whole.replace(b"IHDR", b"IHDS"), "a.png") == ["damaged"]
    bare = png_chunk(b"IDAT", zlib.compress(b"\0" * 39)[2:-4])
    apple = whole[:8] + png_chunk(b"CgBI", b"\x50\0\x20\2") + whole[8:33] + bare + whole[-12:]
    assert errors(apple, "a.png") == []
    no_data = whole[:33] + png_chunk(b"IEND", b"")
    assert errors(no_data, "a.png") == ["damaged"]


def test_what_a_zip_holds_is_told_by_extension() -> None:
    assert facts(archive({"a.EXE": b"", "b/c.txt": b""}), "a.zip", "inside") == [["exe", "txt"]]


def test_an_xls_that_is_whole_has_an_end() -> None:
    assert codes(xls() + b"\n<html></html>", "a.xls") == ["trailing-data"]


def test_a_file_beyond_all_limits_is_not_read_at_all(tmp_path: Path) -> None:
    huge = tmp_path / "a.mp4"
    with huge.open("wb") as file:
        file.truncate(40_000_000_000)
    with huge.open("rb") as file:
        known = recognise(file.fileno(), huge.stat().st_size, "a.mp4")
    assert [each.code for each in problems_of(known, "a.mp4")] == ["over-limit", "over-limit"]


def test_a_compound_file_without_its_last_bytes_is_cut_short() -> None:
    assert codes(doc(), "a.doc") == []
    assert codes(doc()[:-200], "a.doc") == ["cut-short"]


def test_millions_of_empty_parts_take_no_seconds() -> None:
    begin = time.process_time()
    empty = png()[:33] + png_chunk(b"teXt", b"") * 600_000
    assert errors(empty, "a.png") == ["damaged", "over-limit"]
    assert errors(b"\xff\xd8" + b"\xff\x01" * 2_000_000, "a.jpg") == ["damaged"]
    assert time.process_time() - begin < 5
