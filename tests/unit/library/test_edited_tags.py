"""A tag that somebody typed into the document approves nothing before a command recorded it: for no question at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from tests.unit.library.conftest import HOUR, START
from tests.unit.media.build import VALID


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OccMedia:
    """one.pdf is for the tag retail, which vip has on record and lab in the document alone; two.pdf is for lab."""
    monkeypatch.chdir(tmp_path)
    clock = [START]
    monkeypatch.setattr(times, "wall", lambda: clock[0])

    def at(hours: int, actor: str) -> OccMedia:
        clock[0] = START + hours * HOUR
        return OccMedia("s.toml", actor=actor)

    for number, name in enumerate(("one", "two")):
        Path(f"{name}.pdf").write_bytes(VALID["pdf"] + b"\n" * number)
    at(0, "dana").inboxes.add("vip", tags=["retail"])
    at(0, "dana").inboxes.add("lab")
    at(1, "dana").library.propose("one.pdf", "one", "1", tags=["retail"])
    at(1, "dana").library.propose("two.pdf", "two", "1", inboxes=["lab"])
    for name in ("one", "two"):
        at(2, "sam").library.approve(name)
    text = Path("s.toml").read_text(encoding="utf-8")
    assert "[inboxes.lab]\n" in text
    Path("s.toml").write_text(text.replace("[inboxes.lab]\n", '[inboxes.lab]\ntags = ["retail"]\n'), encoding="utf-8")
    when = (START + 3 * HOUR) // 1000
    os.utime("s.toml", (when, when))
    return at(5, "dana")


def test_the_report_and_the_list_say_the_same_of_it(edited: OccMedia) -> None:
    assert [row.name for row in edited.library.list(inboxes=["lab"], states=["approved"])] == ["two"]
    rows = {row["document"]: row["inboxes"] for row in edited.report("library").rows}
    assert rows == {"one": "vip", "two": "lab"}


def test_once_it_is_recorded_it_counts(edited: OccMedia) -> None:
    edited.set("vip", {"receive": False})
    assert [row.name for row in edited.library.list(inboxes=["lab"], states=["approved"])] == ["one", "two"]
    rows = {row["document"]: row["inboxes"] for row in edited.report("library").rows}
    assert rows == {"one": "lab, vip", "two": "lab"}
