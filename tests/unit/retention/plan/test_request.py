from __future__ import annotations

import pytest

from occ_media_cli import times
from occ_media_cli.errors import Refused
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.retention import retention_rows
from occ_media_cli.retention.plan import saved
from occ_media_cli.retention.plan.request import Standing, refuse_held_erasure, standing
from tests.unit.retention.store import START, Store, stamp

DAY = times.DAY

ROSA = "rosa-16505551234"
"""A customer whose name cannot stand in a store by chance, as three random bytes of a salt can."""


@pytest.fixture
def theirs(store: Store) -> Store:
    store.rules({"remove_after": "365d"}, {"category": "image", "keep_for": "30d"})
    store.file("a", customer=ROSA)
    store.file("kept", category="image", customer=ROSA)
    store.file("held", conversation="t-1", customer=ROSA)
    store.file("other", customer="c-2")
    store.take_in()
    store.hold("claim", conversation="t-1")
    return store


def test_everything_of_a_customer_is_planned_and_what_stays_says_why(theirs: Store) -> None:
    made = theirs.plan(START, customer=ROSA)
    assert theirs.removed(made) == ["a"]
    listed = {item.entry: [code for code, *_ in item.reasons] for item in saved.files(theirs.connection, made.plan)}
    assert listed == {"a": ["requested"], "held": ["held"]}
    assert {words for _, words in made.draft.keep} == {"held: claim", "kept for at least 30d (image)"}


def test_holds_win_over_an_erasure(theirs: Store) -> None:
    assert standing(theirs.connection, ROSA).holds == ("claim",)
    with pytest.raises(Refused, match="held by claim; nothing was erased"):
        refuse_held_erasure(theirs.connection, ROSA)
    assert refuse_held_erasure(theirs.connection, "c-2").stored > 0
    theirs.hold("before-anything-came", customer="c-3")
    with pytest.raises(Refused, match="before-anything-came"):
        refuse_held_erasure(theirs.connection, "c-3")


def test_first_the_files_then_the_values(theirs: Store) -> None:
    theirs.release("claim")
    plan = theirs.approved(START + 30 * DAY, customer=ROSA)
    theirs.purge(plan, START + 30 * DAY)
    assert refuse_held_erasure(theirs.connection, ROSA).waiting > 0
    theirs.finish(START + 40 * DAY)
    left = refuse_held_erasure(theirs.connection, ROSA)
    assert (left.stored, left.waiting) == (0, 0)
    erase(theirs.connection, ROSA, stamp(START + 41 * DAY), "request 7", theirs.path)
    assert ROSA.encode() not in theirs.path.read_bytes()
    result = verify_ledger(theirs.connection, projections=[_own()])
    assert result.intact, result.problems
    assert standing(theirs.connection, ROSA).entries == 0


def _own() -> object:
    from occ_media_cli.ledger.verify.projections import Projection

    return Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)


def test_what_is_left_of_a_customer_is_counted_by_what_became_of_it(store: Store) -> None:
    store.rules({"remove_after": "30d"})
    for name in ("gone", "wait-1", "wait-2"):
        store.file(name, customer=ROSA)
    due = START + 30 * DAY
    store.purge(store.approved(due), due)
    store.restore("wait-1", due)
    store.restore("wait-2", due)
    store.finish(due + 7 * DAY)
    later = due + 8 * DAY
    store.purge(store.approved(later), later)
    for name in ("stored-1", "stored-2"):
        store.file(name, later, customer=ROSA)
    store.file("blocked", later, customer=ROSA, outcome="blocked")
    store.file("nowhere", later, customer=ROSA, path=None)
    store.take_in()
    assert standing(store.connection, ROSA) == Standing(entries=7, held=0, holds=(), stored=2, waiting=2)
    left = refuse_held_erasure(store.connection, ROSA)
    assert (left.stored, left.waiting) == (2, 2)
