"""Reading settings from the tables of a store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from occ_media_cli import log
from occ_media_cli.errors import StoreInvalid
from occ_media_cli.settings import inbox_names
from occ_media_cli.settings.model import EMPTY_SECTIONS, Config, InboxPlan, InboxSettings, TimeBox, Version
from occ_media_cli.settings.timeline import Delta, Tile
from occ_media_cli.vocabulary import SECTIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence


def inbox_ids(connection: sqlite3.Connection) -> dict[str, int]:
    """The inboxes that are there, by name in byte order."""
    rows = connection.execute("SELECT name, id FROM inbox_state WHERE removed IS NULL ORDER BY name")
    return {str(name): int(number) for name, number in rows}


def inbox_number(connection: sqlite3.Connection, name: str, file: str) -> int:
    """The number of an inbox that is there; NotFound with the nearest name. file: the store, for the error."""
    known = inbox_ids(connection)
    number = known.get(inbox_names.normal(name))
    if number is None:
        raise inbox_names.no_inbox(name, known, file, now=called_now(connection, name))
    return number


def ever_named(connection: sqlite3.Connection, name: str) -> list[int]:
    """The ids of the inboxes that have a name or once had it, in the order in which they got it."""
    rows = connection.execute(
        "SELECT json_extract(body, '$.inbox') AS id FROM event WHERE kind IN ('inbox-add', 'inbox-rename')"
        " AND json_extract(body, '$.name') = ? GROUP BY id ORDER BY max(seq)",
        (inbox_names.normal(name),),
    )
    return [int(row[0]) for row in rows]


def called_now(connection: sqlite3.Connection, name: str) -> str | None:
    """What the inbox is called that last had a name and is still there; None where nobody had it."""
    names = {number: there for there, number in inbox_ids(connection).items()}
    return next((names[number] for number in reversed(ever_named(connection, name)) if number in names), None)


@contextmanager
def _as_written() -> Iterator[None]:
    """StoreInvalid where a text of the store is not what this program writes: a file may come from anybody, and what
    was altered in it must not look like a bug. `ledger verify` names the cell."""
    try:
        yield
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as problem:
        raise StoreInvalid(
            "a setting in the store is not what this program writes: it was altered",
            hint="restore a backup",
            topic=("broken-text",),
        ) from problem


def stored_settings(text: str) -> InboxSettings:
    """The settings of a version, from the text that a store keeps; StoreInvalid where it was altered."""
    with _as_written():
        return InboxSettings.from_value(json.loads(text))


def stored_section(name: str, text: str) -> Any:
    """The value of a section, from the text that a store keeps; StoreInvalid where its shape is another."""
    with _as_written():
        found = json.loads(text)
        items = found if isinstance(found, list) else found.values()
        rows = name == "store" or all(isinstance(item, dict) for item in items)
        if not rows or type(found) is not type(EMPTY_SECTIONS[name]):
            raise TypeError(name)
        return found


def settings_of(connection: sqlite3.Connection, inbox: int, version: int) -> InboxSettings | None:
    """The settings of a version, or None where there is no such version."""
    row = connection.execute(
        "SELECT value FROM setting_version WHERE inbox = ? AND version = ?", (inbox, version)
    ).fetchone()
    return None if row is None else stored_settings(row[0])


def tiles(connection: sqlite3.Connection, inbox: int, since: int | None = None) -> list[Tile]:
    """The spans of an inbox that are not replaced, oldest first; with `since`, those that reach beyond it."""
    rows = connection.execute(
        "SELECT valid_from, valid_to, value, version FROM setting_version WHERE inbox = ? AND superseded_by IS NULL"
        " AND (valid_to IS NULL OR (valid_to > valid_from AND valid_to > ?)) ORDER BY valid_from",
        (inbox, -(2**63) if since is None else since),
    )
    return [Tile(start, end, stored_settings(value), version) for start, end, value, version in rows]


def next_version(connection: sqlite3.Connection, inbox: int) -> int:
    """The first free version number of an inbox."""
    row = connection.execute("SELECT max(version) FROM setting_version WHERE inbox = ?", (inbox,)).fetchone()
    return int(row[0] or 0) + 1


def newest_change(connection: sqlite3.Connection, inbox: int, clock: int | None = None) -> int | None:
    """The valid time of the newest change of an inbox; the planned end of a box does not count.

    clock: the machine's time. With it, what was planned for a time that has not come by then does not count either.
    """
    row = connection.execute(
        "SELECT max(e.ms) FROM setting_version v JOIN event e ON e.seq = v.event WHERE v.inbox = ?"
        " AND (? IS NULL OR e.ms <= max(e.wall, ?))",
        (inbox, clock, clock),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def newest_event(
    connection: sqlite3.Connection, where: str, values: Sequence[object], clock: int, holds_from: str = "e.ms"
) -> int | None:
    """From when on the newest of some events holds, plans for a time that has not come by `clock` left out.

    where: a condition over e, a row of `event`. holds_from: SQL for the moment from which one holds, where that is not
    its valid time.
    """
    row = connection.execute(
        f"SELECT max({holds_from}) FROM event e WHERE {where} AND {holds_from} <= max(e.wall, ?)", (*values, clock)
    ).fetchone()
    return None if row[0] is None else int(row[0])


def newest_section_change(connection: sqlite3.Connection, section: str, clock: int) -> int | None:
    """The valid time of the newest change of a section, plans for a time that has not come by `clock` left out."""
    return newest_event(connection, "e.seq IN (SELECT event FROM config_version WHERE section = ?)", (section,), clock)


def deltas(
    connection: sqlite3.Connection, inbox: int, *, without: Collection[int] = (), void: Mapping[int, int] | None = None
) -> list[Delta]:
    """Every delta of an inbox in the order of commits, but for what was planned and taken back before it began.

    without: the numbers of events that are left out. void: events that are being taken back, and from when on.
    """
    rows = connection.execute(
        "SELECT seq, body, ms FROM event WHERE seq IN (SELECT event FROM setting_version WHERE inbox = ?) ORDER BY seq",
        (inbox,),
    )
    found: list[tuple[int, Delta]] = []
    undone = dict(void or {})
    for seq, text, at in rows:
        if seq in without:
            continue
        with _as_written():
            body = json.loads(text)
            found += [
                (seq, Delta(d["from"], d["until"], change_of(d["change"]), d.get("at", at))) for d in body["deltas"]
            ]
            undone |= dict.fromkeys(body.get("undone", ()), at)
    return [delta for seq, delta in found if seq not in undone or delta.start < undone[seq]]


def change_of(change: Mapping[str, object]) -> dict[str, object]:
    """The fields of a change as settings have them, from the body of an event."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in change.items()}


def versions(connection: sqlite3.Connection, inbox: int | None = None, *, at: int | None = None) -> list[Version]:
    """Versions by inbox name and number, all of them or those in force at a moment; None means every inbox."""
    where, values = ["1"], []
    if inbox is not None:
        where.append("v.inbox = ?")
        values.append(inbox)
    if at is not None:
        where.append(
            "v.superseded_by IS NULL AND v.valid_from <= ? AND (v.valid_to IS NULL OR v.valid_to > ?)"
            " AND (i.removed IS NULL OR i.removed > ?)"
        )
        values += [at, at, at]
    rows = connection.execute(
        "SELECT v.inbox, i.name, v.version, v.valid_from, v.valid_to, v.value, nullif(e.actor, ''), e.reason,"
        " v.superseded_by, v.uncertain_since, v.event, e.wall, json_extract(e.body, '$.confirmed')"
        " FROM setting_version v JOIN inbox_state i ON i.id = v.inbox JOIN event e ON e.seq = v.event"
        f" WHERE {' AND '.join(where)} ORDER BY i.name, v.inbox, v.version",
        values,
    )
    return [
        Version(
            inbox_id=row[0], inbox=row[1], number=row[2], valid_from=row[3], valid_to=row[4],
            settings=stored_settings(row[5]), actor=row[6], reason=row[7], superseded_by=row[8],
            uncertain_since=row[9], event=row[10], recorded=row[11], confirmed=bool(row[12]),
        )
        for row in rows
    ]  # fmt: skip


def section(connection: sqlite3.Connection, name: str) -> Any:
    """The newest value of a section, or the empty one."""
    row = connection.execute(
        "SELECT value FROM config_version WHERE section = ? ORDER BY version DESC LIMIT 1", (name,)
    ).fetchone()
    return stored_section(name, row[0] if row else json.dumps(EMPTY_SECTIONS[name]))


def section_at(connection: sqlite3.Connection, name: str, moment: int) -> Any:
    """The value of a section as it had been set at a moment, or the empty one."""
    row = connection.execute(
        "SELECT c.value FROM config_version c JOIN event e ON e.seq = c.event WHERE c.section = ? AND e.ms <= ?"
        " ORDER BY c.version DESC LIMIT 1",
        (name, moment),
    ).fetchone()
    return stored_section(name, row[0] if row else json.dumps(EMPTY_SECTIONS[name]))


def planned_section_changes(connection: sqlite3.Connection, name: str, moment: int) -> list[int]:
    """The moments behind one at which a section changes, soonest first."""
    rows = connection.execute(
        "SELECT DISTINCT e.ms FROM config_version c JOIN event e ON e.seq = c.event WHERE c.section = ? AND e.ms > ?"
        " ORDER BY e.ms",
        (name, moment),
    )
    return [int(row[0]) for row in rows]


def config(connection: sqlite3.Connection, now: int) -> Config:
    """The configuration as it stands at a moment, with the boxes that lie ahead."""
    with log.step("settings", "configuration read"):
        return _config(connection, now)


def _config(connection: sqlite3.Connection, now: int) -> Config:
    found = Config()
    for name, number in inbox_ids(connection).items():
        ahead = tiles(connection, number, since=now)
        if not ahead:
            found.inboxes[name] = InboxPlan()
            continue
        *boxes, last = ahead
        found.inboxes[name] = InboxPlan(
            last.settings, tuple(TimeBox(tile.end, tile.settings) for tile in boxes if tile.end is not None)
        )
    for name in SECTIONS:
        found.sections[name] = section(connection, name)
    return found
