"""What the commands of the library say beside what they do, so that nobody ends or begins less, or more, than they think."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


class Desk:
    """A store whose days go on with every change."""

    def __init__(self, occ: Run, *options: str) -> None:
        self._occ, self._options, self.hour = occ, options, 0
        for name in ("old", "new"):
            Path(f"{name}.txt").write_text(f"Prices, {name}\n", encoding="utf-8")

    @property
    def now(self) -> str:
        return f"2026-03-02T{self.hour:02}:00:00.000Z"

    def __call__(self, *words: str, by: str = "dana", code: int = 0) -> str:
        """What it says on stderr."""
        self.hour += 1
        return self._occ(*self._options, "--actor", by, "library", *words, store="s.db", now=self.now, code=code).err

    def approve(self, file: str, name: str, version: str) -> str:
        self("propose", f"{file}.txt", "--name", name, "--version", version)
        return self("approve", name, by="sam")


@pytest.fixture(params=[(), ("-q",)], ids=["", "quiet"])
def desk(request: pytest.FixtureRequest, occ: Run) -> Desk:
    return Desk(occ, *request.param)


def test_what_still_sends_the_bytes_that_end_is_told(desk: Desk) -> None:
    desk.approve("old", "price-list", "1")
    desk.approve("old", "offer", "1")
    told = "warning: some of the same bytes may still be sent as offer 1\n"
    assert told in desk.approve("new", "price-list", "2")
    assert told in desk("retire", "price-list", "--version", "1", "--reason", "wrong")
    assert told in desk("retire", "price-list", "--reason", "wrong", "-n")
    desk("retire", "offer", "--reason", "wrong")
    assert "warning" not in desk("retire", "price-list", "--reason", "wrong")


def test_who_stopped_these_bytes_is_told_to_who_proposes_and_who_approves(desk: Desk) -> None:
    desk.approve("old", "price-list", "1")
    desk("retire", "price-list", "--reason", "wrong prices", by="kim")
    told = f"warning: the same bytes are price-list 1, which kim retired at {desk.now}: wrong prices\n"
    assert told in desk("propose", "old.txt", "--name", "offer", "--version", "1")
    assert told in desk("approve", "offer", by="sam")
    assert "warning" not in desk.approve("new", "price-list", "2")


def test_nothing_changed_says_no_more_than_is_true(occ: Run) -> None:
    desk = Desk(occ)
    for name, version in (("price-list", "1"), ("offer", "1")):
        desk.approve("old", name, version)
    desk.approve("new", "price-list", "2")
    words = ("library", "retire", "price-list", "--version", "1", "--reason", "wrong")
    said = occ(*words, store="s.db", now="2026-03-03").out
    assert said == "price-list: nothing changed: nothing of it may be sent as that or waits\n"
