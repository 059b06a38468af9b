"""Whoever ends a version is told by what its bytes may still be sent; whoever begins one, that they were stopped before."""

from __future__ import annotations

from typing import Any

from occ_media_cli import times
from tests.unit.library.conftest import HOUR, START, Desk


def approved(desk: Desk, file: str, name: str, version: str, hours: float, **more: Any) -> Any:
    desk(hours=hours).library.propose(file, name, version, **more)
    return desk("sam", hours + 0.5).library.approve(name)


def test_a_version_that_was_replaced_before_is_told_with_what_still_sends_its_bytes(desk: Desk) -> None:
    approved(desk, "one.pdf", "a", "1", 0)
    approved(desk, "one.pdf", "b", "1", 1)
    assert approved(desk, "two.pdf", "a", "2", 2).still == (("b", "1"),), "replaced, and on sale all the same"
    done = desk(hours=3).library.retire("a", "wrong", label="1")
    assert (done.ended, done.still) == ((), (("b", "1"),))
    whole = desk(hours=4).library.retire("a", "wrong")
    assert (whole.ended, whole.still) == ((("a", "2"),), (("b", "1"),))
    desk(hours=5).library.retire("b", "wrong")
    assert desk(hours=6).library.retire("a", "again").still == ()


def test_bytes_that_go_on_in_the_new_version_are_no_surprise(desk: Desk) -> None:
    approved(desk, "one.pdf", "a", "1", 0)
    approved(desk, "one.pdf", "b", "1", 1)
    again = approved(desk, "one.pdf", "a", "2", 2, inboxes=["vip"])
    assert (again.replaced, again.still, again.stopped) == ((("a", "1"),), (), ())
    mixed = approved(desk, ["two.pdf", "sheet.xlsx"], "c", "1", 3)  # type: ignore[arg-type]  # several forms
    assert mixed.still == ()


def test_bytes_that_were_retired_are_told_under_every_name(desk: Desk) -> None:
    approved(desk, "one.pdf", "a", "1", 0)
    desk("kim", 1).library.retire("a", "wrong prices")
    found = desk(hours=2).library.propose("one.pdf", "b", "1").stopped
    assert [(each.name, each.version, each.state, each.by, each.reason) for each in found] == [
        ("a", "1", "retired", "kim", "wrong prices")
    ]
    assert found[0].since == START + HOUR
    assert desk("sam", 3).library.approve("b").stopped == found, "the approver decides, and has to know it too"
    assert desk(hours=4).library.propose("one.pdf", "a", "2").stopped == found, "under its own name as well"
    assert desk(hours=4).library.add(["one.pdf"], name="c").stopped == found
    assert desk(hours=4).library.propose("two.pdf", "d", "1").stopped == ()


def test_a_proposal_that_was_withdrawn_for_a_reason_is_told(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("kim", 1).library.retire("a", "a draft")
    (found,) = desk(hours=2).library.propose("one.pdf", "b", "1").stopped
    assert found.in_words() == f"a 1, which kim retired at {times.text(START + HOUR)}: a draft"


def test_a_document_that_was_approved_again_since_is_not_told(desk: Desk) -> None:
    approved(desk, "one.pdf", "a", "1", 0)
    desk("kim", 1).library.retire("a", "wrong prices")
    approved(desk, "one.pdf", "a", "2", 2)
    assert desk(hours=4).library.propose("one.pdf", "b", "1").stopped == ()


def test_bytes_that_another_document_had_replaced_are_told(desk: Desk) -> None:
    approved(desk, "one.pdf", "a", "1", 0)
    approved(desk, "two.pdf", "a", "2", 1)
    (found,) = desk(hours=3).library.propose("one.pdf", "b", "1").stopped
    assert found.in_words() == f"a 1, which was replaced at {times.text(START + HOUR * 3 // 2)}"
    assert desk(hours=3).library.propose("one.pdf", "a", "3").stopped == (), "its own older version, by its name"
