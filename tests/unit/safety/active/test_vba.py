"""The source of VBA: unpacked by the examples of its specification, and judged by the names of its procedures."""

from __future__ import annotations

import pytest

from occ_media_cli.safety.active.vba import VbaBroken, decompress, has_code, self_running
from tests.unit.media.build import office
from tests.unit.safety.active.made import codes, looked, said, vba

SHELL = 'Sub {name}()\r\n  Shell "calc"\r\nEnd Sub\r\n'


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("0119B000616263646566676800696A6B6C6D6E6F70007172737475762E", b"abcdefghijklmnopqrstuv."),
        ("012FB00023616161626364658266007061676869" "6A013808616B6C00306D6E6F7006710270041072737475761077787" "97A003C",
         b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"),
        ("0103B002614500", b"a" * 73),
    ],
)  # fmt: skip
def test_the_examples_of_the_specification(raw: str, plain: bytes) -> None:
    """[MS-OVBA] 3.2"""
    assert decompress(bytes.fromhex(raw)) == plain


def test_what_does_not_begin_like_source_is_refused() -> None:
    with pytest.raises(VbaBroken):
        decompress(b"\0\x19\xb0")


def test_no_more_is_unpacked_than_asked_for() -> None:
    assert len(decompress(b"\1" + b"\x03\xb0\x02a\xff\x0f" * 5000, most=10_000)) == 10_000


@pytest.mark.parametrize(
    "name",
    [
        "Auto_Open",
        "AUTOOPEN",
        "Document_Open",
        "workbook_open",
        "Workbook_BeforeClose",
        "Frame1_Layout",
        "InkPicture1_Painted",
    ],
)
def test_procedures_that_run_by_themselves(name: str) -> None:
    assert self_running(SHELL.format(name=name)) == [name]


@pytest.mark.parametrize(
    "source",
    [
        SHELL.format(name="Button1_Click"), SHELL.format(name="Worksheet_SelectionChange"), "' Sub Auto_Open()\r\n",
        "x = \"Sub Auto_Open()\"\r\n", "Call Auto_Open\r\n", "Rem Sub Document_Open()\r\n",
    ],
)  # fmt: skip
def test_what_only_speaks_of_it_does_not(source: str) -> None:
    assert self_running(source) == []


def test_a_name_on_the_next_line_is_found() -> None:
    assert self_running("Private Sub _\r\n   Document_Open()\r\nEnd Sub") == ["Document_Open"]


def test_a_module_of_attributes_has_no_code() -> None:
    assert not has_code('Attribute VB_Name = "A"\r\nOption Explicit\r\n\r\n')
    assert has_code('Attribute VB_Name = "A"\r\nSub A()\r\nEnd Sub\r\n')


def test_a_macro_that_runs_by_itself_is_told_with_its_module() -> None:
    found = looked(
        office("docm", {"word/vbaProject.bin": vba(("ThisDocument", SHELL.format(name="Document_Open")))})
    ).found
    assert (found[0].severity, found[0].code) == ("error", "macro-auto-run")
    assert found[0].where == "word/vbaProject.bin > ThisDocument"
    assert "Document_Open" in found[0].message
    assert found[0].help


def test_macros_without_it_are_a_warning_under_any_name() -> None:
    data = office("docx", {"word/foo.bin": vba(("Module1", SHELL.format(name="Help")))})
    assert said(data) == {("warning", "macro")}


def test_a_project_without_its_list_is_still_read() -> None:
    assert "macro-auto-run" in codes(vba(("Module1", SHELL.format(name="AutoOpen")), listed=False))


def test_a_project_of_empty_modules_is_told_too() -> None:
    found = looked(vba(("ThisDocument", ""))).found
    assert [(each.code, each.message) for each in found] == [("macro", "a VBA project without source that can be read")]


def test_a_declared_project_that_is_none_is_told() -> None:
    assert "macro" in codes(office("docm", {"word/vbaProject.bin": b"nothing"}))
