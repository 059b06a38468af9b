"""Sizes, directions and the words of problems."""

from __future__ import annotations

import pytest

from occ_media_cli.media.judge import problems_of
from occ_media_cli.media.problems import strict
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.vocabulary import Severity
from tests.unit.media.build import FOREIGN, VALID
from tests.unit.media.looks import codes, judge


def sized(kind: str, size: int, direction: str | None = "send") -> list[tuple[str, str]]:
    known = Recognition(kind, "", "", size)
    return [(each.code, each.message) for each in problems_of(known, f"a.{kind}", direction)]


@pytest.mark.parametrize(("kind", "limit"), [("mp4", 16), ("mp3", 16), ("pdf", 100), ("png", 5), ("webp", 5)])
def test_a_limit_is_exact_to_the_byte(kind: str, limit: int) -> None:
    assert sized(kind, limit * 1_000_000) == []
    assert [code for code, _ in sized(kind, limit * 1_000_000 + 1)] == ["size-near-limit"]
    assert [code for code, _ in sized(kind, limit * 1_048_576)] == ["size-near-limit"]
    assert [code for code, _ in sized(kind, limit * 1_048_576 + 1)] == ["over-limit"]


def test_size_and_limit_are_in_bytes_where_they_would_look_alike() -> None:
    assert sized("mp4", 16_777_217) == [("over-limit", "16,777,217 bytes, over 16 MB (16,777,216)")]
    assert sized("mp4", 21_400_000) == [("over-limit", "21.4 MB, over the 16 MB limit for video")]


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_gif_and_webp_are_sent_and_never_received(kind: str) -> None:
    assert codes(VALID[kind], f"a.{kind}", "send") == []
    assert codes(VALID[kind], f"a.{kind}", "receive") == ["unsupported-type"]
    assert codes(VALID[kind], f"a.{kind}") == ["send-only"]


def test_a_rejection_names_what_the_file_is() -> None:
    assert [(each.message, each.help) for each in judge(FOREIGN["docm"], "contract.docx")] == [
        ("has macros, which a .docx may not have", "save it again as Word Document (.docx)")
    ]
    (problem,) = judge(VALID["webp"], "logo.png", "send")
    assert (problem.message, problem.help) == (
        "named .png, and is a WebP image",
        "occ-media fit logo.png --max '5 MB' --write fitted",
    )


def test_a_path_in_a_command_is_quoted() -> None:
    (problem,) = problems_of(Recognition("webp", "webp", "a WebP image", 9), "a b.png", "send", "out/a b.png")
    assert problem.help == "occ-media fit 'out/a b.png' --max '5 MB' --write fitted"


def test_strict_raises_warnings_and_the_notes_about_text() -> None:
    raised = strict(judge(b"<html><body></body></html>", "a.txt"))
    assert [(each.code, each.severity) for each in raised] == [("text-is-markup", Severity.ERROR)]
    assert [each.severity for each in strict(judge(VALID["gif"], "a.gif"))] == [Severity.NOTE]


@pytest.mark.parametrize(("name", "code"), [("a.xyz", "unsupported-type"), ("a", "unsupported-type")])
def test_an_extension_that_the_product_does_not_take(name: str, code: str) -> None:
    assert codes(VALID["pdf"], name) == [code]
