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
