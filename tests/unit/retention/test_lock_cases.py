"""Cases after the shape of public object-lock test suites: shorten, extend, bypass, change of mode, delete of many,
hold off then delete, overwrite, restore.

Each is a few steps, and the files that must be there at the end; `~` says that some of them are in quarantine.
"""

from __future__ import annotations

from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.errors import OccMediaError
from tests.unit.retention.store import START, Store

DAY = times.DAY
REMOVE = {"remove_after": "30d"}
KEEP = {"keep_for": "60d"}
BOTH = {**REMOVE, **KEEP}

# What a step does. `d` is the number of days after the files were shared.
# rules d, *rules · hold d, name, scope · release d, name · go d (plan, approve, purge) · plan d · purge d (the last plan)
# finish d · restore d, file · refused d, step… (the step must be refused) · file d, name, values · correct name, values

Steps = list[tuple[Any, ...]]
ALL = "abc"

CASES: dict[str, tuple[Steps, str]] = {
    # Retention alone
    "no rule keeps": ([("rules", 0), ("go", 999), ("finish", 1999)], "abc"),
    "a rule removes what is due": ([("rules", 0, REMOVE), ("go", 30), ("finish", 37)], ""),
    "a rule keeps what is not due": ([("rules", 0, REMOVE), ("go", 29), ("finish", 999)], "abc"),
    "keep beats remove": ([("rules", 0, BOTH), ("go", 59), ("finish", 999)], "abc"),
    "keep ends": ([("rules", 0, BOTH), ("go", 60), ("finish", 67)], ""),
    "keep alone never removes": ([("rules", 0, KEEP), ("go", 999), ("finish", 1999)], "abc"),
    "the longest keep counts": (
        [("rules", 0, REMOVE, {"keep_for": "40d", "inbox": "vip"}, {"keep_for": "90d", "category": "document"}),
         ("go", 89), ("finish", 999)], "abc"),
    # Extend and shorten
    "extend before the plan": ([("rules", 0, REMOVE), ("rules", 1, {"remove_after": "90d"}), ("go", 30), ("finish", 99)], "abc"),
    "extend between plan and purge": (
        [("rules", 0, REMOVE), ("plan", 30), ("rules", 30, {"remove_after": "90d"}), ("refused", "purge", 30)], "abc"),
    "extend during the grace": (
        [("rules", 0, REMOVE), ("go", 30), ("rules", 31, {"remove_after": "90d"}), ("finish", 60), ("restore", 61, "a")], "abc~"),
    "a keep that comes between plan and purge": (
        [("rules", 0, REMOVE), ("plan", 30), ("rules", 30, BOTH), ("refused", "purge", 30)], "abc"),
    "a keep that comes during the grace": (
        [("rules", 0, REMOVE), ("go", 30), ("rules", 31, BOTH), ("finish", 40)], "abc~"),
    "shorten before the plan": ([("rules", 0, {"remove_after": "90d"}), ("rules", 1, REMOVE), ("go", 30), ("finish", 37)], ""),
    "shorten between plan and purge needs a new plan": (
        [("rules", 0, REMOVE), ("plan", 30), ("rules", 30, {"remove_after": "10d"}), ("refused", "purge", 30)], "abc"),
    "a keep cannot be shortened past what it still keeps": (
        [("rules", 0, BOTH), ("rules", 1, {**REMOVE, "keep_for": "50d"}), ("go", 49), ("finish", 99)], "abc"),
    "a rule taken away between plan and purge": ([("rules", 0, REMOVE), ("plan", 30), ("rules", 30), ("refused", "purge", 30)], "abc"),
    "a rule taken away and set again is the same rule": (
        [("rules", 0, REMOVE), ("plan", 30), ("rules", 30), ("rules", 30, REMOVE), ("purge", 30), ("finish", 37)], ""),
    "a rule of another inbox changes nothing": (
        [("rules", 0, REMOVE), ("plan", 30), ("rules", 30, REMOVE, {"inbox": "lab", "remove_after": "1d"}), ("purge", 30),
         ("finish", 37)], ""),
    # Change of mode: from a default to a rule of an inbox, and to a category
    "a rule of the inbox is longer than the default": (
        [("rules", 0, REMOVE, {"inbox": "vip", "remove_after": "90d"}), ("go", 30), ("finish", 99)], "abc"),
    "a rule of the inbox is shorter than the default": (
        [("rules", 0, {"remove_after": "90d"}, {"inbox": "vip", "remove_after": "30d"}), ("go", 30), ("finish", 37)], ""),
    "a rule of the category beats the default": (
        [("rules", 0, REMOVE, {"category": "document", "remove_after": "90d"}), ("go", 30), ("finish", 99)], "abc"),
    "a rule of the inbox beats one of the category": (
        [("rules", 0, {"inbox": "vip", "remove_after": "90d"}, {"category": "document", "remove_after": "30d"}),
         ("go", 30), ("finish", 99)], "abc"),
    "a rule of the direction": ([("rules", 0, {"direction": "send", "remove_after": "1d"}), ("go", 30), ("finish", 99)], "abc"),
    # Legal hold
    "a hold keeps what is due": ([("rules", 0, REMOVE), ("hold", 1, "h", {"entry": "a"}), ("go", 30), ("finish", 37)], "a"),
    "a hold on everything": ([("rules", 0, REMOVE), ("hold", 1, "h", {"since": 0}), ("go", 30), ("finish", 37)], "abc"),
    "a hold without retention": ([("rules", 0), ("hold", 1, "h", {"since": 0}), ("go", 30), ("finish", 37)], "abc"),
    "hold off, then delete": (
        [("rules", 0, REMOVE), ("hold", 1, "h", {"entry": "a"}), ("release", 2, "h"), ("go", 30), ("finish", 37)], ""),
    "hold off removes nothing by itself": ([("rules", 0, REMOVE), ("hold", 1, "h", {"since": 0}), ("release", 99, "h")], "abc"),
    "two holds, one off": (
        [("rules", 0, REMOVE), ("hold", 1, "h", {"entry": "a"}), ("hold", 1, "i", {"since": 0, "until": 1}),
         ("release", 2, "h"), ("go", 30), ("finish", 37)], "abc"),
    "a hold between plan and purge": (
        [("rules", 0, REMOVE), ("plan", 30), ("hold", 30, "h", {"entry": "a"}), ("purge", 30), ("finish", 37)], "a"),
    "a hold between plan and purge, off again": (
        [("rules", 0, REMOVE), ("plan", 30), ("hold", 30, "h", {"entry": "a"}), ("release", 30, "h"), ("purge", 30),
         ("finish", 37)], ""),
    "a hold during the grace": (
        [("rules", 0, REMOVE), ("go", 30), ("hold", 31, "h", {"entry": "a"}), ("finish", 37)], "a~"),
    "a hold during the grace, off again": (
        [("rules", 0, REMOVE), ("go", 30), ("hold", 31, "h", {"entry": "a"}), ("finish", 37), ("release", 38, "h"), ("finish", 39)], ""),
    "a hold that is placed again after it was off": (
        [("rules", 0, REMOVE), ("hold", 1, "h", {"entry": "a"}), ("release", 2, "h"), ("hold", 3, "h", {"entry": "a"}),
         ("go", 30), ("finish", 37)], "a"),
    "a hold in the future counts now": ([("rules", 0, REMOVE), ("hold", 9999, "h", {"entry": "a"}), ("go", 30), ("finish", 37)], "a"),
    "a hold covers what arrives later": (
        [("rules", 0, REMOVE), ("hold", 1, "h", {"customer": "c-7"}), ("file", 0, "late", {"customer": "c-7"}), ("go", 30),
         ("finish", 37)], "late"),
    "a hold of another customer": ([("rules", 0, REMOVE), ("hold", 1, "h", {"customer": "c-9"}), ("go", 30), ("finish", 37)], ""),
    "a hold whose window ends before": ([("rules", 0, REMOVE), ("hold", 1, "h", {"until": 0}), ("go", 30), ("finish", 37)], ""),
    "a hold whose window begins after": ([("rules", 0, REMOVE), ("hold", 1, "h", {"since": 1}), ("go", 30), ("finish", 37)], ""),
    "releasing a hold that is none": ([("rules", 0, REMOVE), ("refused", "release", 1, "h"), ("go", 30), ("finish", 37)], ""),
    # Bypass
    "the planner approves": ([("rules", 0, REMOVE), ("refused", "go", 30, {"actor": "dana"})], "abc"),
    "nobody approves": ([("rules", 0, REMOVE), ("plan", 30, {"approve": False}), ("refused", "purge", 30)], "abc"),
    "too many": ([("rules", 0, REMOVE), ("plan", 30), ("refused", "purge", 30, {"limit": "99%"})], "abc"),
    "a clock set forward at the plan and back at the purge": ([("rules", 0, REMOVE), ("plan", 999), ("purge", 1), ("finish", 1999)], "abc"),
    "everything of a customer is held": (
        [("rules", 0), ("hold", 1, "h", {"customer": "c-1"}), ("go", 2, {"customer": "c-1"}), ("finish", 99)], "abc"),
    "everything of a customer is kept for a while": ([("rules", 0, KEEP), ("go", 2, {"customer": "c-1"}), ("finish", 99)], "abc"),
    "everything of a customer": ([("rules", 0), ("go", 2, {"customer": "c-1"}), ("finish", 9)], ""),
    "everything of a customer, held during the grace": (
        [("rules", 0), ("go", 2, {"customer": "c-1"}), ("hold", 3, "h", {"entry": "b"}), ("finish", 9)], "b~"),
    # Delete of many, with one that is locked
    "one of many is held": (
        [("rules", 0, REMOVE), ("file", 0, "d", {}), ("file", 0, "e", {}), ("hold", 1, "h", {"entry": "d"}), ("go", 30), ("finish", 37)], "d"),
    "one of many is younger": ([("rules", 0, REMOVE), ("file", 5, "d", {}), ("go", 30), ("finish", 37)], "d"),
    "one of many has no hash": ([("rules", 0, REMOVE), ("file", 0, "d", {"sha256": None}), ("go", 30), ("finish", 37)], "d"),
    # Overwrite and versions
    "another entry of the same file is younger": (
        [("rules", 0, REMOVE), ("file", 5, "d", {"path": "2026/a", "data": b"a"}), ("go", 30), ("finish", 37)], "a"),
    "both entries of the same file are due": (
        [("rules", 0, REMOVE), ("file", 5, "d", {"path": "2026/a", "data": b"a"}), ("go", 35), ("finish", 42)], ""),
    "another entry of the same file is held": (
        [("rules", 0, REMOVE), ("file", 0, "d", {"path": "2026/a", "data": b"a"}), ("hold", 1, "h", {"entry": "d"}), ("go", 30),
         ("finish", 37)], "a"),
    "the ledger learns another hash": (
        [("rules", 0, REMOVE), ("plan", 30), ("correct", "a", {"sha256": "0" * 64}), ("purge", 30), ("finish", 37)], "a"),
    # Restore
    "restore, and the plan leaves it": (
        [("rules", 0, REMOVE), ("go", 30), ("restore", 31, "a"), ("purge", 32), ("finish", 99)], "a"),
    "restore, and a new plan takes it": (
        [("rules", 0, REMOVE), ("go", 30), ("restore", 31, "a"), ("go", 32), ("finish", 99)], ""),
    "restore after the end": ([("rules", 0, REMOVE), ("go", 30), ("finish", 37), ("refused", "restore", 38, "a")], ""),
    "the grace is not over": ([("rules", 0, REMOVE), ("go", 30), ("finish", 36)], "abc~"),
}  # fmt: skip


class Scene:
    """Runs steps on a store with the files a, b and c, shared at the start by customer c-1 in vip."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.last: Any = None
        for name in ALL:
            store.file(name)
        store.take_in()

    @staticmethod
    def at(days: int) -> int:
        return START + days * DAY

    def rules(self, days: int, *rules: dict[str, str]) -> None:
        self.store.rules(*rules, now=self.at(days))

    def hold(self, days: int, name: str, scope: dict[str, Any]) -> None:
        values = {
            key: self.store.seq(value) if key == "entry" else self.at(value) if key in ("since", "until") else value
            for key, value in scope.items()
        }
        self.store.hold(name, now=self.at(days), **values)

    def release(self, days: int, name: str) -> None:
        self.store.release(name, now=self.at(days))

    def plan(self, days: int, how: dict[str, Any] | None = None) -> None:
        scope = {key: value for key, value in (how or {}).items() if key == "customer"}
        if (how or {}).get("approve", True):
            self.last = self.store.approved(self.at(days), actor=(how or {}).get("actor", "sam"), **scope)
        else:
            self.last = self.store.plan(self.at(days), **scope).plan

    def purge(self, days: int, how: dict[str, Any] | None = None) -> None:
        self.store.purge(self.last, self.at(days), limit=(how or {}).get("limit", "100%"))

    def go(self, days: int, how: dict[str, Any] | None = None) -> None:
        self.plan(days, how)
        self.purge(days)

    def finish(self, days: int) -> None:
        self.store.finish(self.at(days))

    def restore(self, days: int, name: str) -> None:
        self.store.restore(name, self.at(days))

    def file(self, days: int, name: str, values: dict[str, Any]) -> None:
        self.store.file(name, self.at(days), **values)
        self.store.take_in()

    def correct(self, name: str, values: dict[str, Any]) -> None:
        self.store.correct(name, **values)

    def refused(self, step: str, *values: Any) -> None:
        with pytest.raises(OccMediaError):
            getattr(self, step)(*values)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
def test_an_object_lock_case(store: Store, case: str) -> None:
    steps, alive = CASES[case]
    scene = Scene(store)
    for step, *values in steps:
        getattr(scene, step)(*values)
    there = sorted(path.name for path in (store.media / "2026").iterdir())
    waiting = {store.connection.execute("SELECT id FROM entry WHERE seq = ?", (int(name.partition("-")[2]),)).fetchone()[0]
               for name in store.waiting()}  # fmt: skip
    names = set("abc") if alive.startswith("abc") else {alive.strip("~")} - {""}
    assert set(there) | waiting == names
    assert bool(waiting) is alive.endswith("~"), (there, waiting)
    assert not set(there) & waiting


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 40
