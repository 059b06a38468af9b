"""A store with an inbox, some files, and people."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.store import locate
from occ_media_cli.store import open as opening
from tests.unit.copies import made_once
from tests.unit.library.shelf import Shelf, stamp
from tests.unit.media.build import VALID

START = times.parse("2026-01-10")
HOUR = times.DAY // 24

Desk = Callable[..., OccMedia]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk of a person, so many hours after the start."""
    return desk_with("a desk", lambda person: None, tmp_path, monkeypatch)


def desk_with(what: str, fill: Callable[[Desk], None], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk in a folder, on which `fill` has put more: made once in a process, and named for that."""
    monkeypatch.chdir(folder)

    def person(actor: str = "dana", hours: float = 0) -> OccMedia:
        now = START + int(hours * HOUR)
        monkeypatch.setattr(times, "wall", lambda: now)
        return OccMedia("s.db", actor=actor, now=now)

    def make() -> None:
        furnish(person())
        fill(person)

    made_once(what, folder, make)
    person()
    return person


def furnish(made: OccMedia) -> None:
    """Files, and a store with two inboxes."""
    for number, name in enumerate(("one", "two", "three"), 2):
        Path(f"{name}.pdf").write_bytes(VALID["pdf"] + b"\n" * number)
    Path("sheet.xlsx").write_bytes(VALID["xlsx"])
    Path("bad.pdf").write_bytes(b"MZ not a document")
    Path("empty.pdf").write_bytes(b"")
    os.makedirs("guides/deep")  # noqa: PTH103 - two levels at once
    Path("guides/One.pdf").write_bytes(VALID["pdf"])
    Path("guides/deep/two.pdf").write_bytes(VALID["pdf"] + b"\n")
    made.inboxes.add("vip", tags=["retail"])
    made.inboxes.add("lab")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with opening.changing(locate.at(tmp_path / "s.db", explicit=True), stamp(0)) as store:
        yield Shelf(store.ledger)
