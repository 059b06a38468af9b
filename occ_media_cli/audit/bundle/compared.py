"""The checkpoint that a report says was compared: enclosed, so that what the report says of it can be looked at again.

Who is allowed to sign, and to which certificate a time stamp must lead, only a reader can say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from occ_media_cli.audit.bundle import manifest_facts
from occ_media_cli.audit.bundle.stated_report import Lines, Problem
from occ_media_cli.audit.engine import Audit
from occ_media_cli.ledger.verify.checkpoint import parse_checkpoint
from occ_media_cli.store.signature import signer_of

FILE = "compared-checkpoint.json"


def compared_problems(audit: Audit, lines: Lines, files: Sequence[str], *, enclosed: bool) -> Iterator[Problem]:
    """Whether the checkpoint beside a report is the one that the report speaks of, of the same chain, and signed as it
    says. enclosed: whether a bundle of this kind has it."""
    said, proof = audit.integrity.mark, audit.integrity.proof
    if (said is not None and enclosed) is not (FILE in files):
        yield FILE, "is missing" if said is not None else "is there, and the report says that none was compared"
    if said is None or FILE not in files:
        return
    try:
        mark = parse_checkpoint(b"".join(lines(FILE)))
    except ValueError:
        yield FILE, "is no checkpoint"
        return
    own = parse_checkpoint(b"".join(lines(manifest_facts.CHECKPOINT)))
    if (mark.seq, mark.state, mark.made) != (said.seq, said.state, said.made):
        yield FILE, "is not the checkpoint that the report speaks of"
    at_end = mark.seq == own.seq
    if mark.store != own.store or mark.seq > own.seq or mark.entries > own.entries or (
        at_end and (mark.state, mark.entries) != (own.state, own.entries)
    ):  # fmt: skip
        yield FILE, "is of another chain than checkpoint.json"
    stated = proof.signer if proof is not None else None
    signer = None if mark.signature is None else signer_of(mark.signature, mark.signed_bytes(), None)
    if (None if stated is None else stated.key) != (None if signer is None else signer.key):
        yield manifest_facts.REPORT, "says of the compared checkpoint that another signed it"
    elif signer is not None and not signer.valid:
        yield FILE, "has a signature that does not match it"
    if (proof is not None and proof.has_stamp) is not (mark.timestamp is not None):
        yield manifest_facts.REPORT, "says of the compared checkpoint wrongly whether it has a time stamp"


def compared_unshown(audit: Audit, *, enclosed: bool) -> Iterator[str]:
    """What a report says of a compared checkpoint that the bundle does not show. enclosed: whether it is there."""
    said, proof = audit.integrity.mark, audit.integrity.proof
    if said is None:
        return
    if not enclosed:
        yield "the report says that a checkpoint was compared; this bundle does not show it"
        return
    yield "that the ledger has the compared checkpoint inside it"
    if proof is not None and proof.signer is not None and proof.signer.name is not None:
        yield f"that the key that signed the compared checkpoint is of {proof.signer.name}"
    if proof is not None and proof.stamp is not None:
        yield "when and by whom the compared checkpoint was stamped"
