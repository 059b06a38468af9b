"""What was brought back from quarantine stays safe from its plan after a restore of the store, and what went stays so."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import NotFound

ANN, BOB = "ann", "bob"


class Desks:
    """One store under two names, and a folder of four files, the last one without an entry."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "media"
        self.root.mkdir()
        self.ann = OccMedia(str(folder / "s.db"), actor=ANN)
        self.bob = OccMedia(str(folder / "s.db"), actor=BOB)
        rows = []
        for number in range(4):
            data = f"file {number}".encode()
            (self.root / f"f{number}").write_bytes(data)
            os.utime(self.root / f"f{number}", (1_600_000_000, 1_600_000_000))
            rows.append({"id": f"w.{number}", "time": f"2026-01-0{number + 1}T10:00:00Z", "inbox": "inbox",
                         "direction": "receive", "name": f"f{number}", "size": len(data), "path": f"f{number}",
                         "sha256": hashlib.sha256(data).hexdigest()})  # fmt: skip
        (folder / "rows").write_text("".join(json.dumps(row) + "\n" for row in rows[:3]))
        self.ann.set("inbox", {"receive": True})
        self.ann.retention.set(remove_after="30d")
        self.ann.ledger.ingest("ndjson", str(folder / "rows"))

    def approved(self, *, orphans: bool = False) -> str:
        made = self.ann.retention.plan(self.root, orphans=orphans)
        self.bob.retention.approve(made.plan)
        return made.plan

    def purge(self, plan: str) -> None:
        self.ann.retention.purge(plan, self.root, max_delete="100%")

    def restore(self, name: str) -> None:
        self.ann.store.restore(self.folder / name, accept_loss="a test")
        assert self.ann.ledger.verify().intact

    def there(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir() if path.is_file())


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    return Desks(tmp_path)


@pytest.mark.parametrize("backup_after", ["approval", "purge"])
def test_a_plan_does_not_take_again_what_was_brought_back(desks: Desks, tmp_path: Path, backup_after: str) -> None:
    plan = desks.approved()
    if backup_after == "approval":
        desks.ann.store.backup(tmp_path / "b")
    desks.purge(plan)
    if backup_after == "purge":
        desks.ann.store.backup(tmp_path / "b")
    desks.ann.retention.restore("w.1", desks.root)
    for _ in range(2):  # the second restore is of a store that carried it already
        desks.restore("b")
        desks.purge(plan)
        assert desks.there() == ["f1", "f3"]
    desks.purge(desks.approved())
    assert desks.there() == ["f3"], "a plan of its own takes it"


def test_nor_does_an_older_plan_whose_file_a_later_one_took(desks: Desks, tmp_path: Path) -> None:
    first = desks.approved()
    desks.ann.store.backup(tmp_path / "b")
    desks.purge(first)
    desks.ann.retention.restore("w.1", desks.root)
    desks.purge(desks.approved())
    desks.restore("b")
    desks.ann.retention.restore("w.1", desks.root)
    desks.purge(first)
    assert desks.there() == ["f1", "f3"]


def test_a_copy_of_the_store_before_a_restore_learns_it_too(desks: Desks, tmp_path: Path) -> None:
    """Both chains went on by themselves: the plan is from before they parted."""
    plan = desks.approved()
    desks.ann.store.backup(tmp_path / "b")
    desks.purge(plan)
    desks.ann.store.backup(tmp_path / "purged")
    desks.restore("b")
    desks.ann.retention.restore("w.2", desks.root)
    desks.restore("purged")
    desks.purge(plan)
    assert desks.there() == ["f2", "f3"]
    with pytest.raises(NotFound, match="brought back"):
        desks.ann.retention.restore("w.2", desks.root)


def test_an_orphan_that_was_brought_back_stays(desks: Desks, tmp_path: Path) -> None:
    plan = desks.approved(orphans=True)
    desks.ann.store.backup(tmp_path / "b")
    desks.purge(plan)
    assert desks.there() == ["f0", "f1", "f2"]
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        (number,) = connection.execute("SELECT seq FROM event WHERE kind = 'orphan'").fetchone()
    desks.restore("b")
    desks.ann.retention.restore(f"#{number}", desks.root)
    desks.restore("b")
    desks.purge(plan)
    assert desks.there() == ["f0", "f1", "f2", "f3"]
