"""Opening the place that a root names: a folder, or a bucket as `s3://BUCKET/PREFIX`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, StoreBusy
from occ_media_cli.store import lock as locks

if TYPE_CHECKING:
    from occ_media_cli.places.storage import Storage

BUCKET = "s3://"


def describe_place(root: str) -> Mapping[str, object]:
    """What a plan records of a place; no byte of a file is read."""
    if root.startswith(BUCKET):
        from occ_media_cli.places.s3 import address

        return address(root).value()
    from occ_media_cli.places.roots import look

    return look(root).value()


@contextmanager
def open_place(root: str, *, locked: bool) -> Iterator[Storage]:
    """The place, open to look at it, or with `locked` to change it. StoreBusy while another run changes it."""
    if root.startswith(BUCKET):
        from occ_media_cli.places.bucket import Bucket

        storage: Storage = Bucket(root)
    else:
        from occ_media_cli.places.folder import Folder

        storage = Folder(root, locked=locked)
    try:
        yield storage
    finally:
        storage.close()


@contextmanager
def only_purge_of(store: Path) -> Iterator[None]:
    """Keep a second purge of the same store out for as long as this one runs; StoreBusy where one runs already."""
    lock = locks.of_purges(store)
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        _share_as(descriptor, store)
    except OSError as problem:
        raise Incomplete(
            f"the lock of purges cannot be opened: {(problem.strerror or 'unknown problem').lower()};"
            " nothing was removed",
            file=str(lock),
            hint="whoever may write the store must be able to write this file too",
        ) from problem
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy(
                "another purge of this store runs; nothing was removed", file=str(store), hint="wait for its end"
            ) from None
        yield
    finally:
        os.close(descriptor)


def _share_as(descriptor: int, store: Path) -> None:
    """Give the lock the group and the mode of the store, where it is ours to give: a team purges in turn."""
    found, wanted = os.fstat(descriptor), store.stat()
    if found.st_uid == os.geteuid():
        with suppress(OSError):
            os.fchown(descriptor, -1, wanted.st_gid)
            os.fchmod(descriptor, wanted.st_mode & 0o660)
