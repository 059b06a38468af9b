"""What waits in quarantine is brought back only if it is what the purge took."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from occ_media_cli import times
from occ_media_cli.places.roots import QUARANTINE
from tests.unit.retention.store import START, Store

DUE = START + 30 * times.DAY


def change(path: Path) -> None:
    path.write_bytes(b"tampered")


def lead_astray(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.fixture
def purged(store: Store) -> Store:
    store.rules({"remove_after": "30d"})
    store.file("a")
    store.orphan("lost")
    store.purge(store.approved(DUE), DUE)
    store.purge(store.approved_orphans(DUE), DUE)
    return store


@pytest.mark.parametrize(
    ("tamper", "code"), [(change, "other-hash"), (lead_astray, "not-regular"), (make_folder, "not-regular")]
)
@pytest.mark.parametrize("orphaned", [False, True])
def test_what_is_not_what_was_taken_stays_on_record(
    purged: Store, tamper: Callable[[Path], None], code: str, orphaned: bool
) -> None:
    (seq,) = purged.connection.execute("SELECT seq FROM event WHERE kind = 'orphan'").fetchone()
    name = f"#{seq}" if orphaned else "a"
    waiting = next(item for item in purged.waiting() if item.endswith(f"-{seq if orphaned else purged.seq('a')}"))
    tamper(purged.media / QUARANTINE / waiting)
    refused = purged.restore(name, DUE)
    assert refused is not None
    assert refused.code == code
    assert waiting in purged.waiting()
    assert not (purged.media / ("lost" if orphaned else "2026/a")).is_symlink()
    assert not (purged.media / ("lost" if orphaned else "2026/a")).exists()
    kind = "orphan-refused" if orphaned else "purge-refused"
    codes = purged.connection.execute("SELECT json_extract(body, '$.code') FROM event WHERE kind = ?", (kind,))
    assert codes.fetchall() == [(code,)]


def test_what_cannot_be_read_is_not_brought_back(purged: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.places import descend
    from occ_media_cli.places.safe_open import Kept

    monkeypatch.setattr(descend, "content_of", lambda descriptor: Kept("unreadable", "input/output error"))
    refused = purged.restore("a", DUE)
    assert refused is not None
    assert refused.code == "unreadable"
    assert not (purged.media / "2026" / "a").exists()


def test_a_correction_of_the_ledger_changes_nothing_of_what_was_taken(purged: Store) -> None:
    purged.correct("a", sha256="0" * 64, size=9)
    assert purged.restore("a", DUE) is None
    assert (purged.media / "2026" / "a").read_bytes() == b"a"


@pytest.mark.parametrize("tamper", [change, lead_astray, make_folder])
def test_an_interrupted_run_puts_back_only_what_it_took(store: Store, tamper: Callable[[Path], None]) -> None:
    store.rules({"remove_after": "30d"})
    store.file("a")
    plan = store.approved(DUE)
    folder = store.media / QUARANTINE
    folder.mkdir(mode=0o700)
    (store.media / "2026" / "a").rename(folder / f"{plan.plan}-{store.seq('a')}")
    tamper(folder / f"{plan.plan}-{store.seq('a')}")
    done = store.finish(DUE)
    assert (done.put_back, [item.code for item in done.refused]) == (0, ["stranded"])
    assert not (store.media / "2026" / "a").exists()
    assert len(store.waiting()) == 1
