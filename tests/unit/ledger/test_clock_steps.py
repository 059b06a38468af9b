"""Where the machine's clock ran backwards, by the order of the chain."""

from __future__ import annotations

import pytest

from occ_media_cli import times
from occ_media_cli.audit import rules
from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.clock_steps import find_clock_steps
from occ_media_cli.ledger.decision_times import decisions_at
from occ_media_cli.ledger.entry import Batch, GateDecision
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction
from tests.unit.ledger.conftest import Ledger, row

SLACK, DAY = times.CLOCKS_APART, times.DAY
START = times.wall() + DAY
"""Behind everything that the fixture recorded."""


def at(ledger: Ledger, *walls: int, now: int | None = None) -> int:
    """Events at these readings of the machine's clock, from START on; the place of the first."""
    first = chain.head(ledger.connection)[0] + 1
    for wall in walls:
        stamp = chain.Stamp(START if now is None else now, START + wall, "dana", "os", "host", "test")
        with transaction(ledger.connection):
            chain.append(ledger.connection, [chain.Event("note", {}, stamp.now)], stamp)
    return first


def decided(ledger: Ledger, ms: int, *, fixed: chain.Stamp | None = None, source: str = "gate") -> int:
    """A decision of that time; its place."""
    with Appender(ledger.connection, source) as appender:
        if fixed is not None:
            appender.append_event(decisions_at(fixed, 1, None), fixed)
        decision = GateDecision(
            "1", ms, "vip", "send", "a.pdf", "allow", None, None, None, None, None, None, None, None, 1, None
        )
        assert appender.append_batch(Batch(items=[decision], lines=[0], read=1)) == []
        appender.commit()
    return chain.head(ledger.connection)[0]


def steps(ledger: Ledger, first: int) -> list[tuple[int, int, int, int]]:
    """(place, time, place before, time before) of each, by the first event and START."""
    return [
        (step.seq - first, step.wall - START, step.before_seq - first, step.before - START)
        for step in find_clock_steps(ledger.connection)
    ]


@pytest.mark.parametrize(
    ("walls", "expected"),
    [
        ((0, 1, 1, 900, 5 * DAY), []),
        ((SLACK, 0), []),
        ((SLACK + 1, 0), [(1, 0, 0, SLACK + 1)]),
        ((DAY, 0, 1, 2, 3), [(1, 0, 0, DAY)]),
        ((DAY, 0, DAY + 1), [(1, 0, 0, DAY)]),
        ((3 * DAY, 2 * DAY, 0), [(1, 2 * DAY, 0, 3 * DAY), (2, 0, 1, 2 * DAY)]),
        ((SLACK + 2, 2, 1, 0), [(2, 1, 0, SLACK + 2)]),
        ((DAY, 0, 2 * DAY, 0), [(1, 0, 0, DAY), (3, 0, 2, 2 * DAY)]),
        ((DAY, 0, DAY, 0), [(1, 0, 0, DAY), (3, 0, 2, DAY)]),
        ((DAY, 0, DAY - SLACK, DAY - SLACK - 1), [(1, 0, 0, DAY), (3, DAY - SLACK - 1, 0, DAY)]),
    ],
    ids=["forwards", "within the slack", "over it", "once for each fall", "and ahead again", "twice, deeper",
         "by small steps", "two falls", "two falls from one time", "behind again after it had caught up"],
)  # fmt: skip
def test_the_first_record_of_each_fall_is_told(
    ledger: Ledger, walls: tuple[int, ...], expected: list[tuple[int, int, int, int]]
) -> None:
    assert steps(ledger, at(ledger, *walls)) == expected


def test_a_time_that_a_user_chose_is_no_clock(ledger: Ledger) -> None:
    first = at(ledger, 0, now=START + 900 * DAY)
    at(ledger, 1, now=START - 900 * DAY)
    assert steps(ledger, first) == []


def test_times_of_sources_are_no_clock(ledger: Ledger) -> None:
    ledger.ingest(row(1), {**row(50), "decision": "deny", "problems": "media-off", "message": "Sorry"})
    decided(ledger, START + 900 * DAY, source="ndjson")
    assert steps(ledger, at(ledger, 1)) == []


def test_a_decision_of_the_gate_has_the_machines_clock(ledger: Ledger) -> None:
    place = decided(ledger, START + DAY)
    first = at(ledger, 0)
    assert steps(ledger, first) == [(0, 0, place - first, DAY)]
    (step,) = find_clock_steps(ledger.connection)
    assert (step.kind, step.actor, step.os_user, step.host) == ("note", "dana", "os", "host")


def test_a_decision_behind_is_told_and_nobody_is_known_of_it(ledger: Ledger) -> None:
    first = at(ledger, DAY)
    place = decided(ledger, START)
    (step,) = find_clock_steps(ledger.connection)
    assert (step.seq, step.kind, step.actor, step.before_seq) == (place, "decision", None, first)


@pytest.mark.parametrize("apart", [900 * DAY, -900 * DAY])
def test_a_decision_at_a_moment_that_was_chosen_is_no_clock(ledger: Ledger, apart: int) -> None:
    first = at(ledger, 0)
    decided(ledger, START + apart, fixed=chain.Stamp(START + apart, START + 1, "dana", "os", "host", "test"))
    decided(ledger, START + 2)
    assert steps(ledger, first) == []


def test_what_was_chosen_once_says_nothing_of_later_decisions(ledger: Ledger) -> None:
    first = at(ledger, 0)
    ahead = START + 900 * DAY
    decided(ledger, ahead, fixed=chain.Stamp(ahead, START + 1, "dana", "os", "host", "test"))
    place = decided(ledger, ahead)
    at(ledger, 2)
    assert steps(ledger, first) == [(place + 1 - first, 2, place - first, 900 * DAY)]


def test_a_ledger_whose_clock_ran_backwards_is_intact_and_says_so(ledger: Ledger) -> None:
    first = at(ledger, DAY, 0)
    result = verify_ledger(ledger.connection)
    assert result.intact
    assert [step.seq for step in result.clock] == [first + 1]


def test_one_tolerance_holds_for_every_comparison_of_clocks() -> None:
    assert rules.load_rule("backdated-change").bound()["minutes"] * 60_000 == times.CLOCKS_APART
    assert "five minutes" in rules.load_rule("clock-ran-backwards").looks
