"""What the gate lets agents send from the approved library: judged by the newest moment that is known."""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from tests.unit.library.conftest import HOUR, START, Desk, desk
from tests.unit.library.test_recorded import alter

__all__ = ["desk"]


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """An inbox that sends approved files only, and one.pdf approved for it, 1 of two versions to come."""
    desk().set("vip", {"send_approved_only": True})
    desk().library.propose("one.pdf", "prices", "1", expires=START + 100 * HOUR)
    desk("sam", 1).library.approve("prices")
    return desk


def entry(**more: object) -> dict[str, Any]:
    return {"id": "m1", "time": "2026-01-10", "inbox": "vip", "direction": "send", "name": "one.pdf", **more}


def sha() -> bytes:
    return sha256(Path("one.pdf").read_bytes()).digest()


FORMS = {
    "hex": bytes.hex,
    "upper": lambda digest: digest.hex().upper(),
    "base64": lambda digest: base64.b64encode(digest).decode(),
    "base64url": lambda digest: base64.urlsafe_b64encode(digest).decode(),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_hash_counts_in_every_form_in_which_an_entry_may_have_it(shop: Desk, form: str) -> None:
    person, said = shop(hours=2), FORMS[form](sha())
    assert person.gate(entry(sha256=said)).allow
    assert person.gate(entry(sha256=said, path="one.pdf")).allow
    reply = person.gate(entry(sha256=FORMS[form](b"\1" * 32), path="one.pdf"))
    assert reply.malformed


def test_a_hash_that_is_none_is_no_entry(shop: Desk) -> None:
    reply = shop(hours=2).gate(entry(sha256="xx"))
    assert (reply.malformed, reply.problems[0].message) == (
        True, "sha256 is neither 64 hex digits nor base64 of 32 bytes",
    )  # fmt: skip


def behind(monkeypatch: pytest.MonkeyPatch, now: float, wall: float) -> OccMedia:
    """A desk that says one moment while the machine says another, in hours."""
    monkeypatch.setattr(times, "wall", lambda: START + int(wall * HOUR))
    return OccMedia("s.db", actor="dana", now=START + int(now * HOUR))


@pytest.mark.parametrize(("now", "wall"), [(2, 4), (2, 2), (4, 2)])
def test_a_clock_that_is_behind_a_recall_lets_nothing_pass(
    shop: Desk, monkeypatch: pytest.MonkeyPatch, now: float, wall: float
) -> None:
    assert shop(hours=2).gate(entry(sha256=sha().hex())).allow
    shop(hours=3).library.retire("prices", "wrong prices")
    reply = behind(monkeypatch, now, wall).gate(entry(sha256=sha().hex()))
    assert not reply.allow
    assert "prices 1 was retired (wrong prices)" in reply.problems[0].message


def test_neither_does_one_that_is_behind_a_newer_version_or_the_end(
    shop: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "has ended" in behind(monkeypatch, 2, 200).gate(entry(sha256=sha().hex())).problems[0].message
    shop(hours=3).library.propose("two.pdf", "prices", "2")
    assert shop(hours=3).gate(entry(sha256=sha().hex())).allow
    shop("sam", 4).library.approve("prices")
    reply = behind(monkeypatch, 3, 3).gate(entry(sha256=sha().hex()))
    assert (reply.allow, "was replaced; 2 is current" in reply.problems[0].message) == (False, True)


def test_a_check_of_the_past_says_what_has_come_since(shop: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shop(hours=3).library.retire("prices", "wrong prices")
    (found,) = behind(monkeypatch, 2, 4).check("one.pdf", inbox="vip", direction="send")
    assert [(found.verdict, each.code) for each in found.problems] == [("accepted", "approval-ended")]
    assert "prices 1 was retired" in found.problems[0].message


def test_a_library_that_was_altered_lets_nothing_pass_and_the_gate_goes_on(shop: Desk) -> None:
    two = sha256(Path("two.pdf").read_bytes()).hexdigest()
    alter(f"INSERT INTO library_file SELECT event, 1, document, '{two}', size, type, path FROM library_file")
    replies = list(
        shop(hours=2).gate([entry(sha256=two), entry(id="m2", sha256=sha().hex()), entry(direction="receive")])
    )
    assert [reply.allow for reply in replies] == [False, False, True]
    assert "the library was altered in the store" in replies[0].problems[0].message
    assert replies[0].problems[0].help == "verify the ledger: it lists what was altered"


@pytest.mark.parametrize("size", [0, 1, 5_000_000_000])
def test_a_size_that_is_not_that_of_the_approved_file_is_a_contradiction(shop: Desk, size: int) -> None:
    person, right = shop(hours=2), Path("one.pdf").stat().st_size
    assert person.gate(entry(sha256=sha().hex(), size=right)).allow
    reply = person.gate(entry(sha256=sha().hex(), size=size))
    assert (reply.malformed, reply.problems[0].message) == (
        True, f"its size is not that of the approved file with its sha256, {right} bytes",
    )  # fmt: skip


@pytest.mark.parametrize(("name", "code"), [("one.docx", "type-mismatch"), ("one.exe", "unsupported-type")])
def test_a_name_of_another_type_than_the_approved_file_is_told(shop: Desk, name: str, code: str) -> None:
    for more in ({}, {"path": "one.pdf"}, {"declared": "application/pdf"}, {"detected": "image/png"}):
        reply = shop(hours=2).gate(entry(sha256=sha().hex()) | {"name": name} | more)
        assert (reply.allow, code in [each.code for each in reply.problems]) == (False, True)


def test_help_names_the_place_of_the_file_and_not_its_name_alone(shop: Desk) -> None:
    (problem,) = shop(hours=2).gate(entry(name="two.pdf", path="guides/deep/two.pdf")).problems
    assert "library propose guides/deep/two.pdf " in problem.help.replace("Two", "two")


@pytest.mark.parametrize(
    ("tag", "found"),
    [("fa", "fa"), ("de-AT", "de"), ("pt", "pt-BR"), ("PT_br", "pt-BR"), ("zh", None), ("en", None), ("", None), (None, None)],
)  # fmt: skip
def test_the_language_of_an_answer(tag: str | None, found: str | None) -> None:
    from occ_media_cli.settings.languages import choose_language

    assert choose_language(tag, ["fa", "de", "pt-BR", "zh-Hant", "zh-Hans"]) == found


def test_the_gate_answers_in_the_language_of_the_entry(desk: Desk) -> None:
    desk().set("vip", {"receive": False, "message": "No, {inbox}", "messages": {"de": "Nein, {inbox}"}})
    asked = {"direction": "receive", "name": "x.pdf", "customer": "1"}
    for number, (language, text) in enumerate((("de-AT", "Nein, vip"), ("fr", "No, vip"), (None, "No, vip"))):
        said = {**asked, "id": f"m{number}", "customer": f"1650555010{number}", "language": language}
        assert desk(hours=1).gate(entry(**said)).customer_message == text
    assert desk(hours=1).gate(entry(**asked, language=5)).malformed
