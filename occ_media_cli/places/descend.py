"""Reading and renaming one file in an open folder, for a purge: never through a link, never over something."""

from __future__ import annotations

import ctypes
import errno
import os
from functools import lru_cache
from hashlib import sha256

from occ_media_cli.places.safe_open import Kept, open_in, why
from occ_media_cli.places.storage import Content, FoundObject

_READ = 1 << 20
_NOREPLACE = 1
"""RENAME_NOREPLACE of renameat2(2)."""


def content_at(folder: int, name: str) -> Content | Kept:
    """sha256 and size of a regular file in an open folder."""
    opened = open_in(folder, name)
    if isinstance(opened, Kept):
        return opened
    try:
        return content_of(opened.fd)
    finally:
        os.close(opened.fd)


def found_at(folder: int, name: str) -> FoundObject | Kept:
    """sha256, size and mtime of a regular file in an open folder, if nobody writes to it meanwhile."""
    opened = open_in(folder, name)
    if isinstance(opened, Kept):
        return opened
    descriptor, before = opened
    try:
        content = content_of(descriptor)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if isinstance(content, Kept):
        return content
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or content[1] != after.st_size:
        return Kept("changed", "it was written to while it was looked at")
    return FoundObject(content, after.st_mtime_ns)


def content_of(descriptor: int) -> Content | Kept:
    """sha256 and size of what a descriptor reads."""
    digest, size = sha256(), 0
    try:
        while chunk := os.read(descriptor, _READ):
            digest.update(chunk)
            size += len(chunk)
    except OSError as problem:
        return why(problem)
    return digest.digest(), size


@lru_cache(maxsize=1)
def _renameat2() -> ctypes._NamedFuncPointer | None:
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    function.restype = ctypes.c_int
    return function


def rename(old: str, new: str, *, old_folder: int, new_folder: int) -> None:
    """Rename, or raise OSError; FileExistsError where the new name is taken. Links are renamed, not followed."""
    function = _renameat2()
    if function is not None:
        if function(old_folder, os.fsencode(old), new_folder, os.fsencode(new), _NOREPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number not in (errno.ENOSYS, errno.EINVAL):
            raise OSError(number, os.strerror(number), old)
    # A file system without that flag: a second name cannot replace anything either, and only then the first one goes.
    os.link(old, new, src_dir_fd=old_folder, dst_dir_fd=new_folder, follow_symlinks=False)
    os.unlink(old, dir_fd=old_folder)
