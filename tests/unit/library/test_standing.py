"""What people read about a file that may not be sent, whatever it is to the library."""

from __future__ import annotations

from dataclasses import replace

import pytest

from occ_media_cli.library.fingerprint import Difference, Pair
from occ_media_cli.library.lookup import Answer, LibraryFile
from occ_media_cli.library.standing import Standing, say_what_it_is, say_what_to_do

NOW = 1_793_000_000_000  # 2026-10-26
OLD = LibraryFile("price list", "1", "outdated", "/l/1.pdf", "pdf", 9, "aa", None, "dana", None, 1, 5, 0)
NEW = replace(OLD, version="2", state="approved", path="/l/2.pdf", sha256="bb", event=7)
PROPOSE = "occ-media library propose 'out/my list.pdf'"


def said(answer: Answer | None, *inboxes: str, now: int = NOW) -> tuple[str, str]:
    standing = Standing(answer, inboxes, now)
    assert not standing.may_be_sent
    return say_what_it_is(standing), say_what_to_do(standing, "vip", "out/my list.pdf")


def test_only_the_very_bytes_that_are_approved_may_be_sent() -> None:
    assert Standing(Answer("exact", NEW, NEW)).may_be_sent
    for other in (None, Answer("none"), Answer("same-text", NEW, NEW), Answer("near", NEW, NEW, Difference(1)),
                  Answer("exact", OLD, NEW), Answer("exact", replace(NEW, state="other-inbox"), NEW)):  # fmt: skip
        assert not Standing(other).may_be_sent


def test_an_older_version_names_the_one_to_send_and_where_it_lies() -> None:
    assert said(Answer("exact", OLD, NEW)) == (
        "price list 1, which was replaced; 2 is approved now", "send 2 instead: /l/2.pdf",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("file", "inboxes", "what"),
    [
        (replace(OLD, state="expired", expires=NOW), (), "which expired at 2026-10-26T07:33:20.000Z"),
        (replace(OLD, state="retired", ended_why="wrong prices"), (), "which was retired: wrong prices"),
        (replace(OLD, state="retired"), (), "which was retired"),
        (replace(OLD, state="other-inbox"), ("lab", "shop"), "which is approved for lab, shop only"),
        (replace(OLD, state="other-inbox"), (), "which is not approved for it"),
    ],
)
def test_why_a_version_may_not_be_sent(file: LibraryFile, inboxes: tuple[str, ...], what: str) -> None:
    assert said(Answer("exact", file, NEW), *inboxes) == (
        f"price list 1, {what}; 2 is approved now", "send 2 instead: /l/2.pdf",
    )  # fmt: skip
    assert said(Answer("exact", file), *inboxes)[0] == f"price list 1, {what}"


def test_where_no_version_may_be_sent_the_command_proposes_one() -> None:
    assert said(Answer("exact", OLD))[1] == (
        "no version of price list may be sent here now; let this one be approved:"
        f" {PROPOSE} --name 'price list' --version 2026-10-26"
    )
    assert said(Answer("exact", replace(OLD, state="other-inbox")), "lab")[1] == (
        f"let it be approved for vip: {PROPOSE} --name 'price list' --version 1 --inbox vip"
    )


def test_what_waits_for_approval_says_who_proposed_it() -> None:
    assert said(Answer("exact", replace(OLD, state="proposed"), NEW)) == (
        "price list 1, which waits for approval (proposed by dana); 2 is approved now",
        "dana proposed it; another person: occ-media --actor NAME library approve 'price list' --version 1",
    )


def test_another_save_has_the_line_that_proposes_it() -> None:
    what, to_do = said(Answer("same-text", NEW, NEW))
    assert what == "another save of price list 2"
    assert to_do == (
        f"send 2 instead: /l/2.pdf; or let this one be approved: {PROPOSE} --name 'price list' --version 2026-10-26"
    )
    today = replace(NEW, version="2026-10-26")
    assert said(Answer("same-text", today, today))[1].endswith(" --version 2026-10-26-2")
    assert said(Answer("same-text", OLD, NEW)) == (
        "another save of price list 1, which was replaced; 2 is approved now", "send 2 instead: /l/2.pdf",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("difference", "what"),
    [
        (Difference(1, (Pair("117.50", "120.00"),)), "a text that differs in 1 word ('120.00' for '117.50') from"),
        (Difference(9, (Pair("", "new"), Pair("gone", ""), Pair("a", "b"), Pair("c", "d"))),
         "a text that differs in 9 words ('new' is new, 'gone' is missing, 'b' for 'a' …) from"),
        (Difference(40, about=True), "a text that differs in about 40 words from"),
        (Difference(0, moved=True), "a text that has its words in another order than"),
        (None, "nearly the text of"),
    ],
)  # fmt: skip
def test_a_text_that_is_near_says_what_differs(difference: Difference | None, what: str) -> None:
    assert said(Answer("near", NEW, NEW, difference)) == (f"{what} price list 2", "send 2 instead: /l/2.pdf")


def test_what_the_library_does_not_know() -> None:
    assert said(Answer("none")) == (
        "none", f"send an approved one, or let it be approved: {PROPOSE} --name NAME --version V",
    )  # fmt: skip
    assert said(None) == (
        "one without a known sha256", "name its bytes with path, or its sha256, so that it can be looked up",
    )  # fmt: skip
