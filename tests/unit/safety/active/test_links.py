"""What is fetched when a document is opened, in the words that people read."""

from __future__ import annotations

import pytest

from occ_media_cli.safety.active.documents import inspect
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.links import judge_fetched
from occ_media_cli.safety.active.targets import classify


def _told(target: str, code: str = "remote-object") -> tuple[bool, list[tuple[str, str, str, str]]]:
    look = Inspection(inspect)
    answer = judge_fetched(look, classify(target), "an object", "there", code)
    return answer, [(found.code, found.severity, found.message, found.where) for found in look.looked().found]


@pytest.mark.parametrize(
    ("target", "host"),
    [("http://evil.example/a.dotm?secret", "http://evil.example"), (r"\\evil.example\share\a.dotm", r"\\evil.example")],
)
def test_another_computer_is_named_without_the_path(target: str, host: str) -> None:
    message = f"an object that is fetched from {host}"
    assert _told(target) == (True, [("remote-object", "error", message, "there")])
    assert _told(target, "remote-template") == (True, [("remote-template", "error", message, "there")])


def test_a_program_is_one_whatever_it_was_to_be() -> None:
    for code in ("remote-object", "remote-template"):
        assert _told("mhtml:http://evil.example/a", code) == (
            True, [("program-link", "error", "an object that leads to mhtml:", "there")]
        )  # fmt: skip


@pytest.mark.parametrize("target", [r"C:\Templates\a.dotm", "#inside", "tel:1"])
def test_what_is_here_or_nowhere_is_left_to_the_caller(target: str) -> None:
    assert _told(target) == (False, [])
