from __future__ import annotations

from tests.unit.library.conftest import HOUR, START, Desk


def test_a_newer_version_ends_the_older_and_the_older_does_not_come_back(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    desk(hours=2).library.propose("two.pdf", "a", "2", expires=START + 5 * HOUR)
    done = desk("sam", 3).library.approve("a")
    assert done.replaced == (("a", "1"),)
    assert not desk(hours=3).library.allowed("one.pdf")
    assert desk(hours=4).library.allowed("two.pdf")
    assert not desk(hours=5).library.allowed("two.pdf"), "the end is excluded"
    assert not desk(hours=6).library.allowed("one.pdf")
    assert [(row.version, row.state, row.replaces) for row in desk(hours=6).library.list()] == [
        ("1", "replaced", None), ("2", "expired", "1"),
    ]  # fmt: skip


def test_approvals_stand_in_the_order_of_their_times(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    desk(hours=7).library.propose("two.pdf", "a", "2")
    desk("sam", 7).library.approve("a")
    desk(hours=5).library.propose("three.pdf", "a", "1b", backdate="late")
    done = desk("sam", 5).library.approve("a", backdate="late")
    assert (done.replaced, done.ends) == ((("a", "1"),), (("a", START + 7 * HOUR, "2"),))
    allowed = [
        [name for name in ("one", "two", "three") if desk(hours=hours).library.allowed(f"{name}.pdf")]
        for hours in (4, 5, 6, 7, 8)
    ]
    assert allowed == [["one"], ["three"], ["three"], ["two"], ["two"]]
    rows = desk(hours=8).library.list()
    assert [(row.version, row.state, row.replaces) for row in rows] == [
        ("1", "replaced", None), ("2", "approved", "1b"), ("1b", "replaced", "1"),
    ]  # fmt: skip
