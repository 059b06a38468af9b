from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from occ_media_cli.errors import Refused, StoreInvalid, UsageError
from tests.unit.library.conftest import HOUR, START, Desk


@pytest.mark.parametrize("actor", ["dana", "Dana", "d\u00e4na", "dan\u0430", "DANA"])
def test_who_proposed_it_cannot_approve_it_whatever_the_name_looks_like(desk: Desk, actor: str) -> None:
    desk().library.propose("one.pdf", "a", "1")
    with pytest.raises((Refused, UsageError)) as refused:
        desk(actor, 1).library.approve("a")
    if actor != "dana" and "proposed" in str(refused.value):
        assert f"{actor} (dana on record, read alike) proposed a 1" in str(refused.value)
    assert desk(hours=1).library.allowed("one.pdf") == ()


def test_a_store_without_a_second_person_says_so(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    from occ_media_cli.settings.editing import editing

    made = desk()
    with editing(made.location, made._door.stamp()) as editor:
        editor.set_section("store", {"second_person": False})
    assert desk(hours=1).library.approve("a").two_people == "NO: the store did not ask for a second person"
    assert desk(hours=1).library.list()[0].two_people == "NO: the store did not ask for a second person"


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


def test_other_bytes_behind_a_link_are_not_approved_unseen(desk: Desk) -> None:
    """Who looks at the path before approving sees what the link leads to."""
    desk().library.propose("one.pdf", "a", "1")
    kept = Path("one.pdf").rename("kept.pdf")
    Path("other.pdf").write_bytes(b"harmless")
    Path("one.pdf").symlink_to("other.pdf")
    with pytest.raises(Refused, match=r"/one\.pdf has other bytes than what was proposed"):
        desk("sam", 1).library.approve("a")
    Path("one.pdf").unlink()
    Path("one.pdf").symlink_to("gone.pdf")
    assert [Path(path).name for path, _ in desk("sam", 1).library.approve("a").not_compared] == ["one.pdf"]
    desk(hours=2).library.propose("two.pdf", "b", "1")
    Path("two.pdf").rename("real.pdf")
    Path("two.pdf").symlink_to("real.pdf")
    assert [Path(path).name for path, _ in desk("sam", 3).library.approve("b").not_compared] == ["two.pdf"]
    assert kept.exists()


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
