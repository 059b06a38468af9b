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


ALIKE = ["price\u2011list", "price\u2013list", "price-Iist", "pr\u0131ce-list", "price-1ist", "pric\u00e9-list"]


@pytest.mark.parametrize("name", ALIKE)
def test_a_name_that_reads_like_another_is_told_wherever_it_is_begun(desk: Desk, name: str) -> None:
    desk.approve("old", "price-list", "1")
    shown = name if name.isascii() else ascii(name)
    told = f"warning: {shown} reads like price-list, which stays approved\n"
    assert told in desk("propose", "new.txt", "--name", name, "--version", "2")
    assert told in desk("approve", name, by="sam")
    listed = desk("list")
    assert listed.count("reads like") == 1
    assert "stays approved" in listed


def test_blanks_and_folders_are_read_too(desk: Desk) -> None:
    desk.approve("old", "price list", "1")
    assert "reads like price list, which" in desk("propose", "new.txt", "--name", "price  list", "--version", "2")
    Path("guides").mkdir()
    Path("guides/1.txt").write_text("One\n")
    Path("guides/l.txt").write_text("Other\n")
    assert "warning: guides/1.txt reads like guides/l.txt\n" in desk("add", "guides")


@pytest.mark.parametrize("version", ["2\uff10", "\uff12\uff10", "2\u041e", "2O", "20 \u2013", "20\u00a0-"])
def test_a_version_that_reads_like_another_is_told_or_refused(desk: Desk, version: str) -> None:
    desk.approve("old", "price-list", "20")
    desk.approve("old", "price-list", "20 -")
    words = ("propose", "new.txt", "--name", "price-list", "--version", version)
    if version in ("2\uff10", "2\u041e"):
        assert "the version deceives: it has a character that only looks like a digit" in desk(*words, code=2)
        return
    assert "reads like price-list 20" in desk(*words)
    assert "reads like price-list 20" in desk("approve", "price-list", by="sam")
    assert "reads like" in desk("list")


def test_other_names_and_versions_are_no_concern(desk: Desk) -> None:
    for name, version in (
        ("price-list", "1.1"),
        ("price-list", "11"),
        ("price list", "1"),
        ("pricelist", "1"),
        ("Price-List", "2"),
    ):
        assert "reads like" not in desk.approve("old" if version != "2" else "new", name, version)
    assert "reads like" not in desk("list")
