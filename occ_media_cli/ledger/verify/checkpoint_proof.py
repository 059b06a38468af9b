"""What vouches for a checkpoint beside the ledger itself: who signed it, and when it was stamped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import MalformedInput, Refused, Unproved
from occ_media_cli.ledger.verify.checkpoint import Checkpoint, new_nonce
from occ_media_cli.ledger.verify.problem import LedgerProblem
from occ_media_cli.store import timestamps
from occ_media_cli.store.signature import Signer, signer_of
from occ_media_cli.store.timestamps import BadStamp, Stamped

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json


@dataclass(frozen=True, slots=True)
class CheckpointProof:
    """What was found about a checkpoint. signer: who signed it, None where nobody did. has_stamp: whether it has a time
    stamp; stamp: the one that was verified, None where no certificate was given for it. problems: why it proves
    nothing."""

    signer: Signer | None
    has_stamp: bool
    stamp: Stamped | None
    problems: tuple[LedgerProblem, ...]

    def as_json(self) -> dict[str, Json]:
        """It as members of a report on the checkpoint."""
        stamped: Json = None
        if self.has_stamp:
            said: dict[str, Json] = {"time": None, "by": None} if self.stamp is None else self.stamp.as_json()
            stamped = {"verified": self.stamp is not None, **said}
        return {"signed": self.signer.as_json() if self.signer is not None else None, "timestamp": stamped}

    def hidden(self, name: Callable[[str], str]) -> CheckpointProof:
        """It for a report that names nobody. name: the pseudonym of who signed; a fingerprint names a key alone."""
        if self.signer is None or self.signer.name is None:
            return self
        return replace(self, signer=replace(self.signer, name=name(self.signer.name)))

    def in_words(self) -> str:
        """It in a few words: by whom it is signed, and when it was stamped."""
        signed = f"signed by {self.signer.in_words()}" if self.signer is not None else "not signed"
        if not self.has_stamp:
            return signed
        if self.stamp is None:
            return f"{signed}, its time stamp was not verified"
        return f"{signed}, stamped {times.text(self.stamp.time)} by {self.stamp.by}"


def prove(mark: Checkpoint, signers: Path | None = None, authority: Path | None = None) -> CheckpointProof:
    """Look at what vouches for a checkpoint.

    signers: a file of allowed signers, one of whom must have signed it. authority: the certificate to which its time
    stamp must lead. Incomplete and MalformedInput for files that are none, PartMissing without ssh-keygen or the extra.
    """
    problems: list[str] = []
    signer = stamp = None
    if mark.signature is not None:
        signer = signer_of(mark.signature, mark.signed_bytes(), signers)
        wrong = signer.problem()
        problems += [wrong] if wrong is not None else []
    elif signers is not None:
        problems.append("it is not signed")
    if authority is not None and mark.timestamp is None:
        problems.append("it has no time stamp")
    elif authority is not None and mark.timestamp is not None:
        try:
            stamp = _verify(mark, mark.timestamp, authority)
        except BadStamp as problem:
            problems.append(f"its time stamp proves nothing: {problem.words}")
    found = tuple(LedgerProblem("checkpoint", words) for words in problems)
    return CheckpointProof(signer, mark.timestamp is not None, stamp, found)


def expecting(mark: Checkpoint) -> Checkpoint:
    """A checkpoint that expects the answer to a query of its own. Before it is signed: the number is part of it."""
    return replace(mark, nonce=new_nonce())


def query_of(mark: Checkpoint) -> bytes:
    """The time-stamp query of a checkpoint that expects an answer (RFC 3161, DER)."""
    return timestamps.query(mark.digest(), _nonce(mark) or 0)


def attach(mark: Checkpoint, answer: Path, authority: Path) -> tuple[Checkpoint, Stamped]:
    """A checkpoint with the answer of a time-stamp authority, which is verified first.

    MalformedInput for an answer that is none, Unproved for one that does not stamp this checkpoint or is not trusted,
    Refused where it has a time stamp: an earlier one says more.
    """
    if mark.timestamp is not None:
        raise Refused("the checkpoint has a time stamp already; nothing was written", hint="take a new checkpoint")
    data = timestamps.load_answer(answer)
    try:
        stamp = _verify(mark, data, authority)
    except BadStamp as problem:
        kind = MalformedInput if problem.broken else Unproved
        raise kind(
            f"the time stamp proves nothing: {problem.words}; nothing was written", file=str(answer),
            hint="ask the authority again with the query of this checkpoint",
        ) from None  # fmt: skip
    return replace(mark, timestamp=data), stamp


def _nonce(mark: Checkpoint) -> int | None:
    return int(mark.nonce, 16) if mark.nonce is not None else None


def _verify(mark: Checkpoint, answer: bytes, authority: Path) -> Stamped:
    return timestamps.verify_answer(answer, mark.digest(), _nonce(mark), timestamps.load_certificates(authority))
