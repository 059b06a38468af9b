"""A document that was edited by hand and not recorded yet: the audit judges with it from the file's mtime on."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from occ_media_cli.settings import document, read
from occ_media_cli.settings.session import last_document, open_intent
from occ_media_cli.store import canonical

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.settings.model import Config, InboxPlan, InboxSettings
    from occ_media_cli.store.open import Store

FOREVER = 2**63 - 1

_DERIVED = ("policy", "agent", "agent_inbox", "suppression")
"""Views that are made from sections of the configuration."""


def overlay(store: Store, connection: sqlite3.Connection, now: int) -> None:
    """Lay an edit over the copied views; nothing where the document is as a command last left it."""
    data, path = store.document_bytes(), store.location.document
    if data is None or path is None:
        return
    digest = sha256(data).digest()
    intent = open_intent(connection)
    if last_document(connection)[0] == digest or (intent is not None and intent[1] == digest):
        return
    config = document.parse(data, str(path), store=True)
    edited = min(path.stat().st_mtime_ns // 1_000_000, now)
    _inboxes(connection, config, edited)
    _sections(connection, config)


def _inboxes(connection: sqlite3.Connection, config: Config, edited: int) -> None:
    known = read.inbox_ids(connection)
    for name, number in known.items():
        plan = config.inboxes.get(name)
        if plan is None:
            _cut(connection, number, edited)
        elif _differs(connection, number, plan, edited):
            _cut(connection, number, edited)
            _put(connection, number, name, plan, edited)
    for position, name in enumerate(sorted(set(config.inboxes) - set(known)), start=1):
        connection.execute("INSERT INTO temp.inbox (id, name, created_ms) VALUES (?, ?, ?)", (-position, name, edited))
        _put(connection, -position, name, config.inboxes[name], edited)


def _differs(connection: sqlite3.Connection, number: int, plan: InboxPlan, edited: int) -> bool:
    recorded = [(tile.end, tile.settings) for tile in read.tiles(connection, number, since=edited)]
    return recorded != plan.spans(edited)


def _cut(connection: sqlite3.Connection, number: int, edited: int) -> None:
    """What was recorded ends where the edit begins."""
    connection.execute("DELETE FROM temp.setting WHERE inbox_id = ? AND valid_from_ms >= ?", (number, edited))
    connection.execute(
        "UPDATE temp.setting SET valid_to_ms = ? WHERE inbox_id = ? AND valid_to_ms > ?", (edited, number, edited)
    )


def _put(connection: sqlite3.Connection, number: int, name: str, plan: InboxPlan, edited: int) -> None:
    start = edited
    for until, settings in plan.spans(edited):
        end = FOREVER if until is None else until
        connection.execute(
            "INSERT INTO temp.setting (inbox, inbox_id, valid_from_ms, valid_to_ms, send, receive, message,"
            " message_source, send_approved_only, scan, quota, channels, tags)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (name, number, start, end, *_values(settings)),
        )
        start = end


def _values(settings: InboxSettings) -> tuple[object, ...]:
    value = settings.value()
    return (
        int(settings.send), int(settings.receive), value["message"], value["message_source"],
        int(settings.send_approved_only), settings.scan, value["quota"], canonical.text(value["channels"]),
        canonical.text(value["tags"]),
    )  # fmt: skip


def _sections(connection: sqlite3.Connection, config: Config) -> None:
    from occ_media_cli.audit.sqlite import view_body

    changed = False
    for section, value in config.sections.items():
        if read.section(connection, section) != value:
            connection.execute("DELETE FROM temp.config WHERE section = ?", (section,))
            connection.execute(
                "INSERT INTO temp.config (section, value) VALUES (?, ?)", (section, canonical.text(value))
            )
            changed = True
    if changed:
        for name in _DERIVED:
            connection.execute(f"DELETE FROM temp.{name}")
            connection.execute(f"INSERT INTO temp.{name} {view_body(connection, name)}")
