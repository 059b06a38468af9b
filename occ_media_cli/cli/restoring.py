"""Putting a backup back: the document, the ledger, and a copy of what was there."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import UsageError
from occ_media_cli.report.words import plural

if TYPE_CHECKING:
    from occ_media_cli.cli.session import Session
    from occ_media_cli.store.backup import Copy


def run(session: Session, file: str) -> None:
    """Restore a store from a file; what was there is kept beside it under another name."""
    from occ_media_cli.store import atomic, backup, lock
    from occ_media_cli.store.open import changing

    location = session.location
    copy = backup.read(Path(file))
    document = _document(copy, session, file)
    if location.exists and not session.confirm(f"replace the store {location.path} by {file}?"):
        session.say("nothing was changed")
        return
    location.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    guard = lock.exclusive(location.document) if location.document is not None else nullcontext()
    stamp = session.stamp()
    with guard:
        kept = None
        there = location.exists
        if location.document is not None and not there and document is not None:
            atomic.write(location.document, document)
        with changing(location, stamp) as store:
            if there:
                kept = backup.make(store.ledger, store.document_bytes(), backup.aside(location, stamp.wall)).path
            backup.put_back(copy, store.ledger, stamp, document)
        if location.document is not None and document is not None:
            atomic.write(location.document, document)
    session.say(f"restored {location.path} from {file}: {plural(copy.seq, 'chain entry', 'chain entries')}")
    if kept is not None:
        session.say(f"The store as it was before is {kept}")


def _document(copy: Copy, session: Session, file: str) -> bytes | None:
    """The document that belongs to the copy, for a store that has one; a backup of the other kind has none."""
    if session.location.document is None or copy.document is not None:
        return copy.document if session.location.document is not None else None
    raise UsageError(
        f"{file} is the backup of a SQLite store; nothing was changed",
        hint="name a .db with --store, then: occ-media export --output FILE.toml",
    )
