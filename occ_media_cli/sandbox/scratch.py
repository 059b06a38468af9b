"""A folder for what a program insists to write under a name; it goes however its maker ends.

Encoders keep the figures of their first pass in a file that they name themselves. The folder belongs to this user
alone, stands where the system keeps what is passing, and is removed by a process of its own, which waits for the end
of its maker: one that is killed cannot tidy up.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator

from occ_media_cli.sandbox.child import let_go_of_everything_but


@contextlib.contextmanager
def scratch_folder() -> Iterator[str]:
    """The path of an empty folder, gone with the context or with this process. Raises OSError."""
    import tempfile

    memory = "/dev/shm"  # noqa: S108 - in memory, where the system has it; the folder is private
    where = memory if os.access(memory, os.W_OK | os.X_OK) else None
    folder = tempfile.mkdtemp(prefix="occ-media-", dir=where)
    try:
        waiting, held = os.pipe()
        keeper = os.fork()
        if keeper == 0:
            _remove_after(waiting, folder)
        os.close(waiting)
        try:
            yield folder
        finally:
            os.close(held)
            os.waitpid(keeper, 0)
    finally:
        _remove(folder)


def _remove_after(waiting: int, folder: str) -> None:
    """The life of the process that removes the folder; it never returns."""
    try:
        os.setsid()  # what ends the group of its maker does not end it
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, 0)
        os.dup2(waiting, 0)
        let_go_of_everything_but(0)
        os.read(0, 1)
        _remove(folder)
    finally:
        os._exit(0)


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
