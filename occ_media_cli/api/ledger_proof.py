"""The ledger from Python: written out, verified, and cleared of what is personal."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.checkpoint_proof import CheckpointProof
    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.retention.erasure import ErasedCustomer
    from occ_media_cli.times import Moment

EXPORTS = ("ndjson", "csv", "parquet")


class ProofCalls(Calls):
    """What leaves the ledger, and what proves it."""

    def export(
        self,
        file: str | os.PathLike[str],
        *,
        format: str = "ndjson",  # noqa: A002  # the word of the command line
        inboxes: Sequence[str] = (),
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> int:
        """Write the entries, as they stand after their corrections, to a file, and return how many there are.

        format: `ndjson`, `csv` or `parquet`. What is ndjson or parquet can be taken in again unchanged.

        Raises UsageError for another format and a file that may not be written, NotFound for an unknown inbox,
        Incomplete for a full disk, PartMissing for parquet without its extra.

            >>> desk.ledger.export("entries.ndjson")
            2
        """
        from occ_media_cli.ledger import export
        from occ_media_cli.ledger.query import Filters
        from occ_media_cli.report.meant import refuse_other_words

        refuse_other_words(format, "format", EXPORTS)
        start, end = self._door.window(since, until, self._door.now())
        filters = Filters(inbox=tuple(inboxes) or None, since=start, until=end)
        guard = self._door.guard()
        with self._door.reading() as store:
            refuse_unknown_inboxes(store.ledger, inboxes)
            if format == "parquet":
                return export.parquet(store.ledger, filters, Path(file), guard)
            from occ_media_cli.report import formats
            from occ_media_cli.report.formats import screen
            from occ_media_cli.store import sink

            counted = export.CountedEntries(store.ledger, filters)
            sink.write(Path(file), formats.render(counted.report(), format, screen.OF_FILE), guard)
            return counted.number

    def verify(
        self,
        checkpoint: Checkpoint | str | os.PathLike[str] | None = None,
        *,
        signers: str | os.PathLike[str] | None = None,
        tsa_cert: str | os.PathLike[str] | None = None,
        record: bool = True,
    ) -> VerifyResult:
        """Compute every stored value again; `intact`, and `problems` with the first that differs in front.

        checkpoint: one that was kept elsewhere, or its file: without one, a cut tail does not show. signers: a file of
        allowed signers, one of whom must have signed it. tsa_cert: the root certificate that its time stamp must lead
        to. record: put the result on record, where the store can be written.

        Raises StoreInvalid for a store that cannot be read at all, MalformedInput for a file that is no checkpoint, no
        signers or no certificate, PartMissing without ssh-keygen or the extra `timestamp` where they are needed.

            >>> desk.ledger.verify(desk.ledger.checkpoint()).intact
            True
        """
        from occ_media_cli.retention.ledger_check import record_verification, verify_whole

        mark = load_mark(checkpoint)
        proof = prove_mark(mark, signers, tsa_cert)
        with self._door.reading() as store:
            result = verify_whole(store.ledger, mark)
        if record and not self._door.read_only:
            record_verification(self._door.location, result, self._door.stamp())
        if proof is None or not proof.problems:
            return result
        return replace(result, problems=result.problems + proof.problems, checkpoint=False)

    def checkpoint(
        self,
        file: str | os.PathLike[str] | None = None,
        *,
        sign: str | os.PathLike[str] | None = None,
        previous: Checkpoint | str | os.PathLike[str] | None = None,
        tsq: str | os.PathLike[str] | None = None,
    ) -> Checkpoint:
        """Where the chain stands, to be kept somewhere else; written to a file too, as JSON.

        sign: an SSH key to sign with. previous: an earlier one, or its file, that the ledger must still continue. tsq:
        a file for a time-stamp query over it; `attach_timestamp` takes the answer.

        Raises NotFound for a store without a ledger, UsageError for a file that may not be written and a key that
        cannot sign, Unproved where the ledger does not continue the earlier one.

            >>> desk.ledger.checkpoint("q1.json").entries
            2
        """
        from occ_media_cli.errors import UsageError
        from occ_media_cli.ledger.verify.checkpoint import take_checkpoint
        from occ_media_cli.ledger.verify.checkpoint_proof import expecting, query_of
        from occ_media_cli.retention.ledger_check import continue_checkpoint
        from occ_media_cli.store import sink, who

        given = [source for source in (sign, previous) if isinstance(source, str | os.PathLike)]
        guard = self._door.guard(*given)
        if file is not None and tsq is not None and guard.target(Path(file)) == guard.target(Path(tsq)):
            raise UsageError("file and tsq name the same file; nothing was written", file=str(tsq), hint="name two")
        earlier = load_mark(previous, "previous")
        made = who.made_by(self._door.stamp())
        with self._door.reading() as store:
            if earlier is None:
                found = take_checkpoint(store.ledger, made.at, made)
            else:
                name = None if previous is earlier else str(previous)
                found = continue_checkpoint(store.ledger, earlier, name, made.at, made)
        found = expecting(found) if tsq is not None else found
        found = found.signed(Path(sign)) if sign is not None else found
        if tsq is not None:
            sink.write(Path(tsq), [query_of(found)], guard)
        if file is not None:
            sink.write(Path(file), [found.encoded()], guard)
        return found

    def attach_timestamp(
        self, file: str | os.PathLike[str], answer: str | os.PathLike[str], tsa_cert: str | os.PathLike[str]
    ) -> Checkpoint:
        """Put the answer of a time-stamp authority into the file of a checkpoint, verified first; no store is needed.

        answer: what the authority sent. tsa_cert: the root certificate that it must lead to.

        Raises MalformedInput for files that are none of this, Unproved for an answer that stamps something else or is
        not trusted, Refused for a checkpoint that has a time stamp, PartMissing without the extra `timestamp`.

            >>> from occ_media_cli.errors import OccMediaError
            >>> kept = desk.ledger.checkpoint("q2.json", tsq="q2.tsq")
            >>> try:
            ...     desk.ledger.attach_timestamp("q2.json", answer="q2.tsq", tsa_cert="ca.pem")
            ... except OccMediaError as problem:
            ...     print(kept.timestamp)
            None
        """
        from occ_media_cli.ledger.verify.checkpoint import load_checkpoint
        from occ_media_cli.ledger.verify.checkpoint_proof import attach
        from occ_media_cli.store import sink

        guard = self._door.guard(answer, tsa_cert)
        guard.target(Path(file))
        stamped, _ = attach(load_checkpoint(Path(file)), Path(answer), Path(tsa_cert))
        sink.write(Path(file), [stamped.encoded()], guard)
        return stamped

    def erase(
        self, customer: str | Sequence[str], reason: str, *, customers: str | Sequence[str] = ()
    ) -> ErasedCustomer:
        """Remove the personal values of a customer, however the id is written, and the free texts that name it, for
        good; files are left to retention. The ledger is verified first. `not_reached` says where the customer still
        stands.

        customer: one, or several. customers: others that go in the same erasure; none of them where one is held.

        Raises UsageError for a reason that is empty or names the customer, StoreInvalid for a ledger that was altered,
        Incomplete where traces are left in the file, NotFound for a store without a ledger.

            >>> desk.ledger.erase("16505551234", "request 2026-118").erasure.records
            2
        """
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.retention.erasure import erase_customers

        whose = [*listed(customer), *listed(customers)]
        return erase_customers(self._door.changing, whose, reason, self._door.stamp())


def load_mark(checkpoint: Checkpoint | str | os.PathLike[str] | None, name: str = "checkpoint") -> Checkpoint | None:
    """A checkpoint that was given, or the one in a file. name: of the argument."""
    from occ_media_cli.errors import UsageError
    from occ_media_cli.ledger.verify.checkpoint import Checkpoint, load_checkpoint

    if checkpoint is None or isinstance(checkpoint, Checkpoint):
        return checkpoint
    if not isinstance(checkpoint, str | os.PathLike):
        raise UsageError(f"{name} must be a checkpoint or a file, not {checkpoint!r:.40}", hint="give its file")
    return load_checkpoint(Path(checkpoint))


def prove_mark(
    mark: Checkpoint | None, signers: str | os.PathLike[str] | None, tsa_cert: str | os.PathLike[str] | None
) -> CheckpointProof | None:
    """What vouches for a checkpoint; UsageError for signers or a certificate without one."""
    from occ_media_cli.errors import UsageError
    from occ_media_cli.ledger.verify.checkpoint_proof import prove

    if mark is None:
        for name, given in (("signers", signers), ("tsa_cert", tsa_cert)):
            if given is not None:
                raise UsageError(f"{name} is about a checkpoint, and none is given", hint="give checkpoint too")
        return None
    allowed, authority = (Path(file) if file is not None else None for file in (signers, tsa_cert))
    return prove(mark, allowed, authority)


def refuse_unknown_inboxes(connection: Any, inboxes: Sequence[str]) -> None:
    """NotFound for an inbox that never was, so that an empty list is never a mistyped name."""
    from occ_media_cli.ledger.inboxes import KnownInboxes

    for name in inboxes:
        KnownInboxes(connection).must_have(name)
