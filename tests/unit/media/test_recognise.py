"""Every kind against every name: what passes is what it says it is, and nothing else passes."""

from __future__ import annotations

import pytest

from occ_media_cli.media import libmagic
from tests.unit.media.build import FOREIGN, VALID
from tests.unit.media.looks import codes, errors, look

PASS_UNDER_ANOTHER_NAME = {
    ("html", "txt"),  # text is text; a note says that it is markup
    ("svg", "txt"),
    ("encrypted-ooxml", "docx"),  # an encrypted package does not say which program it is for
    ("encrypted-ooxml", "xlsx"),
    ("encrypted-ooxml", "pptx"),
}


@pytest.mark.parametrize("kind", VALID)
def test_a_whole_file_is_recognised_and_passes(kind: str) -> None:
    assert look(VALID[kind], f"a.{kind}").type == kind
    assert errors(VALID[kind], f"a.{kind}") == []


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_kind_is_named(kind: str) -> None:
    assert look(FOREIGN[kind], "a.bin").type == kind


@pytest.mark.parametrize("name", VALID)
@pytest.mark.parametrize("kind", [*VALID, *FOREIGN])
def test_no_file_passes_under_the_name_of_another(kind: str, name: str) -> None:
    if kind == name or (kind, name) in PASS_UNDER_ANOTHER_NAME:
        pytest.skip("it may")
    assert errors((VALID | FOREIGN)[kind], f"a.{name}")


@pytest.mark.parametrize(
    ("kind", "name"), [("docm", "docx"), ("dotx", "docx"), ("xlsm", "xlsx"), ("xlsb", "xlsx"), ("ppsx", "pptx")]
)
def test_more_than_plain_office_is_called_macro_enabled(kind: str, name: str) -> None:
    assert codes(FOREIGN[kind], f"a.{name}") == ["macro-enabled"]


@pytest.mark.parametrize("kind", [kind for kind in VALID if kind not in ("txt", "aac", "mp3", "ogg")])
def test_half_a_file_is_damaged(kind: str) -> None:
    whole = VALID[kind]
    assert errors(whole[: len(whole) // 2], f"a.{kind}") == ["damaged"]


@pytest.mark.parametrize("kind", ["aac", "mp3", "ogg"])
def test_a_stream_that_is_cut_off_says_so(kind: str) -> None:
    assert codes(VALID[kind][:-9], f"a.{kind}") == ["cut-short"]


@pytest.mark.parametrize("kind", VALID)
def test_a_header_with_markup_behind_it_never_passes(kind: str) -> None:
    if kind == "txt":
        pytest.skip("text has no header")
    spoof = VALID[kind][:24] + b"<html><script>alert(1)</script></html>\n" * 50
    assert errors(spoof, f"a.{kind}")


@pytest.mark.parametrize("kind", VALID)
def test_zeros_and_nothing_never_pass(kind: str) -> None:
    assert errors(b"\0" * 4096, f"a.{kind}")
    assert errors(b"\0", f"a.{kind}")
    assert errors(b"", f"a.{kind}") == ["empty-file"]


@pytest.mark.parametrize("kind", [kind for kind in VALID if kind != "txt"])
def test_a_second_witness_that_sees_something_else_keeps_a_file_out(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The structure alone does not decide: libmagic reads the same bytes, and what it says is heard."""
    monkeypatch.setattr(libmagic, "media_type", lambda *_: "application/x-dosexec")
    assert errors(VALID[kind], f"a.{kind}") == ["type-mismatch"]
    for unsure in ("application/octet-stream", ""):
        monkeypatch.setattr(libmagic, "media_type", lambda *_, seen=unsure: seen)
        assert errors(VALID[kind], f"a.{kind}") == []
