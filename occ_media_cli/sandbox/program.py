"""A program on untrusted content, started from inside of a process with limits, and limited itself.

It gets its files as `/proc/self/fd/N`, so that no path is involved; no input, no environment but where programs are;
its own limits of memory, of what it may write and of time; and it ends with whoever started it.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from typing import NamedTuple

from occ_media_cli.sandbox.child import end_with, limit

_MOST_SAID = 65_536
"""Bytes of its complaints that are kept: the last ones."""

_PROGRAMS: dict[str, str | None] = {}


class ProgramTooSlow(Exception):
    """The program ran out of its time and was ended."""


class Ran(NamedTuple):
    """How a program ended: what it returned, negative for the signal that ended it, what it wrote and complained of.

    flooded: it wrote more to its output than it may, and was ended.
    """

    code: int
    out: bytes
    said: str
    flooded: bool = False


def find_program(name: str) -> str | None:
    """Where a program is, by its full path, or None.

    The first answer stays: a process of the sandbox has no `PATH` any more, so whoever starts it asks before.
    """
    if name not in _PROGRAMS:
        from shutil import which

        found = which(name, path=os.environ.get("PATH", os.defpath))
        _PROGRAMS[name] = found if found and os.path.isabs(found) else None  # noqa: PTH117 - without pathlib
    return _PROGRAMS[name]


def seconds_left(otherwise: float) -> float:
    """Seconds until the timer of this process ends it, with a little left to say so; `otherwise` without a timer."""
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    return max(0.5, left - 1.0) if left else otherwise


def run_program(
    command: list[str], files: tuple[int, ...], seconds: float, most_out: int, most_written: int, memory: int
) -> Ran:
    """Run a program to its end. Raises ProgramTooSlow, and OSError where it cannot be started.

    files: descriptors that it keeps under their numbers. seconds: wall time, at most. most_out: bytes to its standard
    output; most_written: bytes of any file that it writes; memory: bytes of address space.
    """
    parent = os.getpid()

    def settle() -> None:
        import resource

        end_with(parent)
        limit(resource.RLIMIT_AS, memory)
        limit(resource.RLIMIT_CPU, int(seconds * 8) + 2)  # eight threads of it at most
        limit(resource.RLIMIT_FSIZE, most_written)
        limit(resource.RLIMIT_CORE, 0)

    process = subprocess.Popen(  # noqa: S603 - a list of words, no shell; the program's path is a full one
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=files,
        env={"PATH": os.defpath},
        start_new_session=True,
        preexec_fn=settle,
    )
    try:
        out, said, flooded = _read_both(process, time.monotonic() + seconds, most_out)
        if flooded:
            _end(process)
        return Ran(process.wait(), out, said, flooded)
    finally:
        _end(process)


def _read_both(process: subprocess.Popen[bytes], until: float, most_out: int) -> tuple[bytes, str, bool]:
    """(what it wrote, the end of what it complained of, whether it wrote too much)."""
    out, said = bytearray(), bytearray()
    with selectors.DefaultSelector() as waiting:
        for stream, into in ((process.stdout, out), (process.stderr, said)):
            if stream is not None:
                waiting.register(stream, selectors.EVENT_READ, into)
        while waiting.get_map():
            ready = waiting.select(max(0.0, until - time.monotonic()))
            if not ready and time.monotonic() >= until:
                raise ProgramTooSlow
            for key, _ in ready:
                piece = os.read(key.fd, 65_536)
                if not piece:
                    waiting.unregister(key.fileobj)
                key.data.extend(piece)
                del said[:-_MOST_SAID]
                if len(out) > most_out:
                    return b"", said.decode("utf-8", "replace"), True
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise ProgramTooSlow from None
    return bytes(out), said.decode("utf-8", "replace"), False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it started, and close what was between us."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
