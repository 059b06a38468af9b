"""The ledger from Python: written out, verified, and cleared of what is personal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
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
        self, checkpoint: Checkpoint | str | os.PathLike[str] | None = None, *, record: bool = True
    ) -> VerifyResult:
        """Compute every stored value again; `intact`, and `problems` with the first that differs in front.

        checkpoint: one that was kept elsewhere, or its file: without one, a cut tail does not show. record: put the
        result on record, where the store can be written.

        Raises StoreInvalid for a store that cannot be read at all, MalformedInput for a file that is no checkpoint.

            >>> desk.ledger.verify(desk.ledger.checkpoint()).intact
            True
        """
        from occ_media_cli.retention.ledger_check import record_verification, verify_whole

        mark = load_mark(checkpoint)
        with self._door.reading() as store:
            result = verify_whole(store.ledger, mark)
        if record and not self._door.read_only:
            record_verification(self._door.location, result, self._door.stamp())
        return result

    def checkpoint(self, file: str | os.PathLike[str] | None = None) -> Checkpoint:
        """Where the chain stands, to be kept somewhere else; written to a file too, as JSON.

        Raises NotFound for a store without a ledger, UsageError for a file that may not be written.

            >>> desk.ledger.checkpoint("q1.json").entries
            2
        """
        from occ_media_cli.ledger.verify.checkpoint import take_checkpoint
        from occ_media_cli.report import safe
        from occ_media_cli.store import sink

        with self._door.reading() as store:
            found = take_checkpoint(store.ledger, self._door.now())
        if file is not None:
            sink.write(Path(file), [safe.json(dict(found.document())).encode("ascii") + b"\n"], self._door.guard())
        return found

    def erase(
        self, customer: str | Sequence[str], reason: str, *, customers: str | Sequence[str] = ()
    ) -> ErasedCustomer:
        """Remove the personal values of a customer, however the id is written, and the free texts that name it, for
        good; files are left to retention. `not_reached` says where the customer still stands.

        customer: one, or several. customers: others that go in the same erasure; none of them where one is held.

        Raises UsageError for a reason that is empty or names the customer, Incomplete where traces are left in the
        file, NotFound for a store without a ledger.

            >>> desk.ledger.erase("16505551234", "request 2026-118").erasure.records
            2
        """
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.retention.erasure import erase_customers

        whose = [*listed(customer), *listed(customers)]
        return erase_customers(self._door.changing, whose, reason, self._door.stamp())


def load_mark(checkpoint: Checkpoint | str | os.PathLike[str] | None) -> Checkpoint | None:
    """A checkpoint that was given, or the one in a file."""
    from occ_media_cli.errors import UsageError
    from occ_media_cli.ledger.verify.checkpoint import Checkpoint, load_checkpoint

    if checkpoint is None or isinstance(checkpoint, Checkpoint):
        return checkpoint
    if not isinstance(checkpoint, str | os.PathLike):
        raise UsageError(f"checkpoint must be a checkpoint or a file, not {checkpoint!r:.40}", hint="give its file")
    return load_checkpoint(Path(checkpoint))


def refuse_unknown_inboxes(connection: Any, inboxes: Sequence[str]) -> None:
    """NotFound for an inbox that never was, so that an empty list is never a mistyped name."""
    from occ_media_cli.ledger.inboxes import KnownInboxes

    for name in inboxes:
        KnownInboxes(connection).must_have(name)
