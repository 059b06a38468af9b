"""An erasure takes names, paths and reasons of the library that name the person; what stands on stays as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from occ_media_cli.errors import UsageError
from tests.unit.library.conftest import Desk, desk  # noqa: F401  # a fixture

WHO = "16505551234"


def test_names_and_paths_go_and_the_file_stays_approved(desk: Desk) -> None:  # noqa: F811
    made = desk()
    Path(f"offer {WHO}.pdf").write_bytes(Path("one.pdf").read_bytes())
    made.library.propose(f"offer {WHO}.pdf", f"offer {WHO}", "1")
    desk("sam", 1).library.approve(f"offer {WHO}")
    desk(hours=2).library.propose("two.pdf", f"offer {WHO}", f"for {WHO}")
    desk(hours=3).library.propose("three.pdf", "terms", "1")
    desk(hours=3).library.retire("terms", f"asked by {WHO}")
    done = desk(hours=4).ledger.erase(WHO, "request 7")
    assert done.erasure.texts == 8, "of documents, proposals and an approval, a path, a version and a reason"
    assert WHO.encode() not in Path("s.db").read_bytes()
    rows = desk(hours=5).library.list()
    assert [(row.name, row.version, row.state) for row in rows] == [
        ("(erased 1)", "1", "approved"), ("(erased 1)", f"(erased {_seq()})", "proposed"), ("terms", "1", "retired"),
    ]  # fmt: skip
    assert rows[0].path == "(erased)"
    assert desk(hours=5).library.allowed("one.pdf")
    assert desk(hours=5).ledger.verify().intact
    desk("sam", 6).library.approve(rows[1].proposal)
    assert not desk(hours=6).library.allowed("one.pdf"), "one document still, whatever it was called"
    desk(hours=7).library.retire("(erased 1)", "over")
    assert not desk(hours=7).library.allowed("two.pdf")


def _seq() -> int:
    with sqlite3.connect("s.db") as connection:
        return int(
            connection.execute(
                "SELECT max(event) FROM library_proposal WHERE several = 0 AND version LIKE '(er%'"
            ).fetchone()[0]
        )


def test_what_cannot_be_reached_is_told(desk: Desk) -> None:  # noqa: F811
    made = desk()
    made.inboxes.tag("vip", f"for {WHO}")
    Path("call.txt").write_text(f"call {WHO}", encoding="utf-8")
    made.library.propose("call.txt", "a", "1", tags=[f"for {WHO}"])
    done = desk(hours=1).ledger.erase(WHO, "request 7")
    places = {each.place: each.count for each in done.not_reached}
    assert places["words of files of the library"] == 1
    assert places["tags"] >= 2


def _batch(desk: Desk) -> None:  # noqa: F811
    """A folder of which one file is named after the person: approved, and then the person erased."""
    for name, content in ((WHO, "one.pdf"), ("d", "two.pdf")):
        Path("ok").mkdir(exist_ok=True)
        Path(f"ok/{name}.pdf").write_bytes(Path(content).read_bytes())
    desk().library.add("ok")
    desk("sam", 1).library.approve("ok")
    desk(hours=2).ledger.erase(WHO, "request 7")


def test_what_was_approved_with_a_folder_ends_with_it_whatever_it_is_called(desk: Desk) -> None:  # noqa: F811
    _batch(desk)
    assert {row.name for row in desk(hours=3).library.list(names=["ok"])} == {"(erased 1)", "ok/d.pdf"}
    assert desk(hours=3).library.retire("ok/d.pdf", "over").nameless == (), "that is one document"
    desk(hours=4).library.retire("ok", "over")
    assert not desk(hours=4).library.allowed("one.pdf")


def test_what_stays_approved_of_a_folder_under_an_erased_name_is_told(desk: Desk) -> None:  # noqa: F811
    _batch(desk)
    Path(f"ok/{WHO}.pdf").write_bytes(Path("three.pdf").read_bytes())
    assert desk(hours=3).library.add("ok").nameless == ("(erased 1)",)
    assert desk("sam", 4).library.approve("ok").nameless == ("(erased 1)",)
    assert desk(hours=5).library.allowed("one.pdf")
    assert desk(hours=5).library.add("ok").nameless == ("(erased 1)",), "also where nothing is new"
    Path("deep").mkdir()
    Path("deep/a.pdf").write_bytes(Path("two.pdf").read_bytes())
    desk(hours=5).library.propose("two.pdf", "ok/deep/a.pdf", "1")
    assert desk(hours=6).library.retire("ok/deep", "over").nameless == ("(erased 1)",), "it may have lain there"
    desk(hours=7).library.retire("(erased 1)", "over")
    assert not desk(hours=7).library.allowed("one.pdf")
    assert desk(hours=8).library.add("ok").nameless == ()


def test_a_new_document_may_be_one_that_was_erased(desk: Desk) -> None:  # noqa: F811
    desk().library.propose("one.pdf", f"offer {WHO}", "1")
    desk("sam", 1).library.approve(f"offer {WHO}")
    desk(hours=1).library.propose("three.pdf", "terms", "1")
    desk(hours=2).ledger.erase(WHO, "request 7")
    assert desk(hours=3).library.propose("two.pdf", f"offer {WHO}", "2").nameless == ("(erased 1)",)
    assert desk("sam", 4).library.approve(f"offer {WHO}").nameless == ("(erased 1)",)
    assert desk(hours=5).library.propose("two.pdf", "terms", "2").nameless == (), "terms was there before"


def test_a_document_that_waits_is_approved_by_the_name_that_is_shown(desk: Desk) -> None:  # noqa: F811
    desk().library.propose("one.pdf", f"offer {WHO}", "1")
    Path(WHO).mkdir()
    Path(WHO, "d.pdf").write_bytes(Path("two.pdf").read_bytes())
    desk().library.add(WHO)
    desk(hours=1).ledger.erase(WHO, "request 7")
    assert desk("sam", 2).library.approve("(erased 1)").proposal.name == "(erased 1)"
    assert desk(hours=2).library.allowed("one.pdf")
    with pytest.raises(
        UsageError, match=r"'\(erased 2\)' was proposed together with others as '(\(erased batch \d+\))'"
    ) as no:
        desk("sam", 3).library.approve("(erased 2)")
    batch = str(no.value).split("'")[3]
    desk("sam", 3).library.approve(batch)
    assert desk(hours=4).ledger.verify().intact
    assert desk(hours=4).library.retire(batch, "over").ended == (("(erased 2)", "2026-01-10"),)
    assert desk(hours=4).library.allowed("one.pdf")


def test_help_never_says_to_propose_under_an_erased_name(desk: Desk) -> None:  # noqa: F811
    _batch(desk)
    (found,) = desk(hours=3).library.find("one.pdf")
    assert "(erased)" not in found.problems[0].message
    desk(hours=3).library.retire("ok", "over")
    (found,) = desk(hours=4).library.find("one.pdf")
    assert found.problems[0].help == "occ-media library propose one.pdf --name NAME --version V"
