"""A checkpoint: where the chain stood, kept somewhere else, so that a cut tail or a rewritten ledger shows.

It is one line of JSON. A signature is over that line as it would stand without the members `signature` and `timestamp`;
its digest, which the next checkpoint and a time stamp name, is over the line without `timestamp`. So the digest of a
file that has no time stamp yet is what `sha256sum` says of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.decoding import decode
from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.verify.problem import LedgerProblem
from occ_media_cli.report import safe
from occ_media_cli.report.words import plural
from occ_media_cli.store import chain, timestamps
from occ_media_cli.store.connect import roll_back
from occ_media_cli.store.signature import Signature, sign
from occ_media_cli.store.who import Made

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.chain_check import Pass
    from occ_media_cli.report.json_types import Json

SCHEMA = "occ-media/checkpoint/1"

LARGEST_FILE = 262_144
"""Bytes: a time stamp with its certificates has up to 64 KiB, and grows by a third as text."""

SIGNATURE, TIMESTAMP = "signature", "timestamp"
"""The members that a signature does not cover; the digest leaves out the second alone."""

_MEMBERS = frozenset({"schema", "seq", "head", "store", "entries", "made", "made_by", "previous", "nonce"})
"""The members that this version knows, beside those that vouch for them."""

_LARGEST_NUMBER = 2**63 - 1
_NONCE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Previous:
    """The checkpoint that another continues: its place and state in the chain, when it was made, and its digest."""

    seq: int
    state: str
    digest: str
    made: int

    def as_json(self) -> dict[str, Json]:
        """It as the member `previous`."""
        return {"seq": self.seq, "head": self.state, "digest": self.digest, "made": times.text(self.made)}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain at one moment. seq: its newest entry; state: the hash over everything up to it, in hex.

    store: a hash that tells stores apart. entries: how many files had been recorded. made: milliseconds. made_by: who
    took it, when and where. Both prove nothing without a signature. previous: the checkpoint that it continues. nonce:
    a number that the answer to its time-stamp query must repeat, in hex. signature, timestamp: over it, where it has
    them; the second is the answer of a time-stamp authority (RFC 3161, DER). read: the document that it was read from,
    which may have members that this version does not know.
    """

    seq: int
    state: str
    store: str
    entries: int
    made: int
    made_by: Made | None = None
    previous: Previous | None = None
    nonce: str | None = None
    signature: Signature | None = None
    timestamp: bytes | None = None
    read: Mapping[str, Json] | None = field(default=None, compare=False, repr=False)

    def document(self) -> dict[str, Json]:
        """The checkpoint as it is written to a file."""
        stated: dict[str, Json] = {
            "schema": SCHEMA, "seq": self.seq, "head": self.state, "store": self.store, "entries": self.entries,
            "made": times.text(self.made),
        }  # fmt: skip
        if self.read is not None:
            stated = {name: value for name, value in self.read.items() if name not in (SIGNATURE, TIMESTAMP)}
        else:
            if self.made_by is not None:
                stated["made_by"] = {**self.made_by.as_json()}
            if self.previous is not None:
                stated["previous"] = self.previous.as_json()
            if self.nonce is not None:
                stated["nonce"] = self.nonce
        if self.signature is not None:
            stated[SIGNATURE] = self.signature.as_json()
        if self.timestamp is not None:
            stated[TIMESTAMP] = timestamps.as_text(self.timestamp)
        return stated

    def encoded(self) -> bytes:
        """The bytes of its file."""
        return encode(self.document())

    def signed_bytes(self) -> bytes:
        """What a signature is over."""
        return encode(replace(self, signature=None, timestamp=None).document())

    def digest(self) -> bytes:
        """What a time stamp is over, and by what the next checkpoint names this one: sha256."""
        return sha256(encode(replace(self, timestamp=None).document())).digest()

    def as_previous(self) -> Previous:
        """It as the one that another continues."""
        return Previous(self.seq, self.state, self.digest().hex(), self.made)

    def signed(self, key: Path) -> Checkpoint:
        """It with a signature. UsageError where the key cannot sign, PartMissing without ssh-keygen."""
        return replace(self, signature=sign(key, self.signed_bytes()))

    def marks(self) -> tuple[int, ...]:
        """The places of the chain whose states it tells."""
        return (self.seq,) if self.previous is None else (self.previous.seq, self.seq)

    def matches(self, done: Pass) -> bool:
        """Whether a chain that was looked through is of this store, and had this state after as many entries."""
        return self.seq in done.states and next(self.problems(done), None) is None

    def problems(self, done: Pass) -> Iterator[LedgerProblem]:
        """The mismatches between a chain that was looked through and this checkpoint."""
        state = done.states.get(self.seq)
        if done.opening.get("secret_sha256") != self.store and done.seq:
            yield LedgerProblem("checkpoint", "is of another store")
        elif state is not None and state.hex() != self.state:
            yield LedgerProblem(
                "record", f"the chain up to entry {self.seq} is not the one of the checkpoint", self.seq
            )
        elif state is not None and done.files[self.seq] != self.entries:
            yield LedgerProblem(
                "checkpoint", f"says {plural(self.entries, 'entry')}, and the chain has {done.files[self.seq]:,} there"
            )
        elif state is None and done.problem is None:
            yield LedgerProblem(
                "record", f"the chain ends at {done.seq}, before entry {self.seq} of the checkpoint", done.seq
            )
        elif state is not None and self.previous is not None:
            before = done.states.get(self.previous.seq)
            if before is None or before.hex() != self.previous.state:
                yield LedgerProblem(
                    "checkpoint", f"continues one whose head at entry {self.previous.seq} the chain does not have"
                )


def encode(document: Mapping[str, Json]) -> bytes:
    """The bytes of a checkpoint's file, which its digest and its signature are over parts of."""
    return safe.json({"schema": SCHEMA, **document}).encode("ascii") + b"\n"


def new_nonce() -> str:
    """A number for a time-stamp query that nobody can know before."""
    import os

    return os.urandom(_NONCE_BYTES).hex()


def take_checkpoint(connection: sqlite3.Connection, now: int, made_by: Made | None = None) -> Checkpoint:
    """Where the chain stands now, in a transaction of its own: another command may append between two queries."""
    connection.execute("BEGIN")
    try:
        return read_checkpoint(connection, now, made_by)
    finally:
        roll_back(connection)


def read_checkpoint(connection: sqlite3.Connection, now: int, made_by: Made | None = None) -> Checkpoint:
    """Where the chain stands, inside a transaction of the caller."""
    seq, state = chain.head(connection)
    (entries,) = connection.execute("SELECT count(*) FROM record WHERE kind = 0").fetchone()
    opening = connection.execute("SELECT body FROM event WHERE seq = 1").fetchone()
    store = json.loads(opening[0])["secret_sha256"] if opening else ""
    return Checkpoint(seq, state.hex(), store, entries, now, made_by)


def load_checkpoint(path: Path) -> Checkpoint:
    """A checkpoint from its file."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as problem:
        raise Incomplete(
            f"the checkpoint cannot be read: {(problem.strerror or 'unknown problem').lower()}",
            file=str(path),
            hint="name the file of a checkpoint",
            topic=("checkpoint",),
        ) from problem
    try:
        return parse_checkpoint(data)
    except ValueError:
        raise MalformedInput(
            "not a checkpoint", file=str(path), hint="name a file that ledger checkpoint wrote"
        ) from None


def parse_checkpoint(data: bytes) -> Checkpoint:
    """A checkpoint from its JSON, with who says to have taken it; ValueError where it is none."""
    value = decode(data, largest=LARGEST_FILE)
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise ValueError("not a checkpoint")
    try:
        made = times.parse(_text(value["made"]))
        by = Made.of_json(value["made_by"]) if "made_by" in value else None
        found = Checkpoint(
            _count(value["seq"]), _hash(value["head"]), _text(value["store"]), _count(value["entries"]), made, by,
            _previous(value["previous"]) if "previous" in value else None,
            _nonce(value["nonce"]) if "nonce" in value else None,
            Signature.of_json(value[SIGNATURE]) if SIGNATURE in value else None,
            timestamps.of_text(value[TIMESTAMP]) if TIMESTAMP in value else None,
            value,
        )  # fmt: skip
    except KeyError as problem:
        raise ValueError("not a checkpoint") from problem
    if SIGNATURE not in value and TIMESTAMP not in value and not value.keys() <= _MEMBERS:
        raise ValueError("not a checkpoint")  # nothing vouches for what a later version may have added
    if (by is not None and by.at != made) or (found.previous is not None and found.previous.seq > found.seq):
        raise ValueError("not a checkpoint")
    return found


def _previous(value: Any) -> Previous:
    if not isinstance(value, dict) or value.keys() != {"seq", "head", "digest", "made"}:
        raise ValueError("not a checkpoint")
    return Previous(
        _count(value["seq"]), _hash(value["head"]), _hash(value["digest"]), times.parse(_text(value["made"]))
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004  # whoever reads a file asks for one kind of error
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST_NUMBER:
        raise ValueError("not a count")
    return value


def _hash(value: object) -> str:
    found = _text(value)
    if len(found) != 2 * len(chain.ZERO) or len(bytes.fromhex(found)) != len(chain.ZERO) or found != found.lower():
        raise ValueError("not a hash")
    return found


def _nonce(value: object) -> str:
    found = _text(value)
    if len(found) != 2 * _NONCE_BYTES or len(bytes.fromhex(found)) != _NONCE_BYTES:
        raise ValueError("not a nonce")
    return found
