"""Random ledgers: the same facts written into a store and kept as plain Python values for an oracle."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from occ_media_cli import times
from occ_media_cli.ledger.removed import removed
from occ_media_cli.library import library_rows
from occ_media_cli.retention import retention_rows
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.store import chain
from occ_media_cli.store.locate import at
from tests.unit.ledger.recount import recount
from tests.unit.library import events

START, END = times.parse("2026-01-01"), times.parse("2026-06-01")
DAY = times.DAY
EXTENSIONS = ("pdf", "PDF", "jpeg", "jpg", "png", "mp4", "3gp", "ogg", "gif", "webp", "exe", "docx", "", "x1")
MEDIA = (None, None, None, "application/pdf", "image/jpeg", "image/png", "audio/ogg; codecs=opus", "video/mp4",
         "application/octet-stream", "image/webp", "Image/JPEG", "text/html", "")  # fmt: skip
DETECTED = (None, None, None, None, "pdf", "jpg", "png", "mp4", "exe", "webp", "image/png", "docm")
CHANNELS = (None, "whatsapp-cloud", "whatsapp-cloud:11", "web-widget", "web-widget:shop", "telegram")
PLAIN_LINKS = ("whatsapp-cloud", "telegram", "rcs")
LINKS = ("whatsapp-cloud", "web-widget:shop", "telegram:9", "whatsapp-cloud:11")
MESSAGES = (None, None, "No files here.", "Mail it to a@example.com.", "Call +20 2 1234 5678.")
AGENTS = ("mona", "kim", "lee", "ghost")
PEOPLE = ("c1", "c2", "c3", None)
NAMES = ("vip", "lab", "retail de", "دعم")
AGENT_LISTS = ("inboxes", "allow_send", "deny_send", "deny_view")
FORMS = ("shared", "received", "sent")


DEFAULT = {"send": True, "receive": True, "message": None, "tags": (), "channels": (), "send_approved_only": False,
           "scan": "off", "quota": None}  # fmt: skip


class LibraryStep(NamedTuple):
    """What happened to a proposal, and when it holds from. content: of its one file. inboxes, tags: for which it is;
    without any for every inbox."""

    kind: str
    seq: int
    when: int
    proposal: int
    name: str
    content: str | None
    inboxes: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    expires: int | None = None


@dataclass
class World:
    """Everything that was put into a store. Times are milliseconds.

    policy_versions: place in the chain, both times and rules, with numbers of inboxes. removals: the place in the chain and
    the clock of the purge that removed an entry. agreements: the event of an approval, who asked and who approved.
    """

    now: int
    names: dict[int, str] = field(default_factory=dict)
    removed: dict[int, int] = field(default_factory=dict)
    deltas: dict[int, list[tuple[int, int | None, dict[str, Any], int]]] = field(default_factory=dict)
    agents: list[tuple[int, dict[str, dict[str, Any]]]] = field(default_factory=list)
    policies: list[dict[str, Any]] = field(default_factory=list)
    suppressions: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    scans: list[dict[str, Any]] = field(default_factory=list)
    library: list[LibraryStep] = field(default_factory=list)
    policy_versions: list[tuple[int, int, int, list[dict[str, Any]]]] = field(default_factory=list)
    removals: dict[int, tuple[int, int]] = field(default_factory=dict)
    agreements: list[tuple[int, chain.Stamp, chain.Stamp]] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)
    verifications: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)


def settings(rng: random.Random, number: int) -> dict[str, Any]:
    """A random change of settings. An account belongs to one inbox, so only the first has some."""
    links = LINKS if number == 1 else PLAIN_LINKS
    change: dict[str, Any] = {}
    for name, choices in (
        ("send", (True, False)), ("receive", (True, False)), ("message", MESSAGES), ("tags", ((), ("sensitive",), ("x",))),
        ("channels", ((), (), *(tuple(rng.sample(links, 2)) for _ in range(2)))), ("send_approved_only", (True, False)),
        ("scan", ("off", "record", "required")), ("quota", (None, "1 MB", "9 GB")),
    ):  # fmt: skip
        if rng.random() < 0.4:
            change[name] = rng.choice(choices)
    return change or {"send": rng.choice((True, False))}


def from_record(change: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in change.items()}


class Maker:
    """Fills a store and a world with the same facts."""

    def __init__(self, path: Path, seed: int, entries: int = 40) -> None:
        self.rng = random.Random(seed)
        self.location = at(path, explicit=True)
        self.world = World(now=END + self.rng.randrange(-20 * DAY, 300 * DAY))
        self.count = entries

    def stamp(self, now: int, *, ahead: bool = True) -> chain.Stamp:
        """ahead: the change may be one for a time to come, which sections cannot be planned for."""
        wall = now + self.rng.choice((0, 0, 0, 299_000, 300_000, 300_001, -300_001 if ahead else -299_000, 90 * DAY))
        return chain.Stamp(
            now, wall, self.rng.choice(("dana", "sam")), self.rng.choice(("os", "os", "os2")), "host", "test"
        )

    def moment(self) -> int:
        return self.rng.choice((START, START + self.rng.randrange(END - START), START + self.rng.randrange(150) * DAY))

    def make(self) -> World:
        with editing(self.location, self.stamp(START), first_inbox=False) as editor:
            self.editor, self.connection = editor, editor.connection
            self._inboxes()
            for number in list(self.world.names):
                for _ in range(self.rng.randrange(6)):
                    self._change(number)
            self._sections()
            self._entries()
            self._events()
            if len(self.world.names) > 2 and self.rng.random() < 0.4:
                self._rename_and_remove()
            self._suppressions()
            self._interrupted()
            self._note_changes()
        return self.world

    def _inboxes(self) -> None:
        for number, name in enumerate(self.rng.sample(NAMES, self.rng.randrange(1, 5)), start=1):
            start = START + self.rng.choice((0, 0, 20 * DAY))
            change = settings(self.rng, number)
            self.editor.stamp = self.stamp(start)
            self.editor.add_inbox(name, InboxSettings().changed(change))
            self.world.names[number] = name
            given = {key: value for key, value in change.items() if value != DEFAULT[key]}  # the rest was not set
            self.world.deltas[number] = [(start, None, given, start)]

    def _change(self, number: int) -> None:
        start = self.moment()
        until = start + self.rng.randrange(1, 20 * DAY) if self.rng.random() < 0.3 else None
        change = settings(self.rng, number)
        self.editor.stamp = self.stamp(start)
        outcome = self.editor.change(self.world.names[number], change, until=until, backdate="late")
        if outcome.versions:  # a change that changes nothing leaves no trace
            # A change with an end may give its fields back from there on: what was recorded tells.
            said: Any = self.editor.events[-1].body["deltas"]
            assert (said[0]["from"], said[0]["until"]) == (start, until)
            self.world.deltas[number] += [(start, until, change, start)]
            self.world.deltas[number] += [(d["from"], d["until"], from_record(d["change"]), start) for d in said[1:]]

    def _sections(self) -> None:
        rng, names = self.rng, list(self.world.names.values())
        last = START
        for _ in range(rng.randrange(3)):
            last = last + rng.randrange(-5 * DAY, 40 * DAY)
            agents = {}
            for agent in rng.sample(AGENTS[:3], rng.randrange(4)):
                row: dict[str, Any] = {"role": rng.choice(("owner", "supervisor", "agent", "agent", "agent"))}
                for key in AGENT_LISTS:
                    if rng.random() < 0.4:
                        row[key] = sorted(rng.sample(names, rng.randrange(1, len(names) + 1)))
                agents[agent] = row
            self.editor.stamp = self.stamp(last)
            if self.editor.set_section("agents", agents, backdate="late"):
                self.world.agents.append((last, agents))
        scopes = [(i, c, d) for i in (None, *names) for c in (None, "image", "document") for d in (None, "send")]
        for _ in range(rng.choice((0, 0, 1, 2))):
            self._policies(rng.sample(scopes, rng.randrange(6)), self.moment())
        self._policies(rng.sample(scopes, rng.randrange(6)), START)

    def _policies(self, scopes: list[tuple[Any, ...]], moment: int) -> None:
        rng = self.rng
        self.world.policies = []
        for inbox, category, direction in scopes:
            rule = {"inbox": inbox, "category": category, "direction": direction}
            rule = {key: value for key, value in rule.items() if value is not None}
            for key in rng.choice((("remove_after",), ("keep_for",), ("remove_after", "keep_for"))):
                days = rng.choice((1, 30, 90, 200))
                rule |= {key: f"{days}d", f"{key}_ms": days * DAY}
            self.world.policies.append(rule)
        self.editor.stamp = self.stamp(moment, ahead=False)
        if self.editor.set_section("retention", self.world.policies, backdate="late"):
            self._note_policies(moment)

    def _note_policies(self, moment: int) -> None:
        """The rules that hold from here on in the chain, by the numbers of their inboxes, which outlive a name."""
        numbers = {name: number for number, name in self.world.names.items()}
        rules = [rule | {"inbox": numbers[rule["inbox"]]} if "inbox" in rule else rule for rule in self.world.policies]
        (seq,) = self.connection.execute("SELECT max(event) FROM config_version WHERE section = 'retention'").fetchone()
        self.world.policy_versions.append((seq, moment, self.editor.stamp.wall, rules))

    def _edges(self) -> list[int]:
        """Moments at which something begins, ends or comes due: where half-open spans can go wrong."""
        world = self.world
        found = [edge for deltas in world.deltas.values() for start, end, *_ in deltas for edge in (start, end) if edge]
        found += [moment for moment, _ in world.agents] + [world.now, world.now + 1, world.now - 7 * DAY + 1]
        lengths = [rule[key] for rule in world.policies for key in ("remove_after_ms", "keep_for_ms") if key in rule]
        return found + [world.now - length + 1 for length in lengths]

    def _entries(self) -> None:
        rng = self.rng
        for count in range(self.count):
            extension = rng.choice(EXTENSIONS)
            name = f"{rng.choice(FORMS)} {rng.randrange(5)}" + (f".{extension}" if extension else "")
            edges = [edge + rng.choice((-1, 0)) for edge in self._edges()]
            time = (
                rng.choice(edges)
                if rng.random() < 0.4
                else rng.choice(
                    (self.moment(), START - DAY, self.world.now, self.world.now + rng.randrange(-8 * DAY, 8 * DAY))
                )
            )
            content = rng.choice((None, *"abcdef"))
            entry = {
                "inbox": rng.choice(list(self.world.names)), "time": time, "source": rng.choice(("ndjson", "whatsapp")),
                "id": rng.choice((f"e{count}", f"wamid.{count}é", None)), "direction": rng.choice(("send", "receive")),
                "outcome": rng.choice(("delivered", "delivered", "delivered", "blocked", "failed")), "name": name,
                "extension": extension.lower() or None, "declared": rng.choice(MEDIA), "detected": rng.choice(DETECTED),
                "channel": rng.choice(CHANNELS), "agent": rng.choice((None, *AGENTS)), "customer": rng.choice(PEOPLE),
                "conversation": rng.choice((None, "k1", "k2")), "size": rng.choice((None, 0, 900_000, 5_242_880, 5_242_881, 17_000_000)),
                "sha256": sha256(content.encode()).digest() if content else None, "reason": rng.choice((None, "media-off")),
                "message": rng.choice((None, None, "No.")), "path": rng.choice((None, "p/q")),
                "deleted": rng.choice((None, None, None, time + rng.randrange(90 * DAY),
                                       time + rng.choice((1, 30, 90)) * DAY - rng.choice((0, 1)))),
            }  # fmt: skip
            if entry["id"] is None:  # erased
                entry |= dict.fromkeys(("customer", "conversation", "name", "path", "message"))
            entry["seq"] = self._record(count, entry)
            self.world.entries.append(entry)
        recount(self.connection)

    def _record(self, count: int, entry: dict[str, Any]) -> int:
        seq, state = chain.head(self.connection)
        values = {
            "seq": seq + 1, "key": count, "kind": 0, "source": self._word(entry["source"]), "ms": entry["time"],
            "inbox": entry["inbox"], "direction": ("send", "receive").index(entry["direction"]),
            "outcome": ("delivered", "blocked", "failed").index(entry["outcome"]), "ext": self._word(entry["extension"]),
            "salt": os.urandom(16), "link": os.urandom(16),
            **{key: self._word(entry[key]) for key in ("channel", "agent", "declared", "detected", "reason")},
            **{key: entry[key] for key in ("id", "customer", "conversation", "name", "path", "message", "size", "sha256",
                                           "deleted")},
        }  # fmt: skip
        columns = ", ".join(values)
        self.connection.execute(
            f"INSERT INTO record ({columns}) VALUES ({', '.join('?' * len(values))})", list(values.values())
        )
        chain.save_head(self.connection, seq + 1, sha256(state).digest())
        return seq + 1

    def _word(self, text: str | None) -> int:
        if not text:
            return 0
        self.connection.execute("INSERT OR IGNORE INTO word (text) VALUES (?)", (text,))
        return int(self.connection.execute("SELECT code FROM word WHERE text = ?", (text,)).fetchone()[0])

    def _append(
        self, kind: str, body: dict[str, Any], when: int, reason: str | None = None, personal: Any = None
    ) -> int:
        self.stamped = self.stamp(when)
        room = library_rows if kind in library_rows.KINDS else retention_rows
        return room.record(self.connection, chain.Event(kind, body, when, reason, personal), self.stamped)

    def _purges(self) -> None:
        """Plans, their approvals, and what was removed by them, as some version of the program may have recorded it."""
        rng, world = self.rng, self.world
        for number in range(1, rng.randrange(4)):
            summary = {"keep": 0, "remove": 1, "held": 0, "bytes": 1}
            content = {"root": {"path": "/media"}, "summary": summary, "number": number}
            self._append("plan", {"number": number, "plan": f"{number:016x}", "content": content}, self.moment())
            asked = self.stamped
            for _ in range(rng.randrange(3)):
                event = self._append("approval", {"number": number, "signature": None}, self.moment())
                world.agreements.append((event, asked, self.stamped))
            stored = [e for e in world.entries if e["outcome"] == "delivered" and e["deleted"] is None]
            for entry in rng.sample(stored, min(len(stored), rng.randrange(5))):
                wall = entry["time"] + rng.choice((1, 30, 90, 200)) * DAY - rng.choice((0, 1, 20 * DAY))
                when = rng.choice((wall, self.moment(), wall + 900 * DAY))
                self.stamped = chain.Stamp(when, wall, "dana", "os", "host", "test")
                body = {"number": number, "plan": f"{number:016x}", "at": when, "due": when,
                        "files": [{"name": f"q{entry['seq']}", "entries": [entry["seq"]]}]}  # fmt: skip
                for kind in ("purge", rng.choice(("purge-finish", "purge-finish", "restore", "purge"))):
                    event = retention_rows.record(self.connection, chain.Event(kind, body, when), self.stamped)
                if kind == "purge-finish":
                    removed(self.connection, [entry["seq"]], when, f"{number:016x}")
                    entry["deleted"] = when
                    world.removals[entry["seq"]] = (event, wall)

    def _events(self) -> None:
        rng, world = self.rng, self.world
        self._purges()
        for number in range(1, rng.randrange(4)):
            hold = {
                "inbox": rng.choice((None, *world.names)), "entry": rng.choice((None, None, rng.choice(world.entries)["seq"])),
                "since": rng.choice((None, self.moment())), "until": rng.choice((None, self.moment())),
                "customer": rng.choice((None, "c1")), "conversation": rng.choice((None, None, "k1")),
                "placed": self.moment(), "released": None, "name": f"h{number}",
            }  # fmt: skip
            body = {"hold": number, **{key: hold[key] for key in ("name", "inbox", "entry", "since", "until")}}
            body |= {"by_customer": hold["customer"] is not None, "by_conversation": hold["conversation"] is not None}
            personal = {key: hold[key] for key in ("customer", "conversation")}
            self._append("hold", body, hold["placed"], "why", personal)
            if rng.random() < 0.5:
                hold["released"] = hold["placed"] + rng.randrange(60 * DAY)
                self._append("hold-release", {"hold": number}, hold["released"], "done")
            world.holds.append(hold)
        for _ in range(rng.randrange(12)):
            entry = rng.choice(world.entries)
            by_entry = rng.random() < 0.5
            content = None if by_entry or entry["sha256"] is None else entry["sha256"].hex()
            facts = [{"code": code, "detail": f"{code} seen", "count": 1}
                     for code in ("active-content", "sensitive-content", "location-metadata") if rng.random() < 0.3]  # fmt: skip
            body = {
                "entry": entry["seq"] if by_entry else None, "sha256": content, "engine": "clamd", "facts": facts,
                "state": rng.choice(("clean", "infected", "not-scanned", "error")), "detail": rng.choice((None, "Eicar")),
            }  # fmt: skip
            self._append("scan", body, entry["time"])
            world.scans.append(body)
        self._library()
        for _ in range(rng.randrange(4)):
            entry, reason = rng.choice(world.entries), rng.choice(("rude", "wrong"))
            self._append("flag", {"entry": entry["seq"]}, self.moment(), reason)
            world.flags.append({"entry": entry["seq"], "reason": reason})
        for _ in range(rng.randrange(4)):
            files = [{"code": rng.choice(("surviving-bytes", "missing-bytes")), "entry": rng.choice(world.entries)["seq"]}
                     for _ in range(rng.randrange(3))]  # fmt: skip
            files = list({(f["code"], f["entry"]): f for f in files}.values())
            body = rng.choice((
                {"subject": "ledger", "ok": rng.randrange(2), "entries": 3, "head": "00"},
                {"subject": "retention", "ok": int(not files), "root": rng.choice(("r1", "r2")), "files": files},
            ))  # fmt: skip
            when = self.moment()
            seq = self._append("verification", body, when)
            world.verifications.append({**body, "time": when, "seq": seq})

    def _library(self) -> None:
        """Proposals, approvals and retirements at any moment, as they stand in a chain, whatever a command would say."""
        rng, world = self.rng, self.world
        pending: list[tuple[int, dict[str, Any], chain.Stamp]] = []
        ended: set[int] = set()
        for number in range(rng.randrange(14)):
            kind = rng.choice(("propose", "propose", "approve", "approve", "retire"))
            name, version, when = rng.choice(("prices", "terms")), rng.choice(("1", "2")), self.moment()
            if kind == "propose":
                content = sha256(rng.choice("abcdef").encode()).hexdigest()
                document = 1 + (name == "terms")
                inboxes = rng.choice(((), (), rng.sample(list(world.names), 1)))
                tags = rng.choice(((), ("sensitive",), ("x",)))
                expires = rng.choice((None, None, self.moment(), END, rng.choice(world.entries)["time"]))
                same = [seq for seq, body, _ in pending if (body["name"], body["version"]) == (name, version)]
                body = events.proposed(name, version, [content], document=document, number=number, inboxes=inboxes,
                                       tags=tags, expires=expires, instead_of=same)  # fmt: skip
                seq = self._append("library-propose", body, when)
                world.library.append(
                    LibraryStep(kind, seq, when, seq, name, content, tuple(inboxes), tuple(tags), expires)
                )
                pending.append((seq, body, self.stamped))
            elif kind == "approve" and pending:
                proposal, body, asked = pending.pop(rng.randrange(len(pending)))
                seq = self._append("library-approve", events.approved(proposal, body), when)
                world.library.append(LibraryStep(kind, seq, when, proposal, body["name"], None))
                world.agreements.append((seq, asked, self.stamped))
            elif kind == "retire":
                ends = [step.proposal for step in world.library if step.kind == "propose" and step.name == name
                        and step.proposal not in ended and rng.random() < 0.7]  # fmt: skip
                pairs = [(proposal, 1 + (name == "terms")) for proposal in ends]
                seq = self._append("library-retire", events.retired(name, pairs), when, "old")
                held = min(when, self.stamped.wall)
                world.library += [LibraryStep(kind, seq, held, proposal, name, None) for proposal in ends]
                ended.update(ends)

    def _rename_and_remove(self) -> None:
        names, first, last = self.world.names, min(self.world.names), max(self.world.names)
        moment = self.moment()
        self.editor.stamp = self.stamp(moment, ahead=False)
        self.editor.rename_inbox(names[first], "renamed", backdate="late")
        newest = self.world.agents[-1][1] if self.world.agents else {}
        if any(names[first] in row.get(key, ()) for row in newest.values() for key in AGENT_LISTS):
            self.world.agents.append((moment, newest))  # a section that names the inbox follows the rename
        for _, agents in self.world.agents:
            for row in agents.values():
                for key in AGENT_LISTS:
                    if key in row:
                        row[key] = ["renamed" if name == names[first] else name for name in row[key]]
        for rule in self.world.policies:
            if rule.get("inbox") == names[first]:
                rule["inbox"] = "renamed"
        names[first] = "renamed"
        if any(rule.get("inbox") == "renamed" for rule in self.world.policies):
            self._note_policies(moment)
        from occ_media_cli.settings import references

        if not references.users_of(self.connection, names[last]):
            moment = self.moment()
            self.editor.stamp = self.stamp(moment, ahead=False)
            self.editor.remove_inbox(names[last], backdate="late")
            self.world.removed[last] = moment

    def _suppressions(self) -> None:
        rng = self.rng
        for _ in range(rng.randrange(4)):
            live = [name for number, name in self.world.names.items() if number not in self.world.removed]
            row = {"rule": rng.choice(("received-while-off", "over-limit", "type-mismatch", "refused-attempts"))}
            for key, choices in (
                ("inbox", (None, *live)), ("entry", (None, None, rng.choice(self.world.entries)["id"])),
                ("reason", ("r", "r", None)), ("owner", ("o", "o", None)),
            ):  # fmt: skip
                value = rng.choice(choices)
                if value is not None:
                    row[key] = value
            if rng.random() < 0.8:
                moment = self.world.now + rng.choice((-DAY, 0, 1, DAY))
                row |= {"expires_ms": moment, "expires": times.text(moment)}
            scope = [row.get(key) for key in ("rule", "inbox", "entry")]
            if scope not in [
                [other.get(key) for key in ("rule", "inbox", "entry")] for other in self.world.suppressions
            ]:
                self.world.suppressions.append(row)
        self.editor.stamp = self.stamp(START, ahead=False)
        self.editor.set_section("suppressions", self.world.suppressions, backdate="late")

    def _interrupted(self) -> None:
        """Changes beside the chain that a later command met."""
        for kind in self.rng.sample(("change-finish", "change-refuse"), self.rng.randrange(3)):
            self._append(kind, {"intent": "00" * 32}, self.moment())

    def _note_changes(self) -> None:
        """The two times of every event, as they went into the chain: the oracle of backdated changes starts here."""
        self.world.changes = [
            {"seq": seq, "kind": kind, "time": time, "wall": wall}
            for seq, kind, time, wall in self.connection.execute("SELECT seq, kind, ms, wall FROM event")
        ]
