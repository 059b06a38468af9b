from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from occ_media_cli.errors import NotFound, Refused, StoreInvalid, UsageError
from tests.unit.library.conftest import HOUR, START, Desk


@pytest.mark.parametrize("actor", ["dana", "Dana", "d\u00e4na", "dan\u0430", "DANA"])
def test_who_proposed_it_cannot_approve_it_whatever_the_name_looks_like(desk: Desk, actor: str) -> None:
    desk().library.propose("one.pdf", "a", "1")
    with pytest.raises((Refused, UsageError)):
        desk(actor, 1).library.approve("a")
    assert desk(hours=1).library.allowed("one.pdf") == ()


def test_a_store_without_a_second_person_says_so(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    from occ_media_cli.settings.editing import editing

    made = desk()
    with editing(made.location, made._door.stamp()) as editor:
        editor.set_section("store", {"second_person": False})
    assert desk(hours=1).library.approve("a").two_people == "NO: the store did not ask for a second person"
    assert desk(hours=1).library.list()[0].two_people == "NO: the store did not ask for a second person"


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


def test_a_proposal_says_which_one_that_waits_it_takes_the_place_of(desk: Desk) -> None:
    first = desk().library.propose("one.pdf", "a", "v1")
    again = desk("kim", 1).library.propose("one.pdf", "a", "V1", inboxes=["vip"])
    other = desk("kim", 2).library.propose("two.pdf", "a", "v1")
    assert first.instead_of is None
    assert again.instead_of is not None
    assert again.instead_of.proposal == first.proposal
    assert not again.other_bytes
    assert other.instead_of is not None
    assert other.instead_of.proposal == again.proposal
    assert other.other_bytes
    assert desk("kim", 3).library.propose("two.pdf", "a", "2").instead_of is None


def test_one_of_the_same_bytes_is_approved_by_its_name(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    new = desk(hours=1).library.propose("one.pdf", "a", "1", inboxes=["vip"])
    assert desk("sam", 2).library.approve("a").proposal.proposal == new.proposal


def test_other_bytes_where_the_file_lay_are_not_approved_unseen(desk: Desk) -> None:
    desk().library.propose(["one.pdf", "two.pdf"], "a", "1")
    kept = Path("one.pdf").read_bytes()
    Path("one.pdf").write_bytes(b"harmless")
    with pytest.raises(Refused, match=r"/one\.pdf has other bytes than what was proposed"):
        desk("sam", 1).library.approve("a")
    Path("one.pdf").write_bytes(kept)
    Path("two.pdf").unlink()
    done = desk("sam", 1).library.approve("a")
    assert [(Path(path).name, why) for path, why in done.not_compared] == [("two.pdf", "there is no such file")]


def test_one_document_of_several_is_not_approved_alone(desk: Desk) -> None:
    desk().library.add("guides")
    with pytest.raises(UsageError, match="was proposed together with others as 'guides'"):
        desk("sam", 1).library.approve("guides/One.pdf")
    desk(hours=1).library.propose("two.pdf", "guides/One.pdf", "x")
    desk("sam", 2).library.approve("guides/One.pdf")
    with pytest.raises(Refused, match=r"older than what is approved now of guides/One\.pdf"):
        desk("sam", 3).library.approve("guides")


def test_refusals_of_time(desk: Desk) -> None:
    desk(hours=5).library.propose("one.pdf", "a", "1", expires=START + 9 * HOUR)
    for backdate in (None, "late"):
        with pytest.raises(Refused, match="was proposed at"):
            desk("sam", 4).library.approve("a", backdate=backdate)
    desk(hours=8).library.propose("two.pdf", "b", "1")
    with pytest.raises(Refused, match="the library was last changed"):
        desk("sam", 7).library.approve("a")
    with pytest.raises(Refused, match="which is past"):
        desk("sam", 9).library.approve("a")
    desk("sam", 7).library.approve("a", backdate="it was so")
    assert [row.approved for row in desk(hours=8).library.list(names=["a"])] == [START + 7 * HOUR]
    with pytest.raises(Refused, match="approved before"):
        desk("kim", 8).library.approve("a")


def test_an_unknown_name_is_told_with_the_nearest(desk: Desk) -> None:
    desk().library.propose("one.pdf", "price-list", "1")
    with pytest.raises(NotFound, match=r"no document 'price-lits' in the library, did you mean 'price-list'\?"):
        desk("sam", 1).library.approve("price-lits")
    with pytest.raises(NotFound, match="no version '2' of 'price-list'"):
        desk("sam", 1).library.approve("price-list", label="2")


@pytest.mark.parametrize(
    ("table", "change"),
    [("library_file", "sha256 = '00'"), ("library_proposal", "expires = NULL, everywhere = 1"),
     ("library_scope", "inbox = 2"), ("library_document", "name = 'b'"),
     ("event", "body = replace(body, '\"inboxes\":[1]', '\"inboxes\":[]')")],
)  # fmt: skip
def test_an_altered_proposal_is_not_approved(desk: Desk, table: str, change: str) -> None:
    desk().library.propose("one.pdf", "a", "1", inboxes=["vip"], expires=START + 90 * HOUR)
    with sqlite3.connect("s.db") as connection:
        (trigger,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (f"{table}_no_update",)
        ).fetchone()
        connection.execute(f"DROP TRIGGER {table}_no_update")
        where = " WHERE kind = 'library-propose'" if table == "event" else ""
        assert connection.execute(f"UPDATE {table} SET {change}{where}").rowcount == 1
        connection.execute(trigger)
    with pytest.raises(StoreInvalid, match="was altered in the store"):
        desk("sam", 1).library.approve("a")


def test_a_version_whose_time_is_over_does_not_wait(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1", expires=START + 2 * HOUR)
    desk(hours=1).library.propose("two.pdf", "a", "2")
    assert desk("sam", 3).library.approve("a").proposal.version == "2"


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
