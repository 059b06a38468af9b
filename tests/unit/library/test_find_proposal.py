from __future__ import annotations

import pytest

from occ_media_cli.errors import NotFound, Refused, UsageError
from tests.unit.library.conftest import HOUR, START, Desk


def test_what_is_older_than_what_is_approved_cannot_be_approved(desk: Desk) -> None:
    old = desk().library.propose("one.pdf", "a", "1").proposal
    new = desk(hours=1).library.propose("two.pdf", "a", "2").proposal
    with pytest.raises(UsageError, match="several versions of 'a' wait: 1, 2") as no:
        desk("sam", 2).library.approve("a")
    assert no.value.hint == f"say which by its id, {old} (version 1) or {new} (version 2)"
    desk("sam", 2).library.approve("a", label="2")
    for what in (old, "a"):
        with pytest.raises(Refused, match=r"older than what is approved|was approved before"):
            desk("sam", 3).library.approve(str(what))
    assert not desk(hours=3).library.allowed("one.pdf")


def test_the_newest_of_one_version_counts(desk: Desk) -> None:
    old = desk().library.propose("one.pdf", "a", "1").proposal
    new = desk(hours=1).library.propose("two.pdf", "a", "1").proposal
    with pytest.raises(Refused, match=f"was proposed again as {new}"):
        desk("sam", 2).library.approve(str(old))
    for label in (None, "1"):
        with pytest.raises(UsageError, match=f"with other bytes wait: {old} by dana at .*, {new} by dana at "):
            desk("sam", 2).library.approve("a", label=label)
    assert desk("sam", 2).library.approve(str(new)).proposal.proposal == new


def test_one_of_the_same_bytes_is_approved_by_its_name(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    new = desk(hours=1).library.propose("one.pdf", "a", "1", inboxes=["vip"])
    assert desk("sam", 2).library.approve("a").proposal.proposal == new.proposal


def test_one_document_of_several_is_not_approved_alone(desk: Desk) -> None:
    desk().library.add("guides")
    with pytest.raises(UsageError, match="was proposed together with others as 'guides'"):
        desk("sam", 1).library.approve("guides/One.pdf")
    desk(hours=1).library.propose("two.pdf", "guides/One.pdf", "x")
    desk("sam", 2).library.approve("guides/One.pdf")
    with pytest.raises(Refused, match=r"older than what is approved now of guides/One\.pdf"):
        desk("sam", 3).library.approve("guides")


def test_an_unknown_name_is_told_with_the_nearest(desk: Desk) -> None:
    desk().library.propose("one.pdf", "price-list", "1")
    with pytest.raises(NotFound, match=r"no document 'price-lits' in the library, did you mean 'price-list'\?"):
        desk("sam", 1).library.approve("price-lits")
    with pytest.raises(NotFound, match="no version '2' of 'price-list'"):
        desk("sam", 1).library.approve("price-list", label="2")


def test_a_version_whose_time_is_over_does_not_wait(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1", expires=START + 2 * HOUR)
    desk(hours=1).library.propose("two.pdf", "a", "2")
    assert desk("sam", 3).library.approve("a").proposal.version == "2"
