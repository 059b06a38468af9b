"""Everything that the store knows about one entry, from the views that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.ledger.query import COLUMNS, shaped
from occ_media_cli.ledger.same_content import places
from occ_media_cli.settings.stated import switched_at

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.report.json_types import Json

PARTS: Mapping[str, tuple[str, str]] = {
    "setting": (
        "setting",
        "SELECT version, send, receive, message, scan, send_approved_only, valid_from_ms FROM setting"
        " WHERE inbox_id = :inbox AND valid_from_ms <= :ms AND valid_to_ms > :ms",
    ),
    "corrections": (
        "correction",
        "SELECT id, time_ms, outcome, reason, detected, size, nullif(sha256, '') AS sha256, deleted_ms FROM correction"
        " WHERE entry_seq = :seq ORDER BY seq",
    ),
    "decisions": (
        "decision",
        "SELECT time_ms, decision, problems, message FROM decision WHERE entry_seq = :seq OR id = :id ORDER BY seq",
    ),
    "scans": (
        "scan",
        "SELECT time_ms, state, engine, detail FROM scan"
        " WHERE entry_seq = :seq OR (sha256 = :sha256 AND :sha256 <> '') ORDER BY seq",
    ),
    "flags": ("flag", "SELECT time_ms, actor, reason FROM flag WHERE entry_seq = :seq ORDER BY seq"),
    "holds": (
        "hold",
        "SELECT h.hold, h.reason, h.actor, h.placed_ms FROM entry_hold e JOIN hold h ON h.number = e.number"
        " WHERE e.entry_seq = :seq AND e.released_ms IS NULL ORDER BY h.placed_ms",
    ),
    "removal": ("purged", "SELECT state, plan, since_ms, due_ms FROM purged WHERE seq = :seq"),
}
"""The view and the query of each part. A part whose view is not there is left out."""


_PLACE = "SELECT source, id, time_ms, inbox, name FROM entry WHERE seq IN ({}) ORDER BY seq"


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry as it stands, and what else is known: parts by name, each a list of facts in order of time.

    places: how many other entries have the same content; the part `places` names the first of them.
    """

    seq: int
    entry: Mapping[str, Json]
    erased: bool
    parts: Mapping[str, Sequence[Mapping[str, Json]]]
    places: int


def describe_entry(connection: sqlite3.Connection, seq: int) -> KnownEntry:
    """Ask every view about an entry."""
    row = connection.execute(f"SELECT {COLUMNS} FROM entry WHERE seq = ?", (seq,)).fetchone()
    entry = shaped(row)
    inbox, ms = connection.execute("SELECT inbox_id, time_ms FROM entry WHERE seq = ?", (seq,)).fetchone()
    values = {
        "seq": seq, "inbox": inbox, "ms": ms, "id": entry["id"], "sha256": entry["sha256"] or "",
    }  # fmt: skip
    views = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    parts: dict[str, list[dict[str, Json]]] = {}
    for name, (view, query) in PARTS.items():
        if view in views:
            parts[name] = _rows(connection, query, values)
    for setting in parts.get("setting", ()):
        setting |= _switched(connection, inbox, str(entry["direction"]), ms)
    same = places(connection, seq)
    marks = ", ".join("?" * len(same.first))
    parts["places"] = _rows(connection, _PLACE.format(marks), same.first)
    erased = connection.execute("SELECT 1 FROM erased WHERE seq = ?", (seq,)).fetchone() is not None
    return KnownEntry(seq, entry, erased, parts, same.total)


def _switched(connection: sqlite3.Connection, inbox: int, direction: str, moment: int) -> dict[str, Json]:
    """Who had turned the switch of the entry's direction, when and why: a version may have been made by somebody
    who changed something else."""
    change = switched_at(connection, inbox, direction, moment)
    if change is None:
        return {}
    return {
        "switch": direction, "switch_from": times.optional_text(change.valid_from), "switch_version": change.version,
        "actor": change.actor, "set": times.optional_text(change.set_ms), "reason": change.reason,
    }  # fmt: skip


def _rows(
    connection: sqlite3.Connection, query: str, values: Mapping[str, object] | Sequence[object]
) -> list[dict[str, Json]]:
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [
        {
            name.removesuffix("_ms") if name.endswith("_ms") else name: _value(name, value)
            for name, value in zip(names, row, strict=True)
        }
        for row in cursor
    ]


def _value(name: str, value: Json) -> Json:
    if name.endswith("_ms") and isinstance(value, int):
        return times.text(value)
    if name in ("send", "receive", "send_approved_only") and isinstance(value, int):
        return bool(value)
    return value
