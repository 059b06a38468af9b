"""Opening the place that a root names: a folder, or a bucket as `s3://BUCKET/PREFIX`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from occ_media_cli.places.storage import Storage

BUCKET = "s3://"


def describe_place(root: str) -> Mapping[str, object]:
    """What a plan records of a place; no byte of a file is read."""
    if root.startswith(BUCKET):
        from occ_media_cli.places.s3 import address

        return address(root).value()
    from occ_media_cli.places.roots import look_at_root

    return look_at_root(root).value()


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
