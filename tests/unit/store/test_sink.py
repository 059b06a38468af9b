"""A file is written whole or not at all, and its name is judged again when the file takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.errors import UsageError
from occ_media_cli.store import locate, sink


def test_a_name_that_becomes_the_store_meanwhile_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("store")
    guard = sink.Guard(locate.at(tmp_path / "s.db", explicit=True))
    with pytest.raises(UsageError, match="is the store"), sink.replacing(tmp_path / "out", guard):
        (tmp_path / "out").symlink_to("s.db")
    assert (tmp_path / "s.db").read_text() == "store"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["out", "s.db"]


def test_a_name_that_leads_elsewhere_meanwhile_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("kept")
    with pytest.raises(UsageError, match="leads to another file than before"), sink.replacing(tmp_path / "out"):
        (tmp_path / "out").symlink_to("other")
    assert (tmp_path / "other").read_text() == "kept"


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    sink.write(tmp_path / "out", [b"a", b"b"])
    assert (tmp_path / "out").read_bytes() == b"ab"
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UsageError, match="nothing was written"):
        sink.write(tmp_path / "a", [b"x"])


def test_a_store_that_is_links_in_a_circle_stops_no_guard(tmp_path: Path) -> None:
    (tmp_path / "s.db").symlink_to("s.db")
    guard = sink.Guard(locate.at(tmp_path / "s.db", explicit=True))
    assert guard.target(tmp_path / "out") == (tmp_path / "out").resolve()


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_files_that_sqlite_makes_later_are_known_by_their_place(tmp_path: Path, ending: str) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "s.db").touch()
    (tmp_path / "s.db").symlink_to("real/s.db")
    guard = sink.Guard(locate.at(tmp_path / "s.db", explicit=True))
    for folder in (tmp_path, tmp_path / "real"):
        with pytest.raises(UsageError, match="is a working file of the store"):
            guard.target(folder / f"s.db{ending}")


def test_a_ledger_that_is_named_itself_keeps_its_document(tmp_path: Path) -> None:
    (tmp_path / "s.toml").touch()
    guard = sink.Guard(locate.at(tmp_path / "s.ledger.db", explicit=True))
    with pytest.raises(UsageError, match="is the document of the store"):
        guard.target(tmp_path / "s.toml")
    (tmp_path / "s.toml").unlink()
    guard = sink.Guard(locate.at(tmp_path / "s.ledger.db", explicit=True))
    assert guard.target(tmp_path / "s.toml") == (tmp_path / "s.toml").resolve()  # gone: it may be written anew
