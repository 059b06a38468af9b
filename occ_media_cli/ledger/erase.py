"""Erasing what is personal of a customer: values and salts go, commitments and the entry of the erasure stay.

The chain still verifies afterwards, and shows that and when values were erased. The key of an erased id stays too, so
that the same row coming again counts as duplicate and is never filled in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, UsageError
from occ_media_cli.ledger import totals
from occ_media_cli.ledger.customers import CANONICAL, forms_of, of_person
from occ_media_cli.ledger.verify.projections import erased_item
from occ_media_cli.store import chain, record
from occ_media_cli.store.connect import explained, transaction
from occ_media_cli.store.migrations.m0009_people import canonical
from occ_media_cli.values import replace

if TYPE_CHECKING:
    import sqlite3

UNREACHED = (
    "exports, reject files, reports and evidence bundles that were written before",
    "backups of the store and of its disk",
    "the sources themselves, and the files that were shared",
)
"""The places that an erasure cannot reach, in words for every result."""

_FIND = (
    "INSERT OR IGNORE INTO temp.going (seq)"
    " SELECT c.seq FROM record r JOIN record c ON c.corrects = r.seq JOIN temp.going g ON g.seq = r.seq"
    " WHERE c.salt IS NOT NULL",
    "INSERT OR IGNORE INTO temp.going (seq) SELECT e.seq FROM event e WHERE e.personal IS NOT NULL AND EXISTS ("
    " SELECT 1 FROM json_tree(e.personal) j WHERE j.type = 'text'"
    f" AND {canonical('j.atom')} IN (SELECT form FROM temp.form))",
)
"""SQL for the records and events that are about a person or name the person."""

_SPELLINGS = f"""
INSERT OR IGNORE INTO temp.spelling (text)
SELECT r.customer FROM temp.going g JOIN record r ON r.seq = g.seq WHERE {CANONICAL} IN (SELECT form FROM temp.form)
UNION SELECT customer FROM customer_alias WHERE canonical_customer IN (SELECT form FROM temp.form)"""
"""The ways in which the ledger writes the person."""

_MENTIONS = """
SELECT count(*) FROM record WHERE salt IS NOT NULL AND EXISTS (
  SELECT 1 FROM temp.spelling s WHERE instr(name, s.text) OR instr(path, s.text) OR instr(message, s.text)
    OR instr(id, s.text) OR instr(conversation, s.text))"""

_TABLES = {"going": "seq INTEGER PRIMARY KEY", "form": "form TEXT PRIMARY KEY", "spelling": "text TEXT PRIMARY KEY"}
"""The working tables of an erasure, in memory: the rows whose values go, and the forms and spellings of the person."""

_GONE = ", ".join(f"{name} = NULL" for name in (*record.PERSONAL, "salt"))


@dataclass(frozen=True, slots=True)
class Erasure:
    """The result of an erasure. seq: its entry, None where nothing was found. mentions: entries of others that hold
    the customer's id inside a longer text, which stay as they are. spellings: the ways in which the ledger wrote the
    person, the one that was asked for included."""

    records: int
    events: int
    seq: int | None
    mentions: int
    spellings: frozenset[str]


def erase(connection: sqlite3.Connection, customer: str, stamp: chain.Stamp, reason: str, path: Path) -> Erasure:
    """Remove the personal values of every record and event of a customer, and their traces from the file.

    The customer is the person: under every spelling of the id, and under its aliases.

    Incomplete where another program reads the store, so that old pages cannot be removed: the values are erased then,
    and the same command removes the traces later.
    """
    if not customer.strip():
        raise UsageError("the customer is empty", hint="name the customer as it stands in the entries")
    _refuse_in(reason, [customer])
    prepare(connection)
    seq = None
    with transaction(connection), _tables(connection):
        spellings = _collect(connection, [customer])
        _refuse_in(reason, spellings)
        records = connection.execute("SELECT count(*) FROM temp.going JOIN record USING (seq)").fetchone()[0]
        events = connection.execute("SELECT count(*) FROM temp.going JOIN event USING (seq)").fetchone()[0]
        if records + events:
            seq = _erase(connection, spellings, chain.Event("erasure", {}, stamp.now, reason), stamp)
        mentions = connection.execute(_MENTIONS).fetchone()[0]
    clean(connection, path)
    return Erasure(records, events, seq, mentions, spellings)


def _refuse_in(reason: str, spellings: Iterable[str]) -> None:
    """UsageError where a reason names the customer: it is no personal value, so that no erasure reaches it."""
    if any(spelling in reason for spelling in spellings):
        raise UsageError(
            "the reason names the customer and would stay on record; nothing was erased",
            hint="write the reason without the customer, such as a case number",
        )


def prepare(connection: sqlite3.Connection) -> None:
    """See that erased values are overwritten in the file, and that none gets into a temporary one; outside a
    transaction."""
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA temp_store=MEMORY")


@contextmanager
def _tables(connection: sqlite3.Connection) -> Iterator[None]:
    for name, column in _TABLES.items():
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        connection.execute(f"CREATE TEMP TABLE {name} ({column})")
    yield
    for name in _TABLES:
        connection.execute(f"DROP TABLE temp.{name}")


def _collect(connection: sqlite3.Connection, customers: Iterable[str]) -> frozenset[str]:
    """Add to what goes all that is about some people or names them; returns the ways in which they are written."""
    for customer in customers:
        forms = forms_of(connection, customer)
        connection.executemany("INSERT OR IGNORE INTO temp.form VALUES (?)", ((form,) for form in forms))
        connection.execute("INSERT OR IGNORE INTO temp.spelling VALUES (?)", (customer,))
        condition, values = of_person(connection, customer)
        connection.execute(
            f"INSERT OR IGNORE INTO temp.going (seq) SELECT r.seq FROM record r WHERE {condition}", values
        )
    for statement in (*_FIND, _SPELLINGS):
        connection.execute(statement)
    return frozenset(str(text) for (text,) in connection.execute("SELECT text FROM temp.spelling"))


def erase_again(
    connection: sqlite3.Connection, rows: Iterable[int], event: chain.Event, stamp: chain.Stamp
) -> int | None:
    """Erase records and events by their places, inside the caller's transaction, where an older copy of a ledger has
    brought back what was erased. Their customers are erased wherever else they stand.

    event: the entry of the erasure, to whose body count and digest are added. Returns its place, None where nothing
    personal was left. Call `prepare` before and `clean` after.
    """
    seq = None
    with _tables(connection):
        connection.executemany("INSERT OR IGNORE INTO temp.going VALUES (?)", ((place,) for place in rows))
        whose = "SELECT DISTINCT customer FROM record JOIN temp.going USING (seq) WHERE customer IS NOT NULL"
        spellings = _collect(connection, [str(customer) for (customer,) in connection.execute(whose).fetchall()])
        connection.execute(
            "DELETE FROM temp.going WHERE seq NOT IN (SELECT seq FROM record WHERE salt IS NOT NULL)"
            " AND seq NOT IN (SELECT seq FROM event WHERE salt IS NOT NULL)"
        )
        if connection.execute("SELECT 1 FROM temp.going LIMIT 1").fetchone() is not None:
            seq = _erase(connection, spellings, event, stamp)
    return seq


def _erase(connection: sqlite3.Connection, spellings: Iterable[str], event: chain.Event, stamp: chain.Stamp) -> int:
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
    for spelling in spellings:
        totals.forget_sender(connection, spelling)
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
