"""A store with inboxes, rules and entries, and short ways to use it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.places.opened import open_place
from occ_media_cli.places.roots import QUARANTINE, look_at_root
from occ_media_cli.retention import holds, orphans, stored_entries
from occ_media_cli.retention.plan import approval, make, orphan_plan, saved
from occ_media_cli.retention.plan.draft import PlanScope
from occ_media_cli.retention.purge import bring_back, finish, guards, quarantine, recover, refusals, start
from occ_media_cli.retention.purge import run as purge_run
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.sections import policy_rule
from occ_media_cli.store import chain, connect
from occ_media_cli.store.locate import at

if TYPE_CHECKING:
    import sqlite3

START = times.parse("2026-01-01")
INBOXES = ("vip", "lab", "Grüße")
TYPES = {"image": "png", "document": "pdf", "audio": "mp3", "video": "mp4"}


def stamp(now: int = START, actor: str = "dana") -> chain.Stamp:
    return chain.Stamp(now, now, actor, f"{actor}-os", "host", "occ-media test")


@dataclass
class Store:
    """The store `s.db` beside the folder `media`, made where there is none; entries are collected and taken in together."""

    folder: Path
    rows: list[dict[str, Any]] = field(default_factory=list)
    connection: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.path, self.media = self.folder / "s.db", self.folder / "media"
        if not self.path.exists():
            self.media.mkdir()
            with editing(at(self.path, explicit=True), stamp()) as editor:
                for name in INBOXES:
                    editor.add_inbox(name)
        self.connection = connect.connect(self.path, writable=True)

    def editing(self, now: int = START) -> Any:
        """The store, open to change its settings."""
        return editing(at(self.path, explicit=True), stamp(now))

    def correct(self, entry: str, **values: Any) -> None:
        """Take a correction of an entry in."""
        row = {"id": f"correction-of-{entry}", "corrects": entry, "time": times.text(START), **values}
        source = self.folder / "corrections.ndjson"
        source.write_text(json.dumps(row) + "\n")
        summary = ingest(self.connection, "ndjson", str(source))
        assert summary.counts.new == 1, summary

    def rules(self, *rows: dict[str, str], now: int = START) -> None:
        """Replace the retention rules."""
        with editing(at(self.path, explicit=True), stamp(now)) as editor:
            editor.set_section("retention", [policy_rule(row) for row in rows])

    def file(self, identity: str, time: int | str = START, *, data: bytes | None = None, **values: Any) -> Path:
        """An entry, with its bytes under the root unless `path` is None."""
        data = identity.encode() if data is None else data
        category = values.pop("category", "document")
        row = {
            "id": identity, "inbox": "vip", "direction": "receive", "name": f"{identity}.{TYPES.get(category, category)}",
            "time": time if isinstance(time, str) else times.text(time), "path": f"2026/{identity}",
            "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "customer": "c-1", **values,
        }  # fmt: skip
        self.rows.append({key: value for key, value in row.items() if value is not None})
        place = self.media / str(row["path"] or "unused").lstrip("/")
        if row["path"] is not None and ".." not in str(row["path"]) and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return place

    def take_in(self) -> None:
        """Ingest the entries that were collected."""
        source = self.folder / "rows.ndjson"
        source.write_text("".join(json.dumps(row) + "\n" for row in self.rows))
        summary = ingest(self.connection, "ndjson", str(source))
        assert not summary.counts.refused, summary
        self.rows.clear()

    def plan(self, now: int, actor: str = "dana", **scope: Any) -> make.Planned:
        """Plan at a moment."""
        if self.rows:
            self.take_in()
        some = {f"{'inboxes' if name == 'inbox' else 'customers'}": (value,) for name, value in scope.items()}
        return make.make_plan(
            self.connection, look_at_root(str(self.media)).value(), stamp(now, actor), PlanScope(**some)
        )

    def plan_orphans(self, now: int, actor: str = "dana", age: str = "30d") -> orphan_plan.Drafted:
        """Plan the files that no entry names."""
        if self.rows:
            self.take_in()
        with open_place(str(self.media), locked=False) as storage:
            older = orphans.Age(times.duration(age), age)
            return orphan_plan.make_orphan_plan(self.connection, storage, stamp(now, actor), older)

    def approved_orphans(self, now: int, actor: str = "sam", **options: Any) -> saved.Plan:
        """Plan them, and let a second person approve it."""
        made = self.plan_orphans(now, **options).plan
        return approval.approve(self.connection, made.plan, stamp(now, actor))[0]

    def orphan(self, path: str, mtime: int = START, data: bytes | None = None) -> Path:
        """A file that no entry names, written at a moment."""
        place = self.media / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.encode() if data is None else data)
        os.utime(place, ns=(mtime * 1_000_000, mtime * 1_000_000))
        return place

    def approved(self, now: int, actor: str = "sam", **scope: Any) -> saved.Plan:
        """Plan at a moment, and let a second person approve it."""
        made = self.plan(now, **scope).plan
        return approval.approve(self.connection, made.plan, stamp(now, actor))[0]

    def purge(
        self, plan: saved.Plan, now: int, *, limit: str = "100%", grace: int = 7 * times.DAY
    ) -> purge_run.PurgeOutcome:
        """Purge as the command does: guards, recovery, then the plan."""
        with open_place(str(self.media), locked=True) as storage:
            run = start.start_purge(self.connection, storage, plan, stamp(now), grace=grace)
            guards.check_purge(self.connection, storage, plan, self.path, guards.parse_limit(limit))
            before = recover.recover(self.connection, storage, stamp(now))
            outcome = run.run(self.path, guards.parse_limit(limit))
            outcome.refused[:0] = before.refused
            return outcome

    def finish(self, now: int) -> quarantine.GraceOutcome:
        """Remove what has waited for its grace."""
        with open_place(str(self.media), locked=True) as storage:
            return finish.finish(self.connection, storage, stamp(now), self.path)

    def restore(self, entry: str, now: int) -> refusals.PurgeRefusal | None:
        """Bring a file back; why it stays, where it does."""
        with open_place(str(self.media), locked=True) as storage:
            return bring_back.restore_file(self.connection, storage, entry, stamp(now))[1]

    def hold(self, name: str, now: int = START, **scope: Any) -> holds.Covered:
        """Place a hold."""
        return holds.place_hold(self.connection, name, holds.HoldScope(**scope), "a reason", stamp(now))

    def release(self, name: str, now: int = START) -> None:
        """End a hold."""
        holds.release_hold(self.connection, name, "a reason", stamp(now))

    @contextmanager
    def no_room(self, table: str, when: str) -> Iterator[None]:
        """Refuse new rows of a table, as a full disk does, where `when` is true of the row NEW."""
        self.connection.execute(
            f"CREATE TEMP TRIGGER full BEFORE INSERT ON main.{table} WHEN {when} BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
        try:
            yield
        finally:
            self.connection.execute("DROP TRIGGER full")

    def seq(self, entry: str) -> int:
        """The place of an entry in the chain."""
        return stored_entries.find_stored_entry(self.connection, entry).seq

    def waiting(self) -> list[str]:
        """The names in quarantine."""
        folder = self.media / QUARANTINE
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def removed(self, planned: make.Planned) -> list[str]:
        """The ids that a plan removes."""
        return [item.entry for item in saved.files(self.connection, planned.plan) if item.remove]

    def event(self, kind: str, body: dict[str, Any], now: int = START, **values: Any) -> None:
        """Append an event of this room, or of the library."""
        from occ_media_cli.library import library_rows
        from occ_media_cli.retention import retention_rows

        room = library_rows if kind in library_rows.KINDS else retention_rows
        with connect.transaction(self.connection):
            room.record(self.connection, chain.Event(kind, body, now, **values), stamp(now))


@contextmanager
def interrupted_after_commit(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction after whose end somebody presses Ctrl-C."""
    with connect.transaction(connection):
        yield connection
    raise KeyboardInterrupt


def tree(folder: Path) -> dict[str, object]:
    """Everything under a folder: names, kinds, times and bytes."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        held = path.read_bytes() if path.is_file() and not path.is_symlink() else None
        found[str(path.relative_to(folder))] = (status.st_mode, status.st_mtime_ns, status.st_ino, held)
    return found
