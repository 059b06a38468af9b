from __future__ import annotations

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.errors import NotFound, UsageError
from tests.unit.library.conftest import HOUR, START, Desk


@pytest.fixture
def filled(desk: Desk) -> Desk:
    desk().library.propose("one.pdf", "prices", "1", inboxes=["vip"], expires=START + 30 * HOUR)
    desk("sam", 1).library.approve("prices")
    desk(hours=2).library.propose("two.pdf", "terms", "1", tags=["retail"])
    desk("sam", 3).library.approve("terms")
    desk(hours=4).library.add("guides")
    return desk


def names(desk: Desk, hours: float = 5, **filters: object) -> list[str]:
    return [row.name for row in desk(hours=hours).library.list(**filters)]  # type: ignore[arg-type]  # by name


def test_each_filter_takes_what_any_of_its_values_fits(filled: Desk) -> None:
    assert names(filled) == ["guides/deep/two.pdf", "guides/One.pdf", "prices", "terms"]
    assert names(filled, states=["approved"]) == ["prices", "terms"]
    assert names(filled, inboxes=["vip"], states=["approved"]) == ["prices", "terms"], "by its number and by its tag"
    assert names(filled, inboxes=["lab"], states=["approved"]) == []
    assert names(filled, inboxes=["lab"]) == ["guides/deep/two.pdf", "guides/One.pdf"], "what is for every inbox"
    assert names(filled, tags=["retail"]) == ["terms"]
    assert names(filled, names=["PRI*", "guides"]) == ["guides/deep/two.pdf", "guides/One.pdf", "prices"]
    assert names(filled, expires_within="2d") == ["prices"]
    assert names(filled, expires_within="1h") == []
    assert names(filled, hours=31, expires_within="2d") == [], "it has ended"


def test_an_inbox_is_called_as_it_is_now_and_a_tag_counts_while_the_inbox_has_it(filled: Desk) -> None:
    filled(hours=6).inboxes.rename("vip", "key accounts")
    row = filled(hours=6).library.list(names=["prices"])[0]
    assert row.inboxes == (("key accounts", None),)
    assert filled(hours=6).library.allowed("two.pdf", inbox="key accounts")
    filled(hours=7).inboxes.untag("key accounts", "retail")
    assert not filled(hours=7).library.allowed("two.pdf", inbox="key accounts")
    filled(hours=8).inboxes.tag("lab", "retail")
    assert filled(hours=8).library.allowed("two.pdf", inbox="lab")


def test_another_inbox_of_a_removed_ones_name_is_another(filled: Desk) -> None:
    filled(hours=6).inboxes.remove("vip")
    filled(hours=7).inboxes.add("vip")
    assert not filled(hours=7).library.allowed("one.pdf", inbox="vip")
    assert filled(hours=7).library.list(names=["prices"])[0].inboxes == (("vip", START + 6 * HOUR),)


def test_words_that_are_none(filled: Desk) -> None:
    with pytest.raises(UsageError, match="did you mean 'approved'"):
        filled().library.list(states=["aproved"])
    with pytest.raises(NotFound, match="no inbox 'x'"):
        filled().library.list(inboxes=["x"])


def test_an_approval_for_later_is_no_proposal_that_waits(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 50).library.approve("a")
    assert [row.state for row in desk(hours=2).library.list()] == ["approved-later"]
    assert not desk(hours=2).library.allowed("one.pdf")
    assert desk(hours=50).library.allowed("one.pdf")


def test_a_check_of_an_inbox_takes_what_is_for_it_and_nothing_else(filled: Desk) -> None:
    made = filled(hours=6)
    for name in ("vip", "lab"):
        made.set(name, {"send_approved_only": True})

    def passes(file: str, inbox: str, hours: float) -> bool:
        (found,) = filled(hours=hours).check([file], inbox=inbox, direction="send")
        return "not-approved" not in {problem.code for problem in found.problems}

    assert passes("one.pdf", "vip", 6)
    assert not passes("one.pdf", "lab", 6)
    assert passes("two.pdf", "vip", 6), "by its tag"
    assert not passes("one.pdf", "vip", 30), "it has ended"
    assert not passes("guides/One.pdf", "vip", 6), "nobody approved it"


def test_what_ends_at_the_last_moment_of_a_span_ends_within_it(desk: Desk) -> None:
    """The list and the report say the same of the same moment."""
    desk().library.propose("one.pdf", "a", "1", expires=START + HOUR + 30 * times.DAY)
    desk("sam", 1).library.approve("a")
    for moment, count in ((START + HOUR - 1, 0), (START + HOUR, 1)):
        at = OccMedia("s.db", actor="dana", now=moment)
        assert len(at.library.list(expires_within="30d")) == count
    desk("sam", 1).library.propose("two.pdf", "b", "1", expires=START + HOUR + 30 * times.DAY + 1)
    desk(hours=1).library.approve("b")
    now = desk(hours=1)
    assert len(now.library.list(states=["approved"], expires_within="30d")) == 1
    assert now.report("library").totals["ending"] == 1


def test_an_approval_of_another_time_says_when_it_was_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-back clocks and backdated approvals would look as if somebody had approved it in time."""
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    assert [row.recorded for row in desk(hours=2).library.list()] == [None]
    desk(hours=3).library.propose("two.pdf", "a", "2")
    early = desk("sam", 4)
    monkeypatch.setattr(times, "wall", lambda: START + 12 * HOUR)
    early.library.approve("a")
    rows = desk(hours=13).library.list()
    assert [(row.approved, row.recorded) for row in rows][1] == (START + 4 * HOUR, START + 12 * HOUR)


def test_what_a_planned_approval_will_replace_ends_within_its_span(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    desk(hours=2).library.propose("two.pdf", "a", "2")
    later = desk("sam", 50)
    desk("sam", 3)
    later.library.approve("a")
    now = desk(hours=4)
    assert [row.version for row in now.library.list(expires_within="30d")] == ["1"]
    assert now.library.list(expires_within="1d") == ()
    assert now.report("library").totals["ending"] == 1
