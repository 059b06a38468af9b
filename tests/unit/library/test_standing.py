"""What people read about a file that may not be sent, whatever it is to the library."""

from __future__ import annotations

from dataclasses import replace

import pytest

from occ_media_cli.library.compare_words import Difference, Pair
from occ_media_cli.library.library_match import KnownFile, LibraryMatch
from occ_media_cli.library.standing import LibraryStanding, say_why_not

NOW = 1_793_000_000_000  # 2026-10-26
OLD = KnownFile(
    "price list", "1", "replaced", "/l/1.pdf", "pdf", 9, "aa", None, "dana", None, 1, 5, 0, "4f1c09d27ab35e60"
)
NEW = replace(OLD, version="2", state="approved", path="/l/2.pdf", sha256="bb", event=7)
PROPOSE = "occ-media library propose 'out/my list.pdf'"
NAMED = f"{PROPOSE} --name 'price list' --version"


def said(answer: LibraryMatch | None, *inboxes: str, now: int = NOW) -> tuple[str, str]:
    standing = LibraryStanding(answer, inboxes, now)
    assert not standing.may_be_sent
    return say_why_not(standing, "vip", "out/my list.pdf")


def test_only_the_very_bytes_that_are_approved_may_be_sent() -> None:
    assert LibraryStanding(LibraryMatch("exact", NEW, NEW)).may_be_sent
    for other in (None, LibraryMatch("none"), LibraryMatch("same-text", NEW, NEW), LibraryMatch("near", NEW, NEW, Difference(1)),
                  LibraryMatch("exact", OLD, NEW), LibraryMatch("exact", replace(NEW, state="other-inbox"), NEW)):  # fmt: skip
        assert not LibraryStanding(other).may_be_sent


@pytest.mark.parametrize(
    ("file", "inboxes", "what"),
    [
        (OLD, (), "was replaced"),
        (replace(OLD, state="expired", expires=NOW), (), "has ended"),
        (replace(OLD, state="retired", ended_why="wrong prices"), (), "was retired (wrong prices)"),
        (replace(OLD, state="other-inbox"), ("lab", "shop"), "is approved for lab, shop, not for vip"),
        (replace(OLD, state="other-inbox"), (), "is approved for no inbox that is there now"),
    ],
)
def test_a_version_that_may_not_be_sent_names_the_one_that_may_and_where_it_lies(
    file: KnownFile, inboxes: tuple[str, ...], what: str
) -> None:
    assert said(LibraryMatch("exact", file, NEW), *inboxes) == (
        f"price list 1 {what}; 2 is current and lies at /l/2.pdf", "send /l/2.pdf",
    )  # fmt: skip
    assert said(LibraryMatch("exact", file), *inboxes)[0] == f"price list 1 {what}; no version of it may be sent now"


def test_where_no_version_may_be_sent_the_command_proposes_one() -> None:
    assert said(LibraryMatch("exact", OLD))[1] == f"have it approved again: {NAMED} 2026-10-26"
    elsewhere = replace(OLD, state="other-inbox")
    assert said(LibraryMatch("exact", elsewhere), "lab")[1] == f"have it approved for vip: {NAMED} 1 --inbox vip"


def test_what_waits_for_approval_says_who_proposed_it_and_who_approves() -> None:
    what, to_do = said(LibraryMatch("exact", replace(OLD, state="proposed")))
    assert what.startswith("price list 1 was proposed by dana and waits for approval")
    assert to_do == "another person: occ-media --actor NAME library approve 4f1c09d27ab35e60"


def test_another_save_has_the_line_that_proposes_it() -> None:
    what, to_do = said(LibraryMatch("same-text", NEW, NEW))
    assert what == "the same words as price list 2 (approved) in another save; that lies at /l/2.pdf"
    assert to_do == f"send /l/2.pdf; or have this save approved: {NAMED} 2026-10-26"
    today = replace(NEW, version="2026-10-26")
    assert said(LibraryMatch("same-text", today, today))[1].endswith(" --version 2026-10-26-2")
    what, to_do = said(LibraryMatch("same-text", OLD, NEW))
    assert what.endswith("price list 1 (replaced) in another save; 2 is current and lies at /l/2.pdf")
    assert to_do == "send /l/2.pdf", "nobody is led to propose what was replaced"


def test_a_text_that_is_near_says_what_differs_and_no_more_than_fits() -> None:
    few = Difference(1, (Pair("117.50", "120.00"),))
    assert said(LibraryMatch("near", NEW, NEW, few))[0].startswith("1 word differs (117.50 → 120.00) from price list 2")
    pairs = tuple(Pair(f"a{number}", f"b{number}") for number in range(5))
    told = said(LibraryMatch("near", NEW, NEW, Difference(9, pairs, 2)))[0]
    assert told.startswith("9 words differ (a0 → b0; a1 → b1; a2 → b2; and 4 more places) from price list 2")
    assert said(LibraryMatch("near", NEW, NEW, Difference(40, about=True)))[0].startswith("about 40 words differ from ")


def test_what_the_library_does_not_know() -> None:
    assert said(LibraryMatch("none")) == (
        "nobody proposed it", f"send an approved one, or have it approved: {PROPOSE} --name NAME --version V",
    )  # fmt: skip
    assert said(None) == (
        "its sha256 is not known", "name its bytes with path, or its sha256, so that it can be looked up",
    )  # fmt: skip
