"""Text that programs take for more: tables, SYLK, and documents of Office in one file."""

from __future__ import annotations

import base64
import zlib

import pytest

from tests.unit.media.build import compound
from tests.unit.safety.active.made import codes, looked, native, rels, said, word

OFFICE = b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>'


@pytest.mark.parametrize(
    "line", [b"=cmd|'/c calc'!A0", b'"a","=cmd|\'/c calc\'!A0"', b"-2+3+cmd|' /C calc'!A0", b"@SUM(1)*cmd|'/c a'!A0",
             b"=" + b" " * 5000 + b"cmd|'/c calc'!A0", b"=    C    m D      |      '/   c   calc  '   !   A", b"=-cmd|'/c'!A0",
             b"=1" + b"+1" * 500 + b"+cmd|'/c a'!A0", b'=DDE("cmd";"/c calc";"A0")', b"=1+cm\0d|'/c calc'!A0",
             b"=MSEXCEL|'\\..\\..\\..\\Windows\\System32\\cmd.exe /c a'!A0"]
)  # fmt: skip
def test_a_formula_that_starts_a_program(line: bytes) -> None:
    found = looked(b"name,value\r\n" + line + b"\r\n", "txt").found
    assert [(each.severity, each.code, each.where) for each in found] == [("error", "dde-program", "line 2")]


@pytest.mark.parametrize(
    "text",
    [
        b"ls | grep cmd | wc!\n",
        b"=SUM(A1:A2)\n",
        b"a|b|c\n=1|2\n",
        b"= MTX|'DATA'!A1\n",
        b"Call cmd /c calc\n",
        b"- Run ls | grep cmd!\n",
        b"=> see cmd | more!\n",
        b"+1 for powershell | bash!\n",
        b"- Python | great!\n",
        b"see cmd|'a'!A0\n",
    ],
)
def test_ordinary_text_is_quiet(text: bytes) -> None:
    assert looked(text, "txt") == ((), (), ())


def test_a_mark_or_a_broken_line_hides_no_formula() -> None:
    assert said(b"\xef\xbb\xbf=cmd|' /C calc'!A0,1\n", "txt") == {("error", "dde-program")}
    assert said(b"a,\"=1+\ncmd|'/c calc'!A0\"\n", "txt") == {("error", "dde-program")}


def test_a_link_in_sylk_is_told_with_its_line() -> None:
    (found,) = looked(b"ID;PWXL;N;E\nC;X1;Y1;ECMD|'/c calc'!A0\nE\n", "txt").found
    assert (found.code, found.where) == ("dde-program", "line 2")


def test_a_macro_sheet_of_sylk() -> None:
    assert said(b"ID;P\r\nO;E\r\nNN;NAuto_open;ER1C1;KOut Flank;F\r\nC;X1;Y1;EEXEC(\"calc\")\r\nE\r\n", "txt") == {
        ("warning", "excel4-macro"), ("error", "macro-auto-run"),
    }  # fmt: skip


def test_a_flat_document() -> None:
    assert "dde-program" in codes(OFFICE + b"<w:wordDocument>" + word("DDE cmd") + b"</w:wordDocument>", "xml")
    assert "remote-template" in codes(
        OFFICE + b"<pkg:package>" + rels(("attachedTemplate", "http://a")) + b"</pkg:package>", "xml"
    )
    book = b"<Workbook xmlns='urn:schemas-microsoft-com:office:excel'><SupBook><Path>cmd|/c calc</Path></SupBook></Workbook>"
    assert "dde-program" in codes(b'<?xml version="1.0"?>' + book, "xml")


@pytest.mark.parametrize("wrapped", [False, True])
def test_objects_that_are_written_as_text(wrapped: bool) -> None:
    object_ = compound({"\x01Ole10Native": native("a.exe", b"MZ")})
    if wrapped:
        object_ = b"ActiveMime".ljust(0x32, b"\0") + zlib.compress(object_)
    part = b'<w:binData w:name="editdata.mso">' + base64.encodebytes(object_) + b"</w:binData>"
    found = looked(OFFICE + b"<w:wordDocument>" + part + b"</w:wordDocument>", "xml").found
    assert (found[0].code, found[0].where) == ("embedded-program", "editdata.mso > Ole10Native")


def test_other_types() -> None:
    assert looked(b"\x89PNG", "png") == ((), (), ())
    assert looked(b"7z\xbc\xaf\x27\x1c\0", "7z").unread == (("", "it is a 7-Zip archive, which is not looked into"),)
    assert said(b"MZ\0", "exe") == {("error", "embedded-program")}


def test_mails_pages_and_scripts_are_no_plain_text() -> None:
    mail = b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; filename="a.js"\n\nx\n--b--\n'
    assert said(mail, "txt") == {("error", "embedded-program")}
    assert looked(b"<html><script>a()</script></html>", "html").unread
    assert looked(b"<svg onload='a()'/>", "svg").unread
    assert said(b"#!/bin/sh\n", "script") == {("error", "embedded-program")}
    assert looked(b"Ask for it:\n%PDF-1.4 is what it says\n", "txt") == ((), (), ())
