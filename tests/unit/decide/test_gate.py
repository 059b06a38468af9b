"""The words of the gate, and what it makes of entries without bytes."""

from __future__ import annotations

import pytest

from occ_media_cli.decide.gate import answer_gate, by_its_word
from occ_media_cli.decide.policy import InboxPolicy, Policy, Switch
from occ_media_cli.media.recognition import Recognition

ON, OFF = Switch(True), Switch(False)


def policy(direction: str, message: str = "Write to {inbox} on {channel}", receive: Switch = ON) -> Policy:
    return Policy(direction, True, (), InboxPolicy("vip", ON, receive, message=message))


@pytest.mark.parametrize(
    ("name", "declared", "detected", "expected"),
    [
        ("a.pdf", None, None, "pdf"),
        ("a.pdf", None, "image/png", "png"),
        ("a.jpeg", "image/png", None, "jpg"),
        ("voice", "audio/ogg", None, "ogg"),
        ("a.exe", "application/pdf", None, "pdf"),
        ("a", None, None, None),
    ],
)
def test_an_entry_without_bytes_is_what_it_says(
    name: str, declared: str | None, detected: str | None, expected: str | None
) -> None:
    assert by_its_word(name, declared, detected, None).type == expected


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("a.mp4", 20_000_000, "it is too large"),
        ("a.pdf", 0, "it is empty"),
        ("a.exe", 10, "files of this type are not accepted"),
        ("gpj\u202eexe.pdf", 10, "its name is not accepted"),
    ],
)
def test_a_customer_reads_why_in_plain_words(name: str, size: int, words: str) -> None:
    known = by_its_word(name, None, None, size)
    found = answer_gate(known, name, policy("receive"), standing=None, channel=None, seen=False)
    assert found.customer_message == f"Sorry, this file cannot be received: {words}."
    assert found.detected is None


def test_the_message_of_the_inbox_has_its_placeholders_filled() -> None:
    known = by_its_word("a.pdf", None, None, 10)
    found = answer_gate(known, "a.pdf", policy("receive", receive=OFF), standing=None, channel="line", seen=False)
    assert found.customer_message == "Write to vip on line"
    assert found.agent_notice == "customer tried to send a document; receiving is off"


def test_an_agent_reads_why_and_the_customer_nothing() -> None:
    known = by_its_word("a.mp4", None, None, 20_000_000)
    found = answer_gate(known, "a.mp4", policy("send"), standing=None, channel=None, seen=True)
    assert (found.allow, found.customer_message) == (False, None)
    assert found.agent_notice == "a.mp4 was not sent: over-limit: 20.0 MB, over the 16 MB limit for video"
    assert found.detected == "video/mp4"


@pytest.mark.parametrize(
    ("declared", "allow", "codes"),
    [
        ("application/pdf", True, ["type-declared"]),
        ("Application/X-PDF; name=a", True, ["type-declared"]),
        ("image/gif", False, ["unsupported-type", "type-declared"]),
        ("application/x-msdownload", False, ["unsupported-type"]),
        ("application/octet-stream", False, ["unsupported-type"]),
        (None, False, ["unsupported-type"]),
    ],
)
def test_a_name_without_an_extension_is_judged_by_the_declared_type(
    declared: str | None, allow: bool, codes: list[str]
) -> None:
    known = by_its_word("Scan 2026", declared, None, 10)
    found = answer_gate(
        known, "Scan 2026", policy("receive"), standing=None, channel=None, seen=False, declared=declared
    )
    assert (found.allow, [each.code for each in found.problems]) == (allow, codes)


def test_bytes_are_held_to_the_declared_type_of_a_name_without_an_extension() -> None:
    disguised = Recognition("exe", "other", "a Windows program", 10)
    found = answer_gate(
        disguised, "Scan", policy("receive"), standing=None, channel=None, seen=True, declared="application/pdf"
    )
    assert not found.allow
    assert [each.code for each in found.problems] == ["type-mismatch", "type-declared"]
    named = answer_gate(
        disguised, "Scan.png", policy("receive"), standing=None, channel=None, seen=True, declared="application/pdf"
    )
    assert [each.message for each in named.problems] == ["named .png, and is a Windows program"]
