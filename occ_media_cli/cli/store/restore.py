"""Putting a backup back: what it would lose is refused, what must never be lost is carried over."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Refused, StoreInvalid, UsageError
from occ_media_cli.report.words import plural, shell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from occ_media_cli.cli.session import Session
    from occ_media_cli.retention.carried import Carried
    from occ_media_cli.retention.lost import Loss
    from occ_media_cli.store.backup import Copy
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store


@dataclass(frozen=True, slots=True)
class _Done:
    """A restore that was made. kept: where the store as it was is, None for a new one."""

    kept: Path | None
    carried: Carried | None


def run(session: Session, file: str, reason: str | None) -> None:
    """Restore a store from a file; what was there is kept beside it under another name.

    reason: why records that the backup does not have may be lost; Refused where there are some and none is given.
    """
    from occ_media_cli.store import atomic, backup, lock
    from occ_media_cli.store.open import changing

    if reason is not None and not reason.strip():
        raise UsageError("--accept-loss is empty; nothing was changed", hint='write --accept-loss "disk failed"')
    location, stamp = session.location, session.stamp()
    copy = backup.read_backup(Path(file))
    document = _document(copy, session, file)
    location.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    guard = lock.exclusive(location.document) if location.document is not None else nullcontext()
    with guard:
        kept = unread = None
        if _holds_something(location.ledger):
            unread = _unreadable(session, stamp)
            if unread is not None:
                _ask(session, file, reason, f"{location.ledger} cannot be read ({unread.what})")
                kept = backup.set_aside(location.ledger, backup.aside(location, stamp.wall))
        with changing(location, stamp, document_may_miss=True) as store:
            done = _restored(session, store, copy, document, reason, unread)
        if done is None:
            session.say("nothing was changed")
            return
        if location.document is not None and document is not None:
            atomic.write_atomically(location.document, document)
    session.say(f"restored {location.path} from {file}: {plural(copy.seq, 'chain entry', 'chain entries')}")
    if done.carried is not None:
        _say(session, done.carried)
    if done.kept is not None or kept is not None:
        session.say(f"The store as it was before is {done.kept or kept}")
    if unread is not None:
        session.note("note: what it held could not be compared: its holds and erasures are not carried over")


def _holds_something(ledger: Path) -> bool:
    return ledger.exists() and ledger.stat().st_size > 0


def _unreadable(session: Session, stamp: Stamp) -> StoreInvalid | None:
    """Why the store that is to be replaced cannot be opened, or None."""
    from occ_media_cli.store.open import changing

    try:
        with changing(session.location, stamp, document_may_miss=True):
            return None
    except StoreInvalid as problem:
        return problem


def _ask(session: Session, file: str, reason: str | None, what: str) -> None:
    """Refused without a reason to lose what stands in the store."""
    if reason is not None:
        return
    raise Refused(
        f"{what}; nothing was changed",
        hint=f"where that may be lost: {shell('occ-media', 'store', 'restore', file, '--accept-loss')} REASON",
    )


def _restored(
    session: Session, store: Store, copy: Copy, document: bytes | None, reason: str | None, unread: StoreInvalid | None
) -> _Done | None:
    """Replace the content of an open store; None where the person at the terminal said no."""
    from occ_media_cli.ledger import erase
    from occ_media_cli.retention import carried, lost
    from occ_media_cli.store import backup, chain
    from occ_media_cli.store.connect import explained, transaction

    location, stamp, old = session.location, session.stamp(), store.ledger
    kept = loss = done = None
    with backup.unpacked(copy, location.ledger, stamp) as (restored, place), explained(location.ledger):
        before = chain.head(old)
        if not store.made:
            loss = lost.compare(old, restored)
            if loss:
                _list(session, copy, loss)
            if loss and loss.is_evidence:
                _ask(session, str(copy.path), reason, f"{copy.path} lacks what {location.path} has on record")
            if not session.confirm(f"replace the store {location.path} by {copy.path}?"):
                return None
            kept = backup.aside(location, stamp.wall)
        erase.prepare(restored)
        with transaction(restored):
            backup.record_restore(
                restored, copy, (0, chain.ZERO) if store.made else before, stamp, document=document,
                lost=_lost(loss, unread), reason=_reason(reason, loss, unread),
            )  # fmt: skip
            if loss is not None:
                done = carried.carry(old, restored, loss, stamp)
        if done is not None and done.erasures:
            erase.clean(restored, place)
        keeping = backup.kept(old, store.document_bytes(), kept) if kept is not None else nullcontext()
        with keeping:
            backup.replace_store(restored, old, location.ledger, before)
    return _Done(kept, done)


def _list(session: Session, copy: Copy, loss: Loss) -> None:
    """What would be lost, a line for each kind."""
    if not loss.same_store:
        session.note(f"{copy.path} is a backup of another store; of this one it has nothing:")
    for kind in loss.kinds:
        more = ", …" if kind.count > len(kind.examples) else ""
        session.note(f"  {kind.count:>9,}  {kind.name}: {', '.join(kind.examples)}{more}")
    if any(kind.name in ("holds", "erasures", "removals") for kind in loss.kinds):
        session.note("Holds that nobody released, erasures and removals are carried over.")


def _lost(loss: Loss | None, unread: StoreInvalid | None) -> Mapping[str, object]:
    """What was lost, for the record."""
    if unread is not None:
        return {"unknown": unread.what}
    if loss is None:
        return {}
    return {"common_seq": loss.common, "same_store": loss.same_store, "kinds": {k.name: k.count for k in loss.kinds}}


def _reason(reason: str | None, loss: Loss | None, unread: StoreInvalid | None) -> str | None:
    """The reason on record, with what it cost. None where nothing was lost: then there was nothing to accept."""
    if unread is not None:
        return f"{reason} (lost: a store that could not be read)"
    if not loss:
        return None
    return f"{reason} (lost: {loss.words()})" if reason is not None else f"lost: {loss.words()}"


def _say(session: Session, done: Carried) -> None:
    """What was carried over."""
    if done.holds:
        session.say(f"  {plural(done.holds, 'hold')} placed again")
    if done.erasures:
        session.say(f"  {plural(done.erasures, 'erasure')} done again; the backup itself still has the values")
    if done.marked:
        session.say(f"  {plural(done.marked, 'entry')} on record again as purged")
    for words in done.wider:
        session.note(f"note: hold {words}; release it, and place it anew where that is too much")


def _document(copy: Copy, session: Session, file: str) -> bytes | None:
    """The document that belongs to the copy, for a store that has one; a backup of the other kind has none."""
    if session.location.document is None or copy.document is not None:
        return copy.document if session.location.document is not None else None
    raise UsageError(
        f"{file} is the backup of a SQLite store; nothing was changed",
        hint="name a .db with --store, then: occ-media export --output FILE.toml",
    )
