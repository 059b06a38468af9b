"""Verifying a ledger: every stored value is computed again from the chain, and the chain from its first event.

What this shows and what it cannot: an edit, a deletion, an insertion, a swap and a changed date of anything show, with
the first bad entry. A tail that was cut off together with the head, and a ledger rewritten from some point on, show
only against a checkpoint that is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.errors import StoreInvalid
from occ_media_cli.ledger.clock_steps import ClockStep, find_clock_steps
from occ_media_cli.ledger.verify import chain_check, erasure_check
from occ_media_cli.ledger.verify import projections as verify_tables
from occ_media_cli.ledger.verify.checkpoint import Checkpoint
from occ_media_cli.ledger.verify.problem import MOST, LedgerProblem
from occ_media_cli.ledger.verify.totals_aside import TotalsAside
from occ_media_cli.settings.intents import find_ended
from occ_media_cli.store import chain
from occ_media_cli.store.connect import roll_back

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.documents import EndedChange


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """The result of a verification. seq, head: the chain that was looked at, as far as it is intact.

    checkpoint: whether the checkpoint that was given matches; None where none was given. clock: where the machine's
    clock ran backwards, which is no alteration: the record is as it was made, and one of its times is not true. ended:
    interrupted changes that a later command recorded or refused: what they say of their makers nobody has proved.
    """

    entries: int
    seq: int
    head: str
    problems: tuple[LedgerProblem, ...]
    checkpoint: bool | None
    clock: tuple[ClockStep, ...] = ()
    ended: tuple[EndedChange, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether every stored value is what the chain says, and the checkpoint matches."""
        return not self.problems

    def body(self) -> dict[str, object]:
        """The values of the result that go on record, in the form of the view `verification`."""
        return {
            "subject": "ledger",
            "ok": int(self.intact),
            "entries": self.entries,
            "seq": self.seq,
            "head": self.head,
            "checkpoint": None if self.checkpoint is None else int(self.checkpoint),
            "problems": [{"table": p.table, "what": p.what, "seq": p.seq} for p in self.problems[:MOST]],
        }


def verify_ledger(
    connection: sqlite3.Connection,
    *,
    checkpoint: Checkpoint | None = None,
    projections: Sequence[verify_tables.Projection] = (),
    also: Sequence[Callable[[sqlite3.Connection], Iterator[LedgerProblem]]] = (),
    progress: Callable[[int], None] | None = None,
) -> VerifyResult:
    """Look at everything, in one snapshot, and return what does not fit, the first bad entry first.

    projections: the tables of rooms above the ledger, and how their events make them. also: who compares what of them
    no event can make again. A transaction that the caller
    has open is the snapshot, so that what is judged next is what was verified.
    """
    import sqlite3

    own = verify_tables.fresh()
    alone = not connection.in_transaction
    if alone:
        connection.execute("BEGIN")
    aside = None
    try:
        with log.step("verify", "schema compared with a fresh one"):
            problems = list(verify_tables.schema(connection, own))
        if any("is missing" in problem.what and problem.what.startswith("table") for problem in problems):
            return VerifyResult(0, 0, chain.ZERO.hex(), tuple(problems), None)
        aside = TotalsAside(connection)
        with log.step("verify", "chain hashed again"):
            marks = checkpoint.marks() if checkpoint is not None else ()
            try:
                done = chain_check.run(connection, marks=marks, progress=progress)
            except (TypeError, ValueError) as problem:
                # A strict table holds no value of another type, unless its entry in the file leads to other pages.
                raise sqlite3.DatabaseError(f"a table does not hold what its columns say: {problem}") from problem
        log.detail("verify", "the chain is intact up to entry {}", done.seq)
        if done.problem is not None:
            problems.append(done.problem)
        parts: list[Iterator[LedgerProblem]] = [
            verify_tables.constants(connection, own),
            *(verify_tables.projected(connection, own, made) for made in (verify_tables.SETTINGS, *projections)),
            verify_tables.amendments(connection),
            verify_tables.spellings(connection, own),
            verify_tables.indexes(connection),
            aside.problems(),
            *(compare(connection) for compare in also),
        ]
        if done.problem is None:
            parts += [
                verify_tables.head(connection, done),
                verify_tables.words(done),
                verify_tables.keys(connection, done),
                erasure_check.erasures(connection, done),
            ]
        matches = None
        if checkpoint is not None:
            matches = checkpoint.matches(done)
            problems += checkpoint.problems(done)
        for part in parts:
            try:
                with log.step("verify", "{} compared", getattr(part, "__name__", "a table"), fine=True):
                    problems += islice(part, MOST)
            except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as problem:
                # A body or a table that this program cannot have written: the chain names it, this part stops.
                problems.append(LedgerProblem("event", f"a projection cannot be made again: {problem}"))
        entries = connection.execute("SELECT count(*) FROM record WHERE kind = 0").fetchone()[0]
        clock: tuple[ClockStep, ...] = ()
        ended: tuple[EndedChange, ...] = ()
        if done.problem is None:  # of a chain that was altered no time says anything
            with log.step("verify", "clocks compared", fine=True):
                clock = find_clock_steps(connection)
            ended = find_ended(connection)
    except sqlite3.DatabaseError as problem:
        raise StoreInvalid(
            f"the store is damaged: {problem}",
            hint="copy the file, then restore a backup",
            topic=("damaged",),
        ) from problem
    finally:
        if aside is not None:
            aside.close()
        if alone:
            roll_back(connection)
        own.close()
    # A break of the chain comes first: what is wrong elsewhere may follow from it.
    problems.sort(key=lambda problem: (problem is not done.problem, problem.seq if problem.seq is not None else 2**63))
    return VerifyResult(entries, done.seq, done.state.hex(), tuple(problems), matches, clock, ended)


def compare_projections(
    connection: sqlite3.Connection, projections: Sequence[verify_tables.Projection]
) -> Iterator[LedgerProblem]:
    """What differs between tables and the bodies of the events that they are made of, in one snapshot; the chain that
    covers the bodies is not computed again, so that this costs what the tables hold and not what the ledger holds."""
    import sqlite3

    own = verify_tables.fresh()
    connection.execute("BEGIN")
    try:
        for made in projections:
            yield from verify_tables.projected(connection, own, made)
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as problem:
        yield LedgerProblem("event", f"a projection cannot be made again: {problem}")
    finally:
        roll_back(connection)
        own.close()


def record(connection: sqlite3.Connection, result: VerifyResult, stamp: chain.Stamp) -> int:
    """Append what was found to the ledger; the number of the event."""
    from occ_media_cli.store.connect import transaction

    with transaction(connection):
        return chain.append(connection, [chain.Event("verification", result.body(), stamp.now)], stamp)[0]
