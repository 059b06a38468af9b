from __future__ import annotations

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.errors import NotFound, Refused, UsageError
from tests.unit.library.conftest import HOUR, START, Desk


def test_a_retirement_ends_at_once_by_one_person_and_withdraws_what_waits(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    desk(hours=2).library.propose("two.pdf", "a", "2")
    done = desk(hours=3).library.retire("A", "wrong prices")
    assert (done.ended, done.withdrawn, done.since) == ((("a", "1"),), (("a", "2"),), START + 3 * HOUR)
    assert not desk(hours=3).library.allowed("one.pdf")
    with pytest.raises(Refused, match="was withdrawn"):
        desk("sam", 4).library.approve("a", label="2")
    rows = desk(hours=4).library.list()
    assert {(row.state, row.retired_by, row.reason) for row in rows} == {("retired", "dana", "wrong prices")}
    again = desk(hours=5).library.retire("a", "again")
    assert (again.ended, again.withdrawn) == ((), ()), "nothing is left"


def test_one_version_or_all_below_a_name(desk: Desk) -> None:
    desk().library.add("guides")
    desk("sam", 1).library.approve("guides")
    done = desk(hours=2).library.retire("guides/deep", "over")
    assert done.ended == (("guides/deep/two.pdf", "2026-01-10"),)
    assert desk(hours=2).library.allowed("guides/One.pdf")
    with pytest.raises(NotFound, match="no version '9' of 'guides'"):
        desk(hours=3).library.retire("guides", "over", label="9")
    desk(hours=3).library.retire("guides", "over", label="2026-01-10")
    assert not desk(hours=3).library.allowed("guides/One.pdf")
    with pytest.raises(NotFound, match="no document 'guide' in the library, did you mean 'guides'"):
        desk(hours=3).library.retire("guide", "over")


def test_it_is_told_where_the_same_bytes_may_still_be_sent(desk: Desk) -> None:
    for name in ("a", "b"):
        desk().library.propose("one.pdf", name, "1")
        desk("sam", 1).library.approve(name)
    done = desk(hours=2).library.retire("a", "wrong")
    assert done.still == (("b", "1"),)
    assert [found.name for found in desk(hours=2).library.allowed("one.pdf")] == ["b"]
    assert desk(hours=3).library.retire("b", "wrong").still == ()


def test_a_clock_that_is_set_forward_delays_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    monkeypatch.setattr(times, "wall", lambda: START + 2 * HOUR)
    OccMedia("s.db", actor="dana", now=START + 900 * HOUR).library.retire("a", "wrong")
    assert not desk(hours=2).library.allowed("one.pdf")


def test_a_retirement_of_the_past_needs_its_reason_and_every_one_needs_a_reason(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 5).library.approve("a")
    with pytest.raises(Refused, match="'a' was last changed"):
        desk(hours=4).library.retire("a", "wrong")
    with pytest.raises(UsageError, match="needs a reason"):
        desk(hours=6).library.retire("a", " ")
    desk(hours=4).library.retire("a", "wrong", backdate="it was so")
    assert not desk(hours=5).library.allowed("one.pdf")


def test_what_had_lost_its_place_before_is_not_ended_again(desk: Desk) -> None:
    old = desk().library.propose("one.pdf", "a", "1").proposal
    desk(hours=1).library.propose("one.pdf", "a", "1")
    desk("sam", 2).library.approve("a")
    desk(hours=3).library.propose("two.pdf", "a", "2", expires=START + 4 * HOUR)
    desk("sam", 3).library.approve("a")
    assert [row.state for row in desk(hours=3).library.list()] == ["replaced", "replaced", "approved"]
    done = desk(hours=3).library.retire("a", "over")
    assert (done.ended, done.withdrawn) == ((("a", "2"),), ())
    assert [row.state for row in desk(hours=4).library.list()] == ["replaced", "replaced", "retired"]
    with pytest.raises(Refused, match="older than what is approved"):
        desk("sam", 5).library.approve(str(old))


def test_what_has_ended_by_itself_is_not_ended_again(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1", expires=START + 2 * HOUR)
    desk("sam", 1).library.approve("a")
    done = desk(hours=2).library.retire("a", "over")
    assert (done.ended, done.withdrawn) == ((), ())
    assert [row.state for row in desk(hours=3).library.list()] == ["expired"]


def test_a_withdrawal_brings_nothing_back_that_had_lost_its_place(desk: Desk) -> None:
    old = desk().library.propose("one.pdf", "a", "1").proposal
    new = desk(hours=1).library.propose("two.pdf", "a", "1").proposal
    assert desk(hours=2).library.retire("a", "wrong").withdrawn == (("a", "1"),)
    assert [row.state for row in desk(hours=3).library.list()] == ["replaced", "retired"]
    with pytest.raises(Refused, match=f"was proposed again as {new}, which was withdrawn"):
        desk("sam", 4).library.approve(str(old))
    with pytest.raises(Refused, match="was withdrawn"):
        desk("sam", 4).library.approve("a")
    desk(hours=5).library.propose("three.pdf", "a", "2")
    assert desk("sam", 6).library.approve("a").proposal.version == "2", "nothing else waits"
