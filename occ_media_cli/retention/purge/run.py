"""One run over an approved plan: the steps that are the same for every file, whether entries name it or no entry does.

Inside one transaction, with the store's writing lock held so that neither a hold nor an entry can come meanwhile, what
the store says now is asked again, the file is checked through its own descriptor, renamed into quarantine, and
recorded. If the process dies between the rename and the commit, the next run finds a file in quarantine that no record
speaks of, and puts it back.

`purge` (files that entries name) and `orphan_purge` (files that none does) say what is asked and what is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from occ_media_cli.places.safe_open import Kept
from occ_media_cli.places.storage import Taken
from occ_media_cli.retention import retention_rows
from occ_media_cli.retention.purge import quarantine
from occ_media_cli.retention.purge.refusals import PurgeRefusal, record_refusal
from occ_media_cli.store import chain, who
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.places.storage import Parts, Storage
    from occ_media_cli.retention.plan.approval import Approval
    from occ_media_cli.retention.plan.saved import Plan

_Todo = TypeVar("_Todo")


@dataclass(slots=True)
class PurgeOutcome:
    """The result of a purge. due: when the grace of its files ends; earlier: files that a run before this one took;
    linked: files that were taken and whose bytes other names of the file system lead to."""

    due: int
    taken: int = 0
    bytes: int = 0
    earlier: int = 0
    restored: int = 0
    linked: int = 0
    refused: list[PurgeRefusal] = field(default_factory=list)


class PurgeRun:
    """The parts of every run: a plan, the place of its files, the person and the moment.

    grace: milliseconds for which the files can be restored. now: the moment at which ages are judged. verified: what a
    verification of the whole ledger found before this run, which goes on record with it.
    """

    def __init__(
        self, connection: sqlite3.Connection, storage: Storage, plan: Plan, stamp: chain.Stamp, *, grace: int
    ) -> None:
        self.connection, self.storage, self.plan, self.stamp = connection, storage, plan, stamp
        self.grace = grace
        self.now = who.judged_at(stamp)
        self.outcome = PurgeOutcome(due=who.grace_ends(stamp, grace))
        self.verified: VerifyResult | None = None

    def record_taken(self, kind: str, named: Mapping[str, object], taken: Taken) -> None:
        """Record that a file waits in quarantine. named: what names it, its entries or its orphan."""
        digest, size = taken.content
        more = {"other_links": taken.other_links} if taken.other_links is not None else {}
        body = {
            "number": self.plan.number, "plan": self.plan.plan, "at": self.now, "due": self.outcome.due,
            "files": [{**named, "name": taken.name, "sha256": digest.hex(), "size": size, **more}],
        }  # fmt: skip
        retention_rows.record(self.connection, chain.Event(kind, body, self.stamp.now), self.stamp)


class Subject(Protocol):
    """A file that a run may take."""

    @property
    def place(self) -> Parts | None:
        """Where it is under the root; None where that is not known any more."""

    def find_reason_to_keep(self) -> Kept | None:
        """Why it stays, by the holds, rules and entries of this moment. The first call of the transaction."""

    def move_to_quarantine(self) -> Taken | Kept:
        """Check it and rename it into quarantine."""

    def record_taken(self, taken: Taken) -> None:
        """Put that on record."""

    def is_recorded(self, taken: Taken) -> bool:
        """Whether that is on record: asked when the transaction failed or was interrupted."""

    def describe_refusal(self, kept: Kept) -> PurgeRefusal:
        """The file and why it stays, for the record and for people."""


def take_one(run: PurgeRun, subject: Subject) -> None:
    """Take one file, or record why it stays. An error in between leaves the file where it was."""
    taken: Taken | None = None
    try:
        with transaction(run.connection):
            result = subject.find_reason_to_keep() or subject.move_to_quarantine()
            if isinstance(result, Taken):
                taken = result
                run.storage.settle()
                subject.record_taken(result)
            else:
                refusal = subject.describe_refusal(result)
                record_refusal(run.connection, run.plan.number, refusal, run.stamp)
                run.outcome.refused.append(refusal)
    except BaseException:
        if taken is not None and not subject.is_recorded(taken):
            run.storage.put_back(taken.name, cast("Parts", subject.place))
        raise
    if taken is not None:
        run.outcome.taken += 1
        run.outcome.bytes += taken.content[1]
        run.outcome.linked += bool(taken.other_links)


def take_all(
    run: PurgeRun,
    todo: Sequence[_Todo],
    subject_of: Callable[[_Todo], Subject],
    allowed: RemovalLimit,
    approvals: Sequence[Approval],
    progress: Callable[[int], None] | None,
) -> None:
    """Take the files of a run one by one, between its begin and its end in the chain; without files nothing is said.

    progress: called after each file with its number, from 1.
    """
    if not todo:
        return
    values = {"grace": run.grace, "limit": str(allowed), "files": len(todo),
              "approved_by": [item.actor for item in approvals], **quarantine.verified_up_to(run.verified)}  # fmt: skip
    _frame(run, "purge-begin", values)
    for count, item in enumerate(todo, start=1):
        take_one(run, subject_of(item))
        if progress is not None:
            progress(count)
    _frame(run, "purge-end", {"taken": run.outcome.taken, "refused": len(run.outcome.refused)})


def _frame(run: PurgeRun, kind: str, values: Mapping[str, object]) -> None:
    """Frame a run in the chain, with the head that it found or leaves."""
    with transaction(run.connection):
        seq, state = chain.head(run.connection)
        body = {"number": run.plan.number, "plan": run.plan.plan, "head_seq": seq, "head": state.hex(), **values}
        retention_rows.record(run.connection, chain.Event(kind, body, run.stamp.now), run.stamp)
