"""One pass over the chain: every event and record hashed again, in order, and every word looked up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec  # noqa: TID253 - as in ledger.entry

from occ_media_cli.ledger.verify.problem import LedgerProblem
from occ_media_cli.store import canonical, chain, free_texts, record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

_RECORDS = f"SELECT {', '.join(record.COLUMNS)}, {', '.join(record.PERSONAL)}, salt, link FROM record ORDER BY seq"
_EVENTS = (
    "SELECT seq, kind, ms, wall, actor, os_user, host, program, reason, document, body, personal, salt, link"
    " FROM event ORDER BY seq"
)
_EVERY = 20_000
"""Rows between two calls of the progress function."""

WORDS_CACHED = 50_000


class ChainBroken(Exception):
    """The chain does not go on here."""

    def __init__(self, problem: LedgerProblem) -> None:
        super().__init__(problem.what)
        self.problem = problem


@dataclass(slots=True)
class Pass:
    """The result of the pass over the chain.

    marks: the sequence numbers whose states are wanted. seq, state: where the chain ends, or the last place that is
    intact. states: the states at the marks that the chain reaches; files: how many files it has up to each. erasures:
    for each erasure event, its number, and how many rows it says and their digest; texts: the same for single texts.
    words: one bit for each code that is in use. keys: the fingerprint of the records' keys.
    """

    marks: frozenset[int] = frozenset()
    seq: int = 0
    state: bytes = chain.ZERO
    records: int = 0
    states: dict[int, bytes] = field(default_factory=dict)
    files: dict[int, int] = field(default_factory=dict)
    problem: LedgerProblem | None = None
    erasures: dict[int, tuple[int, str]] = field(default_factory=dict)
    texts: dict[int, tuple[int, str | None]] = field(default_factory=dict)
    opening: dict[str, Any] = field(default_factory=dict)
    words: WordTexts | None = None
    keys: KeySet | None = None


class KeySet:
    """A fingerprint of pairs of key and place, whatever their order, so that two tables need not be sorted alike.

    For (4211, 7) and (90, 8) it is (4211 a + 7 b + c) (90 a + 8 b + c) modulo PRIME, with coefficients a, b and c drawn
    anew for each verification: an attacker who changes pairs cannot know them, and is missed once in 10**11 times for
    10 million pairs.
    """

    PRIME = 2**61 - 1

    def __init__(self) -> None:
        self.key, self.seq, self.shift = (int.from_bytes(os.urandom(8)) % self.PRIME for _ in range(3))
        self.records = 1

    def fingerprint(self, pairs: Iterable[tuple[int, int]]) -> int:
        """The fingerprint of some pairs."""
        a, b, c, prime, product = self.key, self.seq, self.shift, self.PRIME, 1
        for key, seq in pairs:
            product = product * (key * a + seq * b + c) % prime
        return product


class WordTexts(dict[int, "str | None"]):
    """Texts by code, read when they are first needed; remembers which codes ever were."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__({0: None})
        self._connection = connection
        self.used = bytearray()

    def __missing__(self, code: int) -> str:
        row = self._connection.execute("SELECT text FROM word WHERE code = ?", (code,)).fetchone()
        if row is None:
            raise KeyError(code)
        while len(self.used) <= code // 8:
            self.used.extend(bytes(len(self.used) + 64))
        self.used[code // 8] |= 1 << code % 8
        if len(self) > WORDS_CACHED:
            self.clear()
            self[0] = None
        text = str(row[0])
        self[code] = text
        return text

    def unused(self) -> Iterator[tuple[int, str]]:
        """The words of the dictionary that no record has."""
        for code, text in self._connection.execute("SELECT code, text FROM word ORDER BY code"):
            if code < 1 or code // 8 >= len(self.used) or not self.used[code // 8] >> code % 8 & 1:
                yield code, text


def run(
    connection: sqlite3.Connection, *, marks: Iterable[int] = (), progress: Callable[[int], None] | None = None
) -> Pass:
    """Hash the whole chain again, up to the first place where it does not fit.

    marks: sequence numbers whose states are wanted, for checkpoints.
    """
    import sqlite3

    done = Pass(frozenset(marks), words=WordTexts(connection), keys=KeySet())
    try:
        _records(connection, done, progress)
    except ChainBroken as broken:
        done.problem = broken.problem
    except (sqlite3.OperationalError, UnicodeError, KeyError) as problem:
        done.problem = _unreadable(done.seq + 1, problem)
    for mark in done.states:
        files = "SELECT count(*) FROM record WHERE kind = 0 AND seq <= ?"
        (done.files[mark],) = connection.execute(files, (mark,)).fetchone()
    return done


def _unreadable(seq: int, problem: Exception) -> LedgerProblem:
    if isinstance(problem, KeyError):
        return LedgerProblem("word", f"code {problem.args[0]} is used by entry {seq} and not there", seq)
    return LedgerProblem("record", "holds a value that cannot be read as text", seq)


def _records(connection: sqlite3.Connection, done: Pass, progress: Callable[[int], None] | None) -> None:
    """Go through the records, and through the events wherever a number is not a record's."""
    events = iter(connection.execute(_EVENTS))
    event = next(events, None)
    words = done.words if done.words is not None else WordTexts(connection)
    encode, hashed = msgspec.json.Encoder().encode, sha256
    expected, state, records = 1, done.state, 0
    pairs = done.keys or KeySet()
    a, b, c, prime, product = pairs.key, pairs.seq, pairs.shift, pairs.PRIME, 1
    stops = iter(sorted(mark for mark in done.marks if mark > 0))
    stop = next(stops, -1)
    try:
        # By position: this loop sees every record there is. (7, 4211, 0, 3, 1772359200000, 1, 1, 0, …) is record 7
        # under key 4211: a file (kind 0) of source word 3, at that moment, in inbox 1, received (1) and delivered (0);
        # the rest stands in the order of _RECORDS.
        for (
            seq, key, kind, source, ms, inbox, direction, outcome, channel, agent, declared, detected, ext, reason,
            size, content, md5, deleted, corrects, identity, customer, conversation, name, path, message, salt, link,
        ) in connection.execute(_RECORDS):  # fmt: skip
            while seq != expected:
                done.seq, done.state = expected - 1, state
                if event is None or event[0] != expected:
                    raise ChainBroken(_gap(expected, seq, event[0] if event is not None else None))
                state = _event(connection, done, event)
                expected += 1
                event = next(events, None)
            if salt is None:
                commitment = _erased(connection, "record", seq, (identity, customer, conversation, name, path, message))
            else:
                commitment = hashed(
                    salt + encode([identity, customer, conversation, name, path, message])
                ).digest()  # fmt: skip
            before = state
            state = hashed(
                state
                + commitment
                + encode(
                    ["record", seq, key, kind, words[source], ms, inbox, direction, outcome, words[channel],
                     words[agent], words[declared], words[detected], words[ext], words[reason], size,
                     None if content is None else content.hex(), None if md5 is None else md5.hex(), deleted, corrects]
                )
            ).digest()  # fmt: skip
            if state[:16] != link:
                done.seq, done.state = seq - 1, before
                raise ChainBroken(LedgerProblem("record", "was changed", seq, late=True))
            while 0 < stop <= seq:  # a mark below is an event's
                if seq == stop:
                    done.states[seq] = state
                stop = next(stops, -1)
            product = product * (key * a + seq * b + c) % prime
            expected += 1
            records += 1
            if not records % _EVERY and progress is not None:
                progress(records)
        while event is not None:
            done.seq, done.state = expected - 1, state
            if event[0] != expected:
                raise ChainBroken(_gap(expected, event[0], None))
            state = _event(connection, done, event)
            expected += 1
            event = next(events, None)
    except (KeyError, UnicodeError):
        done.seq = expected - 1
        raise
    finally:
        done.records, pairs.records = records, product
    done.seq, done.state = expected - 1, state


def _gap(expected: int, found: int, event: int | None) -> LedgerProblem:
    if found < expected or (event is not None and event < expected):
        return LedgerProblem("event", f"number {min(found, event or found)} is there twice", min(found, event or found))
    return LedgerProblem("record or event", f"number {expected} is missing from the chain", expected)


def _erased(connection: sqlite3.Connection, table: str, seq: int, values: tuple[object, ...]) -> bytes:
    row = connection.execute("SELECT commitment FROM erased WHERE seq = ?", (seq,)).fetchone()
    if row is None:
        raise ChainBroken(LedgerProblem(table, "lacks its personal values, and no erasure says so", seq))
    if any(value is not None for value in values):
        raise ChainBroken(LedgerProblem(table, "holds personal values although it was erased", seq))
    return bytes(row[0])


def _event(connection: sqlite3.Connection, done: Pass, event: tuple[Any, ...]) -> bytes:
    """The state after an event; what the body says about erasures and the store is kept."""
    seq, kind, ms, wall, actor, os_user, host, program, reason, document, body, personal, salt, link = event
    commitment = b""
    if salt is not None:
        try:
            value = msgspec.json.decode(personal or "null")
        except msgspec.MsgspecError:
            raise ChainBroken(LedgerProblem("event", "was changed", seq, column="personal")) from None
        if canonical.text(value) != personal:
            raise ChainBroken(LedgerProblem("event", "was changed", seq, column="personal"))
        commitment = canonical.commit_to(salt, value)
    elif personal is not None or connection.execute("SELECT 1 FROM erased WHERE seq = ?", (seq,)).fetchone():
        commitment = _erased(connection, "event", seq, (personal,))
    said, covered = _free_texts(connection, seq, reason, body)
    public = ["event", seq, kind, ms, wall, actor, os_user, host, program, said,
              document.hex() if document is not None else None, covered]  # fmt: skip
    state = chain.advance(done.state, commitment, public)
    if state[: chain.LINK_BYTES] != link:
        raise ChainBroken(LedgerProblem("event", "was changed", seq, late=True))
    if kind == "erasure":
        about = msgspec.json.decode(body)
        done.erasures[seq] = (about["count"], about["digest"])
        done.texts[seq] = (about.get("texts", 0), about.get("texts_digest"))
    elif seq == 1:
        done.opening = msgspec.json.decode(body)
    done.seq, done.state = seq, state
    if seq in done.marks:
        done.states[seq] = state
    return state


def _free_texts(connection: sqlite3.Connection, seq: int, reason: str | None, body: str) -> tuple[object, str]:
    """The reason and the body of an event as the chain covers them: each free text by its commitment."""
    rows = connection.execute("SELECT place, salt, commitment FROM free_text WHERE seq = ?", (seq,)).fetchall()
    if not rows:
        return reason, body
    promised: dict[str, bytes] = {}
    try:
        value = msgspec.json.decode(body)
        for place, salt, commitment in rows:
            text = reason if place == free_texts.REASON else free_texts.text_at(value, place)
            if salt is not None:
                promised[place] = canonical.commit_to(salt, text)
            elif text == free_texts.ERASED:
                promised[place] = bytes(commitment)
            else:
                raise ChainBroken(LedgerProblem("event", "holds a text although it was erased", seq))
        if canonical.text(value) != body:  # what is computed from it must be what stands there
            raise ChainBroken(LedgerProblem("event", "was changed", seq, column="body"))
        said, covered = free_texts.covered(reason, value, promised)
        return said, canonical.text(covered)
    except (msgspec.MsgspecError, KeyError, IndexError, TypeError, ValueError):
        raise ChainBroken(LedgerProblem("free_text", "names a text that is not there", seq)) from None
