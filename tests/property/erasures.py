"""Customers in every text that people write, erased in batches: what is left in the bytes of a store, and was it said?

The oracle reads files: it knows what was written about whom, in which spelling, and shares no code with the product.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import OccMediaError

INBOXES = tuple(f"desk-{number}" for number in range(12))


@dataclass
class Person:
    """One customer. needles: every way in which it was written, as bytes in lower case; stays: words of the places from
    which no erasure takes it."""

    id: str
    needles: set[bytes] = field(default_factory=set)
    stays: set[str] = field(default_factory=set)


@dataclass
class Figures:
    """What a run came to."""

    customers: int = 0
    texts: int = 0
    gone: int = 0
    named: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


class World:
    """One store of a kind, and what was said in it."""

    def __init__(self, folder: Path, kind: str, seed: int) -> None:
        self.folder, self.random, self.figures = folder, Random(seed), Figures()
        self.path = folder / f"s.{kind}"
        self.desk = OccMedia(self.path, actor="ann")
        self.number = 0
        for name in INBOXES:
            self.desk.inboxes.add(name)
        self.said: dict[tuple[str, str], set[str]] = {}  # inbox and field: whose message or description is in force
        self.waiting: dict[str, Person] = {}

    def person(self) -> Person:
        self.number += 1
        tail = f"{self.number:05d}{self.random.randrange(10_000):04d}"
        made = Person(self.random.choice([f"49151{tail}", f"Rosa.{tail}@Example.com", f"user-{tail}-x", f"1650{tail}"]))
        self.waiting[made.id] = made
        self.figures.customers += 1
        return made

    def spelled(self, who: Person) -> str:
        """One of the ways in which people write an id."""
        found = who.id
        if found.isdigit():
            found = self.random.choice([
                found, f"+{found}", f"tel:+{found}", f"whatsapp:{found}", f"+{found[:2]} {found[2:5]} {found[5:]}",
                f"+{found[:4]}-{found[4:8]}-{found[8:]}", f"00{found}", f"({found[:4]}) {found[4:]}",
            ])  # fmt: skip
        elif "@" in found:
            found = self.random.choice([found, found.lower(), found.upper()])
        bare = found.removeprefix("tel:").removeprefix("whatsapp:").removeprefix("00")
        who.needles.add(bare.lower().encode())
        who.needles.add(who.id.lower().encode())
        return found

    def sentence(self, who: Person) -> str:
        return self.random.choice(["asked by {}", "{}", "see {}, twice", "call ({}) back", "«{}» ☎ ok", 'she said "{}".']).format(
            self.spelled(who)
        )  # fmt: skip

    # What people write

    def entries(self, some: list[Person]) -> None:
        """Entries of each, in bulk; a few corrections whose reasons name one, and a few entries of others that do."""
        rows = []
        for who in some:
            self.number += 1
            known = f"w.{self.number}"
            rows.append({
                "id": known, "time": "2026-03-01T10:00:00Z", "inbox": self.random.choice(INBOXES),
                "direction": "receive", "name": f"photo of {self.spelled(who)}.jpg", "customer": self.spelled(who),
                "conversation": who.id, "size": 5, "path": f"in/{self.number}.jpg", "message": self.sentence(who),
            })  # fmt: skip
            if self.random.random() < 0.02:
                rows.append({"id": f"c.{self.number}", "corrects": known, "time": "2026-03-02T10:00:00Z",
                             "outcome": "failed", "reason": self.sentence(who)})  # fmt: skip
                who.stays.add("reasons of entries")
            if self.random.random() < 0.02:
                other = {**rows[0], "id": f"o.{self.number}", "customer": f"nobody-{self.number}", "conversation": None}
                rows.append({**other, "name": "x.jpg", "path": None, "message": self.sentence(who)})
                who.stays.add("entries of others")
        source = self.folder / "rows.ndjson"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.desk.ledger.ingest("ndjson", str(source))
        source.unlink()

    def flag(self, who: Person) -> None:
        found = next(iter(self.desk.ledger.list(customers=who.id)))
        self.desk.ledger.flag(str(found["id"]), self.sentence(who))

    def hold(self, who: Person) -> None:
        self.number += 1
        name = f"h{self.number} {self.spelled(who)}" if self.random.random() < 0.7 else f"h{self.number}"
        scope = {"customer": self.spelled(who)} if self.random.random() < 0.5 else {"since": "2029-01-01"}
        self.desk.holds.add(name, self.sentence(who), **scope)  # type: ignore[arg-type]  # one of two
        if "customer" in scope or self.random.random() < 0.8:
            self.desk.holds.release(name, self.sentence(who))

    def message(self, who: Person) -> None:
        inbox, kind = self.random.choice(INBOXES), self.random.choice(["message", "description", "de"])
        self._says(inbox, kind, who)
        text = self.sentence(who)
        if kind == "de":
            self.desk.set(inbox, {}, texts={"de": text}, reason=self.sentence(who))
        else:
            self.desk.set(inbox, {kind: text}, reason=self.sentence(who))  # type: ignore[misc]  # one of two

    def _says(self, inbox: str, kind: str, who: Person) -> None:
        self.said[inbox, kind] = {who.id}

    def reason(self, who: Person) -> None:
        self.desk.set(self.random.choice(INBOXES), {"send": self.random.random() < 0.5}, reason=self.sentence(who))

    def backdate(self, who: Person) -> None:
        # Into the past of an inbox that has no messages: what is in force stays as it is.
        self.number += 1
        self.desk.inboxes.add(f"old-{self.number}")
        self.desk.set(f"old-{self.number}", {"receive": False}, now="2020-01-01T00:00:00Z", backdate=self.sentence(who))

    def rule(self, who: Person) -> None:
        days = f"{self.random.randrange(100, 9_999)}d"
        self.desk.retention.set(self.random.choice(INBOXES), remove_after=days, reason=self.sentence(who))

    def alias(self, who: Person) -> None:
        self.number += 1
        other = Person(f"alias-{self.number}-{self.random.randrange(10_000)}")
        who.needles.add(other.id.encode())
        third = self.random.choice(list(self.waiting.values()))
        reason = "case" if third is who else self.sentence(third)
        self.desk.customers.add_alias([who.id, other.id], reason)
        if self.random.random() < 0.3:
            self.desk.customers.remove_alias(other.id, reason)
            who.needles.discard(other.id.encode())  # it is nobody's any more, and was erased with nobody

    def forever(self, who: Person) -> None:
        """A place from which nothing is erased."""
        name = who.id.lower().replace("@", " at ") if "@" in who.id else who.id
        kind = self.random.choice(["inbox", "tag", "agent", "actor", "document"])
        if "@" in who.id and kind in ("inbox", "tag", "agent"):
            return
        who.needles.add(name.encode())
        if kind == "inbox":
            self.desk.inboxes.add(name)
            who.stays.add("names of inboxes")
        elif kind == "tag":
            self.desk.inboxes.tag(self.random.choice(INBOXES), name)
            who.stays.add("tags")
        elif kind == "agent":
            self.desk.agents.add(name, "agent")
            who.stays.add("agents")
        elif kind == "actor":
            OccMedia(self.path, actor=who.id).set(self.random.choice(INBOXES), {"send": True}, reason="again")
            who.stays.add("actors")
        elif self.path.suffix == ".toml":
            with self.path.open("a", encoding="utf-8") as document:
                document.write(f"# {self.spelled(who)} is a good customer\n")
        if kind in ("inbox", "tag", "agent", "document") and self.path.suffix == ".toml":
            who.stays.add("the document")

    ACTS = ("flag", "hold", "message", "reason", "backdate", "rule", "alias", "message", "hold", "reason")

    def live(self, many: int) -> None:
        """Some new customers, and what is said about them and about those who are there."""
        some = [self.person() for _ in range(many)]
        self.entries(some)
        for who in some:
            for act in self.random.sample(self.ACTS, self.random.randint(1, 3)):
                try:
                    getattr(self, act)(who)
                except OccMediaError as problem:
                    raise AssertionError(f"{act} of {who.id}: {problem} {problem.hint}") from problem
                self.figures.kinds[act] += 1
                self.figures.texts += 1
            if self.random.random() < 0.03:
                self.forever(who)
                self.figures.kinds["forever"] += 1

    # Erasing

    def erase(self, some: list[Person]) -> None:
        """Erase some together; each is gone from every byte afterwards, or the place where it stays was told."""
        for who in some:
            del self.waiting[who.id]
            if any(who.id in whose for whose in self.said.values()):
                who.stays.add("in force")
                if self.path.suffix == ".toml":
                    who.stays.add("the document")
        reason = f"request {self.number}" if not self.waiting or self.random.random() < 0.5 else self.sentence(
            self.random.choice(list(self.waiting.values()))
        )  # fmt: skip
        first, *others = (self.spelled(who) for who in some)
        done = self.desk.ledger.erase(first, reason, customers=others)
        told = " | ".join(place.place for place in done.not_reached)
        data = {path.name: path.read_bytes().lower() for path in self.folder.iterdir() if path.is_file()}
        for who in some:
            left = sorted({name for needle in who.needles for name, bytes_ in data.items() if needle in bytes_})
            missing = [words for words in who.stays if words not in told]
            assert not missing, f"{who}: not told: {missing}; told: {told}"
            assert not left or who.stays, f"{who}: silently left in {left}; told: {told}"
            self.figures.gone += not left
            self.figures.named += bool(left)
        expected = {words for who in some for words in who.stays}
        for place in done.not_reached:
            assert any(words in place.place for words in expected), f"{place} is told, and nothing was written there"

    def verify(self) -> None:
        result = self.desk.ledger.verify()
        assert result.intact, result.problems[:3]


def run(folder: Path, kind: str, seed: int, count: int, *, batch: int = 100) -> Figures:
    """Live with so many customers and erase all of them, batch by batch, a batch behind."""
    world = World(folder, kind, seed)
    while world.figures.customers < count or world.waiting:
        if world.figures.customers < count:
            world.live(min(batch, count - world.figures.customers))
        known = list(world.waiting.values())
        late = world.random.sample(known, min(len(known), batch if len(known) > batch // 2 else len(known)))
        world.erase(late)
    world.verify()
    return world.figures
