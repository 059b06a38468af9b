"""Where the bytes of a store of files are: paths under a root, and roots that no purge may touch."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from occ_media_cli.errors import Incomplete, UsageError
from occ_media_cli.values import value

QUARANTINE = ".occ-media-quarantine"
"""The folder directly under a root in which purged files wait for the end of their grace; the one place of its name."""

IN_THE_MAKING = ".occ-media.tmp"
"""How the name of a file ends that a command is writing, or was when it was killed."""


def parts(path: str) -> tuple[str, ...] | None:
    """The names that lead from the root to a file, spelled as they are given, or None for a path that leaves it, names
    no file, or names what waits in quarantine."""
    if path.startswith("/") or "\0" in path or path.endswith("/"):
        return None
    found = tuple(part for part in path.split("/") if part not in ("", "."))
    if not found or ".." in found or found[0] == QUARANTINE:
        return None
    return found


def place_of_path(path: str) -> str:
    """A path in the form in which two that name the same file are equal; one that names none stays as it is.

    A letter with its accent may be one character or two (Unicode's NFC and NFD), and systems write names in either
    form: a ledger from one of them and a folder of another mean the same file.
    """
    found = "/".join(parts(path) or (path,))
    return found if found.isascii() else unicodedata.normalize("NFC", found)


@value
class Root:
    """A folder of files as it was when it was looked at."""

    path: str
    device: int
    inode: int

    def value(self) -> dict[str, object]:
        """As a plan keeps it."""
        return {"kind": "folder", "path": self.path, "device": self.device, "inode": self.inode}


def look_at_root(root: str) -> Root:
    """The folder that a root names. UsageError where it names none."""
    if not root.strip():
        raise UsageError("the root is empty", hint="name the folder that holds the files")
    try:
        found = Path(root).stat()
    except (OSError, ValueError) as problem:
        reason = problem.strerror.lower() if isinstance(problem, OSError) and problem.strerror else "no folder's name"
        raise UsageError(f"the root '{root}': {reason}", hint="name the folder that holds the files") from None
    if not stat.S_ISDIR(found.st_mode):
        raise UsageError(f"the root '{root}' is no folder", hint="name the folder that holds the files")
    return Root(os.path.realpath(root), found.st_dev, found.st_ino)


def danger(root: Root, store: Path) -> str | None:
    """Why a purge refuses this root, in words, or None. Folders are compared by device and inode, never by name."""
    import pwd

    me = (root.device, root.inode)
    if _identity(Path("/")) == me:
        return "it is the root of the file system"
    homes = {Path("/home"), Path(os.environ.get("HOME") or "/nonexistent")} | {
        Path(user.pw_dir) for user in pwd.getpwall() if user.pw_uid == 0 or user.pw_uid >= 1000
    }
    for home in homes:
        if me in _chain(home):
            return f"it is or contains a home, {home}"
    if me in _chain(store.parent):
        return f"it contains the store, {store}"
    return None


@contextmanager
def explain_failure(root: str, what: str) -> Iterator[None]:
    """What the file system refuses meanwhile ends the command: Incomplete, with what could not be done at the root."""
    try:
        yield
    except OSError as problem:
        words = str(problem.strerror).lower()
        raise Incomplete(
            f"{what}: {words}", file=root, hint="check the permissions of the folder and the disk, then run it again"
        ) from problem


def _chain(folder: Path) -> set[tuple[int, int]]:
    real = Path(os.path.realpath(folder))
    return {found for item in (real, *real.parents) if (found := _identity(item)) is not None}


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
