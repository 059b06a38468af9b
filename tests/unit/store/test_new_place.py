"""Stores that a slip would make."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.errors import NotFound
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.make_store import make_store
from occ_media_cli.store import locate
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.open import changing, reading

STAMP = Stamp(1_800_000_000_000, 1_800_000_000_000, "dana", "os", "host", "test")


def place(folder: Path, name: str) -> locate.Location:
    return locate.at(folder / name, explicit=True)


@pytest.mark.parametrize("there", ["contacts.db", "contacts.toml"])
@pytest.mark.parametrize(
    "name",
    ["contact.db", "contact.toml", "contactss.db", "contakts.db", "cnotacts.toml", "Contacts.sqlite", "CONTACTS.db"],
)
def test_no_store_is_made_one_letter_away_from_another(tmp_path: Path, there: str, name: str) -> None:
    make_store(place(tmp_path, there), STAMP)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(NotFound, match=f"did you mean '.*{there}'") as caught, editing(place(tmp_path, name), STAMP):
        pass
    assert caught.value.slip == (str(tmp_path / name), (str(tmp_path / there),), ("store",), ())
    with pytest.raises(NotFound), changing(place(tmp_path, name), STAMP):
        pass
    assert sorted(tmp_path.iterdir()) == before
    assert make_store(place(tmp_path, name), STAMP), "whoever asks for a new store gets one"
    with editing(place(tmp_path, name), STAMP) as editor:
        assert not editor.store.made


@pytest.mark.parametrize("name", ["conta.db", "orders.db", "contacts.toml", "contract.db"])
def test_another_name_is_another_store(tmp_path: Path, name: str) -> None:
    make_store(place(tmp_path, "contacts.db"), STAMP)
    with editing(place(tmp_path, name), STAMP) as editor:
        assert editor.store.made


@pytest.mark.parametrize("name", ["shpo.db", "shpo.toml", "SHOP.db"])
def test_of_four_letters_two_in_the_wrong_order_make_no_store(tmp_path: Path, name: str) -> None:
    make_store(place(tmp_path, "shop.db"), STAMP)
    with pytest.raises(NotFound, match="did you mean"), editing(place(tmp_path, name), STAMP):
        pass


@pytest.mark.parametrize("name", ["ship.db", "stop.toml", "shp.db", "phso.db"])
def test_of_four_letters_another_one_makes_another_word(tmp_path: Path, name: str) -> None:
    make_store(place(tmp_path, "shop.db"), STAMP)
    with editing(place(tmp_path, name), STAMP) as editor:
        assert editor.store.made


@pytest.mark.parametrize("there", ["shop.db", "shop.toml"])
@pytest.mark.parametrize("name", ["shpo.db", "shpo.toml", "ship.db", "sho.db", "shopp.toml", "SHOP.db", "shop.sqlite"])
def test_who_asks_for_a_store_that_is_not_there_is_told_its_neighbour(tmp_path: Path, name: str, there: str) -> None:
    make_store(place(tmp_path, there), STAMP)
    with pytest.raises(NotFound, match=f"did you mean '.*{there}'") as caught, reading(place(tmp_path, name)):
        pass
    assert caught.value.slip is not None
    assert caught.value.slip.meant == (str(tmp_path / there),)


@pytest.mark.parametrize(("there", "name"), [("b.db", "a.db"), ("store1.db", "store2.db"), ("shop.db", "ledger.db")])
def test_who_asks_for_another_store_is_told_that_it_is_not_there(tmp_path: Path, there: str, name: str) -> None:
    make_store(place(tmp_path, there), STAMP)
    with pytest.raises(NotFound, match=r"no such store$"), reading(place(tmp_path, name)):
        pass


def test_of_two_neighbours_none_is_put_into_a_command(tmp_path: Path) -> None:
    for there in ("shop.db", "ship.db", "shopp.toml"):
        make_store(place(tmp_path, there), STAMP)
    with (
        pytest.raises(NotFound, match=r"did you mean '.*ship\.db' or '.*shop\.db'\?") as caught,
        reading(place(tmp_path, "shap.db")),
    ):
        pass
    assert caught.value.slip is None


def test_what_is_no_store_is_not_meant(tmp_path: Path) -> None:
    (tmp_path / "contacts.db").write_text("a list of somebody else")
    (tmp_path / "contacts.txt").write_text("notes")
    make_store(place(tmp_path, "a.db"), STAMP)
    for name in ("contact.db", "b.db"):  # a short name has many neighbours
        with editing(place(tmp_path, name), STAMP) as editor:
            assert editor.store.made


@pytest.mark.parametrize("name", ["x.db", "x.toml"])
def test_no_folder_is_made_for_a_store_that_was_named(tmp_path: Path, name: str) -> None:
    there = place(tmp_path / "typo" / "deep", name)
    with pytest.raises(NotFound, match=r"no folder .*deep; nothing was changed"), editing(there, STAMP):
        pass
    with pytest.raises(NotFound, match="no folder"):
        make_store(there, STAMP)
    assert not any(tmp_path.iterdir())


def test_the_default_place_is_made(tmp_path: Path) -> None:
    with editing(locate.at(tmp_path / "data" / "occ-media.db", explicit=False), STAMP) as editor:
        assert editor.store.made
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
