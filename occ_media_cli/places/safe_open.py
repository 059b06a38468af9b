"""Open a file so that nothing but a regular file is ever read, and never through a link.

One descriptor serves for stat, recognition, hash and scan: what was judged is what was read. A name that another
program or a row of a ledger gives is opened below a root (`open_below`), where no part of the way may be a link; a name
that a person typed may lead through linked folders, and only its end may be none (`open_named`).
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, "O_NOCTTY", 0)


class Kept(NamedTuple):
    """Why a file or an object was left where it is: a code for programs, and words that end a sentence."""

    code: str
    words: str


class Opened(NamedTuple):
    """An open regular file: its descriptor, which the caller closes, and what `fstat` said of it."""

    fd: int
    found: os.stat_result


LINK = Kept("link", "it is a symbolic link, which is not followed")
VANISHED = Kept("vanished", "there is no such file")
_NO_FOLDER = Kept("link", "a link or a file stands where a folder should be")
_OTHER_DEVICE = Kept("other-device", "another file system is mounted on the way to it")
_REPLACED = Kept("changed", "it was replaced while it was looked at")
_LEAVES = Kept("unsafe-path", "its path leaves the root or names no file")

_KINDS = (
    (stat.S_ISLNK, LINK),
    (stat.S_ISDIR, Kept("not-regular", "it is a folder")),
    (stat.S_ISFIFO, Kept("not-regular", "it is a FIFO")),
    (stat.S_ISSOCK, Kept("not-regular", "it is a socket")),
    (stat.S_ISCHR, Kept("not-regular", "it is a device")),
    (stat.S_ISBLK, Kept("not-regular", "it is a device")),
)
_ERRORS = {
    errno.ENOENT: VANISHED,
    errno.ENOTDIR: VANISHED,
    errno.ELOOP: LINK,
    errno.EACCES: Kept("unreadable", "permission denied"),
    errno.EPERM: Kept("unreadable", "permission denied"),
    errno.ENAMETOOLONG: Kept("unreadable", "its name is too long"),
    errno.EMFILE: Kept("unreadable", "too many files are open"),
    errno.ENFILE: Kept("unreadable", "too many files are open"),
    errno.EIO: Kept("unreadable", "the disk cannot read it"),
    errno.ESTALE: Kept("unreadable", "it is on a volume that went away"),
}


def open_named(path: bytes) -> Opened | Kept:
    """Open a file under a name that a person gave; folders on the way may be links, the file itself may not."""
    return open_in(None, path)


def open_in(folder: int | None, name: str | bytes, *, listed: bool = False) -> Opened | Kept:
    """Open a regular file in an open folder.

    listed: the folder has just listed it as a regular file, so that the look before opening can be left out.
    """
    if ("\0" if isinstance(name, str) else b"\0") in name:  # type: ignore[operator]  # both are text, or both bytes
        return Kept("unsafe-path", "its name has a NUL")
    seen: os.stat_result | None = None
    try:
        # A device may act on being opened and a FIFO may wait, so the kind is looked at first, and again afterwards.
        if not listed:
            seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(seen.st_mode):
                return what_it_is(seen.st_mode)
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except (OSError, ValueError) as problem:
        return why(problem)
    try:
        found = os.fstat(descriptor)
        kept = None if stat.S_ISREG(found.st_mode) else what_it_is(found.st_mode)
        if seen is not None and (found.st_dev, found.st_ino) != (seen.st_dev, seen.st_ino):
            kept = _REPLACED
    except OSError as problem:
        kept = why(problem)
    if kept is not None:
        os.close(descriptor)
        return kept
    return Opened(descriptor, found)


def open_below(root: int, parts: Sequence[str] | None, *, device: int | None = None) -> Opened | Kept:
    """Open a regular file below an open folder, following no link anywhere on the way.

    parts: the names that lead to it, as `roots.parts` makes them of a path; None, which that gives for a path that
    leaves the root, is refused. device: refuse what is on another one. A purge says it, because it must not reach into
    a volume that was mounted in the middle of its root; one who only reads may read mounted volumes too.
    """
    if not parts:
        return _LEAVES
    parts = spell_below(root, parts)
    folder = folder_below(root, parts, device=device)
    if isinstance(folder, Kept):
        return folder
    try:
        opened = open_in(folder, parts[-1])
    finally:
        os.close(folder)
    if device is not None and isinstance(opened, Opened) and opened.found.st_dev != device:
        os.close(opened.fd)
        return _OTHER_DEVICE
    return opened


def spell_below(root: int, parts: Sequence[str]) -> Sequence[str]:
    """The names that lead to a file as the folders below an open one spell them.

    A name that is not there is the one that differs from it in its Unicode form alone, if only one does: a ledger that
    came from a Mac and a disk of Linux spell `é` in two ways. Names that are there, or are not there in any form, stay
    as they are. Nothing is opened but folders, and never through a link.
    """
    if all(map(str.isascii, parts)):
        return parts
    spelled: list[str] = []
    current = os.dup(root)
    try:
        for name in parts:
            spelled.append(_spelled_in(current, name))
            if len(spelled) < len(parts):
                below = open_folder(current, spelled[-1])
                if isinstance(below, Kept):
                    return parts
                os.close(current)
                current = below
    finally:
        os.close(current)
    return tuple(spelled)


def _spelled_in(folder: int, name: str) -> str:
    if name.isascii():
        return name
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        return name
    else:
        return name
    form = unicodedata.normalize("NFC", name)
    try:
        with os.scandir(folder) as found:
            same = [each.name for each in found if unicodedata.normalize("NFC", each.name) == form]
    except OSError:
        return name
    return same[0] if len(same) == 1 else name


def folder_below(root: int, parts: Sequence[str], *, device: int | None = None) -> int | Kept:
    """A descriptor of the folder that holds a file, under the same conditions as `open_below`."""
    current = os.dup(root)
    for name in parts[:-1]:
        if name in ("", ".", ".."):
            os.close(current)
            return _LEAVES
        below = open_folder(current, name)
        os.close(current)
        if isinstance(below, Kept):
            return below
        current = below
        if device is not None and os.fstat(current).st_dev != device:
            os.close(current)
            return _OTHER_DEVICE
    if parts[-1] in ("", ".", ".."):
        os.close(current)
        return _LEAVES
    return current


def open_folder(folder: int, name: str | bytes) -> int | Kept:
    """A descriptor of a folder in an open folder, never through a link."""
    try:
        return os.open(name, FOLDER, dir_fd=folder)
    except (OSError, ValueError) as problem:
        return _NO_FOLDER if isinstance(problem, NotADirectoryError) else why(problem)


def open_root(path: str | bytes | os.PathLike[str]) -> int:
    """A descriptor of a folder under the name that a person gave, which may be a link to it. Raises OSError."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NONBLOCK | os.O_CLOEXEC)


def what_it_is(mode: int) -> Kept:
    """Why something that is no regular file is not read."""
    return next((kept for test, kept in _KINDS if test(mode)), Kept("not-regular", "it is no regular file"))


def why(problem: OSError | ValueError) -> Kept:
    """Why a file is left alone, from what the system says."""
    if not isinstance(problem, OSError):
        return Kept("unsafe-path", "its name cannot be one of a file")
    known = _ERRORS.get(problem.errno or 0)
    return known or Kept("unreadable", (problem.strerror or "it cannot be read").lower())
