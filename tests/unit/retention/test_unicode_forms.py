"""Names in the two forms of Unicode: a ledger that has `é` as one character and a disk that has it as two mean one file."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from occ_media_cli import times
from occ_media_cli.places.roots import QUARANTINE
from tests.unit.retention.store import START, Store
from tests.unit.retention.test_verify import found

ONE = "Café/Rechnung für Zoë.pdf"
TWO = unicodedata.normalize("NFD", ONE)
DUE = START + 30 * times.DAY


def on_disk(store: Store, path: str, data: bytes = b"bill") -> Path:
    place = store.media / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def entry(store: Store, identity: str, path: str, data: bytes = b"bill", **values: object) -> None:
    """An entry alone: the file is where `on_disk` put it."""
    there = store.media / path
    missing = not there.exists()
    store.file(identity, path=path, data=data, **values)
    if missing:
        there.unlink()
        if not any(there.parent.iterdir()):
            there.parent.rmdir()
    store.take_in()


def test_verify_knows_the_file_in_either_form_and_calls_it_neither_moved_nor_an_orphan(store: Store) -> None:
    on_disk(store, TWO)
    entry(store, "a", ONE)
    assert found(store) == {}
    (store.media / TWO).write_bytes(b"BILL")
    assert found(store) == {"changed-bytes": [ONE]}
    (store.media / TWO).unlink()
    assert found(store) == {"missing-bytes": [ONE]}


def test_a_purge_takes_the_file_and_a_restore_puts_it_back(store: Store) -> None:
    store.rules({"remove_after": "30d"})
    there = on_disk(store, TWO)
    entry(store, "a", ONE)
    assert store.purge(store.approved(DUE), DUE).taken == 1
    assert not there.exists()
    assert store.restore("a", DUE) is None
    assert [path.read_bytes() for path in store.media.rglob("*.pdf") if QUARANTINE not in path.parts] == [b"bill"]
    assert found(store) == {}


def test_a_hold_on_an_entry_in_one_form_keeps_the_file_of_an_entry_in_the_other(store: Store) -> None:
    store.rules({"remove_after": "30d"})
    there = on_disk(store, TWO)
    entry(store, "a", ONE)
    plan = store.approved(DUE)
    entry(store, "b", TWO, customer="c-2")
    store.hold("claim", entry=store.seq("b"))
    outcome = store.purge(plan, DUE)
    assert (outcome.taken, [item.code for item in outcome.refused]) == (0, ["shared-path"])
    assert store.removed(store.plan(DUE)) == []
    assert there.exists()


def test_two_files_whose_names_differ_in_form_alone_stay_two(store: Store) -> None:
    store.rules({"remove_after": "30d"})
    on_disk(store, ONE)
    on_disk(store, TWO, b"other")
    entry(store, "a", ONE)
    assert found(store) == {"orphan": [ONE]}
    assert store.purge(store.approved(DUE), DUE).taken == 1
    assert (store.media / TWO).read_bytes() == b"other"
    assert not (store.media / ONE).exists()
