"""Rows that untrusted work gives, one after the other, out of a forked process with limits.

`sandbox.pool` is for many files and one result each; here one piece of work, such as a query that somebody else wrote,
gives any number of rows. What a library may be told to keep to (steps, lengths, a heap) it counts in its own way, and
each has calls that it counts as nothing; what the system holds a process to, it holds. The process may read what its
parent had open, a connection inside of a transaction among it, and ends without letting go of any of it: no lock is
released and nothing is flushed.
"""

from __future__ import annotations

import marshal
import math
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

from occ_media_cli import log
from occ_media_cli.errors import MalformedInput
from occ_media_cli.sandbox.child import LENGTH, limit, mapped, settle, start

_FRAME = 1 << 16
"""Bytes of rows that are sent together."""

_PLAIN = (str, int, float, bytes, type(None))
"""What a value of a row may be; `bool` is an `int`."""


class Allowance(NamedTuple):
    """What work may cost. seconds: time until its last row is taken, with what the caller does in between: it works for
    the work too. memory: bytes of address space on top of what the process has; file: bytes of each temporary file;
    row, rows, everything: bytes of one row, how many rows, and bytes of them all."""

    seconds: float
    memory: int
    file: int
    row: int
    rows: int
    everything: int


class Stopped(Exception):
    """Why there are no more rows; `reason` follows the name of the work. hint: what to do, where the work said it."""

    def __init__(self, reason: str, hint: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint


def give(work: Callable[[], Iterable[Sequence[Any]]], allowance: Allowance) -> Generator[Sequence[Any], None, None]:
    """The rows of the work, in its order; Stopped where it fails or costs more than it may.

    work: run in the process; a MalformedInput that it raises is told with its hint. Rows hold plain values.
    """
    process, ours = start("ask in", lambda channel, parent: _serve(work, allowance, channel, parent))
    log.note("sandbox", "a process started for rows, with {:g} s", allowance.seconds)
    try:
        yield from _received(ours, allowance)
    finally:
        ours.close()
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _received(channel: socket.socket, allowance: Allowance) -> Iterator[Sequence[Any]]:
    waiting = _Waiting(channel, allowance.seconds)
    rows = size = 0
    while True:
        (length,) = LENGTH.unpack(waiting.take(LENGTH.size))
        kind, content, weight = marshal.loads(waiting.take(length))  # noqa: S302 - our own child wrote it
        if kind == "end":
            return
        if kind == "stopped":
            raise Stopped(*content)
        rows += len(content)
        size += weight  # not of the frame, in which equal values stand once
        if rows > allowance.rows:
            raise Stopped(f"it gives more than {allowance.rows:,} rows")
        if size > allowance.everything:
            raise Stopped(f"its rows have more than {allowance.everything:,} bytes")
        yield from content


class _Waiting:
    """Reads from the process, until its time is over."""

    def __init__(self, channel: socket.socket, seconds: float) -> None:
        self._channel, self._end, self._seconds = channel, time.monotonic() + seconds, seconds
        self._poll = select.poll()  # select cannot wait for a descriptor above 1,023
        self._poll.register(channel.fileno(), select.POLLIN)

    def take(self, wanted: int) -> bytes:
        found = bytearray()
        while len(found) < wanted:
            left = self._end - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                raise Stopped(f"it took too long and was stopped after {self._seconds:g} s")
            piece = self._channel.recv(min(wanted - len(found), 1 << 20))
            if not piece:
                raise Stopped("it was ended by the system, or crashed")
            found += piece
        return bytes(found)


def _serve(
    work: Callable[[], Iterable[Sequence[Any]]], allowance: Allowance, channel: socket.socket, parent: int
) -> NoReturn:
    """The life of the process; it ends with `os._exit`, so that nothing of the parent's is flushed or closed."""
    import resource

    try:
        settle(parent)
        os.environ.clear()
        limit(resource.RLIMIT_AS, mapped() + allowance.memory)
        limit(resource.RLIMIT_FSIZE, allowance.file)
        last = _sent(work, allowance, channel)
        _send(channel, last)
    except BaseException:  # noqa: BLE001 - it has nobody to tell; its death is the message
        os._exit(1)
    os._exit(0)


def _sent(
    work: Callable[[], Iterable[Sequence[Any]]], allowance: Allowance, channel: socket.socket
) -> tuple[str, Any, int]:
    """Send all rows, and return what is to be said last."""
    batch: list[Sequence[Any]] = []
    size = 0
    reserve: bytearray | None = bytearray(1 << 20)  # to say in that there is no memory left
    try:
        for row in work():
            size += _checked(row, allowance)
            batch.append(row)
            if size >= _FRAME:
                _send(channel, ("rows", batch, size))
                batch, size = [], 0
        if batch:
            _send(channel, ("rows", batch, size))
    except MemoryError:
        del reserve, batch
        return "stopped", (f"it needs more than {allowance.memory >> 20:,} MiB of memory", None), 0
    except RecursionError:
        return "stopped", ("it is nested too deeply", None), 0
    except MalformedInput as problem:
        return "stopped", (problem.what, problem.hint), 0
    except Stopped as problem:
        return "stopped", (problem.reason, problem.hint), 0
    return "end", None, 0


def _checked(row: Sequence[Any], allowance: Allowance) -> int:
    """How many bytes a row has, about; Stopped where it has too many, or a value that is none of a report."""
    size = 0
    for value in row:
        if not isinstance(value, _PLAIN):
            raise Stopped(f"it gives a value of the type {type(value).__name__}", "cast it to a text or a whole number")
        if isinstance(value, float) and not math.isfinite(value):
            raise Stopped("it gives a number that is out of range", "give whole numbers")
        size += len(value) if isinstance(value, str | bytes) else 8
    if size > allowance.row:
        raise Stopped(f"a row has more than {allowance.row:,} bytes")
    return size


def _send(channel: socket.socket, frame: tuple[str, Any, int]) -> None:
    data = marshal.dumps(frame)
    channel.sendall(LENGTH.pack(len(data)) + data)
