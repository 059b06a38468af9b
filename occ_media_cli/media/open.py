"""Open a file so that nothing but a regular file is ever read, and never a link.

One descriptor serves for stat, recognition, hash and scan: what was judged is what was read.
"""

from __future__ import annotations

import errno
import os
import stat

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, "O_NOCTTY", 0)
_KINDS = (
    (stat.S_ISLNK, "it is a symbolic link, which is not followed"),
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a FIFO"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)
_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ELOOP: "it is a symbolic link, which is not followed",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.EIO: "the disk cannot read it",
    errno.ESTALE: "it is on a volume that went away",
}


class NotReadable(Exception):
    """A path that is no readable regular file; the text says why, in words that end a sentence."""


def open_regular(path: bytes, folder: int | None = None, *, listed: bool = False) -> tuple[int, os.stat_result]:
    """A descriptor and its `fstat`. The caller closes the descriptor. Raises `NotReadable`.

    folder: a directory descriptor that `path` is relative to. listed: its folder has just listed it as a regular file,
    so that the look before opening can be left out.
    """
    if b"\0" in path:
        raise NotReadable("its name has a NUL")
    try:
        # A device may act on being opened and a FIFO may wait, so the kind is looked at first, and again afterwards.
        if not listed:
            _refuse_special(os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode)
        descriptor = os.open(path, _FLAGS, dir_fd=folder)
    except OSError as error:
        raise NotReadable(reason(error)) from error
    try:
        found = os.fstat(descriptor)
        _refuse_special(found.st_mode)
    except (OSError, NotReadable) as error:
        os.close(descriptor)
        if isinstance(error, OSError):
            raise NotReadable(reason(error)) from error
        raise
    return descriptor, found


def reason(error: OSError) -> str:
    """Why a path could not be read, in the words that people see."""
    return _REASONS.get(error.errno or 0) or (error.strerror or "it cannot be read").lower()


def _refuse_special(mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    for test, words in _KINDS:
        if test(mode):
            raise NotReadable(words)
    raise NotReadable("it is no regular file")
