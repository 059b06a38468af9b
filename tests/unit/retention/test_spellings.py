"""One person, all spellings, everywhere: whatever reads a ledger says the same of a person, however the person was typed
and is written, whether an entry came before a hold or after it, and under an alias too."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import Refused
from occ_media_cli.ledger import entries_sql
from occ_media_cli.ledger.customers import PERSON, forms_of, key_of_person
from occ_media_cli.store.connect import connect
from occ_media_cli.store.migrations.m0011_persons import ENTRY_HOLD, person

NUMBER = (
    "491701234567", "+49 170 1234567", "0049-170-1234567", "+49/170/1234567", "+49 (0)170 1234567", "tel:+49,170,1234567",
    "491701234567@s.whatsapp.net", "491701234567:3@S.WhatsApp.NET", "%2B491701234567", "SMS:+49_170_1234567",
    "\u0664\u0669\u0661\u0667\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "\uff0b\uff14\uff19 170 1234567",
    "+49\u200b170\u20091234567",
)  # fmt: skip
ADDRESS = (
    "rosa@example.com",
    "ROSA@Example.COM",
    "mailto:Rosa@example.com",
    "rosa%40example.com",
    "rosa@example\u200b.com",
)
ALIASED = ("psid-77", *NUMBER[:6])
"""Ways to write three people; of the last one an alias says that the two ids are one person's."""

OTHERS = ("491701234568", "49170123456", "+49/170/1234568", "rosa@example.org", "mailto:rosa@example.org", "psid-78")

START, PLACED, NOW = "2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z", "2026-01-01T00:00:00Z"


class World:
    """A store in which each way to write a person has a stored file, a refused one and one that was deleted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.media = folder, folder / "media"
        self.media.mkdir()
        self.counter = itertools.count(1)
        old = self.desk(START)
        old.store.init()
        old.inboxes.add("vip")
        old.retention.set("default", remove_after="30d")

    def desk(self, now: str = NOW, actor: str = "dana") -> OccMedia:
        return OccMedia(self.folder / "s.db", actor=actor, now=now)

    def take_in(self, customers: Sequence[str]) -> None:
        rows = []
        for customer in customers:
            number = next(self.counter)
            for state in ("stored", "refused", "deleted"):
                name = f"{state}-{number}"
                data = name.encode()
                (self.media / name).write_bytes(data)
                row = {
                    "id": name, "time": "2024-03-01T00:00:00Z", "inbox": "vip", "direction": "receive", "name": f"{name}.pdf",
                    "customer": customer, "path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
                    "outcome": "blocked" if state == "refused" else "delivered",
                }  # fmt: skip
                rows.append(row | ({"deleted": "2024-04-01T00:00:00Z"} if state == "deleted" else {}))
        source = self.folder / "rows.ndjson"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        assert self.desk().ledger.ingest("ndjson", str(source)).counts.new == len(rows)

    def fill(self, ways: Sequence[str]) -> None:
        self.take_in([each for pair in itertools.zip_longest(ways, OTHERS) for each in pair if each is not None])

    def ids(self, ways: Sequence[str], *states: str) -> set[str]:
        return {
            str(entry["id"])
            for entry in self.desk().ledger.list()
            if entry["customer"] in ways and str(entry["id"]).startswith(states or ("",))
        }


PEOPLE = {
    "number": (NUMBER, NUMBER),
    "address": (ADDRESS, ADDRESS),
    "alias": (ALIASED, (*ALIASED[:5], "+49(170)1234567")),
}
"""For each person the ways that entries have, and those that are typed."""


@pytest.mark.parametrize("whose", PEOPLE)
@pytest.mark.parametrize("when", ["before", "after"])
def test_every_reader_knows_one_person(tmp_path: Path, whose: str, when: str) -> None:
    """The entries came before the holds, or after them; there is a hold for each way to type the person."""
    ways, typed = PEOPLE[whose]
    world = World(tmp_path)
    if whose == "alias":
        world.desk(START).customers.add_alias(["psid-77", "+49 (170) 1234567"], "case 7")
    if when == "before":
        world.fill(ways)
    for number, each in enumerate(typed):
        placed = world.desk(PLACED).holds.add(f"claim-{number}", "claim 4711", customer=each)
        assert placed.covered.entries == (3 * len(ways) if when == "before" else 0)
    if when == "after":
        world.fill(ways)
    views_agree(world, ways, typed)
    lists_and_plans_agree(world, ways, typed)
    reports_and_rules_agree(world, ways)
    erasure_takes_all(world, ways, typed)


def names(typed: Sequence[str]) -> list[str]:
    """The names of the holds."""
    return [f"claim-{number}" for number in range(len(typed))]


def views_agree(world: World, ways: Sequence[str], typed: Sequence[str]) -> None:
    mine = world.ids(ways)
    connection = connect(world.folder / "s.db", writable=False)
    for view in ("entry_hold", f"({ENTRY_HOLD})"):
        rows = connection.execute(f"SELECT h.hold, e.id FROM {view} h JOIN entry e ON e.seq = h.entry_seq").fetchall()
        assert sorted(rows) == sorted((hold, each) for hold in names(typed) for each in mine), view
    held = connection.execute(f"SELECT r.id FROM record r WHERE r.kind = 0 AND {entries_sql.HELD}").fetchall()
    assert {each for (each,) in held} == mine
    keys = connection.execute(f"SELECT DISTINCT {PERSON} FROM record r WHERE r.customer IN {tuple(ways)}").fetchall()
    assert len(keys) == 1
    assert keys == connection.execute("SELECT DISTINCT canonical_customer FROM hold_scope").fetchall()
    for one in typed:
        assert key_of_person(connection, one) == keys[0][0]
        assert connection.execute(f"SELECT {person('x')} FROM (SELECT ? AS x)", (one,)).fetchone() == keys[0]
    connection.close()


def lists_and_plans_agree(world: World, ways: Sequence[str], typed: Sequence[str]) -> None:
    desk, mine = world.desk(), world.ids(ways)
    for one in typed:
        assert {entry["id"] for entry in desk.ledger.list(customers=one)} == mine
        assert desk.retention.plan(str(world.media), customer=one).remove == 0
    for state in desk.holds.list():
        assert (state.covered.entries, state.covered.gone) == (3 * len(ways), len(ways))
    for each in world.ids(ways, "stored"):
        page = desk.ledger.show(each)
        assert {hold["hold"] for hold in page.known.parts["holds"]} == set(names(typed))
        assert (page.retention.action, page.retention.held) == ("keep", True)
    plan = desk.retention.plan(str(world.media))
    assert (plan.keep, plan.remove) == (len(ways), len(OTHERS))


def reports_and_rules_agree(world: World, ways: Sequence[str]) -> None:
    desk = world.desk()
    for since in (None, "2024-02-15"):  # of the totals, and of the entries
        report = desk.report("retention", since=since)
        assert report.totals["held"]["files"] == len(ways)
        senders = {row["sender"]: row["files"] for row in desk.report("senders", since=since).rows}
        assert sorted(senders.values()) == sorted([2 * len(ways), *others_by_person()])
        (attempts,) = desk.report("attempts", since=since).rows
        assert attempts["customers"] == len(senders)
    found = list(desk.audit(rules=["past-retention", "deleted-while-held"], verify=True).findings)
    assert {each.entry for each in found if each.rule == "past-retention"} == world.ids(OTHERS, "stored")
    assert {each.entry for each in found if each.rule == "deleted-while-held"} == world.ids(ways, "deleted")


def others_by_person() -> list[int]:
    """The delivered files of the others: two of them have two ways to be written."""
    return [4, 2, 4, 2]


def erasure_takes_all(world: World, ways: Sequence[str], typed: Sequence[str]) -> None:
    desk = world.desk()
    for one in typed:
        with pytest.raises(Refused, match=rf"{3 * len(ways)} entries of this customer are held"):
            desk.ledger.erase(one, "request 1")
    for hold in names(typed):
        desk.holds.release(hold, "settled")
    assert desk.ledger.erase(typed[-1], "request 1").erasure.records == 3 * len(ways)
    connection = connect(world.folder / "s.db", writable=False)
    kept = connection.execute("SELECT spelling FROM person_spelling ORDER BY 1").fetchall()
    assert kept == [("+49/170/1234568",), ("mailto:rosa@example.org",)]  # of the others
    assert forms_of(connection, "psid-77") == {"psid-77"}
    connection.close()
    assert desk.ledger.verify().intact


@pytest.mark.parametrize("stored", [*NUMBER, *ADDRESS])
def test_a_purge_asks_again_for_a_hold_that_came_after_the_plan(tmp_path: Path, stored: str) -> None:
    world = World(tmp_path)
    world.take_in([stored, *OTHERS])
    plan = world.desk().retention.plan(str(world.media)).plan
    world.desk(actor="sam").retention.approve(plan)
    world.desk().holds.add(
        "claim", "claim 4711", customer="mailto:rosa@EXAMPLE.com" if stored in ADDRESS else "(49) 170-1234567"
    )
    done = world.desk().retention.purge(plan, str(world.media), max_delete="100%")
    assert (done.files, [each.code for each in done.refused]) == (len(OTHERS), ["held"])


def test_a_customer_reads_a_message_once_under_every_spelling(tmp_path: Path) -> None:
    world = World(tmp_path)
    desk = world.desk()
    desk.set("vip", {"receive": False, "message": "not now"})
    entry = {"time": NOW, "inbox": "vip", "direction": "receive", "name": "a.pdf"}
    read = []
    for customer in (*NUMBER[:8], *OTHERS[:1]):
        for reply in world.desk().gate([entry | {"id": f"{customer}-{n}", "customer": customer} for n in range(2)]):
            read.append(reply.customer_message)
    assert [text for text in read if text] == ["not now", "not now"]
    assert (read[0], read[-2]) == ("not now", "not now")


def test_a_hold_covers_what_a_gate_recorded_under_another_spelling(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.desk().holds.add("claim", "claim 4711", customer="491701234567")
    entry = {"id": "g1", "time": NOW, "inbox": "vip", "direction": "receive", "name": "a.pdf", "customer": NUMBER[10]}
    assert world.desk().gate(entry).allow
    world.take_in([NUMBER[10]])
    assert world.desk().ledger.verify().intact
