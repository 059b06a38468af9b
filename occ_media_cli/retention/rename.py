"""Renaming by directory descriptors, never over something that is there."""

from __future__ import annotations

import ctypes
import errno
import os
from functools import lru_cache

_NOREPLACE = 1
"""RENAME_NOREPLACE of renameat2(2)."""


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
