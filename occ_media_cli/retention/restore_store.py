"""Putting a backup back: what it would lose is refused, what must never be lost is carried over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Refused, StoreBusy, StoreInvalid, UsageError
from occ_media_cli.store.reasons import refuse_unfit
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from occ_media_cli.retention.carried import Carried
    from occ_media_cli.retention.lost import Loss
    from occ_media_cli.retention.restore_look import ForeseenLoss
    from occ_media_cli.settings.document.document_schema import ProfileCheck
    from occ_media_cli.store.backup import Copy
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.open import Store


@value
class RestoredStore:
    """A restore that was made.

    copy: the backup. kept: where the store as it was is, None where there was none. carried: what was done again on
    what was restored, None where nothing had to be. compared: whether what was there could be read, so that its holds
    and erasures could be carried over.
    """

    copy: Copy
    kept: Path | None
    carried: Carried | None
    compared: bool


def restore_store(
    location: Location,
    file: str,
    stamp: Stamp,
    reason: str | None = None,
    *,
    tell: Callable[[Copy, Loss], None] | None = None,
    confirm: Callable[[Copy], bool] | None = None,
    progress: Callable[[int, float], None] | None = None,
    profiles: ProfileCheck | None = None,
) -> RestoredStore | None:
    """Restore a store from a file; what was there is kept beside it under another name.

    The whole backup is verified before anything is replaced; StoreInvalid where it is not what its chain says. reason:
    why records that the backup does not have may be lost; Refused where there are some and none is given. tell:
    called with what would be lost, before that. confirm: asked before a store is replaced; None is returned where it
    says no. progress: called while the backup is verified, with the entries that were and with the part of all.
    profiles: knows the channel profiles, for what somebody changed in the document by hand.
    """
    from occ_media_cli.retention.restore_look import foresee_loss
    from occ_media_cli.store import atomic, backup, lock, temporary
    from occ_media_cli.store.documents import end_promise
    from occ_media_cli.store.new_place import find_slip
    from occ_media_cli.store.open import changing

    refuse_unfit(reason, hint="say why that may be lost", topic=("restore-reason",))
    slip = find_slip(location)
    copy = backup.read_backup(Path(file))
    document = _document(copy, location, file)
    guard = lock.exclusive(location.document) if location.document is not None else nullcontext()
    with _folder(location), backup.unpacked(copy, location.ledger, stamp) as unpacked:
        _verify(unpacked[0], copy, progress)
        if slip is not None:
            raise slip
        found = foresee_loss(location, unpacked[0], document, stamp, profiles)
        _refuse(found, location, copy, reason, tell)
        if found.loss is not None and confirm is not None and not confirm(copy):
            return None
        if found.edited:
            _record_hand_edits(location, stamp, profiles)
        with guard:
            kept = None
            if found.unread is not None:
                kept = backup.set_aside(location.ledger, backup.aside(location, stamp.wall))
            with changing(location, stamp, document_may_miss=True) as store:
                if found.unread is not None and location.document is not None and location.document.exists():
                    # No copy of the store has it.
                    beside = location.document.with_name(f"{location.document.name}{temporary.ASIDE}{stamp.wall}")
                    atomic.write_atomically(beside, location.document.read_bytes())
                done = _Restore(store, copy, unpacked, stamp, reason, found).run(document)
                if location.document is not None and document is not None:
                    atomic.write_atomically(location.document, document)
                    end_promise(store.ledger)
    return RestoredStore(copy, done[0] or kept, done[1], found.unread is None)


@contextmanager
def _folder(location: Location) -> Iterator[None]:
    """The folder of a store, which is made where it is missing, and goes again where nothing is restored to it."""
    folder = location.path.parent
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    finally:
        for each in made:
            with suppress(OSError):  # not empty: it is in use
                each.rmdir()


def _verify(restored: sqlite3.Connection, copy: Copy, progress: Callable[[int, float], None] | None) -> None:
    """StoreInvalid where anything in a backup is not what its chain says: by a forged rule or a hold that is gone the
    next purge would remove what it must not, and nothing but a verification would tell."""
    from occ_media_cli.retention.ledger_check import verify_whole
    from occ_media_cli.store.connect import explained

    with explained(copy.path):
        shown = None if progress is None else lambda number: progress(number, min(number / copy.seq, 1))
        problems = verify_whole(restored, progress=shown).problems
    if problems:
        first = problems[0]
        at = f" (entry {first.seq})" if first.seq is not None else f" ({first.where})" if first.where else ""
        raise StoreInvalid(
            f"the backup is not what its own chain says: {first.table} {first.what}{at}; nothing was changed",
            file=str(copy.path),
            hint="restore another backup",
            topic=("altered-backup",),
        )


def _refuse(
    found: ForeseenLoss, location: Location, copy: Copy, reason: str | None, tell: Callable[[Copy, Loss], None] | None
) -> None:
    """Refused where something would be lost and nobody has said why it may; tell it first."""
    for problem, where in ((found.unread, location.ledger), (found.broken, location.path)):
        if problem is not None:
            _ask(str(copy.path), reason, f"{where} cannot be read ({problem.what})")
    if found.loss and tell is not None:
        tell(copy, found.loss)
    if found.loss and found.loss.is_evidence:
        _ask(str(copy.path), reason, f"{copy.path} lacks what {location.path} has on record")


def _record_hand_edits(location: Location, stamp: Stamp, profiles: ProfileCheck | None) -> None:
    """Record what somebody changed in the document by hand, as every command that changes the store does: the store as
    it was is kept with it."""
    from occ_media_cli.settings.editing import editing

    with editing(location, stamp, first_inbox=False, profiles=profiles):
        pass


def _ask(file: str, reason: str | None, what: str) -> None:
    """Refused without a reason to lose what stands in the store."""
    if reason is not None:
        return
    hint = "where that may be lost, say why"
    raise Refused(f"{what}; nothing was changed", hint=hint, topic=("accept-loss", file))


@value
class _Restore:
    """Replacing the content of an open store."""

    store: Store
    copy: Copy
    unpacked: tuple[sqlite3.Connection, Path]
    stamp: Stamp
    reason: str | None
    found: ForeseenLoss

    def run(self, document: bytes | None) -> tuple[Path | None, Carried | None]:
        """Where the old content is, and what was carried over. StoreBusy where the store is not what was looked at."""
        from occ_media_cli.ledger import erase_traces
        from occ_media_cli.retention import carried, lost
        from occ_media_cli.store import backup, chain
        from occ_media_cli.store.connect import explained, transaction
        from occ_media_cli.store.documents import promise_document

        store, copy, stamp = self.store, self.copy, self.stamp
        location, old = store.location, store.ledger
        kept = loss = done = None
        restored, place = self.unpacked
        with explained(location.ledger):
            before = chain.head(old)
            self._refuse_late_edit(document)
            if not store.made:
                loss = lost.compare(old, restored)
                kept = backup.aside(location, stamp.wall)
            if loss != self.found.loss:
                raise StoreBusy(
                    "another command changed the store meanwhile; nothing was restored",
                    file=str(location.path),
                    hint="try again",
                )
            erase_traces.prepare(restored)
            replaced = (0, chain.ZERO) if store.made else before
            with transaction(restored):
                backup.record_restore(
                    restored, copy, replaced, stamp, document=_known(restored, document),
                    lost=_lost(loss, self.found.unread, self.found.broken), reason=self._reason(loss),
                )  # fmt: skip
                if loss is not None:
                    done = carried.carry(old, restored, loss, stamp)
                if document is not None:
                    promise_document(restored, store.document_there(), document)
            if done is not None and done.erasures:
                erase_traces.clean(restored, place)
            keeping = backup.kept(old, store.document_bytes(), kept) if kept is not None else nullcontext()
            with keeping:
                backup.replace_store(restored, old, location.ledger, before)
        return kept, done

    def _refuse_late_edit(self, document: bytes | None) -> None:
        """StoreBusy where somebody edited the document since its edits were recorded."""
        found = self.store.document_bytes()
        if self.found.unread is not None or self.found.broken is not None or found in (None, document):
            return
        if _known(self.store.ledger, found) is None:
            raise StoreBusy(
                "somebody edited the document meanwhile; nothing was restored",
                file=str(self.store.location.path),
                hint="try again",
            )

    def _reason(self, loss: Loss | None) -> str | None:
        """The reason on record, with what it cost. None where nothing was lost: then there was nothing to accept."""
        if self.found.unread is not None:
            return f"{self.reason} (lost: a store that could not be read)"
        lost = loss.words() if loss else ""
        if self.found.broken is not None:
            lost = ", ".join(filter(None, (lost, "a document that could not be read")))
        if not lost:
            return None
        return f"{self.reason} (lost: {lost})" if self.reason is not None else f"lost: {lost}"


def _known(restored: sqlite3.Connection, document: bytes | None) -> bytes | None:
    """The document where it is as the backup's own chain left it. Another one was edited, before the backup was made or
    in it: the next change finds that out and records it as an edit by hand."""
    from occ_media_cli.store.documents import digest_of_document, last_document

    known = document is not None and last_document(restored)[0] == digest_of_document(document)
    return document if known else None


def _lost(loss: Loss | None, unread: StoreInvalid | None, broken: StoreInvalid | None) -> Mapping[str, object]:
    """What was lost, for the record."""
    if unread is not None:
        return {"unknown": unread.what}
    document = {} if broken is None else {"document": broken.what}
    if loss is None:
        return document
    kinds = {kind.name: kind.count for kind in loss.kinds}
    return {"common_seq": loss.common, "same_store": loss.same_store, "kinds": kinds, **document}


def _document(copy: Copy, location: Location, file: str) -> bytes | None:
    """The document that belongs to the copy, for a store that has one; a backup of the other kind has none."""
    if location.document is None or copy.document is not None:
        return copy.document if location.document is not None else None
    raise UsageError(
        f"{file} is the backup of a SQLite store; nothing was changed",
        hint="restore it to a .db, then export the settings of that as a document",
        topic=("restore-document",),
    )
