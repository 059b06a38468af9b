"""Open files that untrusted work hands back, one after the other, out of one process with limits.

`sandbox.pool` is for many files and one plain result each; here the work on one file gives any number of results, each
with bytes if it likes: what a container holds, for another program to look at. Bytes travel as descriptors of memory
that no path leads to. The work waits while the caller has enough of them, so memory does not grow with the container.
"""

from __future__ import annotations

import marshal
import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Iterator
from typing import Any, NoReturn

from occ_media_cli import log
from occ_media_cli.errors import Incomplete
from occ_media_cli.sandbox.child import (
    LENGTH,
    Task,
    let_go_of_everything_but,
    limit,
    mapped,
    receive_work,
    settle,
    start,
)
from occ_media_cli.sandbox.still import hold_in_memory

_AHEAD = 64
_AHEAD_BYTES = 64_000_000
"""Results with bytes that the work may be ahead of its caller, and their bytes; one larger one goes by itself."""

_TAKEN = b"\1"
_PATIENCE = 30.0
"""Seconds that a process may say nothing, and six times those of its task: on a busy machine they take longer than they
count."""


class Ended(Exception):
    """The work on a file ended early; the text says why, to follow "it was not looked at: "."""


class Handing:
    """A process that hands files back; it starts with the first file, and again after one that ended it.

    task: its work gives (plain value, bytes or None), and may fail as the work of a pool may; its seconds are those of
    the processor, for one file, since it waits for whoever takes what it gives. Use it as a context manager.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._process: tuple[int, socket.socket] | None = None

    def __enter__(self) -> Handing:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def work_on(self, fd: int, size: int, name: str) -> Iterator[tuple[Any, int | None]]:
        """(plain value, descriptor of its bytes or None), as the work gives them. The caller closes the descriptors.

        Raises `Ended` where the work failed or took more than it may.
        """
        if self._process is None:
            try:
                self._process = start("unpack files in", lambda channel, parent: _serve(self._task, channel, parent))
            except Incomplete as problem:
                raise Ended(problem.what) from problem
            log.note("sandbox", "a process started to unpack files")
        channel = self._process[1]
        whole = False
        try:
            message = marshal.dumps((size, name))
            socket.send_fds(channel, [LENGTH.pack(len(message)) + message], [fd])
            while True:
                kind, value, descriptor = self._receive(channel)
                if kind == "held":
                    if descriptor is None:
                        raise Ended("too many files are open")
                    channel.sendall(_TAKEN)
                elif kind != "given":
                    whole = True
                    if kind == "failed":
                        raise Ended(value)
                    return
                yield value, descriptor
        except OSError as problem:
            raise Ended(self._why()) from problem
        finally:
            if not whole:
                self._end()

    def _receive(self, channel: socket.socket) -> tuple[str, Any, int | None]:
        descriptors: list[int] = []
        try:
            head = self._take(channel, LENGTH.size, descriptors)
            kind, value = marshal.loads(self._take(channel, LENGTH.unpack(head)[0], descriptors))  # noqa: S302 - our own child wrote it
        except BaseException:
            for descriptor in descriptors:
                os.close(descriptor)
            raise
        return kind, value, descriptors[0] if descriptors else None

    def _take(self, channel: socket.socket, wanted: int, descriptors: list[int]) -> bytes:
        found = bytearray()
        poll = select.poll()  # select cannot wait for a descriptor above 1,023
        poll.register(channel.fileno(), select.POLLIN)
        while len(found) < wanted:
            if not poll.poll((_PATIENCE + 6 * self._task.seconds) * 1000):
                raise Ended(f"{self._task.doing} took too long")
            piece, handed, _, _ = socket.recv_fds(channel, wanted - len(found), 1)
            descriptors += handed
            if not piece:
                raise Ended(self._why())
            found += piece
        return bytes(found)

    def _why(self) -> str:
        status = self._end()
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            return f"{self._task.doing} took longer than {self._task.seconds:g} s"
        return f"{self._task.doing} ended early"

    def _end(self) -> int:
        """End the process, and return how it ended: by itself if it did."""
        if self._process is None:
            return 0
        process, channel = self._process
        self._process = None
        channel.close()
        for _ in range(100):
            found, status = os.waitpid(process, os.WNOHANG)
            if found:
                return status
            time.sleep(0.0005)
        os.kill(process, signal.SIGKILL)
        return os.waitpid(process, 0)[1]


def _serve(task: Task, channel: socket.socket, parent: int) -> NoReturn:
    """The life of the process; it ends with `os._exit`, so that nothing of the parent's is flushed or cleaned up."""
    import resource

    try:
        settle(parent)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        let_go_of_everything_but(channel.fileno())
        base = mapped() + task.memory
        ahead: deque[int] = deque()
        while True:
            _taken(channel, ahead, down_to=0)
            (size, name), descriptors = receive_work(channel, most=1)
            limit(resource.RLIMIT_AS, base + size)
            signal.setitimer(signal.ITIMER_PROF, task.seconds)
            _send(channel, _give(task, descriptors[0], size, name, channel, ahead), None)
            signal.setitimer(signal.ITIMER_PROF, 0)
            os.close(descriptors[0])
    except BaseException:  # noqa: BLE001 - it has nobody to tell; its death is the message
        os._exit(1)


def _give(
    task: Task, descriptor: int, size: int, name: str, channel: socket.socket, ahead: deque[int]
) -> tuple[str, Any]:
    """Send what the work gives, and return what is to be said last."""
    try:
        for value, content in task.work(descriptor, size, name):
            if content is None:
                _send(channel, ("given", value), None)
                continue
            while ahead and (len(ahead) >= _AHEAD or sum(ahead) + len(content) > _AHEAD_BYTES):
                _taken(channel, ahead, down_to=len(ahead) - 1)
            held = hold_in_memory(content)
            ahead.append(len(content))
            _send(channel, ("held", value), held)
            os.close(held)
    except MemoryError:
        return "failed", f"{task.doing} needs too much memory"
    except RecursionError:
        return "failed", "it is nested too deeply"
    except OSError as problem:
        return "failed", (problem.strerror or "it cannot be read").lower()
    except Exception as problem:  # noqa: BLE001 - whatever a hostile file provokes costs that file alone
        return "failed", f"{task.doing} failed ({type(problem).__name__})"
    return "end", None


def _taken(channel: socket.socket, ahead: deque[int], *, down_to: int) -> None:
    """Wait until the caller took results, so that no more than so many are ahead of it."""
    while len(ahead) > down_to:
        taken = channel.recv(len(ahead))
        if not taken:
            os._exit(0)  # there is no caller any more
        for _ in taken:
            ahead.popleft()


def _send(channel: socket.socket, frame: tuple[str, Any], descriptor: int | None) -> None:
    data = marshal.dumps(frame)
    data = LENGTH.pack(len(data)) + data
    sent = socket.send_fds(channel, [data], [] if descriptor is None else [descriptor])
    channel.sendall(data[sent:])
