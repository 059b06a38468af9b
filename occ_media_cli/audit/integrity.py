"""What the findings of an audit stand on: whether the whole ledger was computed again, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.interface import Head
    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.checkpoint_proof import CheckpointProof
    from occ_media_cli.ledger.verify.problem import LedgerProblem
    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.report.json_types import Json

NO_LEDGER = "There is no ledger: nothing was recorded here, or its file is gone"

MOST_PROBLEMS = 10
"""Problems that a finding names; `ledger verify` says more."""


def stands_on(head: Head) -> dict[str, Json]:
    """What every audit and report stands on, as a part of the member `integrity` (contracts.md §7)."""
    return {"ledger": head.ledger, "unrecorded": list(head.unrecorded)}


def notices(head: Head) -> list[str]:
    """The same for people, where it is not what they would take for granted."""
    said = [] if head.ledger else [NO_LEDGER]
    if head.unrecorded:
        said.append(f"This rests on {unrecorded_words(head)}")
    return said


def unrecorded_words(head: Head) -> str:
    """The settings of a document that was edited by hand, or never read by a command that changes anything."""
    return f"settings that nobody has recorded: {', '.join(head.unrecorded)}"


@value
class Integrity:
    """What the findings stand on.

    verified: whether every stored value was computed again, schema and tables included. entries, seq, head: what was
    verified: how many files, the length of the chain and its last value. checkpoint: whether the one that was given
    matches, None without one. problems: what does not fit, the first bad entry first. mark: the checkpoint itself, and
    proof: what vouches for it.
    """

    verified: bool
    entries: int = 0
    seq: int = 0
    head: str | None = None
    checkpoint: bool | None = None
    problems: tuple[LedgerProblem, ...] = ()
    mark: Checkpoint | None = None
    proof: CheckpointProof | None = None

    @property
    def intact(self) -> bool:
        """Whether it was verified and nothing differs."""
        return self.verified and not self.problems

    @property
    def altered(self) -> bool:
        """Whether it was verified and something differs."""
        return self.verified and bool(self.problems)

    @classmethod
    def unverified(cls) -> Integrity:
        """Nothing was computed again."""
        return cls(False)

    @classmethod
    def of_result(
        cls, found: VerifyResult, mark: Checkpoint | None = None, proof: CheckpointProof | None = None
    ) -> Integrity:
        """The facts of a verification, and the checkpoint that it was given, which must prove something."""
        wrong = proof.problems if proof is not None else ()
        problems = (*found.problems, *wrong)
        matches = None if found.checkpoint is None else found.checkpoint and not wrong
        return cls(True, found.entries, found.seq, found.head, matches, problems, mark, proof)

    @property
    def unproved(self) -> str | None:
        """Why the checkpoint that was given proves nothing, where that is all that is wrong."""
        wrong = self.proof.problems if self.proof is not None else ()
        return wrong[0].what if wrong and len(wrong) == len(self.problems) else None

    def why_incomplete(self) -> str:
        """What leaves an audit incomplete, in words."""
        return "the checkpoint proves nothing" if self.unproved is not None else "the ledger was altered"

    def as_json(self, head: Head) -> dict[str, Json]:
        """It as the member `integrity` of a document (contracts.md §7). head: of the ledger that was judged.

        A store whose schema is not this program's is not opened at all, so that `schema` has one value.
        """
        mark: Json = None
        if self.mark is not None:
            mark = {"seq": self.mark.seq, "head": self.mark.state, "made": times.text(self.mark.made),
                    "matches": bool(self.checkpoint),
                    **(self.proof.as_json() if self.proof is not None else {})}  # fmt: skip
        return {
            "schema": "ok", "verified": "all" if self.intact else "no", "entries": head.entries, "head": head.state,
            "checkpoint": mark, "problems": len(self.problems), **stands_on(head),
        }  # fmt: skip

    def in_words(self) -> str:
        """It behind `ledger`, for people."""
        if self.unproved is not None:
            return f"NOT PROVED by the checkpoint: {self.unproved}"
        if self.altered:
            return "ALTERED"
        if not self.verified:
            return "not verified"
        if self.mark is None:
            return "verified"
        return f"verified, as the checkpoint says at entry {self.mark.seq:,}{self._vouched()}"

    def _vouched(self) -> str:
        """What vouches for the checkpoint, where anything does, behind a comma."""
        proof = self.proof
        return "" if proof is None or (proof.signer is None and not proof.has_stamp) else f", {proof.in_words()}"
