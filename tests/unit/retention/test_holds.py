from __future__ import annotations

from types import SimpleNamespace

import pytest

from occ_media_cli import times
from occ_media_cli.cli.advice import advise
from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.retention import explain, holds, stored_rules
from occ_media_cli.retention.hold_request import HoldRequest, request_hold
from tests.unit.retention.store import START, Store, stamp, tree

DAY = times.DAY
DUE = START + 30 * DAY


@pytest.fixture
def some(store: Store) -> Store:
    store.rules({"remove_after": "30d"})
    store.file("a", customer="c-1", conversation="t-1")
    store.file("b", customer="c-2", inbox="lab")
    store.file("c", START + DAY, customer="c-1", inbox="lab")
    store.take_in()
    return store


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ({"customer": "c-1"}, "ac"), ({"conversation": "t-1"}, "a"), ({"since": START + DAY}, "c"),
        ({"until": START + DAY}, "ab"), ({"customer": "c-1", "until": START + 1}, "a"), ({"customer": "c-9"}, ""),
    ],
)  # fmt: skip
def test_a_hold_keeps_its_scope_now_and_later(some: Store, scope: dict[str, object], kept: str) -> None:
    covered = some.hold("h", **scope)
    assert covered.entries == covered.files == len(kept)
    assert some.removed(some.plan(DUE + 9 * DAY)) == [name for name in "abc" if name not in kept]
    some.file("later", customer="c-9", conversation="t-9")
    before = some.removed(some.plan(DUE + 9 * DAY))
    assert ("later" in before) is not (scope in ({"customer": "c-9"}, {"until": START + DAY}))


def test_an_inbox_is_held_by_what_it_is_and_not_by_its_name(some: Store) -> None:
    (lab,) = some.connection.execute("SELECT id FROM inbox_state WHERE name = 'lab'").fetchone()
    some.hold("h", inbox=lab)
    with some.editing() as editor:
        editor.rename_inbox("lab", "laboratory")
    assert some.removed(some.plan(DUE + 9 * DAY)) == ["a"]


def test_releasing_removes_nothing_and_ends_the_hold_for_good(some: Store) -> None:
    some.hold("h", customer="c-1")
    before = tree(some.media)
    some.release("h")
    assert tree(some.media) == before
    assert holds.unreleased(some.connection) == ()
    with pytest.raises(NotFound, match="was released before") as stopped:
        some.release("h")
    assert advise(stopped.value) == "occ-media hold list --all"
    some.hold("h", customer="c-2")
    assert len(holds.unreleased(some.connection)) == 1
    with pytest.raises(UsageError, match="is there already"):
        some.hold("h", customer="c-1")


def test_the_clock_releases_no_hold(some: Store) -> None:
    some.hold("h", now=DUE + 100 * DAY, customer="c-1")
    assert some.removed(some.plan(DUE + 9 * DAY)) == ["b"]
    some.release("h", now=DUE + 200 * DAY)
    assert some.removed(some.plan(DUE + 9 * DAY)) == ["a", "b", "c"]


@pytest.mark.parametrize("scope", [{}, {"customer": ""}, {"conversation": " "}, {"since": 5, "until": 5}])
def test_a_scope_that_is_none_is_refused(scope: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="nothing was held"):
        holds.HoldScope(**scope)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", " x", "x ", "a\nb", "x" * 65, "\u202eabc", "a\0b", "\ud800"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name"):
        holds.check_hold_name(name)


def test_a_hold_whose_customer_was_erased_holds_everything_it_might(some: Store) -> None:
    some.hold("h", customer="c-1")
    some.connection.execute("UPDATE event SET personal = NULL, salt = NULL WHERE kind = 'hold'")
    assert some.removed(some.plan(DUE + 9 * DAY)) == []
    assert [hold.customer for hold in holds.unreleased(some.connection)] == [None]


def test_an_erased_entry_stays_held(some: Store) -> None:
    some.hold("h", customer="c-1")
    gone = ", ".join(f"{name} = NULL" for name in ("id", "customer", "conversation", "name", "path", "message", "salt"))
    some.connection.execute(f"UPDATE record SET {gone} WHERE customer = 'c-1'")
    (entry,) = (item for item in explain.named(some.connection, f"#{some.seq('a')}"))
    rules, _ = stored_rules.rules_in_force(some.connection)
    assert explain.explain(some.connection, entry, rules, DUE).decision.held


def test_what_an_explanation_tells(some: Store) -> None:
    some.hold("h", customer="c-1")
    plan = some.approved(DUE + DAY)
    some.purge(plan, DUE + DAY)
    rules, _ = stored_rules.rules_in_force(some.connection)

    def told(name: str) -> explain.ExplainedEntry:
        return explain.explain(some.connection, explain.named(some.connection, name)[0], rules, DUE + 2 * DAY)

    assert [step.what for step in told("b").steps] == ["quarantined"]
    assert told("b").due == DUE + 8 * DAY
    assert [hold.name for hold in told("2026/a").decision.holds] == ["h"]
    (some.folder / "copy").write_bytes(b"c")
    assert explain.named(some.connection, str(some.folder / "copy"))[0].id == "c"
    with pytest.raises(NotFound, match="no entry and no file"):
        told("nope")
    some.file("twin", DUE, path="./2026/a", data=b"a", customer="c-7")
    some.take_in()
    assert [other.id for other, _ in told("a").others] == ["twin"]
    assert not told("a").may_go


def test_a_stamp_is_kept_with_every_hold(some: Store) -> None:
    holds.place_hold(some.connection, "h", holds.HoldScope(customer="c-1"), "because", stamp(DUE, "kim"))
    row = some.connection.execute("SELECT hold, actor, reason, customer, placed_ms, released_ms FROM hold").fetchone()
    assert row == ("h", "kim", "because", "c-1", DUE, None)
    assert "c-1" not in some.connection.execute("SELECT body FROM event WHERE kind = 'hold'").fetchone()[0]


def test_the_index_of_holds_says_what_comparing_all_of_them_says() -> None:
    from random import Random

    from occ_media_cli.retention.evaluate import covers
    from occ_media_cli.retention.model import Hold, StoredEntry

    random = Random(3)

    def maybe(*values: object) -> object:
        return random.choice([None, None, *values])

    for _ in range(300):
        some = tuple(
            Hold(number, f"h{number}", maybe(1, 2), maybe("c", "d"), maybe("t"), maybe(5, 6), maybe(3), maybe(4))  # type: ignore[arg-type]
            for number in range(random.randint(0, 6))
        )
        index = holds.Index(some)
        for _ in range(10):
            entry = StoredEntry(random.choice([5, 6, 7]), "s", "x", random.choice([2, 3, 4]), random.choice([1, 2]), None, "send",
                          customer=maybe("c", "d"), conversation=maybe("t"), erased=random.random() < 0.2)  # type: ignore[arg-type]  # fmt: skip
            assert index.covering(entry) == [hold for hold in some if covers(hold, entry)]


def test_a_name_has_at_most_64_characters_and_a_reason_is_asked_for(some: Store) -> None:
    assert holds.check_hold_name("n" * 64) == "n" * 64
    with pytest.raises(UsageError, match="is no name"):
        holds.check_hold_name("n" * 65)
    for act in (lambda: holds.place_hold(some.connection, "h", holds.HoldScope(inbox=1), " ", stamp()),
                lambda: holds.release_hold(some.connection, "h", "", stamp())):  # fmt: skip
        with pytest.raises(UsageError, match="the reason is empty"):
            act()
    assert holds.unreleased(some.connection) == ()


def test_holds_are_numbered_as_they_are_placed_and_keep_whose_they_are_where_an_erasure_reaches_it(
    some: Store,
) -> None:
    some.hold("by-time", since=START)
    some.hold("by-customer", customer="c-1")
    some.hold("by-conversation", conversation="t-1", until=DUE)
    rows = some.connection.execute(
        "SELECT h.number, h.name, h.by_customer, h.by_conversation, e.personal FROM hold_state h"
        " JOIN event e ON e.seq = h.event ORDER BY h.number"
    ).fetchall()
    assert rows == [
        (1, "by-time", 0, 0, None), (2, "by-customer", 1, 0, '{"customer":"c-1"}'),
        (3, "by-conversation", 0, 1, '{"conversation":"t-1"}'),
    ]  # fmt: skip


def test_what_a_hold_covers_is_counted_by_what_became_of_it(some: Store) -> None:
    some.file("long", data=b"0123456789", customer="c-7")
    some.file("bare", customer="c-7", size=None)
    some.file("blocked", customer="c-7", outcome="blocked")
    for name in ("gone-1", "gone-2", "wait-1", "wait-2", "wait-3"):
        some.file(name, customer="c-8", inbox="Grüße")
    some.take_in()
    (inbox,) = some.connection.execute("SELECT id FROM inbox_state WHERE name = 'Grüße'").fetchone()
    plan = some.approved(DUE, inbox=inbox)
    some.purge(plan, DUE)
    some.finish(DUE + 7 * DAY)
    for name in ("gone-1", "gone-2"):
        some.file(f"new-{name}", DUE + 8 * DAY, customer="c-8", inbox="Grüße")
    some.purge(some.approved(DUE + 60 * DAY, inbox=inbox), DUE + 60 * DAY)
    assert some.hold("seven", customer="c-7") == holds.Covered(
        entries=3, files=2, bytes=10, waiting=0, gone=0, without_size=1
    )
    assert some.hold("eight", customer="c-8") == holds.Covered(entries=7, files=0, bytes=0, waiting=2, gone=5)
    both = holds.count_covered(some.connection, holds.unreleased(some.connection))
    assert [found.entries for found in both] == [3, 7]


ODD = (
    "+1/650/555-7788",
    "+1\u2009650\u2009555\u20097788",
    "\u0661\u0666\u0665\u0660\u0665\u0665\u0665\u0667\u0667\u0668\u0668",
    "16505557788@s.whatsapp.net",
)


def test_a_hold_covers_a_person_in_every_spelling_and_tells_which(some: Store) -> None:
    for number, customer in enumerate((*ODD, "16505557788", "16505557789")):
        some.file(f"p{number}", customer=customer)
    some.take_in()
    opened = SimpleNamespace(ledger=some.connection, location=SimpleNamespace(path="s.db"))
    placed = request_hold(opened, "h", HoldRequest(customer="+1 650 555 7788"), "claim", stamp())
    assert placed.covered.entries == 5
    assert all(customer in placed.written[0] for customer in ODD)
    # What reports and rules read says the same.
    assert some.connection.execute("SELECT count(*) FROM entry_hold WHERE released_ms IS NULL").fetchone() == (5,)
    some.file("late", customer="1_650_555_7788")
    some.take_in()
    assert holds.count_covered(some.connection, holds.unreleased(some.connection))[0].entries == 6
    removed = some.removed(some.plan(DUE + 9 * DAY))
    assert "p5" in removed
    assert not {"late", *(f"p{number}" for number in range(5))} & set(removed)
