"""Turning the bodies of retention events into rows, the same way when they happen and when they are verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli.store import canonical, chain, who
from occ_media_cli.store.free_texts import ERASED
from occ_media_cli.values import replace
from occ_media_cli.vocabulary import ENTRY_STEPS, state_of

if TYPE_CHECKING:
    import sqlite3

KINDS = (
    "hold", "hold-release", "plan-part", "plan", "approval", "purge-refused", *ENTRY_STEPS,
)  # fmt: skip
"""The kinds of event that this module turns into rows."""

_STATES = state_of(ENTRY_STEPS)

TABLES = ("hold_state", "hold_part", "plan_state", "plan_file", "approval_state", "removal", "removal_refused")
"""The tables that hold nothing but what these events say."""


def hold_name(number: int, name: str) -> str:
    """The name of a hold: with its number where an erasure took it, so that it can be released still."""
    return f"(erased {number})" if name == ERASED else name


def record(connection: sqlite3.Connection, event: chain.Event, stamp: chain.Stamp) -> int:
    """Append an event inside the caller's transaction, make its rows, and return its number."""
    late = who.renewed(stamp)
    (seq,) = chain.append(connection, [replace(event, ms=late.now) if event.ms == stamp.now else event], late)
    apply(connection, event.kind, event.body, seq)
    return seq


def apply(connection: sqlite3.Connection, kind: str, body: Mapping[str, Any], seq: int) -> None:
    """Write the rows that an event stands for; `seq` is the event's own number."""
    match kind:
        case "hold":
            connection.execute(
                "INSERT INTO hold_state (number, name, event, inbox, entry, since, until, by_customer,"
                " by_conversation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    body["hold"], hold_name(body["hold"], body["name"]), seq, body["inbox"], body["entry"],
                    body["since"], body["until"],
                    int(body["by_customer"]), int(body["by_conversation"]),
                ),
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO hold_part (number, what, value) VALUES (?, ?, ?)",
                (
                    (body["hold"], what, each)
                    for what, several in (("inbox", "inboxes"), ("entry", "entries"))
                    for each in body.get(several, ())
                ),
            )
        case "hold-release":
            connection.execute("UPDATE hold_state SET released = ? WHERE number = ?", (seq, body["hold"]))
        case "plan-part":
            connection.executemany(
                "INSERT INTO plan_file (plan, seq, action, expires, basis, reasons, sha256, size)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (body["number"], *row[:5], bytes.fromhex(row[5]) if row[5] is not None else None, row[6])
                    for row in body["files"]
                ),
            )
        case "plan":
            connection.execute(
                "INSERT INTO plan_state (number, plan, event, content) VALUES (?, ?, ?, ?)",
                (body["number"], body["plan"], seq, canonical.text(body["content"])),
            )
        case "approval":
            connection.execute(
                "INSERT INTO approval_state (plan, event, signature) VALUES (?, ?, ?)",
                (body["number"], seq, body["signature"]),
            )
        case _ if kind in _STATES:
            _moved(connection, kind, body, seq)
        case "purge-refused":
            connection.executemany(
                "INSERT INTO removal_refused (plan, seq, event, code, words) VALUES (?, ?, ?, ?, ?)",
                ((body["number"], entry, seq, body["code"], body["words"]) for entry in body["entries"]),
            )
        case _:
            pass  # an event of another room


def _moved(connection: sqlite3.Connection, kind: str, body: Mapping[str, Any], seq: int) -> None:
    state = _STATES[kind]
    number, at, due = body["number"], body["at"], body.get("due")
    for item in body["files"]:
        connection.executemany(
            "INSERT INTO removal (seq, plan, state, event, since, due, name) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (seq) DO UPDATE SET plan = excluded.plan, state = excluded.state, event = excluded.event,"
            " since = excluded.since, due = excluded.due, name = excluded.name",
            ((entry, number, state, seq, at, due, item["name"]) for entry in item["entries"]),
        )


def reword(connection: sqlite3.Connection, kind: str, body: Mapping[str, Any], seq: int) -> None:
    """Put the texts of an event's body into its rows again, after one of them was erased."""
    if kind == "hold":
        connection.execute(
            "UPDATE hold_state SET name = ? WHERE event = ?", (hold_name(body["hold"], body["name"]), seq)
        )
    elif kind == "purge-refused":
        connection.execute("UPDATE removal_refused SET words = ? WHERE event = ?", (body["words"], seq))
