"""The frame around every change of settings: locks, first use, hand edits, and a document that follows its ledger.

For a TOML store the new document and the ledger are two files. The change is worked out in a transaction that is
rolled back; then an intent with the digest of the new document is committed, the document is renamed into place, and
the events are committed. Whatever stops in between, the next command sees which document is there and ends the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.errors import Incomplete, NotFound, OccMediaError
from occ_media_cli.settings import edit_time, intents, read
from occ_media_cli.settings.change_log import stamped_alone
from occ_media_cli.settings.editor import Editor
from occ_media_cli.settings.model import FIRST_INBOX, Config
from occ_media_cli.store import atomic, chain, lock, making, new_place
from occ_media_cli.store.connect import refuse_odd_files, roll_back, transaction
from occ_media_cli.store.documents import digest_of_document, last_document, note_intent, open_intent
from occ_media_cli.store.open import Store, changing
from occ_media_cli.store.who import at_the_lock

if TYPE_CHECKING:
    from occ_media_cli.settings.document.document_schema import ProfileCheck
    from occ_media_cli.store.locate import Location


@contextmanager
def editing(
    location: Location,
    stamp: chain.Stamp,
    *,
    first_inbox: bool = True,
    profiles: ProfileCheck | None = None,
    anew: bool = False,
) -> Iterator[Editor]:
    """Open a store to change its settings; everything is kept when the block ends, and nothing if it raises.

    first_inbox: a store that is made by this command starts with the inbox `inbox`. profiles: knows the channel
    profiles; without it every channel is taken as it is. anew: a new store is asked for, so that an empty file is one.
    """
    new_place.check_new_place(location, anew=anew)
    guard: AbstractContextManager[None] = nullcontext()
    if location.rehearsal is not None:
        pass  # it makes no file, and has the writer's lock of the ledger
    elif location.document is not None:
        guard = lock.exclusive(location.document)
    elif not location.exists:
        guard = making.only_maker(location)
    with guard, _changing(location, stamp, profiles, anew=anew) as store:
        connection = store.ledger
        data = None
        if location.document is not None:
            data = store.document_there()
            if open_intent(connection) is not None:
                from occ_media_cli.settings.interrupted import end_interrupted

                data = end_interrupted(store, data, at_the_lock(stamp), profiles)
        connection.execute("BEGIN IMMEDIATE")
        try:
            stamp = stamped_alone(connection, stamp)
            editor = Editor(store, stamp, profiles)
            new = intents.is_new(connection)
            if anew and new and not data:
                data = None  # a file that was made empty for the store
            store.made = new and data is None
            old = Config()
            if data is not None:
                old = _adopt(editor, data, profiles)
            elif new and first_inbox:
                editor.add_inbox(FIRST_INBOX)
            yield editor
            with log.step("settings", "change checked"):
                editor.check_changes()
            with log.step("settings", "change committed"):
                if location.document is None:
                    connection.execute("COMMIT")
                    store.keep()
                else:
                    _commit_document(editor, data, old)
        finally:
            if store.connection is not None:
                roll_back(store.connection)


@contextmanager
def recording(
    location: Location,
    stamp: chain.Stamp,
    profiles: ProfileCheck | None = None,
    *,
    make: bool = False,
    adopted: Callable[[Editor], None] = lambda _: None,
) -> Iterator[Store]:
    """Open a store to add to its ledger; hand edits of its document are on record first.

    make: one that is missing is made. Without it NotFound: a hold or a plan in a store that a mistyped name made
    protects nothing. One that is made, and a ledger that is begun for a document, is gone again where the block raises
    and has recorded nothing; one that was begun for what is never made also where the block ends without a record.
    adopted: called with what the hand edits changed, before that is kept.
    """
    document = location.document
    locked = document is None or lock.file_of(document).exists()
    with ExitStack() as stack:
        made = begun = False
        while True:
            if not make:
                refuse_missing(location)
            if make or document is not None:
                with editing(location, stamp, first_inbox=make, profiles=profiles) as editor:
                    adopted(editor)
                made, begun = make and editor.store.made, editor.store.begun
            store = stack.enter_context(changing(location, stamp, unnamed=True))
            if store.is_named:
                break
            stack.close()  # who made it was refused just now, and took it away again
        store.made, store.begun = made, begun
        head = chain.head(store.ledger)
        refused = True
        try:
            yield store
            refused = begun and not make and chain.head(store.ledger) == head
        finally:
            stack.close()
            if refused and location.rehearsal is None:
                if (made or begun) and _take_back(location, head, whole=made):
                    store.made = store.begun = False
                if document is not None and not locked:
                    lock.drop(document)


def _take_back(location: Location, head: tuple[int, bytes], *, whole: bool) -> bool:
    """Remove the store that a refused command made for itself; False where somebody has come to use it since. whole:
    the document is its own too, and not one whose ledger it began."""
    guard = lock.exclusive(location.document) if location.document is not None else nullcontext()
    with suppress(OccMediaError, OSError), guard, making.alone_with(location.ledger) as connection:
        document = location.document
        if connection is None or chain.head(connection) != head:
            return False
        if document is not None:
            seen = last_document(connection)[0]
            if (whole or seen is not None) and seen != digest_of_document(document.read_bytes()):
                return False
        location.ledger.resolve().unlink()  # first: a document without a ledger begins one
        lock.of_purges(location.ledger).unlink(missing_ok=True)  # nobody purges a store that nobody else has open
        if document is not None and whole:
            document.resolve().unlink()
        if not location.explicit:  # its folder was made for it
            with suppress(OSError):  # not empty
                location.ledger.parent.rmdir()
        return True
    return False


def refuse_missing(location: Location) -> None:
    """NotFound for a store that is not there."""
    if not location.exists:
        hint = "name a store that is there; the first change of settings makes one"
        raise new_place.find_meant(location, "Nothing was changed") or NotFound(
            f"{location.none_there}; nothing was changed", file=str(location.path), hint=hint, topic=("no-store-named",)
        )


@contextmanager
def _changing(location: Location, stamp: chain.Stamp, profiles: ProfileCheck | None, *, anew: bool) -> Iterator[Store]:
    """The store, open to change; a document without a ledger is read first, so that a broken one gets none."""
    document = location.document
    if document is not None and document.exists() and document.stat().st_size and not location.ledger.exists():
        from occ_media_cli.settings.document import load

        refuse_odd_files(document, ())
        load.load_document(document, store=True, profiles=profiles)
    with changing(location, stamp, anew=anew, unnamed=True) as store:
        yield store


def _adopt(editor: Editor, data: bytes, profiles: ProfileCheck | None) -> Config:
    """Record what somebody changed in the document by hand since a command last saw it; returns what it says.

    An unchanged document says what the ledger says, so that it need not be parsed.
    """
    path = editor.store.location.document
    last, seen = last_document(editor.connection)
    if path is None or last == digest_of_document(data):
        return editor.config()
    from occ_media_cli.settings import reconcile
    from occ_media_cli.settings.document import load

    said = load.parse(data, str(path), store=True, profiles=profiles)
    # Before the change that notices it, which starts at the stamp's time: else nothing were left of it, and no doubt.
    edited = edit_time.time_of_edit(path, seen, editor.stamp.wall - 1, editor.stamp.now)
    reason = edit_time.reason_of_edit(path, seen)
    editor.by_hand = True
    reconcile.adopt(editor, said, at=edited, reason=reason, uncertain_since=seen)
    editor.by_hand = False
    return said


def _commit_document(editor: Editor, data: bytes | None, old: Config) -> None:
    path = editor.store.location.document
    if path is None or not editor.events:
        roll_back(editor.connection)
        editor.store.keep()
        return
    text = (data or b"").decode("utf-8")
    from occ_media_cli.settings.document.render import render

    after = render(
        text, old, editor.config(), now=editor.document_moment, file=str(path), renamed=editor.renamed
    ).encode("utf-8")  # fmt: skip
    if editor.store.location.rehearsal is not None:
        editor.connection.execute("COMMIT")
        return
    roll_back(editor.connection)
    editor.store.keep()
    connection = editor.connection
    digest = digest_of_document(after)
    if after == data:
        with transaction(connection):
            editor.numbers = intents.record(connection, editor.events, editor.stamp, digest)
        return
    with transaction(connection):
        note_intent(connection, data, digest, intents.body_of(editor.events, editor.stamp))
    try:
        atomic.write_atomically(path, after)
    except OSError as problem:
        with transaction(connection):
            connection.execute("DELETE FROM intent")
        raise Incomplete(
            f"the document cannot be written: {(problem.strerror or str(problem)).lower()}; nothing was changed",
            file=str(path),
            hint=f"see that you may write in {path.resolve().parent} and that it has room",
        ) from problem
    with transaction(connection):
        editor.numbers = intents.record(connection, editor.events, editor.stamp, digest)
        connection.execute("DELETE FROM intent")


def current(store: Store, now: int) -> Config:
    """The configuration in force at a moment, for reading: a hand edit that nobody has recorded yet counts."""
    data = store.document_bytes()
    if data is not None:
        last = last_document(store.connection)[0] if store.connection is not None else None
        if last != digest_of_document(data):
            from occ_media_cli.settings.document import load

            return load.parse(data, str(store.location.document), store=True)
    if store.connection is None:
        return Config()
    return read.config(store.connection, now)
