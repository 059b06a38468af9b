from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from occ_media_cli import times
from occ_media_cli.retention.evaluate import covers, evaluate, first_reason, match
from occ_media_cli.retention.model import GONE_CODES, KEEP_CODES, REMOVE_CODES, Hold, Reason, RetentionRule, StoredEntry

DAY = times.DAY
BORN = times.parse("2026-03-01T10:00:00Z")
ENTRY = StoredEntry(
    7, "ndjson", "a", BORN, 1, "image", "receive", "delivered", b"\1" * 32, 10, "a.png", "c-1", "talk-1"
)


def remove(days: int, **scope: object) -> RetentionRule:
    return RetentionRule(remove_after=days * DAY, remove_words=f"{days}d", **scope)  # type: ignore[arg-type]


def keep(days: int, **scope: object) -> RetentionRule:
    return RetentionRule(keep_for=days * DAY, keep_words=f"{days}d", **scope)  # type: ignore[arg-type]


def codes(*args: object, **values: object) -> list[str]:
    return [reason.code for reason in evaluate(*args, **values).reasons]  # type: ignore[arg-type]


def test_a_file_goes_at_the_millisecond_it_is_due_and_not_before() -> None:
    rules = [remove(30)]
    assert evaluate(ENTRY, rules, [], BORN + 30 * DAY - 1).action == "keep"
    decision = evaluate(ENTRY, rules, [], BORN + 30 * DAY)
    assert decision.action == "remove"
    assert [reason.words for reason in decision.reasons] == ["older than 30d (default)"]
    assert decision.expires == BORN + 30 * DAY


def test_keep_for_beats_remove_after_until_its_own_millisecond() -> None:
    rules = [remove(30), keep(90, category="image"), keep(60)]
    early, on_time = evaluate(ENTRY, rules, [], BORN + 90 * DAY - 1), evaluate(ENTRY, rules, [], BORN + 90 * DAY)
    assert (early.action, on_time.action) == ("keep", "remove")
    assert early.expires == on_time.expires == BORN + 90 * DAY
    assert codes(ENTRY, rules, [], BORN + 50 * DAY) == ["kept-for", "kept-for"]


@pytest.mark.parametrize(
    ("scopes", "days"),
    [
        ([{}, {"inbox": 1}], 2),
        ([{"inbox": 1}, {"category": "image"}], 1),
        ([{"inbox": 1}, {"category": "image", "direction": "receive"}], 1),
        ([{"inbox": 1, "direction": "receive"}, {"inbox": 1, "category": "image"}], 2),
        ([{"inbox": 1, "category": "image", "direction": "receive"}, {"inbox": 1, "category": "image"}], 1),
        ([{"category": "image"}, {"direction": "receive"}], 1),
        ([{"direction": "receive"}, {}], 1),
        ([{}, {"inbox": 2}, {"category": "video"}, {"direction": "send"}], 1),
    ],
)
def test_the_most_specific_rule_says_when(scopes: list[dict[str, object]], days: int) -> None:
    for rules in (
        [remove(n, **s) for n, s in enumerate(scopes, 1)],
        [keep(1), *(remove(n, **s) for n, s in enumerate(scopes, 1))],
    ):
        for order in (rules, rules[::-1]):
            assert evaluate(ENTRY, order, [], BORN).expires == BORN + days * DAY


def test_a_keeping_rule_alone_never_removes() -> None:
    assert codes(ENTRY, [keep(1)], [], BORN + 1000 * DAY) == ["no-policy"]
    assert codes(ENTRY, [], [], BORN + 1000 * DAY) == ["no-policy"]


def test_a_hold_beats_everything_and_counts_whatever_the_clock_says() -> None:
    hold = Hold(1, "claim", inbox=1)
    for now in (BORN - 10**12, BORN, BORN + 10**12):
        decision = evaluate(ENTRY, [remove(1)], [hold], now)
        assert decision.action == "keep"
        assert decision.held
        assert decision.reasons[0].words == "held: claim"
    assert evaluate(ENTRY, [remove(1)], [hold], BORN + 2 * DAY, requested=True).action == "keep"


@pytest.mark.parametrize(
    ("hold", "covered"),
    [
        ({"inbox": 1}, True), ({"inbox": 2}, False), ({"customer": "c-1"}, True), ({"customer": "c-2"}, False),
        ({"conversation": "talk-1"}, True), ({"conversation": "x"}, False), ({"entry": 7}, True), ({"entry": 8}, False),
        ({"since": BORN}, True), ({"since": BORN + 1}, False), ({"until": BORN + 1}, True), ({"until": BORN}, False),
        ({"inbox": 1, "customer": "c-2"}, False), ({"inbox": 1, "customer": "c-1", "since": BORN}, True),
    ],
)  # fmt: skip
def test_what_a_hold_covers(hold: dict[str, object], covered: bool) -> None:
    assert covers(Hold(1, "h", **hold), ENTRY) is covered  # type: ignore[arg-type]


def test_what_nobody_can_say_any_more_is_held() -> None:
    erased = replace(ENTRY, customer=None, conversation=None, path=None, erased=True)
    assert covers(Hold(1, "h", customer="c-9"), erased)
    assert covers(Hold(1, "h", conversation="c-9"), erased)
    assert not covers(Hold(1, "h", customer="c-9", inbox=2), erased)
    assert covers(Hold(1, "h", since=BORN, until=BORN + 1), replace(ENTRY, time=None))
    assert covers(Hold(1, "h"), ENTRY)  # of a hold whose customer was erased nothing else is left


@pytest.mark.parametrize(
    ("change", "code"),
    [({"sha256": None}, "no-hash"), ({"size": None}, "no-hash"), ({"time": None}, "unknown-age")],
)
def test_what_is_not_known_keeps_the_file(change: dict[str, object], code: str) -> None:
    entry = replace(ENTRY, **change)  # type: ignore[arg-type]
    for requested in (False, True):
        decision = evaluate(entry, [remove(1)], [], BORN + 10 * DAY, requested=requested)
        assert decision.action == "keep"
        assert code in [reason.code for reason in decision.reasons]


def test_a_size_of_zero_is_a_known_size() -> None:
    assert evaluate(replace(ENTRY, size=0), [remove(1)], [], BORN + DAY).action == "remove"


@pytest.mark.parametrize("outcome", ["blocked", "failed"])
def test_refused_files_have_no_bytes(outcome: str) -> None:
    decision = evaluate(replace(ENTRY, outcome=outcome), [remove(1)], [], BORN + 10 * DAY)
    assert (decision.action, decision.stored) == ("keep", False)


def test_a_removed_file_is_not_removed_again() -> None:
    decision = evaluate(replace(ENTRY, deleted=BORN), [remove(1)], [], BORN + 10 * DAY)
    assert (decision.action, decision.stored) == ("keep", False)


def test_a_request_overrides_the_age_and_nothing_else() -> None:
    assert codes(ENTRY, [], [], BORN, requested=True) == ["requested"]
    assert codes(ENTRY, [keep(10)], [], BORN + 9 * DAY, requested=True) == ["kept-for"]
    assert evaluate(ENTRY, [keep(10)], [], BORN + 10 * DAY, requested=True).action == "remove"


def test_a_time_in_the_future_keeps_the_file() -> None:
    assert codes(ENTRY, [remove(1)], [], BORN - 400 * DAY) == ["not-due"]


def test_every_reason_to_keep_is_given_and_the_weightiest_counts() -> None:
    bare = replace(ENTRY, sha256=None)
    decision = evaluate(bare, [remove(30), keep(10)], [Hold(1, "a"), Hold(2, "b")], BORN)
    assert [reason.code for reason in decision.reasons] == ["held", "held", "no-hash", "kept-for", "not-due"]
    assert first_reason(decision.reasons[::-1]).code == "held"
    assert [first_reason(evaluate(ENTRY, [remove(3), keep(9)], [], BORN + d * DAY).reasons).code for d in (0, 3, 9)] == [
        "kept-for", "kept-for", "due",
    ]  # fmt: skip
    assert len(set(KEEP_CODES)) == len(KEEP_CODES)


def test_the_small_matrix() -> None:
    """{hold, none} x 0-3 keeps x 0-3 removes, at every boundary: the whole truth table, by arithmetic."""
    scopes: list[dict[str, object]] = [{}, {"category": "image"}, {"inbox": 1}]
    for held, keeps, removes in product(
        (False, True), product((0, 1, 2, 3), repeat=3), product((0, 1, 2, 3), repeat=3)
    ):
        rules = [keep(days, **scope) for days, scope in zip(keeps, scopes, strict=True) if days]
        rules += [remove(days, **scope) for days, scope in zip(removes, scopes, strict=True) if days]
        wait = next((days for days in reversed(removes) if days), None)
        for half_days in range(8):
            now = BORN + half_days * DAY // 2
            age = half_days / 2
            expected = not held and wait is not None and age >= wait and age >= max(keeps)
            decision = evaluate(ENTRY, rules, [Hold(1, "h")] if held else [], now)
            assert (decision.action == "remove") is expected, (held, keeps, removes, age)
            assert decision.reasons


def test_a_match_tells_every_rule_that_was_passed_over() -> None:
    rules = [remove(1), remove(2, category="image"), remove(3, inbox=1), keep(4), remove(5, inbox=2)]
    found = evaluate(ENTRY, rules, [], BORN).match
    assert found.remove == rules[2]
    assert found.passed_over == (rules[1], rules[0])
    assert found.keeps == (rules[3],)


def test_of_two_rules_of_one_scope_the_longer_one_keeps_the_file() -> None:
    short, long = (
        RetentionRule(remove_after=DAY, remove_words="1d"),
        RetentionRule(remove_after=9 * DAY, remove_words="9d"),
    )
    for rules in ((short, long), (long, short)):
        found = match(rules, 1, None, "send")
        assert (found.remove, found.passed_over) == (long, (short,))
    for rules in (
        (RetentionRule(keep_for=DAY), RetentionRule(keep_for=2 * DAY)),
        (RetentionRule(keep_for=2 * DAY), RetentionRule(keep_for=DAY)),
    ):
        assert [rule.keep_for for rule in match(rules, 1, None, "send").keeps] == [2 * DAY, DAY]


def test_scopes_are_ordered_by_inbox_then_category_then_direction() -> None:
    scopes = [
        RetentionRule(1, "image", "send", DAY), RetentionRule(1, "image", None, DAY), RetentionRule(1, None, "send", DAY), RetentionRule(1, None, None, DAY),
        RetentionRule(None, "image", "send", DAY), RetentionRule(None, "image", None, DAY), RetentionRule(None, None, "send", DAY),
        RetentionRule(None, None, None, DAY),
    ]  # fmt: skip
    for rules in (scopes, scopes[::-1]):
        found = match(rules, 1, "image", "send")
        assert [found.remove, *found.passed_over] == scopes


def test_the_weightiest_reason_is_the_first_of_its_list() -> None:
    reasons = [Reason(code, code) for code in (*GONE_CODES, *REMOVE_CODES, *KEEP_CODES)]
    for number in range(len(reasons)):
        assert first_reason(reasons[number:][::-1]) == reasons[number]


def test_an_entry_is_named_by_its_source_and_id_or_by_its_number() -> None:
    assert (ENTRY.name, ENTRY.label) == (ENTRY.id, f"{ENTRY.source}:{ENTRY.id}")
    bare = replace(ENTRY, id=None, seq=7)
    assert (bare.name, bare.label) == ("#7", "#7")
