"""Whole files or none: written beside the target, synced, then renamed over it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from occ_media_cli.store import temporary


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replace a file in one step. One that is there keeps mode and group; OSError is for the caller to explain."""
    target = path.resolve()  # a document may be a link into a repository: the link stays, its target is replaced
    group = -1
    with suppress(FileNotFoundError):
        found = target.stat()
        mode, group = found.st_mode & 0o777, found.st_gid
    with temporary.beside(target) as made:
        with made.open("wb") as stream:
            with suppress(PermissionError):  # a shared store stays with its group when another member writes it
                os.fchown(stream.fileno(), -1, group)
            os.fchmod(stream.fileno(), mode)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        made.rename(target)
    sync_folder(target.parent)
