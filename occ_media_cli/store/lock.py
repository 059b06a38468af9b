"""One writer at a time for a store that consists of two files."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from occ_media_cli.errors import Incomplete, StoreBusy

BUSY_SECONDS = 30.0
"""How long a writer waits for another, for both kinds of store."""


_ENDING, _OF_PURGES = ".lock", ".purge.lock"
"""The ends of the names of both locks; a dot stands before the name of what is locked."""


def file_of(path: Path) -> Path:
    """The file that carries the lock of a document. Two links to one document share one lock."""
    target = path.resolve()
    return target.with_name(f".{target.name}{_ENDING}")


def of_purges(store: Path) -> Path:
    """The file that carries the lock of the purges of a store, which all links to it share."""
    target = store.resolve()
    return target.with_name(f".{target.name}{_OF_PURGES}")


def locked_by(lock: Path) -> Iterator[Path]:
    """The files that one of a name may be the lock of; none for most names."""
    for ending in (_OF_PURGES, _ENDING):
        name = lock.name.removeprefix(".").removesuffix(ending)
        if name and lock.name == f".{name}{ending}":
            yield lock.with_name(name)


@contextmanager
def exclusive(path: Path, *, seconds: float = BUSY_SECONDS, kept: bool = True) -> Iterator[None]:
    """Hold the lock of the document at a path, or raise StoreBusy.

    kept: its file stays for the next command, unless there is no document then, or the block made it and raises.

    A file of its own carries the lock: the document is replaced by rename, and opening the SQLite file a second time
    would drop SQLite's own locks when it is closed.
    """
    end = time.monotonic() + seconds
    with _held(
        file_of(path), _open, lambda descriptor: _wait_for(descriptor, path, end, seconds),
        lambda: kept and path.exists(),
    ):  # fmt: skip
        yield


@contextmanager
def _held(
    lock: Path, opened: Callable[[Path], tuple[int, bool]], wait: Callable[[int], None], stays: Callable[[], bool]
) -> Iterator[None]:
    """Hold the lock of a file. opened: opens it, and says whether it made it. stays: whether it is left to others at
    the end; one that was made for a block that raises is not. It is removed while it is held, and who waited for it
    sees that it has lost its name."""
    held = False
    while not held:
        descriptor, made = opened(lock)
        try:
            wait(descriptor)
            held = _is_named(descriptor, lock)  # whoever held it may have removed it: another one may have made it anew
        finally:
            if not held:
                os.close(descriptor)
    refused = True
    try:
        yield
        refused = False
    finally:
        if _is_named(descriptor, lock) and ((made and refused) or not stays()):
            with suppress(OSError):
                lock.unlink()
        os.close(descriptor)


def drop(path: Path) -> None:
    """Remove the lock of a document, unless somebody holds it."""
    with suppress(Incomplete, StoreBusy), exclusive(path, seconds=0, kept=False):
        pass


def _create(lock: Path) -> tuple[int, bool]:
    """Open the file of a lock; whether it was made."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(lock, flags | os.O_EXCL, 0o600), True
    except FileExistsError:
        return os.open(lock, flags, 0o600), False


def _open(lock: Path) -> tuple[int, bool]:
    try:
        return _create(lock)
    except OSError as problem:
        raise Incomplete(
            f"the store cannot be locked: {(problem.strerror or str(problem)).lower()}; nothing was changed",
            file=str(lock),
            hint=f"see that you may write in {lock.parent}",
        ) from problem


def _wait_for(descriptor: int, path: Path, end: float, seconds: float) -> None:
    pause = 0.001
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise StoreBusy(
                    f"another command has held the store for {seconds:g} seconds; nothing was changed",
                    file=str(path),
                    hint="try again when it is done",
                ) from None
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
        else:
            return


def _is_named(descriptor: int, lock: Path) -> bool:
    """Whether an open file is still the one that has the name."""
    try:
        return os.path.samestat(os.fstat(descriptor), lock.stat(follow_symlinks=False))
    except OSError:
        return False


@contextmanager
def only_purge_of(store: Path) -> Iterator[None]:
    """Keep a second purge of the same store out for as long as this one runs; StoreBusy where one runs already."""

    def opened(lock: Path) -> tuple[int, bool]:
        try:
            descriptor, made = _create(lock)
            _share_as(descriptor, store)
        except OSError as problem:
            raise Incomplete(
                f"the lock of purges cannot be opened: {(problem.strerror or 'unknown problem').lower()};"
                " nothing was removed",
                file=str(lock),
                hint="whoever may write the store must be able to write this file too",
            ) from problem
        return descriptor, made

    def take(descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy(
                "another purge of this store runs; nothing was removed", file=str(store), hint="wait for its end"
            ) from None

    with _held(of_purges(store), opened, take, lambda: True):
        yield


def _share_as(descriptor: int, store: Path) -> None:
    """Give the lock the group and the mode of the store, where this user owns it: the members of a team purge
    in turn."""
    found, wanted = os.fstat(descriptor), store.stat()
    if found.st_uid == os.geteuid():
        with suppress(OSError):
            os.fchown(descriptor, -1, wanted.st_gid)
            os.fchmod(descriptor, wanted.st_mode & 0o660)
