"""Purges from Python: into quarantine, out of it for good or back, and what proves it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.api.arguments import Calls
from occ_media_cli.api.retention_results import FinishedGraces, PurgedPlan, RestoredFile, VerifiedRoot

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.times import Span


class PurgeCalls(Calls):
    """Letting files go, and proving that they went."""

    def purge(
        self, plan: str, root: str | os.PathLike[str], *, max_delete: str = "50%", grace: Span = "7d"
    ) -> PurgedPlan:
        """Move the files of an approved plan into quarantine, exactly those, file by file.

        max_delete: refuse a plan that removes more, `1000` or `50%`. grace: how long they can be restored.

        Returns how many went, and every file that stayed with its reason (`refused`).

        Raises UsageError for a limit or a length that is none, NotFound for an unknown plan, Refused for a plan that is
        not approved or too large, StoreBusy while another purge runs, StoreInvalid for a plan or a ledger that
        was altered, the whole of which is verified first.

            >>> plan = desk.retention.plan("media").plan
            >>> approval = OccMedia("desk.db", actor="sam").retention.approve(plan)
            >>> desk.retention.purge(plan, "media").files
            1
        """
        from occ_media_cli.retention.purge.guards import parse_limit
        from occ_media_cli.retention.purge.whole import purge_plan

        allowed = parse_limit(max_delete)
        wait = times.span(grace, "grace")
        with self._door.recording() as store:
            return PurgedPlan.of_outcome(
                plan, purge_plan(store, plan, os.fspath(root), self._door.stamp(), allowed, wait)
            )

    def finish(self, root: str | os.PathLike[str]) -> FinishedGraces:
        """Remove for good what has waited in quarantine for its grace.

        Raises UsageError for a root that is none, StoreBusy while another purge runs, StoreInvalid for a ledger that
        was altered: the whole of it is verified before a file goes.

            >>> desk.retention.finish("media").files
            0
        """
        from occ_media_cli.retention.purge.whole import finish_graces

        with self._door.recording() as store:
            return FinishedGraces.of_outcome(finish_graces(store, os.fspath(root), self._door.stamp()))

    def restore(self, entry: str, root: str | os.PathLike[str]) -> RestoredFile:
        """Bring a file back from quarantine during its grace; `refused` says why it stays there.

        entry: an entry's id, or `#123` for a file that no entry names.

        Raises NotFound for what does not wait there, StoreBusy while a purge runs.

            >>> plan = desk.retention.plan("media").plan
            >>> approval = OccMedia("desk.db", actor="sam").retention.approve(plan)
            >>> purged = desk.retention.purge(plan, "media")
            >>> desk.retention.restore("m1", "media").restored
            True
        """
        from occ_media_cli.retention.purge.whole import restore_entry

        with self._door.recording() as store:
            item, refused = restore_entry(store, entry, os.fspath(root), self._door.stamp())
        return RestoredFile(entry, item.plan.plan, item.name, refused)

    def verify(self, root: str | os.PathLike[str], *, record: bool = True) -> VerifiedRoot:
        """Compare the files under a root with the ledger; nothing is removed.

        record: put the result on record, where the store can be written.

        Returns what is `right` and everything that is `wrong`, with code, path and words.

        Raises UsageError for a root that is none, NotFound for a missing store.

            >>> desk.retention.verify("media").ok
            True
        """
        from occ_media_cli.retention.verify_root import record_when_writable, verify_root
        from occ_media_cli.settings.editing import refuse_missing

        refuse_missing(self._door.location)
        place = os.fspath(root)
        with self._door.reading() as store:
            result = verify_root(store.ledger, place)
        recorded = (
            record
            and not self._door.read_only
            and record_when_writable(self._door.location, result, place, self._door.stamp())
        )
        return VerifiedRoot.of_result(result, recorded=recorded)

    def certificate(self, plan: str) -> dict[str, Json]:
        """The certificate of a purge: what went, when, why, and who approved it, without names, paths or customers.

        Raises NotFound for an unknown plan, Refused for one that was not purged.

            >>> plan = desk.retention.plan("media").plan
            >>> approval = OccMedia("desk.db", actor="sam").retention.approve(plan)
            >>> purged = desk.retention.purge(plan, "media")
            >>> desk.retention.certificate(plan)["plan"] == plan
            True
        """
        from occ_media_cli.retention.certificate import make_certificate

        with self._door.reading() as store:
            return make_certificate(store.ledger, plan)

    def verify_certificate(self, file: str | os.PathLike[str]) -> tuple[str, ...]:
        """What is wrong with a certificate, in words; nothing where it holds. No store is needed.

        Raises Incomplete for a file that cannot be read, MalformedInput for one that is no certificate.

            >>> import json, pathlib
            >>> plan = desk.retention.plan("media").plan
            >>> approval = OccMedia("desk.db", actor="sam").retention.approve(plan)
            >>> purged = desk.retention.purge(plan, "media")
            >>> size = pathlib.Path("purge.json").write_text(json.dumps(desk.retention.certificate(plan)))
            >>> desk.retention.verify_certificate("purge.json")
            ()
        """
        from pathlib import Path

        from occ_media_cli.retention.certificate_check import check_certificate
        from occ_media_cli.settings.document.load import read_bytes

        return tuple(check_certificate(read_bytes(Path(file)), os.fspath(file)))
