"""The frame of a type round something else, and files in which nothing can be shown or played."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from tests.unit.media.build import (
    VALID,
    aac,
    amr,
    archive,
    box,
    compound,
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
)
from tests.unit.media.looks import codes, errors, judge


def messages(content: bytes, name: str) -> str:
    return " | ".join(each.message for each in judge(content, name, "send"))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"\xff\xdb\0\x43\0", b"\xff\xfe\0\x43\0", "DQT"),
        (b"\xff\xdb\0\x43\0", b"\xff\xdb\0\x43\x22", "DQT"),
        (b"\xff\xc4\0\x16\x10", b"\xff\xfe\0\x16\x10", "DHT"),
        (b"\xff\xc4\0\x16\x10\0\2", b"\xff\xc4\0\x16\x10\3\0", "DHT"),
        (b"\1\x11\0\xff", b"\1\x51\0\xff", "sampling"),
        (b"\1\x11\0\xff", b"\2\x11\0\xff", "component"),
    ],
)
def test_a_jpeg_without_what_its_scan_needs(old: bytes, new: bytes, why: str) -> None:
    whole = jpg()
    assert whole.count(old) == 1
    broken = whole.replace(old, new)
    assert errors(broken, "a.jpg") == ["damaged"]
    assert why in messages(broken, "a.jpg")


def test_a_jpeg_without_picture_data_or_with_text_for_it() -> None:
    whole = jpg()
    scan = whole.index(b"\xff\xda") + 10
    assert errors(whole[:scan] + b"\xff\xd9", "a.jpg") == ["damaged"]
    assert errors(whole[:scan] + b"#!/bin/sh\nrm -r /\n" * 9 + b"\xff\xd9", "a.jpg") == ["damaged"]


def test_a_panorama_of_a_telephone_needs_no_end_mark() -> None:
    block = b"\0\0\1\x0a\x0e\0\0\0Panorama_Shot_Info" + b"SEFH" + b"\x65\0\0\0\1\0\0\0" + b"\x18\0\0\0SEFT"
    said = judge(jpg()[:-2] + block, "a.jpg")
    assert [each.code for each in said] == ["trailing-data"]
    assert "original" not in said[0].help
    assert errors(jpg()[:-2] + b"\0\0\1\x0a other bytes", "a.jpg") == ["damaged"]


def test_a_png_has_to_unpack_to_its_first_line() -> None:
    def with_data(data: bytes) -> bytes:
        return png(300, 2)[:33] + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")

    assert errors(with_data(zlib.compress(b"\0" * 901)), "a.png") == []
    assert errors(with_data(zlib.compress(b"\0" * 900)), "a.png") == [
        "damaged"
    ]  # one byte of its first line is missing
    assert errors(with_data(zlib.compress(b"\x07" * 2000)), "a.png") == ["damaged"]  # no such filter
    assert errors(with_data(b"\x7fELF" * 300), "a.png") == ["damaged"]
    pieces = zlib.compress(b"\0" * 1802)
    split = png(300, 2)[:33] + png_chunk(b"IDAT", pieces[:3]) + png_chunk(b"IDAT", pieces[3:]) + png_chunk(b"IEND", b"")
    assert errors(split, "a.png") == []


def test_pictures_of_gif_and_webp_begin_like_pictures() -> None:
    assert errors(gif().replace(b"\2\3\x84\x51\0", b"\2\3\xff\xff\0"), "a.gif", "send") == ["damaged"]
    assert errors(gif().replace(b"\2\3\x84", b"\x0c\3\x84"), "a.gif", "send") == ["damaged"]
    assert errors(webp().replace(b"\xb0\0\0\x9d", b"\xb1\0\0\x9d"), "a.webp", "send") == ["damaged"]  # no key frame
    assert errors(webp().replace(b"\xb0\0\0\x9d", b"\xb0\xff\xff\x9d"), "a.webp", "send") == ["damaged"]
    moving = webp(animated=True)
    assert errors(moving.replace(b"VP8 ", b"JUNK"), "a.webp", "send") == ["damaged"]


@pytest.mark.parametrize("kind", ["mp4", "m4a", "3gp"])
def test_tracks_without_a_sample_play_nothing(kind: str) -> None:
    whole = VALID[kind]
    none = whole.replace(b"\0\0\0\x40\0\0\0\1", b"\0\0\0\x40\0\0\0\0")
    assert errors(none, f"a.{kind}") == ["damaged"]
    assert "nothing plays" in messages(none, f"a.{kind}")
    at = whole.index(b"mdat") - 4
    assert errors(whole[:at] + box(b"mdat", b"\x7fELF\2\1\1" + b"\x99" * 60), f"a.{kind}") == ["damaged"]
    elsewhere = whole[:at] + box(b"free", b"\x99" * 64) + whole[at:]
    assert "cut-short" in codes(elsewhere, f"a.{kind}")


def test_a_fragment_with_samples_plays() -> None:
    none = film().replace(b"\0\0\0\x40\0\0\0\1", b"\0\0\0\x40\0\0\0\0")
    at = none.index(b"mdat") - 4
    run = box(b"moof", box(b"traf", box(b"trun", b"\0" * 4, b"\0\0\0\3")))
    assert errors(none[:at] + run + none[at:], "a.mp4") == []
    empty = box(b"moof", box(b"traf", box(b"trun", b"\0" * 8)))
    assert errors(none[:at] + empty + none[at:], "a.mp4") == ["damaged"]


def test_podcasts_and_voice_memos() -> None:
    chapters = ((b"soun", b"mp4a"), (b"vide", b"jpeg"), (b"text", b"text"))
    assert codes(film(b"M4V ", (b"M4V ", b"M4A ", b"mp42"), chapters), "a.m4a") == []
    assert errors(film(b"M4V ", (b"M4V ", b"M4A "), ((b"soun", b"mp4a"), (b"vide", b"avc1"))), "a.m4a") != []
    memo = film(b"3gp4", (b"3gp4", b"isom"), ((b"soun", b"mp4a"),))
    assert codes(memo, "a.m4a") == ["mp4-brand-3gp"]
    assert errors(film(b"3gp4", (b"3gp4",), ((b"soun", b"samr"),)), "a.m4a") == ["type-mismatch"]


def test_frames_of_sound_round_something_else() -> None:
    words = (b"<?php system($_GET[1]); ?>" * 20)[:413]
    assert errors((b"\xff\xfb\x90\xc4" + words) * 12 + b"\0", "a.mp3") == ["damaged"]
    assert errors((b"\xff\xf1\x50\x80\x03\xff\xfc" + b"echo hello world now :; ") * 12, "a.aac") == ["damaged"]
    assert errors(b"#!AMR\n" + (b"\x3c" + b"import os; print(os.getcwd()) #") * 9 + b"\0", "a.amr") == ["damaged"]
    assert errors(b"ADIF" + b"#!/bin/sh\nrm -r /tmp/it\n" * 20 + b"\0", "a.aac") == ["damaged"]
    assert codes(aac(), "a.aac") == codes(mp3(), "a.mp3") == codes(amr(), "a.amr") == []


def test_an_ogg_needs_a_page_of_sound_with_the_right_checksum() -> None:
    whole = ogg()
    last = whole.rindex(b"OggS")
    last_but_one = whole.rindex(b"OggS", 0, last)
    wrong = bytearray(whole)
    wrong[last_but_one + 60] ^= 1
    wrong[last + 60] ^= 1
    assert errors(bytes(wrong), "a.ogg") == ["damaged"]
    wrong[last + 60] ^= 1
    assert errors(bytes(wrong), "a.ogg") == []


def test_old_office_needs_the_stream_with_its_content() -> None:
    long = compound({"Workbook": struct.pack("<HHHHHHII", 0x0809, 16, 0x600, 5, 1, 1996, 0, 0) + b"\x0a\0\0\0" * 9000})
    assert codes(long, "a.xls") == []
    entry = long.index("Workbook".encode("utf-16-le"))
    size = entry + 120
    longer = long[:size] + struct.pack("<I", len(long) * 9) + long[size + 4 :]
    assert errors(longer, "a.xls") == ["damaged"]
    assert "longer than the file" in messages(longer, "a.xls")
    assert errors(compound({"WordDocument": b"\x7fELF\2\1\1" + b"\x99" * 600}), "a.doc") == ["type-mismatch"]
    assert errors(compound({"PowerPoint Document": b"#!/bin/sh\necho 1\n" * 40}), "a.ppt") == ["type-mismatch"]
    assert codes(compound({"WordDocument": b"\x99\xa6" + b"\0" * 60}), "a.doc") == []  # Word 95 of East Asia


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
@pytest.mark.parametrize("main", [b"", b" \n", b"\x7fELF\2\1\1", b"<html/>", b"<a><b></a>", b"\0" * 90])
def test_the_main_part_is_xml_of_its_kind(kind: str, main: bytes) -> None:
    part = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}[kind]
    assert "damaged" in errors(office(kind, {part: main}), f"a.{kind}")
    assert part in messages(office(kind, {part: main}), f"a.{kind}")


_DTD = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"word/settings.xml": _DTD}, "damaged"),
        ({"word/settings.xml": b'<?xml version="1.0"?><!-- c -->' + _DTD}, "damaged"),
        ({"word/settings.xml": _DTD.decode().encode("utf-16")}, "damaged"),
        ({"../../etc/cron.d/x": b"x"}, "damaged"),
        ({"C:\\run.bin": b"x"}, "damaged"),
        ({"word\\..\\..\\x": b"x"}, "damaged"),
        ({"WORD/document.XML": b"<a/>"}, "damaged"),
        ({"word\\document.xml": b"<a/>"}, "damaged"),
        ({"word/evil.exe": b"MZ" + b"\0" * 200}, "active-content"),
        ({"word/media/picture.png": b"\x7fELF\2\1\1" + b"\0" * 99}, "active-content"),
        ({"word/run.ps1": b"'x'"}, "active-content"),
        ({"word/foo.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le")}, "active-content"),
    ],
)
def test_a_part_that_an_office_package_may_not_have_is_named(members: dict[str, bytes], code: str) -> None:
    whole = office("docx", members)
    assert code in codes(whole, "a.docx")
    assert next(iter(members)).replace("\\", "/").casefold() in messages(whole, "a.docx").replace("\\", "/").casefold()


def test_macros_are_known_by_their_content_type() -> None:
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'wordprocessingml.document.main+xml"/>'
        b'<Override PartName="/word/foo.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    whole = office("docx", {"[Content_Types].xml": types, "word/foo.bin": b"x"})
    assert codes(whole, "a.docx") == ["active-content"]
    assert "word/foo.bin" in messages(whole, "a.docx")


def test_a_template_from_elsewhere_and_a_field_that_asks_programs() -> None:
    rels = (
        b'<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate" Target="http://192.0.2.1/t.dotm" TargetMode="External"/></Relationships>'
    )
    for written in (rels, rels.replace(b"External", b"external"), rels.decode().encode("utf-16")):
        assert codes(office("docx", {"word/_rels/settings.xml.rels": written}), "a.docx") == ["active-content"]
    field = b'<w:p xmlns:w="w"><w:instrText>DDEAUTO c:\\\\cmd.exe "/k calc"</w:instrText></w:p>'
    assert codes(office("docx", {"word/footer1.xml": field}), "a.docx") == ["active-content"]
    assert codes(office("docx", {"word/footer1.xml": b'<w:p xmlns:w="w" w:rsid="00DDE0">DDE </w:p>'}), "a.docx") == []


def test_backslashes_in_names_are_a_note() -> None:
    with zipfile.ZipFile(io.BytesIO(office("xlsx"))) as file:
        members = {name.replace("/", "\\"): file.read(name) for name in file.namelist()}
    assert codes(archive(members), "a.xlsx") == ["odd-structure"]


def test_a_wrong_checksum_names_its_part() -> None:
    whole = bytearray(office("docx", {"word/theme.xml": b"<a/>"}))
    at = bytes(whole).rindex(b"PK\1\2")
    whole[at + 16] ^= 1
    assert errors(bytes(whole), "a.docx") == ["damaged"]
    assert "word/theme.xml" in messages(bytes(whole), "a.docx")


@pytest.mark.parametrize(
    ("gap", "severity"), [(b"MZ\x90\0\3\0" + b"\x99" * 90, "error"), (b"\x99" * 40, "warning"), (b"\0" * 64, None)]
)
def test_bytes_between_members(gap: bytes, severity: str | None) -> None:
    whole = bytearray(office("docx"))
    end = bytes(whole).rindex(b"PK\5\6")
    directory = struct.unpack_from("<I", whole, end + 16)[0]
    struct.pack_into("<I", whole, end + 16, directory + len(gap))
    said = judge(bytes(whole[:directory]) + gap + bytes(whole[directory:]), "a.docx")
    assert [(each.code, each.severity.value) for each in said] == ([("trailing-data", severity)] if severity else [])


def test_a_part_too_large_to_unpack_is_a_note() -> None:
    assert codes(office("docx", {"word/media/a.bin": b"\0" * 16_000_001}), "a.docx") == ["partly-checked"]


def test_a_comment_of_a_package_holds_no_program() -> None:
    whole = office("docx")
    program = b"\x7fELF\2\1\1" + b"\x99" * 60
    with_comment = whole[:-2] + struct.pack("<H", len(program)) + program
    assert errors(with_comment, "a.docx") == ["trailing-data"]
    assert errors(archive({"a.txt": b"x"}, comment=b"hello"), "a.zip") == ["unsupported-type"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Root 1 0 R", b"/Toor 1 0 R"),
        (b"/Root 1 0 R", b"/Root 8 0 R"),
        (b"/Pages 2 0 R", b"/Pages 9 0 R"),
        (b"/Pages 2 0 R", b"/Sages 2 0 R"),
        (b"/Kids[3 0 R]", b"/Kids[]     "),
        (b"/Kids[3 0 R]", b"/Kids[7 0 R]"),
    ],
)
def test_a_pdf_without_a_page(old: bytes, new: bytes) -> None:
    assert errors(pdf().replace(old, new), "a.pdf") == ["damaged"]


def _packed(content: bytes, filters: bytes, more: bytes = b"") -> bytes:
    whole = pdf()
    at = whole.index(b"xref\n")
    stream = b"4 0 obj\n<</Type/ObjStm/N 1/First 4" + filters + more + b"/Length %d>>\nstream\n" % len(content)
    return whole[:at] + stream + content + b"\nendstream\nendobj\n" + whole[at:]


_SCRIPT = b"4 0 <</S/JavaScript/JS(app.alert(1))>>"


def _lines(content: bytes, kind: int) -> bytes:
    """Lines of four bytes with a predictor of PNG: 1 the left neighbour, 2 the one above."""
    found, above = b"", bytes(4)
    for at in range(0, len(content), 4):
        row = content[at : at + 4].ljust(4)
        left = bytes(1) + row[:3]
        base = left if kind == 1 else above
        found += bytes([kind]) + bytes((a - b) & 255 for a, b in zip(row, base, strict=True))
        above = row
    return found


def _lzw(content: bytes) -> bytes:
    """Codes of nine bits, with the table cleared before it grows."""
    codes_ = [256]
    for number, byte in enumerate(content):
        codes_ += [byte] + ([256] if number % 100 == 99 else [])
    bits = "".join(f"{code:09b}" for code in [*codes_, 257])
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


@pytest.mark.parametrize(
    ("content", "filters"),
    [
        (_SCRIPT, b""),
        (zlib.compress(_SCRIPT), b"/Filter/FlateDecode"),
        (zlib.compress(_SCRIPT), b"/Filter/Fl#61teDecode"),
        (zlib.compress(_SCRIPT), b"/Filter[/Fl]"),
        (_SCRIPT.hex().encode() + b">", b"/Filter/ASCIIHexDecode"),
        (zlib.compress(zlib.compress(_SCRIPT)), b"/Filter[/FlateDecode/FlateDecode]"),
        (zlib.compress(_SCRIPT).hex().encode() + b">", b"/Filter[/ASCIIHexDecode/FlateDecode]"),
        (bytes([len(_SCRIPT) - 1]) + _SCRIPT + b"\x80", b"/Filter/RunLengthDecode"),
        (_lzw(_SCRIPT), b"/Filter/LZWDecode"),
        (zlib.compress(_lines(_SCRIPT, 1)), b"/Filter/FlateDecode/DecodeParms<</Predictor 11/Columns 4>>"),
        (zlib.compress(_lines(_SCRIPT, 2)), b"/Filter/FlateDecode/DecodeParms[<</Predictor 12/Columns 4>>]"),
        (zlib.compress(b"4 0 " + b" " * 22_000_000 + _SCRIPT), b"/Filter/FlateDecode"),
    ],
)
def test_script_in_packed_objects_is_seen_under_every_filter(content: bytes, filters: bytes) -> None:
    assert codes(_packed(content, filters), "a.pdf") == ["active-content"]


def test_base_85_too() -> None:
    import base64

    assert codes(_packed(base64.a85encode(_SCRIPT) + b"~>", b"/Filter/ASCII85Decode"), "a.pdf") == ["active-content"]


@pytest.mark.parametrize("filters", [b"/Filter/DCTDecode", b"/Filter 7 0 R", b"/Filter/FlateDecode"])
def test_packed_objects_that_cannot_be_read_are_a_note(filters: bytes) -> None:
    assert codes(_packed(b"\x99" * 40, filters), "a.pdf") == ["partly-checked"]


def test_a_page_may_stand_in_packed_objects() -> None:
    objects = b"2 0 3 42 <</Type/Pages/Count 1/Kids[3 0 R]>>       <</Type/Page/Parent 2 0 R>>"
    first = objects.index(b"<<")
    second = objects.index(b"<</Type/Page/") - first
    head = b"2 0 3 %d " % second
    content = zlib.compress(head.ljust(first) + objects[first:])
    stream = b"<</Type/ObjStm/N 2/First %d/Filter/FlateDecode/Length %d>>\nstream\n" % (first, len(content))
    whole = b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n5 0 obj\n" + stream + content
    whole += b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    assert codes(whole, "a.pdf") == []


def test_a_comment_may_stand_between_the_numbers_of_packed_objects_and_the_first() -> None:
    head = b"2 0\n3 45\n%% Object stream: object 2\n"
    content = head + b"<</Type/Pages/Count 1/Kids[3 0 R]>>".ljust(45) + b"<</Type/Page/Parent 2 0 R>>"
    stream = b"<</Type/ObjStm/N 2/First %d/Length %d>>\nstream\n" % (len(head), len(content))
    whole = b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n5 0 obj\n" + stream + content
    whole += b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    assert codes(whole, "a.pdf") == []


@pytest.mark.parametrize("mark", [b"", b"%%EO", b"EOF", b"%%eof", b"%EOF\n", b"\n\n"])
def test_the_spellings_of_a_missing_end_are_judged_alike(mark: bytes) -> None:
    assert codes(pdf().replace(b"%%EOF\n", mark), "a.pdf") == ["cut-short"]


def test_two_documents_in_one_and_archives_between_objects() -> None:
    whole = pdf()
    assert errors(whole + whole, "a.pdf") == ["trailing-data"]
    at = whole.index(b"2 0 obj")
    inside = archive({"run.sh": b"#!/bin/sh"})
    assert errors(whole[:at] + inside + b"\n" + whole[at:], "a.pdf") == ["trailing-data"]
    stream = b"9 0 obj\n<</Length %d>>\nstream\n" % len(inside) + inside + b"\nendstream\nendobj\n"
    assert errors(whole[:at] + stream + whole[at:], "a.pdf") == ["trailing-data"]
    attached = stream.replace(b"<<", b"<</Type/EmbeddedFile", 1)
    assert codes(whole[:at] + attached + whole[at:], "a.pdf") == ["partly-checked"]
    program = attached.replace(inside, b"MZ\x90\0".ljust(len(inside), b"\0"))
    assert codes(whole[:at] + program + whole[at:], "a.pdf") == ["active-content"]


def test_a_change_with_a_header_of_its_own_is_no_second_document() -> None:
    whole = pdf()
    begin = len(whole) + len(b"%PDF-1.4\n")
    change = b"%PDF-1.4\nxref\n0 0\ntrailer\n<</Root 1 0 R/Prev 9>>\nstartxref\n" + b"%d\n%%%%EOF\n" % begin
    assert codes(whole + change, "a.pdf") == []


def test_zeros_behind_sound_are_padding_and_markup_is_no_frame() -> None:
    assert codes(amr() + b"\0" * 800, "a.amr") == []
    assert errors(amr() + b"<html><script>alert(1)</script></html>", "a.amr") == ["trailing-data"]


def test_disk_slack_with_a_piece_of_a_page_is_told_as_it_is() -> None:
    slack = b"\x8f\x11\x9c\x07" * 600 + b"<html><body>old page</body></html>" + b"\x99" * 90
    said = judge(jpg() + slack, "a.jpg")
    assert [(each.code, each.severity.value) for each in said] == [("trailing-data", "warning")]
    assert "2,400 bytes into them" in said[0].message
    assert "begin" not in said[0].message
