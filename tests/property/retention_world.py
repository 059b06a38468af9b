"""Random stores for retention: policies, holds, categories, ages, offsets of up to 14 hours, and moments around a
change of the clocks, judged by the program and by the oracle."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.retention import retention_rows
from occ_media_cli.retention.plan import make, saved
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.sections import policy_rule
from occ_media_cli.store import chain, connect
from occ_media_cli.store.locate import at
from tests.unit.retention.oracle import goes

INBOXES = ("vip", "lab")
TYPES = {"image": "png", "document": "pdf", "audio": "mp3", "video": "mp4", None: "unknown"}
UNITS = {"h": 3_600_000, "d": 86_400_000}
ROOT: dict[str, object] = {"kind": "folder", "path": "/media", "device": 1, "inode": 1}
ZONES = [timezone(timedelta(minutes=minutes)) for minutes in (-14 * 60, -12 * 60, -210, 0, 345, 13 * 60, 14 * 60)]
ZONES_WITH_SUMMER: list[Any] = [
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
]
CLOCK_CHANGES = [datetime(2026, 3, 29, 1, tzinfo=ZONES[3]), datetime(2026, 11, 1, 6, tzinfo=ZONES[3]),
                 datetime(2026, 10, 25, 1, tzinfo=ZONES[3]), datetime(2026, 4, 4, 15, tzinfo=ZONES[3])]  # fmt: skip


def stamp(now: int) -> chain.Stamp:
    return chain.Stamp(now, now, "dana", "dana", "host", "test")


def template(folder: Path) -> Path:
    """A store with inboxes, to be copied for every world."""
    path = folder / "template.db"
    with editing(at(path, explicit=True), stamp(0)) as editor:
        for name in INBOXES:
            editor.add_inbox(name)
    connection = connect.connect(path, writable=True)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def moment(random: Random) -> datetime:
    base = random.choice(CLOCK_CHANGES) + timedelta(hours=random.choice([-26, -25, -24, -1, 0, 1, 23, 24, 25]))
    base += timedelta(milliseconds=random.choice([-1, 0, 1, 0, 500]))
    return base.astimezone(random.choice(ZONES + ZONES_WITH_SUMMER))


def milliseconds(when: datetime) -> int:
    return round((when - datetime(1970, 1, 1, tzinfo=ZONES[3])) / timedelta(milliseconds=1))


class World:
    """One random store and everything that is true about it."""

    def __init__(self, random: Random, folder: Path, made: Path) -> None:
        self.random = random
        self.path = folder / "world.db"
        for leftover in folder.glob("world.db*"):
            leftover.unlink()
        shutil.copy(made, self.path)
        self.entries = [self.entry(number) for number in range(random.randint(1, 8))]
        self.rules = self.some_rules()
        self.holds = [self.hold(number) for number in range(random.choice([0, 0, 1, 2]))]
        self.now = self.pick_now()

    def entry(self, number: int) -> dict[str, Any]:
        random = self.random
        when = moment(random)
        known = random.random() > 0.1
        return {
            "id": f"e{number}", "when": when, "time": milliseconds(when), "inbox": random.choice(INBOXES),
            "category": random.choice(list(TYPES)), "direction": random.choice(["send", "receive"]),
            "outcome": random.choice(["delivered"] * 8 + ["blocked", "failed"]), "size": 5 if known else None,
            "sha256": hashlib.sha256(b"x").hexdigest() if known or random.random() < 0.5 else None,
            "customer": random.choice(["c1", "c2", None]), "conversation": random.choice(["t1", None]),
            "path": f"p{random.randrange(number + 1)}" if random.random() < 0.2 else f"p{number}",
        }  # fmt: skip

    def some_rules(self) -> list[dict[str, Any]]:
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        for _ in range(self.random.randint(0, 5)):
            rule: dict[str, Any] = {}
            for key, values in (
                ("inbox", INBOXES),
                ("category", [c for c in TYPES if c]),
                ("direction", ("send", "receive")),
            ):
                if self.random.random() < 0.4:
                    rule[key] = self.random.choice(values)
            for key in self.random.choice([["remove"], ["remove"], ["keep"], ["remove", "keep"]]):
                unit = self.random.choice("hd")
                amount = self.random.choice([1, 2, 23, 24, 25, 26, 48] if unit == "h" else [1, 2, 3])
                rule[key], rule[key + "_words"] = amount * UNITS[unit], f"{amount}{unit}"
            found[tuple(rule.get(key) for key in ("inbox", "category", "direction"))] = rule
        return list(found.values())

    def hold(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = {"name": f"h{number}"}
        one = self.random.choice(self.entries)
        for key in self.random.sample(
            ["inbox", "customer", "conversation", "id", "since", "until"], self.random.choice([1, 1, 2])
        ):
            value = one["time"] + self.random.choice([-1, 0, 1, 3_600_000]) if key in ("since", "until") else one[key]
            if value is not None:
                found[key] = value
        return found

    def pick_now(self) -> int:
        """Mostly the very millisecond at which something changes, or the one before."""
        edges = [
            entry["time"] + rule[key] for entry in self.entries for rule in self.rules for key in ("remove", "keep")
            if key in rule
        ] or [self.entries[0]["time"]]  # fmt: skip
        return int(self.random.choice(edges)) + self.random.choice([-1, 0, 0, 1, 3_600_000, 86_400_000])

    def expected(self) -> set[str]:
        """What the oracle removes: an entry, and every other one that names the same path, may go."""
        free = {entry["id"]: goes(entry, self.rules, self.holds, self.now) for entry in self.entries}
        stored = [entry for entry in self.entries if entry["outcome"] == "delivered"]
        return {
            entry["id"]
            for entry in stored
            if all(free[other["id"]] for other in stored if other["path"] == entry["path"])
        }

    def planned(self) -> set[str]:
        """What the program removes, through the real store."""
        rows = [
            {**{key: value for key, value in entry.items() if key not in ("when", "category") and value is not None},
             "time": entry["when"].isoformat(timespec="milliseconds"), "name": f"n.{TYPES[entry['category']]}"}
            for entry in self.entries
        ]  # fmt: skip
        source = self.path.with_suffix(".ndjson")
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        connection = connect.connect(self.path, writable=True)
        try:
            connection.execute("PRAGMA synchronous=OFF")
            assert ingest(connection, "ndjson", str(source)).counts.new == len(rows)
            inboxes = dict(connection.execute("SELECT name, id FROM inbox_state").fetchall())
            with connect.transaction(connection):
                rules = [self.stored(rule) for rule in self.rules]
                body = {"section": "retention", "version": 1, "value": rules}
                self.write(connection, chain.Event("config", body, 0))
                for number, hold in enumerate(self.holds, 1):
                    self.write(connection, self.hold_event(connection, number, hold, inboxes))
            made = make.make_plan(connection, ROOT, stamp(self.now))
            summary = made.plan.content["summary"]
            stored = sum(entry["outcome"] == "delivered" for entry in self.entries)
            assert summary["keep"] + summary["remove"] == stored == made.draft.population, summary
            files = list(saved.files(connection, made.plan))
            assert all(item.reasons for item in files)
            return {item.entry for item in files if item.remove}
        finally:
            connection.close()

    @staticmethod
    def stored(rule: dict[str, Any]) -> dict[str, object]:
        words = {"remove": "remove_after", "keep": "keep_for"}
        row = {key: rule[key] for key in ("inbox", "category", "direction") if key in rule}
        return policy_rule({**row, **{name: rule[key + "_words"] for key, name in words.items() if key in rule}})

    @staticmethod
    def hold_event(connection: Any, number: int, hold: dict[str, Any], inboxes: dict[str, int]) -> chain.Event:
        entry = None
        if "id" in hold:
            entry = connection.execute("SELECT seq FROM record WHERE id = ?", (hold["id"],)).fetchone()[0]
        body = {
            "hold": number, "name": hold["name"], "inbox": inboxes[hold["inbox"]] if "inbox" in hold else None,
            "entry": entry, "since": hold.get("since"), "until": hold.get("until"),
            "by_customer": "customer" in hold, "by_conversation": "conversation" in hold,
        }  # fmt: skip
        return chain.Event("hold", body, 0, None, {key: hold.get(key) for key in ("customer", "conversation")})

    @staticmethod
    def write(connection: Any, event: chain.Event) -> None:
        from occ_media_cli.settings.setting_rows import apply

        (seq,) = chain.append(connection, [event], stamp(0))
        apply(connection, event.kind, event.body, seq)
        retention_rows.apply(connection, event.kind, event.body, seq)


def differences(seed: int, folder: Path, made: Path) -> tuple[set[str], set[str]]:
    """What one world removes wrongly, and what it keeps wrongly."""
    world = World(Random(seed), folder, made)
    expected, planned = world.expected(), world.planned()
    return planned - expected, expected - planned
