from __future__ import annotations

import os
import shutil

import pytest

from occ_media_cli import times
from occ_media_cli.places.opened import open_place
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.retention import root_result, verify
from tests.unit.retention.store import START, Store, stamp, tree

DAY = times.DAY
DUE = START + 30 * DAY


@pytest.fixture
def kept(store: Store) -> Store:
    store.rules({"remove_after": "30d"})
    for number in range(3):
        store.file(f"old-{number}")
    store.file("new", DUE)
    store.file("blocked", outcome="blocked", path="2026/new", data=b"other")
    store.take_in()
    return store


def found(store: Store) -> dict[str, list[str]]:
    with open_place(str(store.media), locked=False) as storage:
        result = verify.verify_removals(store.connection, storage)
        assert result.ok is not any(number for code, number in result.counts.items() if code != "unreadable")
    listed: dict[str, list[str]] = {}
    for item in result.wrong:
        listed.setdefault(item.code, []).append(item.path)
    return listed


def test_what_agrees_is_no_finding(kept: Store) -> None:
    before = tree(kept.media)
    assert found(kept) == {}
    assert tree(kept.media) == before
    kept.purge(kept.approved(DUE), DUE)
    assert found(kept) == {}
    kept.finish(DUE + 7 * DAY)
    assert found(kept) == {}


def test_missing_changed_and_unknown_bytes_are_told_apart(kept: Store) -> None:
    folder = kept.media / "2026"
    (folder / "old-0").unlink()
    (folder / "old-1").write_bytes(b"OLD-1")
    (folder / "old-2").unlink()
    (folder / "old-2").symlink_to("/etc/passwd")
    (folder / "stranger").write_bytes(b"?")
    (folder / "new.json").write_bytes(b"{}")
    (folder / "stranger.json").write_bytes(b"{}")
    assert found(kept) == {
        "missing-bytes": ["2026/old-0", "2026/old-2"], "changed-bytes": ["2026/old-1"],
        "orphan": ["2026/stranger", "2026/stranger.json"],
    }  # fmt: skip
    assert (folder / "stranger").exists()


def test_bytes_that_came_back_are_survivors(kept: Store) -> None:
    kept.purge(kept.approved(DUE), DUE)
    (kept.media / "2026" / "old-0").write_bytes(b"old-0")
    assert found(kept) == {"surviving-bytes": ["2026/old-0"]}
    kept.finish(DUE + 7 * DAY)
    (kept.media / "2026" / "old-1").write_bytes(b"something else")
    assert found(kept) == {"surviving-bytes": ["2026/old-0"], "orphan": ["2026/old-1"]}


def test_a_file_that_another_entry_keeps_is_no_survivor(kept: Store) -> None:
    kept.purge(kept.approved(DUE), DUE)
    kept.file("again", DUE, path="2026/old-0", data=b"old-0")
    kept.take_in()
    (kept.media / "2026" / "old-0").write_bytes(b"old-0")
    assert found(kept) == {}


def test_what_waits_in_quarantine_is_looked_at_too(kept: Store) -> None:
    kept.purge(kept.approved(DUE), DUE)
    first, second, third = (kept.media / QUARANTINE / name for name in kept.waiting())
    first.write_bytes(b"zzzzz")
    second.unlink()
    copy = third.read_bytes()
    (kept.media / QUARANTINE / "stranger").write_bytes(b"?")
    assert found(kept) == {
        "missing-bytes": [f"(quarantine) {second.name}"], "changed-bytes": [f"(quarantine) {first.name}"],
        "orphan": ["(quarantine) stranger"],
    }  # fmt: skip
    kept.finish(DUE + 7 * DAY)
    third.write_bytes(copy)
    assert found(kept)["surviving-bytes"] == [f"(quarantine) {third.name}"]


def test_a_name_that_is_no_text_is_an_orphan(kept: Store) -> None:
    (kept.media / os.fsdecode(b"\xff.pdf")).touch()
    assert found(kept) == {"orphan": ["\\xff.pdf"]}


def test_what_cannot_be_read_is_no_disagreement(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.places import descend
    from occ_media_cli.places.safe_open import Kept

    monkeypatch.setattr(descend, "content_of", lambda descriptor: Kept("unreadable", "input/output error"))
    assert set(found(kept)) == {"unreadable"}


def test_an_empty_root_misses_everything(kept: Store) -> None:
    shutil.rmtree(kept.media / "2026")
    assert len(found(kept)["missing-bytes"]) == 4


def test_the_result_is_on_record_for_the_audit_without_names(kept: Store) -> None:
    (kept.media / "2026" / "old-0").unlink()
    with open_place(str(kept.media), locked=False) as storage:
        root_result.record_verification(
            kept.connection, verify.verify_removals(kept.connection, storage), storage, stamp(DUE)
        )
    rows = kept.connection.execute("SELECT code, entry_seq, root FROM verified_file").fetchall()
    assert rows == [("missing-bytes", kept.seq("old-0"), str(kept.media))]
    assert kept.connection.execute("SELECT subject, ok FROM verification").fetchall() == [("retention", 0)]
    body = kept.connection.execute("SELECT body FROM event WHERE kind = 'verification'").fetchone()[0]
    assert "old-0" not in body


def test_nothing_is_claimed_of_what_could_not_be_looked_at(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.file("deep", DUE, path="2026/below/deep")
    kept.take_in()
    real = os.open

    def refusing(path: object, *values: int, **options: int) -> int:
        if path == b"below":
            raise PermissionError(13, "Permission denied")
        return real(path, *values, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refusing)
    assert found(kept) == {"unreadable": ["2026/below", "2026/below/deep"]}


def test_a_file_that_cannot_be_looked_at_is_said_once(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.stat

    def refusing(path: object, **options: object) -> os.stat_result:
        if path == b"old-0":
            raise PermissionError(13, "Permission denied")
        return real(path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", refusing)
    assert found(kept) == {"unreadable": ["2026/old-0"]}


def test_a_missing_file_whose_bytes_stand_elsewhere_was_moved(kept: Store) -> None:
    folder = kept.media / "2026"
    (kept.media / "other").mkdir()
    (folder / "old-0").rename(kept.media / "other" / "renamed.pdf")
    (folder / "old-1").unlink()
    (kept.media / "other" / "old-1").write_bytes(b"OLD-1")  # as long, and something else
    with open_place(str(kept.media), locked=False) as storage:
        result = verify.verify_removals(kept.connection, storage)
    assert {(item.code, item.path, item.words, item.name) for item in result.wrong} == {
        ("moved", "2026/old-0", "its bytes stand at 'other/renamed.pdf'", "old-0"),
        ("missing-bytes", "2026/old-1", "should be there and is gone", "old-1"),
        ("orphan", "other/old-1", "nobody knows it: no entry names it", None),
    }
    assert not result.ok


def test_a_copy_that_another_entry_names_is_no_move(kept: Store) -> None:
    kept.file("twin", DUE, path="2026/twin", data=b"old-0")
    kept.take_in()
    (kept.media / "2026" / "old-0").unlink()
    assert found(kept) == {"missing-bytes": ["2026/old-0"]}
