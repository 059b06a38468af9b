"""What plans, purges and verifications came to, as frozen values. Times are milliseconds since 1970 in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from occ_media_cli.retention.plan.saved import Plan
    from occ_media_cli.retention.purge.quarantine import GraceOutcome
    from occ_media_cli.retention.purge.refusals import PurgeRefusal
    from occ_media_cli.retention.purge.run import PurgeOutcome
    from occ_media_cli.retention.root_result import RootResult, Wrong


@value
class MadePlan:
    """A plan that was saved.

    plan: its id. remove, keep: how many files would go and stay; bytes: of those that would go. created: the moment it
    was made for. ledger_head: where the chain stood. what_if: it was made for a later moment than the machine's, so
    that a purge keeps what is not due. written: in words, how else the customer is written. danger: why a purge would
    refuse the root, None where it would not.
    """

    plan: str
    remove: int
    keep: int
    bytes: int
    created: int
    ledger_head: str
    what_if: bool
    written: str | None
    danger: str | None

    @classmethod
    def of_plan(cls, plan: Plan, written: str | None, danger: str | None) -> MadePlan:
        """The facts of a saved plan."""
        content, summary = plan.content, plan.content["summary"]
        return cls(
            plan.plan, summary["remove"], summary["keep"], summary["bytes"], content["created"],
            str(content["ledger_head"]), plan.is_what_if, written, danger,
        )  # fmt: skip


@value
class PurgedPlan:
    """What a purge did.

    files, bytes: moved into quarantine by this call, until `until`. earlier: files that an earlier call had moved.
    restored: files that somebody restored since, which need a plan of their own. linked: those of `files` whose bytes
    other names of the file system (hard links) lead to. refused: every file that stayed.
    """

    plan: str
    files: int
    bytes: int
    until: int
    earlier: int
    restored: int
    linked: int
    refused: tuple[PurgeRefusal, ...]

    @classmethod
    def of_outcome(cls, plan: str, done: PurgeOutcome) -> PurgedPlan:
        """The facts of a purge that ran."""
        return cls(
            plan, done.taken, done.bytes, done.due, done.earlier, done.restored, done.linked, tuple(done.refused)
        )


@value
class FinishedGraces:
    """What the end of graces removed for good.

    waiting: files whose grace is not over, the next at `next_due`. elsewhere: files that wait on a volume that is not
    here now. put_back: files of an interrupted run. linked: removed files whose bytes live on under other names of the
    file system (hard links). refused: files that stayed, with the reason.
    """

    files: int
    bytes: int
    waiting: int
    elsewhere: int
    next_due: int | None
    put_back: int
    linked: int
    refused: tuple[PurgeRefusal, ...]

    @classmethod
    def of_outcome(cls, done: GraceOutcome) -> FinishedGraces:
        """The facts of a run."""
        return cls(
            done.removed,
            done.bytes,
            done.waiting,
            done.elsewhere,
            done.next_due,
            done.put_back,
            done.linked,
            tuple(done.refused),
        )


@value
class RestoredFile:
    """A file that was to come back from quarantine, where it is called `name`. refused: why it stays there, or None."""

    entry: str
    plan: str
    name: str
    refused: PurgeRefusal | None

    @property
    def restored(self) -> bool:
        """Whether it is back."""
        return self.refused is None


@value
class VerifiedRoot:
    """What the files under a root say beside the ledger.

    files, bytes: those that were there. right: as the ledger says. waiting: in quarantine. skipped: links and what is
    no regular file. older: versions of a bucket that are not the newest. wrong: code, words and path, the first of
    them; counts: how many by code, all of them. recorded: whether the result is on record.
    """

    ok: bool
    files: int
    bytes: int
    right: int
    waiting: int
    skipped: int
    older: int
    wrong: tuple[Wrong, ...]
    counts: Mapping[str, int]
    recorded: bool

    @classmethod
    def of_result(cls, found: RootResult, *, recorded: bool) -> VerifiedRoot:
        """The facts of a verification."""
        return cls(
            found.ok, found.files, found.bytes, found.right, found.waiting, found.skipped, found.older,
            tuple(found.wrong), dict(found.counts), recorded,
        )  # fmt: skip
