"""The life of a forked process that does untrusted work: what it lets go of, what it limits, and what it answers.

It starts clean, whatever its parent holds: of the descriptors it keeps its own channel, of the environment nothing,
and it ends with its parent. Its memory is limited by what it may take on top of what the fork gave it, because a parent
that has grown to gigabytes (an Arrow reader, a server) would otherwise hand it a limit that is passed before it begins.
It answers each message of `sandbox.pool`, a batch of open files, with one result for each of them.
"""

from __future__ import annotations

import errno
import marshal
import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from mmap import mmap
from typing import Any, NamedTuple, NoReturn

from occ_media_cli.errors import Incomplete

LENGTH = struct.Struct("<I")
"""What stands before each message and each answer: its bytes."""

PROGRESS = struct.Struct("<qdd")
"""What a worker writes where its parent reads along: the place in the batch that it is at, since when, and how many
seconds it has for that."""

Work = Callable[..., Any]
"""(descriptor, size, name) -> plain values: text, numbers, bytes, and lists, tuples and dicts of them. Of a job with a
file to write, the descriptor of that is a fourth argument."""

SECONDS = 10.0
"""Wall time for one file. The slowest honest file of the table's limits takes well under a second."""

MEMORY = 1 << 30
"""Bytes of address space that work may take, above the size of the file that it maps."""

_DEBUG = "OCC_MEDIA_DEBUG"
_PR_SET_PDEATHSIG = 1


class Task(NamedTuple):
    """Work on one open file, and what it may cost. doing: what the work is called in the reasons that a file gets that
    it failed on ("looking at it took longer than 10 s"). written: bytes of a file that it may write, None where it
    writes none."""

    work: Work
    doing: str = "looking at it"
    seconds: float = SECONDS
    memory: int = MEMORY
    written: int | None = None


_clock: list[tuple[mmap, int]] = []
"""Where a worker tells its parent how far it is, and the place in its batch that it is at."""


def allow_seconds(seconds: float) -> None:
    """Give the file that this worker is at so many seconds from now, instead of those of its task. Where the work runs
    in no worker, nothing is limited."""
    for progress, index in _clock:
        progress[:] = PROGRESS.pack(index, time.monotonic(), seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def start(purpose: str, life: Callable[[socket.socket, int], NoReturn]) -> tuple[int, socket.socket]:
    """Fork a process, and return its id and our end of the channel to it. Incomplete where none can be had.

    purpose: what it is for, to end `to …` with. life: what it does, with its end of the channel and our process id; it
    ends by itself and never returns.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    parent = os.getpid()
    try:
        process = os.fork()
    except OSError as problem:
        ours.close()
        theirs.close()
        raise Incomplete(
            f"no process could be started to {purpose}: {(problem.strerror or 'unknown problem').lower()}",
            hint="let this user have more processes or memory, then run it again",
        ) from problem
    if process == 0:
        ours.close()
        life(theirs, parent)
    theirs.close()
    return process, ours


def serve(task: Task, channel: socket.socket, progress: mmap, parent: int) -> NoReturn:
    """The life of a worker; it ends with `os._exit`, so that nothing of the parent's is flushed or cleaned up twice.

    parent: the process id of the one that forked it.
    """
    import resource

    try:
        settle(parent)
        let_go_of_everything_but(channel.fileno())
        base = mapped() + task.memory
        room = 0
        if task.written is not None:
            limit(resource.RLIMIT_FSIZE, task.written)
        while True:
            jobs, descriptors = receive_work(channel, most=253)
            results = []
            used = time.process_time()
            if task.written is None:  # what writes may start programs, which would inherit it and use several cores
                limit(resource.RLIMIT_CPU, int(used + 2 + task.seconds * len(jobs)))
            outs = iter(descriptors[len(jobs) :])
            for index, (descriptor, (size, name, writes)) in enumerate(zip(descriptors, jobs, strict=False)):
                out = (next(outs),) if writes else ()
                _clock[:] = [(progress, index)]
                progress[:] = PROGRESS.pack(index, time.monotonic(), task.seconds)
                signal.setitimer(signal.ITIMER_REAL, task.seconds)
                if base + size != room and (size > 1 << 24 or not room):
                    room = base + size
                    limit(resource.RLIMIT_AS, room)
                results.append(_attempt(task, descriptor, size, name, *out))
                signal.setitimer(signal.ITIMER_REAL, 0)
                for each in (descriptor, *out):
                    os.close(each)
            answer = marshal.dumps(results)
            channel.sendall(LENGTH.pack(len(answer)) + answer)
    except BaseException:  # noqa: BLE001 - a worker has nobody to tell; its death is the message
        os._exit(1)


def receive_work(channel: socket.socket, most: int) -> tuple[Any, list[int]]:
    """What the parent asks for, and the open files that came with it, `most` at most. Without a parent this process
    ends."""
    head, descriptors, _, _ = socket.recv_fds(channel, LENGTH.size, most)
    head += _received(channel, LENGTH.size - len(head))
    return marshal.loads(_received(channel, LENGTH.unpack(head)[0])), descriptors  # noqa: S302 - our own parent wrote it


def _received(channel: socket.socket, wanted: int) -> bytes:
    found = bytearray()
    while len(found) < wanted:
        piece = channel.recv(wanted - len(found))
        if not piece:
            os._exit(0)
        found += piece
    return bytes(found)


def settle(parent: int) -> None:
    """Ready a process that was just forked for untrusted work: it tells nobody, and it ends with its parent."""
    import faulthandler
    import resource

    faulthandler.disable()  # the end of a worker is told by its parent, not by a dump
    for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    end_with(parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with(parent: int) -> None:
    """Have the system end this process when its parent ends, however that ends.

    Elsewhere than on Linux, the channel tells an idle worker, and the time for a file ends a busy one.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def let_go_of_everything_but(channel: int) -> None:
    """Close what the parent had open, a store or a lock among it, and forget its environment, keys among it."""
    try:
        most = max(int(name) for name in os.listdir("/proc/self/fd")) + 1  # noqa: PTH208 - without pathlib
    except OSError:
        most = os.sysconf("SC_OPEN_MAX")
    os.closerange(3, channel)
    os.closerange(max(channel + 1, 3), most)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        if standard != channel:
            os.dup2(nowhere, standard)
    if nowhere > 2:
        os.close(nowhere)
    for name in list(os.environ):
        if name != _DEBUG:
            del os.environ[name]


def mapped() -> int:
    """Bytes of address space that this process has already; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as pages:  # noqa: PTH123 - pathlib costs a worker its start
            return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _attempt(task: Task, descriptor: int, size: int, name: str, *out: int) -> tuple[bool, Any]:
    """(True, the result) or (False, why there is none)."""
    try:
        return True, task.work(descriptor, size, name, *out)
    except MemoryError:
        return False, f"{task.doing} needs too much memory"
    except RecursionError:
        return False, "it is nested too deeply"
    except OSError as error:
        if error.errno == errno.ENOMEM:  # of a mapping
            return False, f"{task.doing} needs too much memory"
        return False, (error.strerror or "it cannot be read").lower()
    except Exception as error:
        # Whatever a hostile file provokes, the next file still runs.
        if os.environ.get(_DEBUG) == "1":
            raise
        return False, str(error) or f"{task.doing} failed ({type(error).__name__})"


def limit(which: int, most: int) -> None:
    """Lower a limit of this process (`resource.RLIMIT_…`), never above what it may have at all."""
    import resource

    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
