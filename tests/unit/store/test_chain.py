from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occ_media_cli.store import canonical, chain, locate
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.open import changing

STAMP = chain.Stamp(now=5, wall=7, actor="dana", os_user="root", host="h", program="p")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_canonical_json_is_one_form_and_loses_nothing(value: object) -> None:
    import json

    import msgspec

    text = canonical.text(value)
    assert json.loads(text) == value
    assert canonical.text(json.loads(text)) == text
    assert msgspec.json.encode(value, order="sorted") == canonical.encode(value), "another library, the same bytes"


def test_a_lone_surrogate_has_no_canonical_form() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical.encode("\ud800")


def test_the_order_of_members_does_not_change_the_bytes() -> None:
    assert canonical.encode({"b": 1, "a": [1, {"d": 1, "c": 2}]}) == canonical.encode(
        {"a": [1, {"c": 2, "d": 1}], "b": 1}
    )


def test_each_event_is_chained_to_all_before_it(tmp_path: Path) -> None:
    location = locate.at(tmp_path / "s.db", explicit=True)
    with changing(location, STAMP) as store, transaction(store.ledger):
        first = chain.head(store.ledger)
        assert first[0] == 1, "a new store begins with its own event"
        numbers = chain.append(
            store.ledger,
            [chain.Event("a", {"x": 1}, 10), chain.Event("b", {}, 11, "why", personal={"customer": "c"})],
            STAMP,
            document=b"d" * 32,
        )
        assert numbers == [2, 3]
        rows = store.ledger.execute("SELECT seq, body, personal, salt, link, document, reason FROM event").fetchall()
        ((place, salt),) = store.ledger.execute("SELECT place, salt FROM free_text WHERE seq = 3").fetchall()
    state = first[1]
    public_a = ["event", 2, "a", 10, 7, "dana", "root", "h", "p", None, None, '{"x":1}']
    state = sha256(state + canonical.encode(public_a)).digest()
    assert rows[1][4] == state[:16]
    assert rows[1][5] is None, "only the last event of a change carries the document"
    commitment = sha256(rows[2][3] + canonical.encode({"customer": "c"})).digest()
    assert (place, rows[2][6]) == ("reason", "why")
    said = {"commitment": sha256(salt + canonical.encode("why")).hexdigest()}
    public_b = ["event", 3, "b", 11, 7, "dana", "root", "h", "p", said, (b"d" * 32).hex(), "{}"]
    state = sha256(state + commitment + canonical.encode(public_b)).digest()
    assert rows[2][4] == state[:16]
    assert rows[2][2] == '{"customer":"c"}'
    with changing(location, STAMP) as store:
        assert chain.head(store.ledger) == (3, state)


def test_the_chain_cannot_be_edited_through_sql(tmp_path: Path) -> None:
    location = locate.at(tmp_path / "s.db", explicit=True)
    with changing(location, STAMP) as store:
        connection = store.ledger
        with transaction(connection):
            chain.append(connection, [chain.Event("a", {}, 1, personal={"customer": "c"})], STAMP)
        for statement in (
            "DELETE FROM event",
            "UPDATE event SET actor = 'x'",
            "UPDATE event SET personal = 'x' WHERE seq = 2",
            "UPDATE event SET personal = NULL WHERE seq = 2",  # the salt would stay
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
        connection.execute("UPDATE event SET personal = NULL, salt = NULL WHERE seq = 2")  # an erasure may


def test_a_failed_block_leaves_nothing(tmp_path: Path) -> None:
    location = locate.at(tmp_path / "s.db", explicit=True)
    with changing(location, STAMP) as store:

        def fails() -> None:
            with transaction(store.ledger):
                chain.append(store.ledger, [chain.Event("a", {}, 1)], STAMP)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fails()
        assert chain.head(store.ledger)[0] == 1


def test_an_event_that_the_store_swallows_does_not_go_unnoticed(tmp_path: Path) -> None:
    from occ_media_cli.errors import StoreInvalid

    with changing(locate.at(tmp_path / "s.db", explicit=True), STAMP) as store:
        store.ledger.execute("CREATE TRIGGER hush BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END")
        with pytest.raises(StoreInvalid, match="did not keep entry 2"), transaction(store.ledger):
            chain.append(store.ledger, [chain.Event("a", {}, 1)], STAMP)
        assert chain.head(store.ledger)[0] == 1
