"""Opening the place that `--root` names: a folder, or a bucket as `s3://BUCKET/PREFIX`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import StoreBusy

if TYPE_CHECKING:
    from occ_media_cli.retention.storage import Storage

BUCKET = "s3://"


def value(root: str) -> Mapping[str, object]:
    """What a plan records of a place; no byte of a file is read."""
    if root.startswith(BUCKET):
        from occ_media_cli.retention.address import address

        return address(root).value()
    from occ_media_cli.retention.place import look

    return look(root).value()


@contextmanager
def opened(root: str, *, locked: bool) -> Iterator[Storage]:
    """The place, open to look at it, or with `locked` to change it. StoreBusy while another run changes it."""
    if root.startswith(BUCKET):
        from occ_media_cli.retention.bucket import Bucket

        storage: Storage = Bucket(root)
    else:
        from occ_media_cli.retention.folder import Folder

        storage = Folder(root, locked=locked)
    try:
        yield storage
    finally:
        storage.close()


@contextmanager
def alone(store: Path) -> Iterator[None]:
    """Keep a second purge of the same store out for as long as this one runs; StoreBusy where one runs already."""
    lock = store.with_name(f".{store.name}.purge.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
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
