"""Erasing what is personal of customers: values, free texts that name them and salts go; commitments and the entry of
the erasure stay.

The chain still verifies afterwards, and shows that and when values were erased. The key of an erased id stays too, so
that the same row coming again counts as duplicate and is never filled in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import UsageError
from occ_media_cli.ledger import erase_traces, reach, totals
from occ_media_cli.ledger.erase_choice import collect_rows, gather_texts
from occ_media_cli.ledger.mentions import People
from occ_media_cli.ledger.reach import Unreached
from occ_media_cli.ledger.verify.erasure_check import erased_item, erased_text_item
from occ_media_cli.settings import setting_rows
from occ_media_cli.store import canonical as canonical_json
from occ_media_cli.store import chain, free_texts, person_keys, persons, record, who
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.reasons import refuse_unfit
from occ_media_cli.values import replace
from occ_media_cli.vocabulary import ERASURE

if TYPE_CHECKING:
    import sqlite3

OUTSIDE = (
    "exports, reject files, reports and evidence bundles that were written before",
    "backups of the store and of its disk",
    "the sources themselves, and the files that were shared",
)
"""What is outside of the store, where no erasure looks, in words for every result."""

_TABLES = {
    "going": "seq INTEGER PRIMARY KEY",
    "said": "seq INTEGER NOT NULL, place TEXT NOT NULL, commitment BLOB NOT NULL, PRIMARY KEY (seq, place)",
}  # fmt: skip
"""The working tables of an erasure, in memory: the rows whose values go, and the free texts that go."""

Reword = Callable[["sqlite3.Connection", str, Mapping[str, Any], int], None]
"""Puts the texts of an event's body into the rows that were made of it, after one of them was erased."""

_GONE = ", ".join(f"{name} = NULL" for name in (*record.PERSONAL, "salt"))


@dataclass(frozen=True, slots=True)
class Erasure:
    """The result of an erasure. seq: its entry, None where nothing was found. texts: reasons, names of holds, messages
    and other free texts that named a customer. mentions: entries of others that hold a customer's id inside a longer
    text, which stay as they are. spellings: the ways in which the ledger wrote the people, those that were asked for
    included. not_reached: where the people still stand in the ledger. people: what texts were compared with."""

    records: int
    events: int
    texts: int
    seq: int | None
    mentions: int
    spellings: frozenset[str]
    not_reached: tuple[Unreached, ...]
    people: People


def erase(
    connection: sqlite3.Connection,
    customers: str | Sequence[str],
    stamp: chain.Stamp,
    reason: str,
    path: Path,
    rewords: Sequence[Reword] = (),
    verify: Callable[[], object] | None = None,
) -> Erasure:
    """Remove the personal values of every record and event of some customers, every free text that names one of them,
    and their traces from the file.

    A customer is the person: under every spelling of the id, and under its aliases. rewords: of the rooms whose rows
    are made of events, those of the settings aside. verify: called once the request is in order, before anything is
    changed; what it raises stops the erasure.

    Incomplete where another program reads the store, so that old pages cannot be removed: the values are erased then,
    and the same command removes the traces later.
    """
    whose = [customers] if isinstance(customers, str) else list(dict.fromkeys(customers))
    if not whose or not all(customer.strip() for customer in whose):
        raise UsageError("the customer is empty", hint="name the customer as it stands in the entries")
    refuse_unfit(reason, hint="write why, such as a case number")
    _refuse_in(reason, People(whose), whose)
    if verify is not None:
        verify()
        stamp = who.renewed(stamp)
    erase_traces.prepare(connection)
    seq = None
    with transaction(connection), _tables(connection):
        spellings, forms = collect_rows(connection, whose)
        people = People((*spellings, *forms))
        _refuse_in(reason, people, spellings)
        gather_texts(connection, people, min(stamp.now, stamp.wall))
        records = connection.execute("SELECT count(*) FROM temp.going JOIN record USING (seq)").fetchone()[0]
        events = connection.execute("SELECT count(*) FROM temp.going JOIN event USING (seq)").fetchone()[0]
        texts = connection.execute("SELECT count(*) FROM temp.said").fetchone()[0]
        if records + events + texts:
            made = chain.Event(ERASURE, {}, stamp.now, reason)
            seq = _erase(connection, spellings, made, stamp, (setting_rows.reword, *rewords))
        left = reach.in_ledger(connection, people)
    erase_traces.clean(connection, path)
    return Erasure(records, events, texts, seq, reach.mentions(left), spellings, left, people)


def _refuse_in(reason: str, people: People, spellings: Iterable[str]) -> None:
    """UsageError where a reason names the customer: it would be the first text that the next erasure has to take."""
    if people.mention_in(reason) or any(spelling in reason for spelling in spellings):
        raise UsageError(
            "the reason names the customer and would stay on record; nothing was erased",
            hint="write the reason without the customer, such as a case number",
        )


@contextmanager
def _tables(connection: sqlite3.Connection) -> Iterator[None]:
    for name, column in _TABLES.items():
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        connection.execute(f"CREATE TEMP TABLE {name} ({column})")
    yield
    for name in _TABLES:
        connection.execute(f"DROP TABLE temp.{name}")


def erase_again(
    connection: sqlite3.Connection,
    rows: Iterable[int],
    event: chain.Event,
    stamp: chain.Stamp,
    texts: Iterable[tuple[int, str]] = (),
    rewords: Sequence[Reword] = (),
) -> int | None:
    """Erase records, events and free texts by their places, inside the caller's transaction, where an older copy of a
    ledger has brought back what was erased. Their customers are erased wherever else they stand.

    event: the entry of the erasure, to whose body count and digest are added, and keys of persons to those there.
    Returns its place, None where nothing personal was left. Call `prepare` and `clean` of `erase_traces` before and
    after.
    """
    seq = None
    with _tables(connection):
        connection.executemany("INSERT OR IGNORE INTO temp.going VALUES (?)", ((place,) for place in rows))
        whose = "SELECT DISTINCT customer FROM record JOIN temp.going USING (seq) WHERE customer IS NOT NULL"
        spellings, forms = collect_rows(
            connection, [str(customer) for (customer,) in connection.execute(whose).fetchall()]
        )
        connection.execute(
            "DELETE FROM temp.going WHERE seq NOT IN (SELECT seq FROM record WHERE salt IS NOT NULL)"
            " AND seq NOT IN (SELECT seq FROM event WHERE salt IS NOT NULL)"
        )
        if spellings:
            gather_texts(connection, People((*spellings, *forms)), min(stamp.now, stamp.wall))
        for place in texts:
            _promise_again(connection, *place)
        if connection.execute("SELECT 1 FROM temp.going UNION ALL SELECT 1 FROM temp.said LIMIT 1").fetchone():
            seq = _erase(connection, spellings, event, stamp, (setting_rows.reword, *rewords))
    return seq


def _promise_again(connection: sqlite3.Connection, seq: int, place: str) -> None:
    """Add a free text that is there to what goes."""
    row = connection.execute(
        "SELECT t.salt, e.reason, e.body FROM free_text t JOIN event e ON e.seq = t.seq"
        " WHERE t.seq = ? AND t.place = ? AND t.salt IS NOT NULL",
        (seq, place),
    ).fetchone()
    if row is not None:
        salt, reason, body = row
        said = reason if place == free_texts.REASON else free_texts.text_at(json.loads(body), place)
        commitment = canonical_json.commit_to(salt, said)
        connection.execute("INSERT OR IGNORE INTO temp.said VALUES (?, ?, ?)", (seq, place, commitment))


def _erase(
    connection: sqlite3.Connection,
    spellings: Iterable[str],
    event: chain.Event,
    stamp: chain.Stamp,
    rewords: Sequence[Reword],
) -> int:
    """Append the entry of the erasure, move the commitments, and empty the values."""
    seq = chain.head(connection)[0] + 1
    digest, count = sha256(), 0
    connection.execute("CREATE TEMP TABLE promised (seq INTEGER PRIMARY KEY, commitment BLOB)")
    personal = ", ".join(record.PERSONAL)
    for number, salt, *values in connection.execute(
        f"SELECT seq, salt, {personal} FROM record JOIN temp.going USING (seq)"
    ):
        commitment = canonical_json.commit_to(salt, values)
        connection.execute("INSERT INTO temp.promised VALUES (?, ?)", (number, commitment))
    for number, salt, text in connection.execute("SELECT seq, salt, personal FROM event JOIN temp.going USING (seq)"):
        commitment = canonical_json.commit_to(salt, json.loads(text))
        connection.execute("INSERT INTO temp.promised VALUES (?, ?)", (number, commitment))
    for number, commitment in connection.execute("SELECT seq, commitment FROM temp.promised ORDER BY seq"):
        digest.update(erased_item(number, commitment))
        count += 1
    key_of = person_keys.keyed(connection)
    said: Mapping[str, Any] = event.body
    keys = sorted({*said.get("keys", ()), *(key_of(spelling) for spelling in spellings)})
    body = {**said, "count": count, "digest": digest.hexdigest(), "keys": keys, **_said(connection)}
    chain.append(connection, [replace(event, body=body)], stamp)
    connection.execute(
        "INSERT INTO erased (seq, commitment, event) SELECT seq, commitment, ? FROM temp.promised", (seq,)
    )
    for spelling in spellings:
        totals.forget_sender(connection, spelling)
    connection.execute(f"UPDATE record SET {_GONE} WHERE seq IN (SELECT seq FROM temp.going)")
    connection.execute("UPDATE event SET personal = NULL, salt = NULL WHERE seq IN (SELECT seq FROM temp.going)")
    connection.execute("DROP TABLE temp.promised")
    persons.forget(connection)
    _unsay(connection, seq, rewords)
    return seq


def _said(connection: sqlite3.Connection) -> dict[str, object]:
    """What the entry of an erasure says about single texts; nothing where none goes."""
    digest, count = sha256(), 0
    for row in connection.execute("SELECT seq, place, commitment FROM temp.said ORDER BY seq, place"):
        digest.update(erased_text_item(*row))
        count += 1
    return {"texts": count, "texts_digest": digest.hexdigest()} if count else {}


def _unsay(connection: sqlite3.Connection, erasure: int, rewords: Sequence[Reword]) -> None:
    """Put the word of the erasure in the place of every free text that goes, and into the rows that repeat it."""
    connection.execute(
        "UPDATE free_text SET salt = NULL, commitment = s.commitment, event = ? FROM temp.said s"
        " WHERE s.seq = free_text.seq AND s.place = free_text.place",
        (erasure,),
    )
    connection.execute(
        "UPDATE event SET reason = ? WHERE seq IN (SELECT seq FROM temp.said WHERE place = ?)",
        (free_texts.ERASED, free_texts.REASON),
    )
    for seq, kind, text, places in connection.execute(
        "SELECT e.seq, e.kind, e.body, json_group_array(s.place) FROM event e JOIN temp.said s ON s.seq = e.seq"
        " WHERE s.place <> ? GROUP BY e.seq",
        (free_texts.REASON,),
    ).fetchall():
        body = json.loads(text)
        for place in json.loads(places):
            free_texts.put(body, place, free_texts.ERASED)
        connection.execute("UPDATE event SET body = ? WHERE seq = ?", (canonical_json.text(body), seq))
        for reword in rewords:
            reword(connection, kind, body, seq)
