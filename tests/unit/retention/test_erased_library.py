"""An erasure takes names, paths and reasons of the library that name the person; what stands on stays as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

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
    Path("call.txt").write_text(f"call {WHO} " + " ".join(f"word{number}" for number in range(80)))
    made.library.propose("call.txt", "a", "1", tags=[f"for {WHO}"])
    done = desk(hours=1).ledger.erase(WHO, "request 7")
    places = {each.place: each.count for each in done.not_reached}
    assert places["words of files of the library"] == 1
    assert places["tags"] >= 2
