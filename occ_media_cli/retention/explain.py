"""One file explained: which rules and holds match it, which of them decides, and when the file may go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound
from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.places.roots import parts, place_of_path
from occ_media_cli.retention import evaluate, holds, stored_entries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from occ_media_cli.retention.model import RetentionDecision, RetentionRule, StoredEntry


@dataclass(frozen=True, slots=True)
class ExplainStep:
    """A step in the life of the bytes: quarantined, removed, restored, or refused with its reason."""

    what: str
    ms: int
    plan: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedEntry:
    """An entry, the decision about it, the other entries that name the same file with theirs, and what happened."""

    entry: StoredEntry
    inbox: str
    decision: RetentionDecision
    others: tuple[tuple[StoredEntry, RetentionDecision], ...]
    steps: tuple[ExplainStep, ...]
    due: int | None

    @property
    def may_go(self) -> bool:
        """Whether the file may go now: this entry and every other one that names it."""
        return self.decision.action == "remove" and all(other.action == "remove" for _, other in self.others)


def named(connection: sqlite3.Connection, name: str) -> list[StoredEntry]:
    """The entries that a person means by an id, by a path under the root, or by a file whose bytes the ledger knows."""
    try:
        return [stored_entries.find_stored_entry(connection, name)]
    except NotFound as missing:
        stored_entries.teach(connection)
        found = []
        if parts(name) is not None:
            named_there = f"r.kind = 0 AND {stored_entries.PLACE} = ?"
            found = list(stored_entries.entries(connection, named_there, [place_of_path(name)]))
        if not found:
            found = _by_content(connection, Path(name))
        found = [entry for entry in found if entry.outcome == "delivered"] or found
        if not found:
            raise NotFound(
                f"no entry and no file '{name}'",
                hint="name an entry's id, a path as the ledger has it, or a file on this machine",
                topic=("entry-or-orphan",),
            ) from missing
        return found


def _by_content(connection: sqlite3.Connection, path: Path) -> list[StoredEntry]:
    digest = sha256_of(path)
    if digest is None:
        return []
    return list(stored_entries.entries(connection, f"r.kind = 0 AND {sql.SHA256} = ?", [digest]))


def sha256_of(path: Path) -> bytes | None:
    """The sha256 of a file on this machine; None for what is no file or cannot be read."""
    from hashlib import file_digest

    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").digest()
    except (OSError, ValueError):
        return None


def explain(
    connection: sqlite3.Connection, entry: StoredEntry, rules: Sequence[RetentionRule], now: int
) -> ExplainedEntry:
    """Decide about an entry and those that share its file, and tell what happened to it."""
    unreleased = holds.unreleased(connection)
    others: list[tuple[StoredEntry, RetentionDecision]] = []
    if entry.path is not None and parts(entry.path) is not None:
        stored_entries.teach(connection)
        same = f"{sql.STORED} AND {stored_entries.PLACE} = ? AND r.seq <> ?"
        others = [
            (other, evaluate.evaluate(other, rules, unreleased, now))
            for other in stored_entries.entries(connection, same, [place_of_path(entry.path), entry.seq])
        ]
    (inbox,) = connection.execute("SELECT name FROM inbox_state WHERE id = ?", (entry.inbox,)).fetchone()
    steps = [
        ExplainStep("refused", ms, plan, words)
        for ms, plan, words in connection.execute(
            "SELECT refused_ms, plan, reason FROM purge_refused WHERE seq = ?", (entry.seq,)
        )
    ]
    row = connection.execute("SELECT state, since_ms, plan, due_ms FROM purged WHERE seq = ?", (entry.seq,)).fetchone()
    if row is not None:
        steps.append(ExplainStep(*row[:3]))
    due = row[3] if row is not None else None
    decision = evaluate.evaluate(entry, rules, unreleased, now)
    return ExplainedEntry(entry, inbox, decision, tuple(others), tuple(sorted(steps, key=lambda step: step.ms)), due)
