"""What a person is told about a file that no entry names: the same that a purge would decide now."""

from __future__ import annotations

import pytest

from occ_media_cli import times
from occ_media_cli.cli.retention.explain import report_orphans
from occ_media_cli.report.blocks import Lines
from occ_media_cli.retention import explain_orphan, holds
from occ_media_cli.retention.explain_orphan import ExplainedOrphan
from occ_media_cli.retention.plan.make import rules_in_force
from tests.unit.retention.store import START, Store, stamp

DUE = START + 60 * times.DAY


def told(store: Store, name: str, now: int = DUE) -> list[ExplainedOrphan]:
    rules, _ = rules_in_force(store.connection)
    return explain_orphan.judge(store.connection, explain_orphan.named(store.connection, name), rules, now)


def words(found: list[ExplainedOrphan]) -> tuple[list[str], str | None]:
    made = report_orphans(found, DUE)
    (block,) = made.blocks
    assert isinstance(block, Lines)
    return [str(line) for line in block.lines], made.answer


@pytest.mark.parametrize("path", ["lost/a", "Grüße/\u202ebad\n", "-x"])
def test_an_orphan_is_found_by_its_path_its_number_and_its_bytes(store: Store, path: str) -> None:
    file = store.orphan(path)
    store.orphan("other")
    plan = store.approved_orphans(DUE)
    (by_path,) = told(store, path)
    assert (by_path.orphan.path, by_path.plan.plan, by_path.kept, by_path.state) == (path, plan.plan, None, None)
    assert told(store, by_path.orphan.label) == told(store, str(file)) == [by_path]
    lines, answer = words([by_path])
    assert plan.plan in lines[2]
    assert answer == f"{path} may go now; plan {plan.plan} removes it when it is approved"


@pytest.mark.parametrize("name", ["missing", "#1", "#", "../lost/a", "", "\0", "/etc"])
def test_what_no_plan_names_is_not_explained(store: Store, name: str) -> None:
    store.orphan("lost/a")
    store.approved_orphans(DUE)
    assert told(store, name) == []


def test_what_keeps_an_orphan_is_said(store: Store) -> None:
    store.orphan("lost/a")
    store.approved_orphans(DUE)
    holds.place_hold(store.connection, "h", holds.HoldScope(inbox=1), "case 7", stamp(DUE))
    (held,) = told(store, "lost/a")
    assert held.kept is not None
    assert held.kept.code == "held"
    assert words([held])[1] == f"lost/a stays: {held.kept.words}"
    store.file("claim", START, path="lost/a", data=b"other")
    store.take_in()
    (claimed,) = told(store, "lost/a")
    assert claimed.kept is not None
    assert claimed.kept.code == "claimed"


def test_what_became_of_an_orphan_is_said(store: Store) -> None:
    store.orphan("lost/a")
    plan = store.approved_orphans(DUE)
    store.purge(plan, DUE)
    waits, answer = words(told(store, "lost/a"))
    assert f"  quarantined {times.text(DUE)} until {times.text(DUE + 7 * times.DAY)}" in waits
    assert answer == "lost/a: quarantined"
    store.finish(DUE + 7 * times.DAY)
    assert words(told(store, "lost/a"))[1] == "lost/a: removed"
