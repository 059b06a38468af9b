"""Where a link leads, however it is written."""

from __future__ import annotations

import pytest

from occ_media_cli.safety.active.targets import Kind, classify, names_program


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://example.com/a", Kind.NET), ("HTTP://example.com", Kind.NET), ("ftp://example.com", Kind.NET),
        ("\\\\host\\share\\a.dotm", Kind.UNC), ("//host/share", Kind.UNC), ("file://host/share", Kind.UNC),
        ("file:////host/share", Kind.UNC), ("file:///\\\\host\\share", Kind.UNC), ("file:\\\\host\\share", Kind.UNC),
        ("%5C%5Chost%5Cshare", Kind.UNC), ("\\\\?\\UNC\\host\\share", Kind.UNC), ("\\\\10.0.0.1@80\\a", Kind.UNC),
        ("file:///C:\\Users\\a.dotx", Kind.LOCAL), ("file:///C:/a", Kind.LOCAL), ("file://C:/a", Kind.LOCAL),
        ("file://localhost/Users/a", Kind.LOCAL), ("C:\\a\\b", Kind.LOCAL), ("media/image1.png", Kind.LOCAL),
        ("file:///home/a", Kind.LOCAL), ("\\\\?\\C:\\a", Kind.LOCAL), ("file:///C|/a", Kind.LOCAL),
        ("mhtml:http://example.com/a!x-usc:http://example.com/a", Kind.PROGRAM), ("ms-msdt:/id", Kind.PROGRAM),
        ("MS-Word:ofe|u|http://example.com", Kind.PROGRAM), ("search-ms:query=a", Kind.PROGRAM),
        ("javascript:alert(1)", Kind.PROGRAM), ("mailto:a@example.com", Kind.OTHER), ("#Sheet1!A1", Kind.INSIDE),
        ("", Kind.INSIDE), ("\x01https://example.com", Kind.NET),
    ],
)  # fmt: skip
def test_each_way_of_writing_a_target(text: str, kind: Kind) -> None:
    assert classify(text).kind is kind


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
