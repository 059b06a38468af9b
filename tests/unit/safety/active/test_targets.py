"""Where a link leads, however it is written."""

from __future__ import annotations

import pytest

from occ_media_cli.safety.active.targets import TargetKind, classify, names_program


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://example.com/a", TargetKind.NET), ("HTTP://example.com", TargetKind.NET), ("ftp://example.com", TargetKind.NET),
        ("\\\\host\\share\\a.dotm", TargetKind.UNC), ("//host/share", TargetKind.UNC), ("file://host/share", TargetKind.UNC),
        ("file:////host/share", TargetKind.UNC), ("file:///\\\\host\\share", TargetKind.UNC), ("file:\\\\host\\share", TargetKind.UNC),
        ("%5C%5Chost%5Cshare", TargetKind.UNC), ("\\\\?\\UNC\\host\\share", TargetKind.UNC), ("\\\\10.0.0.1@80\\a", TargetKind.UNC),
        ("file:///C:\\Users\\a.dotx", TargetKind.LOCAL), ("file:///C:/a", TargetKind.LOCAL), ("file://C:/a", TargetKind.LOCAL),
        ("file://localhost/Users/a", TargetKind.LOCAL), ("C:\\a\\b", TargetKind.LOCAL), ("media/image1.png", TargetKind.LOCAL),
        ("file:///home/a", TargetKind.LOCAL), ("\\\\?\\C:\\a", TargetKind.LOCAL), ("file:///C|/a", TargetKind.LOCAL),
        ("mhtml:http://example.com/a!x-usc:http://example.com/a", TargetKind.PROGRAM), ("ms-msdt:/id", TargetKind.PROGRAM),
        ("MS-Word:ofe|u|http://example.com", TargetKind.PROGRAM), ("search-ms:query=a", TargetKind.PROGRAM),
        ("javascript:alert(1)", TargetKind.PROGRAM), ("mailto:a@example.com", TargetKind.OTHER), ("#Sheet1!A1", TargetKind.INSIDE),
        ("", TargetKind.INSIDE), ("\x01https://example.com", TargetKind.NET),
    ],
)  # fmt: skip
def test_each_way_of_writing_a_target(text: str, kind: TargetKind) -> None:
    assert classify(text).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "C:\\Windows\\System32\\calc.exe", "file:///C:/Users/Public/a.LNK", "..\\a.scr", "\\\\?\\C:\\a.bat", "\\\\localhost\\c$\\a.cmd",
        "file://localhost/a.hta", "C:\\Program Files - x\\a.exe", "C:\\a.exe /c b", "C:\\a.exe b", "C:\\a.exe. .", "C:\\a%2Eexe", "C:\\b#c\\a.js#d",
        "file:///C:/a.vbs?x", "C:command.com",
    ],
)  # fmt: skip
def test_a_program_of_the_computer_is_one(text: str) -> None:
    target = classify(text)
    assert target.kind is TargetKind.PROGRAM
    assert "Users" not in target.shown


@pytest.mark.parametrize(
    "text", ["www.example.com", "example.com/setup.exe", "C:\\example.com\\a.doc", "C:\\a.exe\\b.txt", "C:\\a.execute"]
)
def test_an_address_without_its_scheme_and_a_folder_are_no_program(text: str) -> None:
    assert classify(text).kind is TargetKind.LOCAL


def test_only_the_host_is_shown() -> None:
    assert classify("https://anna:secret@example.com/a?token=secret").shown == "https://example.com"
    assert classify("\\\\files\\anna\\secret.xls").shown == "\\\\files"


@pytest.mark.parametrize(
    "command", ["cmd", "C:\\Windows\\System32\\cmd.exe /c a", "..\\..\\x /../a", "PowerShell -e a", "mshta"]
)
def test_a_command_that_names_a_program(command: str) -> None:
    assert names_program(command)


@pytest.mark.parametrize("command", ["MTX", "Excel", "REUTER", "DATA", "command", "Winword"])
def test_a_service_of_data_is_no_program(command: str) -> None:
    assert not names_program(command)
