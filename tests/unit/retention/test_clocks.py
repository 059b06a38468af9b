"""Whatever deletes judges ages by the earlier of `--now` and this machine's clock."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest

from occ_media_cli import times
from occ_media_cli.cli.retention import orphan_plan_view, plan_view
from occ_media_cli.errors import Refused
from occ_media_cli.places.opened import open_place
from occ_media_cli.places.roots import look_at_root
from occ_media_cli.retention import certificate, certificate_page, holds, orphans
from occ_media_cli.retention.plan import approval, make, orphan_plan
from occ_media_cli.retention.plan.draft import PlanScope
from occ_media_cli.retention.plan.saved import Plan
from occ_media_cli.retention.purge import finish, guards, quarantine, start
from occ_media_cli.retention.purge.run import PurgeOutcome
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.sections import policy_rule
from occ_media_cli.store import chain, who
from occ_media_cli.store.locate import at
from tests.unit.retention.store import START, Store, stamp

DAY = times.DAY
LATER = START + 80 * 365 * DAY


def clocks(now: int, wall: int, actor: str = "dana") -> chain.Stamp:
    """A command that says it is `now` on a machine whose clock says `wall`."""
    return chain.Stamp(now, wall, actor, f"{actor}-os", "host", "occ-media test")


@dataclass
class World:
    """A file that a rule keeps for 30 days, planned and approved by somebody whose `--now` is 80 years ahead."""

    store: Store

    def plan(self, now: int = LATER, wall: int = START + DAY) -> Plan:
        self.store.take_in()
        root = look_at_root(str(self.store.media)).value()
        made = make.make_plan(self.store.connection, root, clocks(now, wall), PlanScope()).plan
        return approval.approve(self.store.connection, made.plan, clocks(now, wall, "sam"))[0]

    def orphans(self, now: int = LATER, wall: int = START + DAY) -> Plan:
        with open_place(str(self.store.media), locked=False) as storage:
            age = orphans.Age(30 * DAY, "30d")
            made = orphan_plan.make_orphan_plan(self.store.connection, storage, clocks(now, wall), age)
        return approval.approve(self.store.connection, made.plan.plan, clocks(now, wall, "sam"))[0]

    def purge(self, plan: Plan, now: int, wall: int) -> PurgeOutcome:
        with open_place(str(self.store.media), locked=True) as storage:
            run = start.start_purge(self.store.connection, storage, plan, clocks(now, wall), grace=7 * DAY)
            return run.run(self.store.path, guards.parse_limit("100%"))

    def finish(self, now: int, wall: int) -> quarantine.GraceOutcome:
        with open_place(str(self.store.media), locked=True) as storage:
            return finish.finish(self.store.connection, storage, clocks(now, wall), self.store.path)


@pytest.fixture
def world(store: Store) -> World:
    store.rules({"remove_after": "30d"})
    store.file("a")
    store.file("stays", LATER)
    return World(store)


def test_the_earlier_clock_judges() -> None:
    assert who.judged_at(clocks(5, 3)) == who.judged_at(clocks(3, 5)) == 3
    assert who.grace_ends(clocks(5, 3), 10) == 13
    assert who.grace_ends(clocks(3, 5), 10) == 15


@pytest.mark.parametrize(("rule", "code"), [({"remove_after": "30d"}, "not-due"),
                                            ({"remove_after": "1d", "keep_for": "30d"}, "kept-for")])  # fmt: skip
def test_a_later_now_purges_nothing_that_the_machine_calls_young(world: World, rule: dict[str, str], code: str) -> None:
    world.store.rules(rule)
    plan = world.plan()
    assert plan.is_what_if
    done = world.purge(plan, LATER, START + 29 * DAY)
    assert (done.taken, [item.code for item in done.refused]) == (0, [code])
    assert (world.store.media / "2026" / "a").exists()
    assert world.purge(plan, LATER, START + 30 * DAY).taken == 1


def test_an_earlier_now_keeps_what_it_calls_young(world: World) -> None:
    plan = world.plan(START + 31 * DAY, START + 31 * DAY)
    assert not plan.is_what_if
    assert [item.code for item in world.purge(plan, START + 29 * DAY, LATER).refused] == ["not-due"]


@pytest.mark.parametrize("purged_as_of", [START + 31 * DAY, START + 40 * DAY, LATER])
def test_no_clock_of_a_command_ends_a_grace_early(world: World, purged_as_of: int) -> None:
    wall = START + 40 * DAY
    done = world.purge(world.plan(START + 31 * DAY, wall), purged_as_of, wall)
    assert (done.taken, done.due) == (1, wall + 7 * DAY)
    for now, machine in ((LATER, wall + 7 * DAY - 1), (wall + 7 * DAY - 1, LATER)):
        again = world.finish(now, machine)
        assert (again.removed, again.waiting, again.next_due) == (0, 1, wall + 7 * DAY)
    assert world.finish(LATER, wall + 7 * DAY).removed == 1


def test_a_rule_that_keeps_it_by_the_earlier_clock_keeps_it_at_the_end_of_the_grace_too(world: World) -> None:
    plan = world.plan(START + 31 * DAY, START + 31 * DAY)
    assert world.purge(plan, START + 31 * DAY, START + 31 * DAY).taken == 1
    world.store.rules({"remove_after": "1d", "keep_for": "50d"})
    assert [item.code for item in world.finish(LATER, START + 40 * DAY).refused] == ["kept-for"]
    assert world.finish(LATER, START + 50 * DAY).removed == 1


def test_orphans_are_judged_by_the_earlier_clock_when_taken_and_at_the_end(world: World) -> None:
    world.store.take_in()
    world.store.orphan("lost", START)
    plan = world.orphans()
    assert [item.code for item in world.purge(plan, LATER, START + 29 * DAY).refused] == ["not-due"]
    assert world.purge(plan, LATER, START + 30 * DAY).taken == 1
    world.store.rules({"keep_for": "45d"})
    assert [item.code for item in world.finish(LATER, START + 40 * DAY).refused] == ["kept-for"]
    assert world.finish(LATER, START + 45 * DAY).removed == 1


def test_the_certificate_names_both_clocks_rule_reason_root_and_other_names(world: World) -> None:
    os.link(world.store.media / "2026" / "a", world.store.folder / "elsewhere")
    plan = world.plan()
    wall = START + 31 * DAY
    assert world.purge(plan, LATER, wall).linked == 1
    assert world.finish(LATER, wall + 7 * DAY).linked == 1
    document = certificate.make_certificate(world.store.connection, plan.plan)
    assert document["clocks"]["planned"] == {"at": times.text(LATER), "wall": times.text(START + DAY)}  # type: ignore[call-overload,index]
    assert document["clocks"]["finished"] == {"at": times.text(LATER), "wall": times.text(wall + 7 * DAY)}  # type: ignore[call-overload,index]
    assert document["root"] == str(world.store.media)
    taken = next(record for record in document["records"] if record["kind"] == "purge")  # type: ignore[index,union-attr,call-overload]
    (file,) = taken["files"]  # type: ignore[index,call-overload,misc]
    assert (file["other_links"], file["rules"]) == (1, ["default: remove after 2592000s"])  # type: ignore[index,call-overload]
    assert file["reasons"] == ["older than 30d (default)"]  # type: ignore[index,call-overload]
    assert (taken["at"], taken["due"]) == (wall, wall + 7 * DAY)  # type: ignore[index,call-overload]
    said = dict(certificate_page.facts(document))
    assert said["planned at"] == f"{times.text(LATER)}; {times.text(START + DAY)} by the machine's clock"
    assert said["other links"].startswith("1 file")
    assert [row[6] for row in certificate_page.rows(document) if row[0] == "quarantined"] == [
        "older than 30d (default)"
    ]


def test_a_plan_for_a_later_moment_says_so(world: World) -> None:
    plan = world.plan()
    (line,) = plan_view.what_if(plan)
    assert str(line).startswith(f"what-if: as of {times.text(LATER)}, later than this machine's clock,")
    assert plan_view.head(plan)["what_if"] is True
    now = world.plan(START + 31 * DAY, START + 31 * DAY)
    assert (plan_view.what_if(now), plan_view.head(now)["what_if"]) == ([], False)
    assert orphan_plan_view.what_if is plan_view.what_if


def test_a_release_holds_from_the_moment_it_was_recorded(store: Store) -> None:
    store.take_in()
    wall = START + 50 * DAY
    for number, now in enumerate((START + DAY, wall + 50 * DAY)):
        store.hold(f"h{number}", inbox=1)
        holds.release_hold(store.connection, f"h{number}", "oops", clocks(now, wall))
    ended = store.connection.execute("SELECT released_ms, released_wall_ms FROM hold").fetchall()
    assert ended == [(wall, wall), (wall, wall)]


def test_a_hold_before_the_newest_change_of_its_name_needs_a_reason(store: Store) -> None:
    store.take_in()
    store.hold("h", inbox=1)
    store.release("h", START + 9 * DAY)
    scope = holds.HoldScope(inbox=1)
    with pytest.raises(Refused, match="hold 'h' was last changed at 2026-01-10"):
        holds.place_hold(store.connection, "h", scope, "r", stamp(START + 8 * DAY))
    holds.place_hold(store.connection, "other", scope, "r", stamp(START + 8 * DAY))
    holds.place_hold(store.connection, "h", scope, "r", stamp(START + 8 * DAY), backdate="recorded late")
    (body,) = store.connection.execute("SELECT body FROM event WHERE kind = 'hold' ORDER BY seq DESC").fetchone()
    assert '"backdate":"recorded late"' in body


def test_rules_before_the_newest_rules_need_a_reason(store: Store) -> None:
    def change(now: int, backdate: str | None, after: str) -> None:
        with editing(at(store.path, explicit=True), clocks(now, START + 20 * DAY)) as editor:
            editor.set_section("retention", [policy_rule({"remove_after": after})], "r", backdate=backdate)

    change(START + 9 * DAY, "recorded late", "30d")
    (body,) = store.connection.execute("SELECT body FROM event WHERE kind = 'config'").fetchone()
    assert '"backdate":"recorded late"' in body
    with pytest.raises(Refused, match="retention rules were last changed at 2026-01-10"):
        change(START + 8 * DAY, None, "40d")
    change(START + 8 * DAY, "recorded late", "40d")
    change(START + 9 * DAY, None, "50d")
