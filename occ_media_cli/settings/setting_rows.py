"""Turning the bodies of settings events into rows, the same way when they happen and when they are verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli.store import canonical

if TYPE_CHECKING:
    import sqlite3

KINDS = ("inbox-add", "inbox-rename", "inbox-remove", "setting", "config")
"""The kinds of event that this module turns into rows."""


OF_INBOXES = ("inbox-add", "inbox-rename", "inbox-remove")
"""Those of them that say which inboxes there are, and what they are called."""


def follow_inbox(known: dict[int, tuple[str, int | None]], kind: str, body: Mapping[str, Any]) -> None:
    """Bring the names of inboxes by their numbers, each with when it was removed, up to an event of `OF_INBOXES`."""
    number = int(body["inbox"])
    name, removed = known.get(number, ("", None))
    known[number] = (name, body["removed"]) if kind == "inbox-remove" else (str(body["name"]), removed)


def apply(connection: sqlite3.Connection, kind: str, body: Mapping[str, Any], seq: int) -> None:
    """Write the rows that an event stands for; `seq` is the event's own number."""
    match kind:
        case "inbox-add":
            connection.execute(
                "INSERT INTO inbox_state (id, name, created) VALUES (?, ?, ?)",
                (body["inbox"], body["name"], body["created"]),
            )
        case "inbox-rename":
            connection.execute("UPDATE inbox_state SET name = ? WHERE id = ?", (body["name"], body["inbox"]))
        case "inbox-remove":
            connection.execute("UPDATE inbox_state SET removed = ? WHERE id = ?", (body["removed"], body["inbox"]))
            connection.execute(
                "UPDATE setting_version SET valid_to = max(valid_from, ?) WHERE inbox = ? AND superseded_by IS NULL"
                " AND (valid_to IS NULL OR valid_to > ?)",
                (body["removed"], body["inbox"], body["removed"]),
            )
        case "setting":
            _versions(connection, body, seq)
        case "config":
            connection.execute(
                "INSERT INTO config_version (section, version, event, value) VALUES (?, ?, ?, ?)",
                (body["section"], body["version"], seq, canonical.text(body["value"])),
            )
        case _:
            pass  # an event of another room


def _versions(connection: sqlite3.Connection, body: Mapping[str, Any], seq: int) -> None:
    inbox = body["inbox"]
    for version in body["versions"]:
        connection.execute(
            "INSERT INTO setting_version (inbox, version, valid_from, valid_to, event, value, uncertain_since)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                inbox,
                version["version"],
                version["from"],
                version["to"],
                seq,
                canonical.text(version["value"]),
                body.get("uncertain_since"),
            ),
        )
    for number, end in body["cut"]:
        connection.execute(
            "UPDATE setting_version SET valid_to = ? WHERE inbox = ? AND version = ?", (end, inbox, number)
        )
    for number, heir in body["replaced"]:
        connection.execute(
            "UPDATE setting_version SET superseded_by = ? WHERE inbox = ? AND version = ?", (heir, inbox, number)
        )


def reword(connection: sqlite3.Connection, kind: str, body: Mapping[str, Any], seq: int) -> None:
    """Put the texts of an event's body into its rows again, after one of them was erased."""
    if kind == "setting":
        connection.executemany(
            "UPDATE setting_version SET value = ? WHERE inbox = ? AND version = ? AND event = ?",
            (
                (canonical.text(version["value"]), body["inbox"], version["version"], seq)
                for version in body["versions"]
            ),
        )
    elif kind == "config":
        connection.execute("UPDATE config_version SET value = ? WHERE event = ?", (canonical.text(body["value"]), seq))
