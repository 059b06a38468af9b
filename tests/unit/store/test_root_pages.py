"""A table that leads to the pages of another is found at every opening, and nothing is read or written."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing
from itertools import combinations
from pathlib import Path

import pytest

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import locate, migrate, root_pages, schema
from occ_media_cli.store import open as opening
from occ_media_cli.store.back_up import back_up_store
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.connect import connect
from tests.unit.ledger import tampering

STAMP = Stamp(1, 1, "dana", "os", "host", "test")
ROW = '{"id": "a", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf"}\n'


@pytest.fixture
def place(tmp_path: Path) -> locate.Location:
    """A store with an inbox and an entry."""
    found = locate.at(tmp_path / "s.db", explicit=True)
    with editing(found, STAMP) as editor:
        editor.add_inbox("vip")
    (tmp_path / "rows").write_text(ROW)
    with opening.changing(found, STAMP) as store:
        ingest(store.ledger, "ndjson", str(tmp_path / "rows"))
    return found


def lead(path: Path, pages: dict[str, int]) -> None:
    """Write the numbers of pages at which tables and indexes begin."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        for name, page in pages.items():
            connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (page, name))
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        connection.execute(f"PRAGMA schema_version = {version + 1}")


def pages(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0"))


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has, for those that have some."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    return {name: count for name, count in counts.items() if count}


def refused(place: locate.Location) -> bool:
    """Whether a reader and a writer are refused."""
    told = [said(opening.reading(place)), said(opening.changing(place, STAMP))]
    assert told[0] == told[1]
    assert told[0] in (None, str(place.path))
    return told[0] is not None


def said(opened: AbstractContextManager[object]) -> str | None:
    """The file that an opening complains about."""
    try:
        with opened:
            return None
    except StoreInvalid as problem:
        return problem.file


ALIKE = {("inbox_total", "block_total"), ("total_mark", "key_mark")}
"""Tables of the same columns: what they hold is for `ledger verify`, as a changed cell is."""


def test_two_tables_exchanged_are_found(place: locate.Location) -> None:
    was, filled = pages(place.path), rows(place.path)
    assert len(filled) > 10
    for first, second in combinations(filled, 2):
        lead(place.path, {first: was[second], second: was[first]})
        assert refused(place) is ((first, second) not in ALIKE), (first, second)
        lead(place.path, {first: was[first], second: was[second]})
    with opening.reading(place):
        pass


def test_two_names_of_one_page_are_found(place: locate.Location) -> None:
    was = pages(place.path)
    for name, other in zip(was, [*list(was)[1:], "store"], strict=True):
        lead(place.path, {name: was[other]})
        assert refused(place), (name, other)
        lead(place.path, {name: was[name]})


@pytest.mark.parametrize("page", [0, 1, -1, 99_999, 2**40])
@pytest.mark.parametrize("name", ["event", "event_kind", "entry", "event_no_delete"])
def test_no_page_of_the_file_is_found(place: locate.Location, name: str, page: int) -> None:
    if page == 0 and name in ("entry", "event_no_delete"):
        return  # a view has none
    lead(place.path, {name: page})
    assert refused(place)


def test_indexes_exchanged_are_found(place: locate.Location) -> None:
    was = pages(place.path)
    lead(place.path, {"event_kind": was["setting_version_event"], "setting_version_event": was["event_kind"]})
    assert refused(place)


def test_an_emptied_ledger_is_found(place: locate.Location) -> None:
    """A table without rows fits every column, so the newest row must be where the chain stands."""
    was = pages(place.path)
    lead(place.path, {"record": was["recent_key"], "recent_key": was["record"]})
    assert refused(place)


REFUSED = ROW.replace('"a"', '"b"').replace("}", ', "outcome": "blocked"}')
CORRECTED = '{"id": "c", "corrects": "a", "time": "2026-03-02T10:00:00Z", "deleted": "2026-03-02T10:00:00Z"}\n'
TOLD = ROW.replace('"a"', '"d"').replace("}", ', "decision": "deny", "problems": "media-off", "message": "Sorry"}')
COPIED = "".join(
    ROW.replace('"a"', f'"{name}"').replace("}", f', "size": 1, "sha256": "{"e" * 64}"}}') for name in "ef"
)


def take_in(place: locate.Location, rows: str) -> None:
    place.path.with_name("more").write_text(rows)
    with opening.changing(place, STAMP) as store:
        assert not ingest(store.ledger, "ndjson", str(place.path.with_name("more"))).examples


def take_out(path: Path, index: str) -> None:
    """Take every row out of an index, which reads as before."""
    with closing(sqlite3.connect(path)) as connection:
        [rows] = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (index,)).fetchone()
        data = tampering.image(connection)
    assert rows
    path.write_bytes(tampering.image_without(data, index, "0"))


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        ("event_kind", ""),
        ("inbox_state_name", ""),
        ("setting_version_event", ""),
        ("record_refused", REFUSED),
        ("record_corrects", CORRECTED),
        ("record_told", TOLD),
        ("content_copied", COPIED),
    ],
)
def test_an_index_without_its_rows_is_found(place: locate.Location, index: str, rows: str) -> None:
    if rows:
        take_in(place, rows)
    assert not refused(place)
    take_out(place.path, index)
    with pytest.raises(StoreInvalid, match=f"index {index} lacks rows that its table has"), opening.reading(place):
        pass
    assert refused(place)


@pytest.mark.parametrize(("index", "rows"), [("record_refused", REFUSED), ("record_corrects", CORRECTED)])
def test_an_index_of_rows_far_from_the_ends_is_found(
    place: locate.Location, monkeypatch: pytest.MonkeyPatch, index: str, rows: str
) -> None:
    monkeypatch.setattr(root_pages, "ENDS", 2)
    monkeypatch.setattr(root_pages, "_remembered", {})
    take_in(place, rows + "".join(ROW.replace('"a"', f'"x{number}"') for number in range(9)))
    take_out(place.path, index)
    assert refused(place)


def test_what_corrections_refused_is_not_missed_in_an_index(place: locate.Location) -> None:
    """A file that failed later is refused in the totals, and has no row among those that were refused at once."""
    take_in(place, '{"id": "c", "corrects": "a", "time": "2026-03-02T10:00:00Z", "outcome": "failed"}\n')
    assert not refused(place)


def test_no_backup_is_made_of_it_and_none_put_back(place: locate.Location, tmp_path: Path) -> None:
    was = pages(place.path)
    lead(place.path, {"event": was["record"], "record": was["event"]})
    with pytest.raises(StoreInvalid, match="leads to pages that are not its own") as told:
        back_up_store(place, tmp_path / "b.backup")
    assert told.value.file == str(place.path)
    assert not (tmp_path / "b.backup").exists()


def test_every_version_leads_to_its_own_pages(tmp_path: Path) -> None:
    for version in range(1, migrate.LATEST + 1):
        path = tmp_path / f"{version}.db"
        with closing(connect(path, writable=True)) as connection:
            migrate.upgrade(connection, path, STAMP, upto=version)
            schema.require(connection, version, path)
            connection.execute("VACUUM")
            schema.require(connection, version, path)


def test_a_file_is_asked_anew_however_often_one_like_it_was_believed(place: locate.Location) -> None:
    """What is remembered of a directory is what to ask, never what was answered."""
    for _ in range(3):
        assert not refused(place)
    take_out(place.path, "event_kind")
    assert refused(place)
