"""Events of two stores side by side: what one says, where it first stood, and by what a hold is known on any chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli.retention import holds

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.model import Hold


def read_event(
    connection: sqlite3.Connection, seq: int
) -> tuple[dict[str, Any], dict[str, Any] | None, str | None, int, dict[str, Any]]:
    """An event of a store: body, personal values, reason, time, and the values that say who did it and when."""
    body, personal, reason, ms, wall, actor, os_user, host = connection.execute(
        "SELECT body, personal, reason, ms, wall, actor, os_user, host FROM event WHERE seq = ?", (seq,)
    ).fetchone()
    was = {"seq": seq, "ms": ms, "wall": wall, "actor": actor, "os_user": os_user, "host": host}
    return json.loads(body), json.loads(personal) if personal is not None else None, reason, ms, was


def read_origin(connection: sqlite3.Connection, seq: int) -> dict[str, Any]:
    """Who did what an event says first, and when: of one that was carried over, not who carried it."""
    body, *_, was = read_event(connection, seq)
    return dict(body.get("carried", was))


def placing_of(connection: sqlite3.Connection, hold: Hold) -> int:
    """The event that placed a hold."""
    (seq,) = connection.execute("SELECT event FROM hold_state WHERE number = ?", (hold.number,)).fetchone()
    return int(seq)


def conditions_of(hold: Hold) -> dict[str, object]:
    """What a hold asks of an entry besides its customers and conversations, as its event says it."""
    return {
        **holds.scope_body("inbox", hold.inbox), **holds.scope_body("entry", hold.entry), "since": hold.since,
        "until": hold.until,
    }  # fmt: skip


def identity_of(
    body: Mapping[str, Any], was: Mapping[str, Any], conditions: Mapping[str, object], personal: object
) -> tuple[object, ...]:
    """By what a hold is known on any chain: where it first stood, by whom and when, and what it covers. Its number, its
    event and its name are others after each restore."""
    origin = body.get("carried", was)
    return dict(origin), dict(conditions), personal
