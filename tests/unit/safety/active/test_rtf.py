"""Rich Text: objects whose hexadecimal is broken up, fields, templates."""

from __future__ import annotations

import struct

import pytest

from tests.unit.media.build import compound
from tests.unit.safety.active.made import codes, looked, native, said


def counted(text: bytes) -> bytes:
    return struct.pack("<I", len(text) + 1) + text + b"\0"


def ole1(kind: bytes, content: bytes) -> bytes:
    return b"\1\5\0\0\2\0\0\0" + counted(kind) + b"\0\0\0\0" * 2 + struct.pack("<I", len(content)) + content


def document(inside: bytes) -> bytes:
    return b"{\\rtf1\\ansi " + inside + b"}"


PACKAGE = ole1(b"Package", native("a.exe", b"MZ")[4:]).hex().encode()


@pytest.mark.parametrize(
    "text",
    [
        PACKAGE, b" \r\n".join(PACKAGE[at : at + 7] for at in range(0, len(PACKAGE), 7)),
        PACKAGE[:9] + b"{\\*\\x 0123}" + PACKAGE[9:], PACKAGE[:9] + b"\\par " + PACKAGE[9:], PACKAGE[:8] + b"{}" + PACKAGE[8:],
        b"\\bin%d " % (len(PACKAGE) // 2) + bytes.fromhex(PACKAGE.decode()),
    ],
)  # fmt: skip
def test_an_object_however_its_digits_are_broken_up(text: bytes) -> None:
    assert said(document(b"{\\object{\\*\\objdata " + text + b"}}")) == {("error", "embedded-program")}


def test_objects_that_are_loaded_at_once() -> None:
    assert said(document(b"{\\object\\objupdate}")) == {("error", "object-auto-update")}
    assert said(document(b"{\\object\\objautlink}")) == {("error", "object-auto-update")}


def test_a_text_about_it_is_quiet() -> None:
    assert codes(document(b"the word \\\\objupdate and \\\\objdata 0105")) == set()


@pytest.mark.parametrize(
    "field",
    [
        b"DDEAUTO c:\\\\\\\\windows\\\\\\\\cmd.exe", b"D{\\b D}E{\\i AUTO} cmd.exe", b"\\'44\\'44E cmd", b"\\u68?\\u68?\\u69? cmd", b"\\u-65468?\\uc2\\u68ab\\u69\\'61\\'62 cmd",
        b"DD{\\*\\bkmkstart abc}EAUTO cmd", b"DD{\\*\\unheard abc}E cmd", b"{\\*\\b DDE cmd}", b"DD{\\rtlch\\af0 E}\\tab cmd",
        b" " * 300_000 + b"DDE cmd", b"\\u68 \\u68 \\u69  cmd",
        b"{\\field{\\*\\fldinst QUOTE 68 68 69}{\\fldrslt x}} cmd",
    ],
)  # fmt: skip
def test_fields(field: bytes) -> None:
    assert said(document(b"{\\field{\\*\\fldinst " + field + b"}{\\fldrslt a}}")) == {("error", "dde-program")}


def test_a_template_from_elsewhere() -> None:
    assert said(document(b"{\\*\\template http://example.com/a.dotm}")) == {("error", "remote-template")}
    assert said(document(b"{\\*\\template \\\\\\\\host\\\\a.dotm}")) == {("error", "remote-template")}
    assert said(document(b"{\\*\\template C:\\\\a.dotm}")) == set()


def test_equations_and_compound_files() -> None:
    equation = ole1(b"Equation.3", b"x").hex().encode()
    assert ("warning", "equation-object") in said(document(b"{\\object{\\*\\objdata " + equation + b"}}"))
    inner = ole1(b"Word.Document.8", compound({"\x01Ole10Native": native("a.js", b"x")})).hex().encode()
    found = looked(document(b"{\\object{\\*\\objdata " + inner + b"}}")).found
    assert found[0].code == "embedded-program"
    assert found[0].where.startswith("byte ")


def test_a_short_header_is_rich_text_too() -> None:
    assert "object-auto-update" in codes(b"{\\rt{\\object\\objupdate}}")


@pytest.mark.parametrize(
    "name",
    [
        b"http://a.example/b", b" " * 5000 + b"http://a.example/b", b"{\\b h}ttp://a.example/b", b"\\'68ttp://a.example/b",
        b"\\u104?\\u116?\\u116?\\u112?\\u58?\\u47?\\u47?a.example/b", b"\\uc0\\u104 ttp://a.example/b", b"\\\\\\\\host\\\\a",
        b"{\\*\\template C:\\\\a}http://a.example/b", b"{\\*\\template http://a.example/b}",
    ],
)  # fmt: skip
def test_the_name_of_a_template_however_it_is_written(name: bytes) -> None:
    assert said(document(b"{\\*\\template " + name + b"}")) == {("error", "remote-template")}
    assert said(
        document(b"{\\*\\mailmerge{\\mmdatasource " + name.replace(b"\\template", b"\\mmdatasource") + b"}}")
    ) == {("error", "remote-object")}


def test_pictures_and_links_of_shapes() -> None:
    def shape(name: bytes, value: bytes) -> bytes:
        return document(b"{\\shp{\\*\\shpinst{\\sp{\\sn " + name + b"}{\\sv " + value + b"}}}}")

    assert said(shape(b"pibName", b"http://a.example/b.png")) == {("warning", "remote-image")}
    assert said(shape(b"pibName", b"\\\\\\\\host\\\\b.png")) == {("error", "unc-link")}
    assert said(shape(b"pihlShape", b"{\\*\\hl{\\hlloc }{\\hlsrc ms-msdt:/id}}")) == {("error", "program-link")}
    assert said(shape(b"wzDescription", b"http://a.example/b.png")) == set()


def test_an_object_inside_of_the_words_of_a_field() -> None:
    inside = b"{\\object\\objupdate{\\*\\objdata " + PACKAGE + b"}}"
    assert codes(document(b"{\\field{\\*\\fldinst PAGE " + inside + b"}}")) == {
        "object-auto-update",
        "embedded-program",
    }
