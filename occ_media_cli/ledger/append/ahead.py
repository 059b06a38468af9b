"""Work on the next piece of a stream in another process while this one is busy with the last."""

from __future__ import annotations

import marshal
import os
import signal
from collections.abc import Callable, Iterator
from struct import Struct
from typing import IO, Any, TypeVar

T = TypeVar("T")

BEGIN = 12
"""Pieces that are done here before another process is worth its start."""

_LENGTH = Struct("<Q")


def work_ahead(
    pieces: Iterator[T], work: Callable[[bytes], Any], data: Callable[[T], bytes]
) -> Iterator[tuple[T, Any]]:
    """Each piece with the result of `work` for its bytes, in order; None for a piece that was not worked on ahead.

    work must depend on the bytes alone and return what `marshal` can write. The first pieces are not done ahead, and
    none where there is no second processor, or from where on the other process dies.
    """
    for number, piece in enumerate(pieces):
        if number == BEGIN and two_processors():
            yield from _ahead(piece, pieces, work, data)
            return
        yield piece, None


def two_processors() -> bool:
    """Whether this machine can do two things at once."""
    if not hasattr(os, "fork"):
        return False
    allowed = getattr(os, "sched_getaffinity", None)
    return (len(allowed(0)) if allowed else os.cpu_count() or 1) > 1


def _ahead(
    first: T, pieces: Iterator[T], work: Callable[[bytes], Any], data: Callable[[T], bytes]
) -> Iterator[tuple[T, Any]]:
    other = _Process(work)
    try:
        piece: T | None = first
        other.send(data(first))
        while piece is not None:
            following = next(pieces, None)
            made = other.receive()
            if following is not None:
                other.send(data(following))
            yield piece, made
            piece = following
    finally:
        other.close()


class _Process:
    """A child process that answers each piece of bytes with the result of `work` for it."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        to_child, from_parent = os.pipe()
        to_parent, from_child = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(from_parent)
            os.close(to_parent)
            _serve(to_child, from_child, work)
        os.close(to_child)
        os.close(from_child)
        self._out: IO[bytes] = os.fdopen(from_parent, "wb", buffering=0)
        self._in: IO[bytes] = os.fdopen(to_parent, "rb")
        self._alive = True

    def send(self, piece: bytes) -> None:
        """Hand over a piece. The answer to the one before has been received, so the child is there to read it."""
        if self._alive:
            try:
                _write(self._out, piece)
            except OSError:
                self._alive = False

    def receive(self) -> Any:
        """The answer to the piece that was sent last; None from a child that died."""
        if self._alive:
            answer = _read(self._in)
            if answer is not None:
                return marshal.loads(answer)  # noqa: S302 - our own child wrote it
            self._alive = False
        return None

    def close(self) -> None:
        """End the child."""
        self._out.close()
        self._in.close()
        os.kill(self._pid, signal.SIGKILL)  # it holds nothing that could be lost
        os.waitpid(self._pid, 0)


def _serve(source: int, sink: int, work: Callable[[Any], Any]) -> None:
    """The child's whole life: it touches nothing but its two pipes, and ends without any clean-up of the parent's."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with os.fdopen(source, "rb") as incoming, os.fdopen(sink, "wb", buffering=0) as outgoing:
            while (piece := _read(incoming)) is not None:
                _write(outgoing, marshal.dumps(work(piece), 2))
        status = 0
    finally:
        os._exit(status)


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def _write(stream: IO[bytes], body: bytes) -> None:
    view = memoryview(_LENGTH.pack(len(body)) + body)
    while view:
        view = view[stream.write(view) :]
