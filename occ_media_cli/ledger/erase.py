"""Erasing what is personal of a customer: values and salts go, commitments and the entry of the erasure stay.

The chain still verifies afterwards, and shows that and when values were erased. The key of an erased id stays too, so
that the same row coming again counts as duplicate and is never filled in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, UsageError
from occ_media_cli.ledger import totals
from occ_media_cli.ledger.verify_tables import erased_item
from occ_media_cli.store import chain, record
from occ_media_cli.store.connect import explained, transaction
from occ_media_cli.values import replace

if TYPE_CHECKING:
    import sqlite3

UNREACHED = (
    "exports, reject files, reports and evidence bundles that were written before",
    "backups of the store and of its disk",
    "the sources themselves, and the files that were shared",
)
"""What an erasure cannot reach, whatever it finds."""

_FIND = """
INSERT OR IGNORE INTO temp.going (seq)
SELECT seq FROM record WHERE customer = :customer
UNION SELECT c.seq FROM record r JOIN record c ON c.corrects = r.seq WHERE r.customer = :customer AND c.salt IS NOT NULL
UNION SELECT seq FROM event WHERE personal IS NOT NULL AND EXISTS (
  SELECT 1 FROM json_tree(event.personal) j WHERE j.atom = :customer)"""

_MENTIONS = """
SELECT count(*) FROM record WHERE salt IS NOT NULL AND (instr(name, :customer) OR instr(path, :customer)
  OR instr(message, :customer) OR instr(id, :customer) OR instr(conversation, :customer))"""

_GONE = ", ".join(f"{name} = NULL" for name in (*record.PERSONAL, "salt"))


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure came to. seq: its entry, None where nothing was found. mentions: entries of others that hold
    the customer's id inside a longer text, which stay as they are."""

    records: int
    events: int
    seq: int | None
    mentions: int


def erase(connection: sqlite3.Connection, customer: str, stamp: chain.Stamp, reason: str, path: Path) -> Erasure:
    """Remove the personal values of every record and event of a customer, and their traces from the file.

    Incomplete where another program reads the store, so that old pages cannot be removed: the values are erased then,
    and the same command removes the traces later.
    """
    if not customer.strip():
        raise UsageError("--customer is empty", hint="name the customer as it stands in the entries")
    if customer in reason:
        raise UsageError(
            "--reason names the customer and would stay on record; nothing was erased",
            hint="write the reason without the customer, such as a case number",
        )
    prepare(connection)
    _collect(connection)
    seq = None
    with transaction(connection):
        connection.execute(_FIND, {"customer": customer})
        records = connection.execute("SELECT count(*) FROM temp.going JOIN record USING (seq)").fetchone()[0]
        events = connection.execute("SELECT count(*) FROM temp.going JOIN event USING (seq)").fetchone()[0]
        if records + events:
            seq = _erase(connection, [customer], chain.Event("erasure", {}, stamp.now, reason), stamp)
        mentions = connection.execute(_MENTIONS, {"customer": customer}).fetchone()[0]
    connection.execute("DROP TABLE temp.going")
    clean(connection, path)
    return Erasure(records, events, seq, mentions)


def prepare(connection: sqlite3.Connection) -> None:
    """See that erased values are overwritten in the file, and that none gets into a temporary one; outside a
    transaction."""
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA temp_store=MEMORY")


def _collect(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS going (seq INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.going")


def again(connection: sqlite3.Connection, rows: Iterable[int], event: chain.Event, stamp: chain.Stamp) -> int | None:
    """Erase records and events by their places, inside the caller's transaction, where an older copy of a ledger has
    brought back what was erased. Their customers are erased wherever else they stand.

    event: the entry of the erasure, to whose body count and digest are added. Returns its place, None where nothing
    personal was left. Call `prepare` before and `clean` after.
    """
    _collect(connection)
    connection.executemany("INSERT OR IGNORE INTO temp.going VALUES (?)", ((seq,) for seq in rows))
    whose = "SELECT DISTINCT customer FROM record JOIN temp.going USING (seq) WHERE customer IS NOT NULL"
    customers = [str(customer) for (customer,) in connection.execute(whose).fetchall()]
    for customer in customers:
        connection.execute(_FIND, {"customer": customer})
    connection.execute(
        "DELETE FROM temp.going WHERE seq NOT IN (SELECT seq FROM record WHERE salt IS NOT NULL)"
        " AND seq NOT IN (SELECT seq FROM event WHERE salt IS NOT NULL)"
    )
    seq = None
    if connection.execute("SELECT 1 FROM temp.going LIMIT 1").fetchone() is not None:
        seq = _erase(connection, customers, event, stamp)
    connection.execute("DROP TABLE temp.going")
    return seq


def _erase(connection: sqlite3.Connection, customers: Sequence[str], event: chain.Event, stamp: chain.Stamp) -> int:
    """Append the entry of the erasure, move the commitments, and empty the values."""
    seq = chain.head(connection)[0] + 1
    digest, count = sha256(), 0
    connection.execute("CREATE TEMP TABLE promised (seq INTEGER PRIMARY KEY, commitment BLOB)")
    personal = ", ".join(record.PERSONAL)
    for number, salt, *values in connection.execute(
        f"SELECT seq, salt, {personal} FROM record JOIN temp.going USING (seq)"
    ):
        connection.execute("INSERT INTO temp.promised VALUES (?, ?)", (number, chain.commit_to(salt, values)))
    for number, salt, text in connection.execute("SELECT seq, salt, personal FROM event JOIN temp.going USING (seq)"):
        connection.execute("INSERT INTO temp.promised VALUES (?, ?)", (number, chain.commit_to(salt, json.loads(text))))
    for number, commitment in connection.execute("SELECT seq, commitment FROM temp.promised ORDER BY seq"):
        digest.update(erased_item(number, commitment))
        count += 1
    body = {**event.body, "count": count, "digest": digest.hexdigest()}
    chain.append(connection, [replace(event, body=body)], stamp)
    connection.execute(
        "INSERT INTO erased (seq, commitment, event) SELECT seq, commitment, ? FROM temp.promised", (seq,)
    )
    for customer in customers:
        totals.forget_sender(connection, customer)
    connection.execute(f"UPDATE record SET {_GONE} WHERE seq IN (SELECT seq FROM temp.going)")
    connection.execute("UPDATE event SET personal = NULL, salt = NULL WHERE seq IN (SELECT seq FROM temp.going)")
    connection.execute("DROP TABLE temp.promised")
    return seq


def clean(connection: sqlite3.Connection, path: Path) -> None:
    """Remove what is left of deleted values from the file and from its write-ahead log."""
    with explained(path):
        _truncate(connection, path)
        with _room_beside(path):
            connection.execute("PRAGMA temp_store=FILE")
            connection.execute("VACUUM")
        _truncate(connection, path)


@contextmanager
def _room_beside(path: Path) -> Iterator[None]:
    """Let SQLite rebuild the store in a nameless file beside it: in memory it would take as much as the store has.

    What stays of that file is on the disk of the store, which an erasure says that it cannot reach.
    """
    before = os.environ.get("SQLITE_TMPDIR")
    os.environ["SQLITE_TMPDIR"] = str(path.absolute().parent)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SQLITE_TMPDIR"]
        else:
            os.environ["SQLITE_TMPDIR"] = before


def _truncate(connection: sqlite3.Connection, path: Path) -> None:
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise Incomplete(
            "the values are erased, but another program reads the store, so that their traces are still in the file",
            file=str(path),
            hint="run the same command again when nothing else uses the store",
        )
