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

HOLDS_FROM = f"CASE e.kind WHEN '{RETIRE}' THEN min(e.ms, e.wall) ELSE e.ms END"
"""SQL for the moment from which a change of the library, e, a row of `event`, holds. A retirement made under a fast
clock holds from when it is on record, so that what is done before it later is a change of the past."""

TABLES = (
    "library_document", "library_proposal", "library_file", "library_scope", "library_approval", "library_retirement",
    "library_displaced", "library_text", "library_band",
)  # fmt: skip
"""The tables that hold nothing but what these events say."""


def kept_name(number: int, text: str) -> str:
    """A name or a version: with a number where an erasure took it, so that it can be retired still."""
    return f"(erased {number})" if text == ERASED else text


def _proposal_name(body: Mapping[str, Any], seq: int) -> str:
    """The name of a proposal: that of its document; of several together their own, which no document can have."""
    if body["several"]:
        return f"(erased batch {seq})" if body["name"] == ERASED else str(body["name"])
    return kept_name(body["files"][0]["document"], body["name"])


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
    connection.executemany(
        "INSERT INTO library_retirement (proposal, document, event) VALUES (?, ?, ?)", ends_of(kind, body, seq)
    )


def ends_of(kind: str, body: Mapping[str, Any], seq: int) -> list[tuple[int, int, int]]:
    """What an event says of ends: proposals, each with a document and the retirement that ends it. A retirement ends
    what was approved or waited; an approval says by which retirement it ends itself."""
    if kind == RETIRE:
        return [(proposal, document, seq) for proposal, document in body.get("ends", ())]
    if kind == APPROVE:
        return [(body["proposed"], document, retirement) for document, retirement in body.get("ended", ())]
    return []


def rows_of(body: Mapping[str, Any], seq: int) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each table that the body of a proposal stands for, in the order of the columns."""
    name = _proposal_name(body, seq)
    scope = [*((inbox, None) for inbox in body["inboxes"]), *((None, tag) for tag in body["tags"])]
    found: dict[str, list[tuple[Any, ...]]] = {
        "library_proposal": [(
            seq, body["proposal"], body["digest"], name, key_of(name), kept_name(seq, body["version"]),
            int(body["several"]), int(not scope), body["expires"],
        )],
        "library_scope": [(seq, position, *each) for position, each in enumerate(scope)],
        "library_document": [], "library_file": [], "library_text": [], "library_band": [],
        "library_displaced": [(older, seq) for older in body.get("instead_of", ())],
    }  # fmt: skip
    for place, each in enumerate(body["files"]):
        document = kept_name(each["document"], each["name"])
        found["library_document"].append((each["document"], document, key_of(document), seq))
        found["library_file"].append(
            (seq, place, each["document"], each["sha256"], each["size"], each["type"], each["path"])
        )
        if (text := each.get("text")) is not None:
            minhash = None if text["minhash"] is None else b64decode(text["minhash"], validate=True)
            found["library_text"].append((seq, place, bytes.fromhex(text["digest"]), text["words"], minhash))
            bands = sorted(set(bands_of(minhash))) if minhash is not None else ()
            found["library_band"] += [(band, seq, place) for band in bands]
    return found


def _proposed(connection: sqlite3.Connection, body: Mapping[str, Any], seq: int) -> None:
    for table, rows in rows_of(body, seq).items():
        if rows:
            there = " ON CONFLICT (number) DO NOTHING" if table == "library_document" else ""
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))}){there}", rows)


def reword(connection: sqlite3.Connection, kind: str, body: Mapping[str, Any], seq: int) -> None:
    """Put the texts of an event's body into its rows again, after one of them was erased."""
    if kind != PROPOSE or "digest" not in body:
        return
    name = _proposal_name(body, seq)
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
