"""Ledgers for tests: settings through the editor, entries straight into the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit import engine, rules
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines import sqlite
from occ_media_cli.ledger.append.writer import chain_record
from occ_media_cli.ledger.dictionary import Words
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import chain, record
from occ_media_cli.store.locate import Location, at
from occ_media_cli.store.open import changing, reading
from tests.unit.ledger.recount import recount

T = times.parse
Run = Callable[..., tuple[int, str, str]]
DIRECTIONS = {"send": 0, "receive": 1}
OUTCOMES = {"delivered": 0, "blocked": 1, "failed": 2}
PERSONAL = ("customer", "conversation", "path", "message")


@dataclass
class _End:
    """The end of the chain, as `chain_record` moves it."""

    connection: Any
    words: Words
    seq: int
    state: bytes


def stamp(now: int, actor: str = "dana") -> chain.Stamp:
    return chain.Stamp(now, now + 1, actor, "dana", "host", "occ-media test")


class Ledger:
    """A store on disk and short ways to fill it."""

    def __init__(self, path: Path) -> None:
        self.location: Location = at(path, explicit=True)
        self.count = 0

    def inbox(self, name: str, when: str, **settings: Any) -> None:
        from occ_media_cli.settings.model import InboxSettings

        with editing(self.location, stamp(T(when)), first_inbox=False) as editor:
            editor.add_inbox(name, InboxSettings(**settings), reason="made")

    def set(self, name: str, when: str, actor: str = "dana", until: str | None = None, **change: Any) -> None:
        backdate = change.pop("backdate", None)
        with editing(self.location, stamp(T(when), actor), first_inbox=False) as editor:
            editor.change(name, change, until=T(until) if until else None, reason="because", backdate=backdate)

    def remove(self, name: str, when: str) -> None:
        with editing(self.location, stamp(T(when)), first_inbox=False) as editor:
            editor.remove_inbox(name)

    def section(self, name: str, value: object, when: str = "2026-01-01") -> None:
        with editing(self.location, stamp(T(when)), first_inbox=False) as editor:
            editor.set_section(name, value)

    def event(self, kind: str, body: dict[str, object], when: str, wall: str | None = None) -> int:
        who = chain.Stamp(T(when), T(wall or when), "dana", "dana", "host", "occ-media test")
        with changing(self.location, who) as store:
            (seq,) = chain.append(store.ledger, [chain.Event(kind, body, T(when))], who)
            return seq

    def entry(self, inbox: str, when: str, name: str = "a.pdf", direction: str = "receive", **more: Any) -> str:
        """Add an entry and return its id."""
        self.count += 1
        identity = more.pop("id", f"e{self.count}")
        extension = name.rsplit(".", 1)[-1].lower() if "." in name else None
        with changing(self.location, stamp(T(when))) as store:
            connection = store.ledger
            (number,) = connection.execute("SELECT max(id) FROM inbox_state WHERE name = ?", (inbox,)).fetchone()
            (secret,) = connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()
            source = more.pop("source", "ndjson")
            public: dict[str, object] = {
                "key": record.key_of(record.key_prefix(bytes(secret), 0, source), str(identity)), "kind": 0,
                "source": source, "ms": T(when), "inbox": number, "direction": DIRECTIONS[direction],
                "outcome": OUTCOMES[more.pop("outcome", "delivered")], "ext": extension, "size": more.pop("size", 1000),
                **{key: more.pop(key, None) for key in ("channel", "agent", "declared", "detected", "reason")},
            }  # fmt: skip
            if "sha256" in more:
                public["sha256"] = sha256(more.pop("sha256").encode()).digest()
            personal = {"id": identity, "name": name, **{key: more.pop(key, None) for key in PERSONAL}}
            end = _End(connection, Words(connection), *chain.head(connection))
            seq = chain_record(end, public | more, personal)
            connection.execute("INSERT INTO recent_key (key, seq) VALUES (?, ?)", (public["key"], seq))
            chain.save_head(connection, end.seq, end.state)
            recount(connection)
        return str(identity)

    @contextmanager
    def source(self, now: str = "2026-11-24") -> Iterator[sqlite.SqliteSource]:
        with reading(self.location) as store, sqlite.prepared(store, T(now)) as source:
            yield source

    def audit(self, *rule_ids: str, now: str = "2026-11-24", **scope: Any) -> list[dict[str, Any]]:
        """The records of the findings of some rules, or of all."""
        for key in ("since", "until"):
            if isinstance(scope.get(key), str):
                scope[key] = T(scope[key])
        with self.source(now) as source:
            chosen = [rules.load_rule(rule_id) for rule_id in rule_ids] or rules.load_all()
            judged = engine.audit(source, chosen, AuditScope(T(now), **scope))
            return [found.record() for found in judged.findings]
