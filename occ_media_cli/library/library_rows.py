"""Turning the bodies of library events into rows, the same way when they happen and when they are verified."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli.library.bands import bands_of
from occ_media_cli.library.library_names import key_of
from occ_media_cli.store import chain
from occ_media_cli.store.free_texts import ERASED

if TYPE_CHECKING:
    import sqlite3

PROPOSE, APPROVE, RETIRE = "library-propose", "library-approve", "library-retire"

KINDS = (PROPOSE, APPROVE, RETIRE)
"""The kinds of event that this module turns into rows."""

TABLES = (
    "library_document", "library_proposal", "library_file", "library_scope", "library_approval", "library_retirement",
    "library_text", "library_band",
)  # fmt: skip
"""The tables that hold nothing but what these events say."""


def kept_name(number: int, text: str) -> str:
    """A name or a version: with a number where an erasure took it, so that it can be retired still."""
    return f"(erased {number})" if text == ERASED else text


def record(connection: sqlite3.Connection, event: chain.Event, stamp: chain.Stamp) -> int:
    """Append an event inside the caller's transaction, make its rows, and return its number."""
    (seq,) = chain.append(connection, [event], stamp)
    apply(connection, event.kind, event.body, seq)
    return seq


def apply(connection: sqlite3.Connection, kind: str, body: Mapping[str, Any], seq: int) -> None:
    """Write the rows that an event stands for; `seq` is the event's own number.

    An event without a digest is none of this program's (see the migration): it makes no row.
    """
    if "digest" not in body and kind != RETIRE:
        return
    if kind == PROPOSE:
        _proposed(connection, body, seq)
    elif kind == APPROVE:
        connection.execute(
            "INSERT INTO library_approval (proposal, event, digest) VALUES (?, ?, ?)",
            (body["proposed"], seq, body["digest"]),
        )
    elif kind == RETIRE:
        connection.executemany(
            "INSERT INTO library_retirement (proposal, document, event) VALUES (?, ?, ?)",
            ((proposal, document, seq) for proposal, document in body.get("ends", ())),
        )


def _proposed(connection: sqlite3.Connection, body: Mapping[str, Any], seq: int) -> None:
    name = kept_name(seq, body["name"])
    connection.execute(
        "INSERT INTO library_proposal (event, proposal, digest, name, key, version, several, everywhere, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            seq, body["proposal"], body["digest"], name, key_of(name), kept_name(seq, body["version"]),
            int(body["several"]), int(not (body["inboxes"] or body["tags"])), body["expires"],
        ),
    )  # fmt: skip
    scope = [*((inbox, None) for inbox in body["inboxes"]), *((None, tag) for tag in body["tags"])]
    connection.executemany(
        "INSERT INTO library_scope (event, position, inbox, tag) VALUES (?, ?, ?, ?)",
        ((seq, position, *each) for position, each in enumerate(scope)),
    )
    files = body["files"]
    names = ((each["document"], kept_name(each["document"], each["name"])) for each in files)
    connection.executemany(
        "INSERT INTO library_document (number, name, key, event) VALUES (?, ?, ?, ?) ON CONFLICT (number) DO NOTHING",
        ((number, each, key_of(each), seq) for number, each in names),
    )
    connection.executemany(
        "INSERT INTO library_file (event, place, document, sha256, size, type, path) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (seq, place, each["document"], each["sha256"], each["size"], each["type"], each["path"])
            for place, each in enumerate(files)
        ),
    )
    for place, each in enumerate(files):
        if (text := each.get("text")) is not None:
            _worded(connection, (seq, place), text)


def _worded(connection: sqlite3.Connection, where: tuple[int, int], text: Mapping[str, Any]) -> None:
    """The rows about the words of a file."""
    minhash = None if text["minhash"] is None else b64decode(text["minhash"], validate=True)
    connection.execute(
        "INSERT INTO library_text (event, place, digest, words, minhash) VALUES (?, ?, ?, ?, ?)",
        (*where, bytes.fromhex(text["digest"]), text["words"], minhash),
    )
    if minhash is not None:
        connection.executemany(
            "INSERT INTO library_band (band, event, place) VALUES (?, ?, ?)",
            ((band, *where) for band in sorted(set(bands_of(minhash)))),
        )


def reword(connection: sqlite3.Connection, kind: str, body: Mapping[str, Any], seq: int) -> None:
    """Put the texts of an event's body into its rows again, after one of them was erased."""
    if kind != PROPOSE or "digest" not in body:
        return
    name = kept_name(seq, body["name"])
    connection.execute(
        "UPDATE library_proposal SET name = ?, key = ?, version = ? WHERE event = ?",
        (name, key_of(name), kept_name(seq, body["version"]), seq),
    )
    for place, each in enumerate(body["files"]):
        connection.execute("UPDATE library_file SET path = ? WHERE event = ? AND place = ?", (each["path"], seq, place))
        named = kept_name(each["document"], each["name"])
        connection.execute(
            "UPDATE library_document SET name = ?, key = ? WHERE number = ? AND event = ? AND name <> ?",
            (named, key_of(named), each["document"], seq, named),
        )
