"""The life of a forked process that looks at untrusted files: what it limits, and what it says of a file that fails.

It answers each message of `media.worker`, a batch of open files, with one result for each of them.
"""

from __future__ import annotations

import marshal
import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from mmap import mmap
from typing import Any, NoReturn

LENGTH = struct.Struct("<I")
"""What stands before each message and each answer: its bytes."""

PROGRESS = struct.Struct("<qd")
"""What a worker writes where its parent reads along: the place in the batch that it is at, and since when."""

Work = Callable[[int, int, str], Any]
"""(descriptor, size, name) -> plain values: text, numbers, bytes, and lists, tuples and dicts of them."""


def serve(work: Work, channel: socket.socket, progress: mmap, seconds: float, memory: int) -> NoReturn:
    """The life of a worker; it ends with `os._exit`, so that nothing of the parent's is flushed or cleaned up twice."""
    import faulthandler
    import resource

    try:
        faulthandler.disable()  # the end of a worker is told by its parent, not by a dump
        for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
        _, most_cpu = resource.getrlimit(resource.RLIMIT_CPU)
        _, most_memory = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        base = memory
        room = 0
        while True:
            head, descriptors, _, _ = socket.recv_fds(channel, 4, 253)
            if not head:
                os._exit(0)
            while len(head) < 4:
                head += channel.recv(4 - len(head))
            (length,) = LENGTH.unpack(head)
            message = bytearray()
            while len(message) < length:
                piece = channel.recv(length - len(message))
                if not piece:
                    os._exit(0)
                message += piece
            results = []
            used = time.process_time()
            _limit(resource, resource.RLIMIT_CPU, int(used + 2 + seconds * len(descriptors)), most_cpu)
            jobs = marshal.loads(message)  # noqa: S302 - our own parent wrote it
            for index, (descriptor, (size, name)) in enumerate(zip(descriptors, jobs, strict=True)):
                progress[:] = PROGRESS.pack(index, time.monotonic())
                signal.setitimer(signal.ITIMER_REAL, seconds)
                if base + size != room and (size > 1 << 24 or not room):
                    room = base + size
                    _limit(resource, resource.RLIMIT_AS, room, most_memory)
                results.append(_attempt(work, descriptor, size, name))
                signal.setitimer(signal.ITIMER_REAL, 0)
                os.close(descriptor)
            answer = marshal.dumps(results)
            channel.sendall(LENGTH.pack(len(answer)) + answer)
    except BaseException:  # noqa: BLE001 - a worker has nobody to tell; its death is the message
        os._exit(1)


def _attempt(work: Work, descriptor: int, size: int, name: str) -> tuple[bool, Any]:
    """(True, the result) or (False, why there is none)."""
    try:
        return True, work(descriptor, size, name)
    except MemoryError:
        return False, "looking at it needs too much memory"
    except RecursionError:
        return False, "it is nested too deeply"
    except OSError as error:
        return False, (error.strerror or "it cannot be read").lower()
    except Exception as error:
        # Whatever a hostile file provokes, the next file still runs.
        if os.environ.get("OCC_MEDIA_DEBUG") == "1":
            raise
        return False, str(error) or f"what looked at it failed ({type(error).__name__})"


def _limit(resource: Any, which: int, soft: int, hard: int) -> None:
    resource.setrlimit(which, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
