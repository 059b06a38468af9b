"""A checkpoint: where the chain stood, kept somewhere else, so that a cut tail or a rewritten ledger shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.decoding import decode
from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.verify.problem import LedgerProblem
from occ_media_cli.store import chain
from occ_media_cli.store.connect import roll_back

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.chain_check import Pass
    from occ_media_cli.report.model import Json

SCHEMA = "occ-media/checkpoint/1"

LARGEST_FILE = 65_536


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain at one moment. seq: its newest entry; state: the hash over everything up to it, in hex.

    store: a hash that tells stores apart. entries: how many files had been recorded. made: milliseconds. made_by: who
    took it, when and where (`store.who.Made.as_json`), which proves nothing: as the file says it.
    """

    seq: int
    state: str
    store: str
    entries: int
    made: int
    made_by: Mapping[str, str] | None = None

    def document(self) -> dict[str, Json]:
        """The checkpoint as it is written to a file."""
        return {
            "schema": SCHEMA, "seq": self.seq, "head": self.state, "store": self.store, "entries": self.entries,
            "made": times.text(self.made), **({"made_by": dict(self.made_by)} if self.made_by is not None else {}),
        }  # fmt: skip

    def matches(self, done: Pass) -> bool:
        """Whether a chain that was looked through is of this store, and had this state after as many entries."""
        return done.mark_state is not None and next(self.problems(done), None) is None

    def problems(self, done: Pass) -> Iterator[LedgerProblem]:
        """The mismatches between a chain that was looked through and this checkpoint."""
        if done.opening.get("secret_sha256") != self.store and done.seq:
            yield LedgerProblem("checkpoint", "is of another store")
        elif done.mark_state is not None and done.mark_state.hex() != self.state:
            yield LedgerProblem(
                "record", f"the chain up to entry {self.seq} is not the one of the checkpoint", self.seq
            )
        elif done.mark_state is not None and done.mark_entries != self.entries:
            yield LedgerProblem(
                "checkpoint", f"says {self.entries} entries, and the chain has {done.mark_entries} there"
            )
        elif done.mark_state is None and done.problem is None:
            yield LedgerProblem(
                "record", f"the chain ends at {done.seq}, before entry {self.seq} of the checkpoint", done.seq
            )


def take_checkpoint(connection: sqlite3.Connection, now: int, made_by: Mapping[str, str] | None = None) -> Checkpoint:
    """Where the chain stands now, in a transaction of its own: another command may append between two queries."""
    connection.execute("BEGIN")
    try:
        return read_checkpoint(connection, now, made_by)
    finally:
        roll_back(connection)


def read_checkpoint(connection: sqlite3.Connection, now: int, made_by: Mapping[str, str] | None = None) -> Checkpoint:
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
    try:
        value = decode(data, largest=LARGEST_FILE)
        found = Checkpoint(
            value["seq"], value["head"], value["store"], value["entries"], times.parse(value["made"]),
            value.get("made_by"),
        )  # fmt: skip
        right = (
            value["schema"] == SCHEMA
            and {type(found.seq), type(found.entries)} == {int}
            and {type(found.store), type(found.state)} == {str}
            and len(bytes.fromhex(found.state)) == len(chain.ZERO)
        )
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError("not a checkpoint") from problem
    if not right:
        raise ValueError("not a checkpoint")
    return found
