"""The SQLite engine of the audit: a store's own file, with small views copied for the run when a text needs them.

An as-of join asks the settings history once for each entry; read through its view, each answer would parse JSON. The
copies carry the same names, so every rule's text runs unmodified, and a document that was edited by hand and not yet
recorded is laid over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from occ_media_cli.audit import sql
from occ_media_cli.audit.engines import candidates, hand_edits
from occ_media_cli.audit.engines.interface import Head
from occ_media_cli.audit.engines.made_views import MADE, made
from occ_media_cli.audit.rule import AuditRule, Value
from occ_media_cli.errors import StoreInvalid
from occ_media_cli.store import chain
from occ_media_cli.store.connect import bytes_in_memory, opened_copy, roll_back
from occ_media_cli.store.migrations.m0011_persons import ENTRY_HOLD_HERE

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.open import Store

COPIED: Mapping[str, tuple[str, ...]] = {
    "config": ("section",),
    "inbox": ("id",),
    "setting": ("inbox_id", "valid_from_ms", "valid_to_ms"),
    "setting_change": ("inbox_id", "valid_from_ms"),
    "setting_channel": ("inbox_id", "version"),
    "setting_tag": ("inbox_id", "version"),
    "policy": ("inbox",),
    "policy_version": ("inbox_id",),
    "agent": ("agent",),
    "agreement": ("event",),
    "audit_run": ("seq",),
    "clock_step": ("seq",),
    "interrupted_change": ("seq",),
    "agent_inbox": ("inbox", "agent"),
    "agent_version": ("agent", "valid_from_ms"),
    "agent_rule": ("inbox_id", "agent", "valid_from_ms"),
    "suppression": ("rule",),
    "library": ("sha256",),
    "library_allowed": ("sha256",),
    "hold": ("placed_ms",),
    "hold_scope": ("inbox_id",),
    "hold_spelling": ("inbox_id",),
    "file_type": ("key",),
}
"""Views that are small and joined often, and what they are looked up by. `entry_hold` is made anew over the copy of
`hold_spelling`: it would work out the holds for every entry that it is asked about."""

_WORD = re.compile(r"[a-z_]+")


class SqliteSource:
    """A store that is open to read. Use `prepared`.

    stored: whether there is a ledger, and not an empty one in memory.
    """

    def __init__(
        self, connection: sqlite3.Connection, edit: hand_edits.Edit | None = None, *, stored: bool = True
    ) -> None:
        self.connection = connection
        self.stored = stored
        self._edit = edit
        self._copied: set[str] = set()
        self._bits: dict[str, int] = {}

    def head(self) -> Head:
        """Where the chain stands."""
        seq, state = chain.head(self.connection)
        row = self.connection.execute(
            "SELECT ok, verified_head FROM verification WHERE subject = 'ledger' ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        unrecorded = self._edit.unrecorded if self._edit is not None else ()
        verified = str(row[1]) if row and row[0] else None
        return Head(state.hex(), seq, self._entries(), verified, self.stored, unrecorded)

    def _entries(self) -> int:
        return int(self.connection.execute("SELECT coalesce(sum(files), 0) FROM day_total").fetchone()[0])

    def query(self, text: str, values: Mapping[str, Value], tuned: str | None = None) -> Iterator[Sequence[Any]]:
        """The rows of a SELECT of this program."""
        chosen = tuned or text
        self.copy(chosen)
        if self._bits:
            with self._writing():
                candidates.narrow(self.connection, None)  # the rule before looked at its candidates alone
        return self.connection.execute(chosen, {name: values[name] for name in sql.parameters(chosen)})

    def prepare(self, rules: Sequence[AuditRule], values: Mapping[str, Value]) -> None:
        """Look once through a large ledger for what the rules may find."""
        if self._entries() >= candidates.SMALLEST:
            self.copy("setting setting_channel file_type policy policy_version")
            with self._writing():
                candidates.narrow(self.connection, None)
                self._bits = candidates.note(self.connection, rules, values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Temporary tables are this run's own; the file is not touched."""
        self.connection.execute("PRAGMA query_only=OFF")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA query_only=ON")

    def judge(self, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
        """The rows of a rule's SELECT; a user's own rule runs behind a guard."""
        text = rule.tuned or rule.sql
        self.copy(text)
        if self._bits:
            with self._writing():
                candidates.narrow(self.connection, None if rule.own else self._bits.get(rule.id))
        if rule.own:
            from occ_media_cli.audit.engines.own_rules import guarded

            yield from guarded(self.connection, rule, values)
        else:
            yield from sql.query_rows(self.connection, text, values)

    def copy(self, text: str) -> None:
        """Copy the small views that a text names and that are not copied yet."""
        words = set(_WORD.findall(text))
        held = "entry_hold" in words and "entry_hold" not in self._copied
        if held:
            words.add("hold_spelling")
        if self._edit is not None:
            words.update(*(bases for name, bases in hand_edits.BASES.items() if name in words))
        wanted = [name for name in COPIED if name in words and name not in self._copied]
        if not wanted and not held:
            return
        if self._edit is not None and "config" not in self._copied and "config" not in wanted:
            wanted.insert(0, "config")  # the sections of an edited document stand in it
        with self._writing():
            for name in wanted:
                self.connection.execute(f"CREATE TEMP TABLE {name} AS {self._body(name)}")
                if self._edit is not None:
                    self._edit.overlay(self.connection, name)
                self.connection.execute(f"CREATE INDEX temp.{name}_key ON {name} ({', '.join(COPIED[name])})")
                self._copied.add(name)
            if held:
                self.connection.execute(f"CREATE TEMP VIEW entry_hold AS {ENTRY_HOLD_HERE}")
                self._copied.add("entry_hold")

    def _body(self, name: str) -> str:
        """The text that a copy is filled by: the view's own SELECT where it reads other copies, else the view."""
        if name in MADE:
            return made(self.connection, name)
        if self._edit is None or name not in hand_edits.DERIVED:
            return f"SELECT * FROM main.{name}"
        row = self.connection.execute(
            "SELECT sql FROM main.sqlite_master WHERE type = 'view' AND name = ?", (name,)
        ).fetchone()
        if row is None:
            raise StoreInvalid(f"the store has no view '{name}'", hint="bring the store up to date", topic=("upgrade",))
        return re.split(r"\sAS\s", str(row[0]), maxsplit=1)[1]


@contextmanager
def prepared(store: Store, now: int) -> Iterator[SqliteSource]:
    """The source of an open store: one snapshot for the whole run."""
    connection = store.connection if store.connection is not None else empty_store()
    connection.execute("BEGIN")
    try:
        edit = hand_edits.find_hand_edit(store, connection, now)
        yield SqliteSource(connection, edit, stored=store.connection is not None)
    finally:
        roll_back(connection)
        if store.connection is None:
            connection.close()


def empty_store() -> sqlite3.Connection:
    """A ledger in memory for a store that has none yet: nothing was shared, and its document still counts."""
    return opened_copy(_migrated())


@cache
def _migrated() -> bytes:
    """What the migrations make; whoever judges one bundle after another would wait for them each time."""
    import sqlite3

    from occ_media_cli.store.migrations import STEPS
    from occ_media_cli.store.plain_sqlite_utils import database_of

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        database = database_of(connection)
        for step in STEPS:
            step(database)
        return bytes_in_memory(connection)
