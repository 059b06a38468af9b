"""Old Office files: workbooks, documents, presentations and the objects inside of them."""

from __future__ import annotations

import struct
import zlib

import pytest

from tests.unit.media.build import compound, encrypted_office, office
from tests.unit.safety.active.made import UNC_MONIKER, URL_MONIKER, biff, codes, looked, native, said, vba

SHEET = (0x85, b"\0\0\0\0\1\1\5\0Macro")
AUTO_OPEN = (0x18, b"\x21\0\0\1" + b"\0" * 10 + b"\0\1")
"""A hidden name, built in: the first of them is Auto_Open."""


def book(*records: tuple[int, bytes]) -> bytes:
    return compound({"Workbook": biff(*records)})


def link(text: str) -> tuple[int, bytes]:
    return 0x1AE, struct.pack("<HH", 0, len(text)) + b"\0" + text.encode("latin-1")


def test_a_macro_sheet_is_named_and_its_state_told() -> None:
    found = looked(book(SHEET)).found
    assert [(each.code, each.message, each.where) for each in found] == [
        ("excel4-macro", "a hidden macro sheet of Excel 4", "Macro")
    ]


def test_a_macro_sheet_that_its_list_calls_a_sheet() -> None:
    stream = biff((0x85, struct.pack("<I", 37) + b"\0\0\1\0A"))
    stream += b"\x09\x08\x10\0" + struct.pack("<HHHHII", 0x0600, 0x40, 1, 1996, 0, 0)
    assert stream[37:39] == b"\x09\x08"
    assert "excel4-macro" in codes(compound({"Workbook": stream}))


def test_names_that_run_by_themselves() -> None:
    assert said(book(SHEET, AUTO_OPEN)) == {("error", "macro-auto-run"), ("warning", "excel4-macro")}
    spelled = (0x18, b"\0\0\0\x0a" + b"\0" * 10 + b"\0Auto_Open2")
    assert "macro-auto-run" in codes(book(SHEET, spelled))
    assert "macro-auto-run" not in codes(book((0x18, b"\0\0\0\5" + b"\0" * 10 + b"\0Total")))


@pytest.mark.parametrize(
    ("text", "severity", "code"),
    [
        ("cmd\x03/c calc", "error", "dde-program"), ("MTX\x03DATA", "warning", "dde-data"),
        ("\x01\x01@host\x03share\x03[a.xls]", "warning", "unc-link"), ("\x01\x05\x12http://example.com", "warning", "remote-workbook"),
        ("\x01\x01Cdir\x03a.xls", "note", "local-link"),
    ],
)  # fmt: skip
def test_links_of_a_workbook(text: str, severity: str, code: str) -> None:
    assert [(each.severity, each.code) for each in looked(book(link(text))).found] == [(severity, code)]


@pytest.mark.parametrize(
    ("text", "severity", "code"),
    [
        ("Word.Document.8\x03C:\\a.doc", "note", "local-link"), ("Package\x03C:\\a.exe", "error", "program-link"),
        ("Word.Document.8\x03ms-msdt:/id", "error", "program-link"), ("cmd\x03/c calc", "error", "dde-program"),
        ("C:\\a\\b\x03c", "error", "dde-program"), ("Excel.Sheet\x03\\\\host\\a.xls", "error", "remote-object"),
    ],
)  # fmt: skip
def test_what_says_that_it_is_a_link_of_ole_is_no_dde_but_what_starts_a_program(
    text: str, severity: str, code: str
) -> None:
    linked = link(text), (0x23, b"\x10\0" + b"\0" * 6)
    assert [(each.severity, each.code) for each in looked(book(*linked)).found] == [(severity, code)]


def test_an_object_that_is_a_link_to_a_program_is_no_link_to_a_file() -> None:
    linked = b"\1\0\0\2" + b"\1\0\0\0" + b"\0" * 12 + moniker("C:\\Users\\Public\\a.exe", url=False)
    assert said(compound({"\x01Ole": linked})) == {("error", "program-link")}


def test_encryption_is_told_and_nothing_else_is_claimed() -> None:
    for data in (book((0x2F, b"\1\0" * 27)), encrypted_office()):
        result = looked(data)
        assert {each.code for each in result.found} == {"encrypted"}
        assert result.unread


def test_fields_and_template_of_an_old_document() -> None:
    text = "before \x13DDEAUTO c:\\\\cmd.exe\x14result\x15 after".encode("cp1252")
    head = bytearray(b"\xec\xa5\xc1\0" + b"\0" * 0x400)
    head[0x1A2:0x1AA] = struct.pack("<II", 100, 21)
    head[0x19A:0x1A2] = struct.pack("<II", 200, 60)
    place = len(head)
    plan = (
        b"\2"
        + struct.pack("<I", 16)
        + struct.pack("<II", 0, len(text))
        + b"\0\0"
        + struct.pack("<I", place * 2 | 0x40000000)
        + b"\0\0"
    )
    target = "\\\\host\\a.dot".encode("utf-16-le")
    names = b"\xff\xff\2\0\0\0" + b"\0\0" + struct.pack("<H", len(target) // 2) + target
    table = b"\0" * 100 + plan.ljust(100, b"\0") + names
    data = compound({"WordDocument": bytes(head) + text, "0Table": table})
    assert said(data) == {("error", "dde-program"), ("error", "remote-template")}


def presentation(inside: bytes, *, packed: bool) -> bytes:
    body = struct.pack("<I", len(inside)) + zlib.compress(inside) if packed else inside
    record = struct.pack("<HHI", 0x10 if packed else 0, 0x1011, len(body)) + body
    return compound(
        {"PowerPoint Document": b"\x0f\0\xe8\x03" + struct.pack("<I", len(record)) + record, "Current User": b"\0" * 40}
    )


@pytest.mark.parametrize("packed", [True, False])
def test_objects_in_the_stream_of_a_presentation(packed: bool) -> None:
    macro = vba(("Module1", "Sub Auto_Open()\r\nEnd Sub\r\n"))
    assert "macro-auto-run" in codes(presentation(macro, packed=packed))
    shortcut = compound({"\x01Ole10Native": native("a.lnk", b"L\0\0\0")})
    assert said(presentation(shortcut, packed=packed)) == {("error", "embedded-program")}


def test_a_compressed_object_whose_check_sum_is_wrong_is_read() -> None:
    data = presentation(compound({"\x01Ole10Native": native("a.lnk", b"L")}), packed=True)
    at = data.find(b"\x11\x10") + 2
    length = int.from_bytes(data[at : at + 4], "little")
    end = at + 4 + length
    assert "embedded-program" in codes(data[: end - 1] + b"\x55" + data[end:])


def moniker(text: str, *, url: bool) -> bytes:
    if url:
        wide = (text + "\0").encode("utf-16-le")
        return URL_MONIKER + struct.pack("<I", len(wide)) + wide
    return UNC_MONIKER + b"\0\0" + struct.pack("<I", len(text) + 1) + text.encode() + b"\0"


@pytest.mark.parametrize(("text", "url"), [("http://example.com/a.hta", True), ("\\\\host\\a.doc", False)])
def test_a_linked_object_and_a_plain_link(text: str, url: bool) -> None:
    linked = b"\1\0\0\2" + b"\1\0\0\0" + b"\0" * 12 + moniker(text, url=url)
    assert said(compound({"\x01Ole": linked})) == {("error", "remote-object")}
    assert ("error", "remote-object") not in said(compound({"Contents2": moniker(text, url=url)}))


def test_controls_equations_and_nested_documents() -> None:
    assert said(compound({"\x03OCXNAME": b"a"})) == {("warning", "activex")}
    assert said(compound({"Equation Native": b"a"})) == {("warning", "equation-object")}
    assert said(compound({"a": b"b"}, clsid=bytes.fromhex("02ce020000000000c000000000000046"))) == {
        ("warning", "equation-object")
    }
    inner = office("docx", {"word/a.exe": b"MZ"})
    assert "embedded-program" in codes(compound({"Package": inner}))


def test_a_broken_file_is_unread() -> None:
    assert looked(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600).unread
