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


def test_every_retirement_needs_a_reason_and_none_is_refused_for_a_clock(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 5).library.approve("a")
    with pytest.raises(UsageError, match="the reason is empty"):
        desk(hours=6).library.retire("a", " ")
    assert desk(hours=4).library.retire("a", "wrong").ended == (("a", "1"),), "this machine's clock is slow"
    assert not desk(hours=5).library.allowed("one.pdf")
    (row,) = desk(hours=6).library.list()
    assert (row.state, row.retired) == ("retired", START + 5 * HOUR), "no earlier than the approval that it ends"
    assert desk(hours=6).library.retire("a", "wrong").ended == ()


def test_a_retirement_under_a_fast_clock_is_none_until_then(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    desk(hours=900).library.propose("two.pdf", "a", "2")
    desk(hours=901).library.retire("a", "wrong")
    assert desk(hours=2).library.allowed("one.pdf")
    done = desk(hours=2).library.retire("a", "wrong")
    assert (done.ended, done.withdrawn, done.since) == ((("a", "1"),), (("a", "2"),), START + 2 * HOUR)
    assert not desk(hours=2).library.allowed("one.pdf")
    again = desk(hours=3).library.retire("a", "wrong")
    assert (again.ended, again.withdrawn) == ((), ())


def test_an_approval_of_a_later_time_is_ended_too_and_stands_in_nobodys_way(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    desk(hours=2).library.propose("two.pdf", "a", "2")
    desk("sam", 900).library.approve("a")
    assert desk(hours=3).library.retire("a", "wrong").ended == (("a", "1"), ("a", "2"))
    assert not desk(hours=3).library.allowed("one.pdf")
    assert not desk(hours=901).library.allowed("two.pdf")
    assert {row.state for row in desk(hours=4).library.list()} == {"retired"}
    desk(hours=5).library.propose("three.pdf", "a", "3", backdate="the clock was wrong")
    assert desk("sam", 6).library.approve("a", backdate="the clock was wrong").ends == ()
    assert desk(hours=901).library.allowed("three.pdf")


@pytest.mark.parametrize(("label", "lifted"), [(None, False), ("1A", False), ("2", True)])
def test_an_approval_of_a_time_before_it_does_not_lift_it(desk: Desk, label: str | None, lifted: bool) -> None:
    desk().library.propose("one.pdf", "a", "1a")
    desk("sam", 1).library.approve("a")
    desk(hours=8).library.propose("two.pdf", "a", "2")
    desk(hours=9).library.retire("a", "wrong", label=label)
    desk(hours=2).library.propose("one.pdf", "a", "1A", expires=START + 99 * HOUR, backdate="late")
    done = desk("sam", 3).library.approve("a", label="1A", backdate="late")
    assert [(end.document, end.since, end.by) for end in done.ends] == (
        [] if lifted else [("a", START + 9 * HOUR, None)]
    )
    assert desk(hours=4).library.allowed("one.pdf")
    assert bool(desk(hours=9).library.allowed("one.pdf")) == lifted


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


def test_a_retirement_under_a_fast_clock_closes_the_past_as_any_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    desk("sam", 20)
    OccMedia("s.db", actor="sam", now=START + 9_000 * HOUR).library.retire("a", "wrong")
    early = OccMedia("s.db", actor="dana", now=START + 2 * HOUR)
    with pytest.raises(Refused, match="'a' was last changed at 2026-01-10T20:00"):
        early.library.propose("two.pdf", "a", "2")
    early.library.propose("two.pdf", "b", "2")
    with pytest.raises(Refused, match="the library was last changed at 2026-01-10T20:00"):
        OccMedia("s.db", actor="sam", now=START + 2 * HOUR).library.approve("b")
    desk(hours=21).library.propose("two.pdf", "a", "2")
    desk("sam", 22).library.approve("a")
