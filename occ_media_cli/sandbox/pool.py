"""Run a task on untrusted files in forked processes with limits, so that no file can take the program down.

This is the side of the parent; `sandbox.child` is what runs in the processes. The caller says what the task is.
The caller opens the files; their descriptors travel to the workers, which never see a path. A worker that dies, takes
too long or too much memory costs only the file it was at: the rest of its batch goes to a new one.
"""

from __future__ import annotations

import marshal
import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from mmap import mmap
from typing import Any, NamedTuple

from occ_media_cli import log
from occ_media_cli.sandbox.child import LENGTH, PROGRESS, Task, serve, start

_LARGEST_BATCH = 24
_NOT_BEGUN = -1
_PATIENCE = 3


class Failed(NamedTuple):
    """What a file gets that a worker could not finish; `reason` ends a sentence."""

    reason: str


class Job(NamedTuple):
    """One open file, closed once it was looked at. `tag` is the caller's own and does not travel.

    failed: there is no open file, and this is the result; it keeps its place in the order. out: an open file to write,
    which stays the caller's.
    """

    fd: int
    size: int
    name: str
    tag: Any = None
    failed: Failed | None = None
    out: int | None = None


class _Waiting:
    __slots__ = ("done", "job", "result")

    def __init__(self, job: Job) -> None:
        self.job, self.done, self.result = job, job.failed is not None, job.failed


class _Worker:
    __slots__ = ("batch", "buffer", "channel", "pid", "progress")

    def __init__(self, pid: int, channel: socket.socket, progress: mmap) -> None:
        self.pid, self.channel, self.progress = pid, channel, progress
        self.batch: list[_Waiting] | None = None
        self.buffer = bytearray()


class Pool:
    """Workers that start when there is work for them. Use it as a context manager.

    task: its work is inherited by fork, so it may be any function or closure. most_ahead: how many files may wait for
    an earlier one; None for any number. batch: how many files a worker gets at a time, at most; one where each takes
    long. waiting: called now and then while nothing comes back, for whoever shows that the work goes on.
    """

    def __init__(
        self, task: Task, *, workers: int = 1, most_ahead: int | None = None, batch: int = _LARGEST_BATCH,
        waiting: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self._task, self._most_ahead, self._batch, self._waiting = task, most_ahead, batch, waiting
        self._most = max(1, workers)
        self._workers: list[_Worker] = []
        self._sent = 0
        self._stillborn = 0

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers[:]:
            self._end(worker)

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Any]]:
        """(job, what the work returned, or `Failed`), in the order of the jobs."""
        source = iter(jobs)
        queue: deque[_Waiting] = deque()  # everything not yet given to the caller, in order
        again: deque[_Waiting] = deque()  # the rest of the batch of a worker that died
        more = True
        try:
            while more or queue:
                while queue and queue[0].done:
                    first = queue.popleft()
                    yield first.job, first.result
                while (again or (more and not self._is_far_ahead(queue))) and self._has_room():
                    batch = [again.popleft()] if again else self._next_batch(source, queue)
                    more = more and bool(batch)
                    if batch:
                        self._send(self._free() or self._start(), batch, again)
                if any(worker.batch for worker in self._workers):
                    self._receive(again)
        finally:
            for left in queue:
                if not left.done:  # else it is closed, and its number may be that of another file
                    _close(left.job.fd)

    def _is_far_ahead(self, queue: deque[_Waiting]) -> bool:
        return self._most_ahead is not None and len(queue) >= self._most_ahead

    def _next_batch(self, source: Iterator[Job], queue: deque[_Waiting]) -> list[_Waiting]:
        """Small batches first, so that a few files are shared by all workers; empty when there is no more."""
        batch: list[_Waiting] = []
        wanted = min(self._batch, 1 + self._sent // (2 * self._most))
        for job in source:
            waiting = _Waiting(job)
            queue.append(waiting)
            if not waiting.done:
                batch.append(waiting)
            if len(batch) >= wanted:
                break
        return batch

    def _has_room(self) -> bool:
        return len(self._workers) < self._most or self._free() is not None

    def _free(self) -> _Worker | None:
        return next((worker for worker in self._workers if worker.batch is None), None)

    def _start(self) -> _Worker:
        progress = mmap(-1, PROGRESS.size)
        pid, ours = start("look at files in", lambda channel, parent: serve(self._task, channel, progress, parent))
        worker = _Worker(pid, ours, progress)
        self._workers.append(worker)
        log.note("sandbox", "worker {} of {} started", len(self._workers), self._most)
        return worker

    def _send(self, worker: _Worker, batch: list[_Waiting], again: deque[_Waiting]) -> None:
        worker.batch = batch
        worker.progress[:] = PROGRESS.pack(_NOT_BEGUN, time.monotonic(), self._task.seconds)
        message = marshal.dumps([(each.job.size, each.job.name, each.job.out is not None) for each in batch])
        descriptors = [each.job.fd for each in batch] + [each.job.out for each in batch if each.job.out is not None]
        self._sent += len(batch)
        try:
            socket.send_fds(worker.channel, [LENGTH.pack(len(message))], descriptors)
            worker.channel.sendall(message)
        except OSError:
            self._lost(worker, again)

    def _receive(self, again: deque[_Waiting]) -> None:
        """Wait for one answer, and look after workers that are late."""
        busy = {worker.channel.fileno(): worker for worker in self._workers if worker.batch}
        poll = select.poll()  # select cannot wait for a descriptor above 1,023
        for number in busy:
            poll.register(number, select.POLLIN)
        ready = poll.poll(200 if self._task.seconds > 0.5 else self._task.seconds * 250)
        for number, _ in ready:
            worker = busy[number]
            try:
                piece = worker.channel.recv(1 << 20)
            except OSError:
                piece = b""
            if not piece:
                self._lost(worker, again)
                continue
            worker.buffer += piece
            if len(worker.buffer) >= 4:
                (length,) = LENGTH.unpack_from(worker.buffer)
                if len(worker.buffer) >= 4 + length:
                    self._finish(worker, marshal.loads(worker.buffer[4 : 4 + length]))  # noqa: S302 - our own child wrote it
                    del worker.buffer[: 4 + length]
        if not ready and self._waiting is not None:
            self._waiting()
        if not ready:
            for worker in busy.values():
                _, since, seconds = PROGRESS.unpack(worker.progress[:])
                # The worker ends itself in time; one that is stopped or stuck in the kernel cannot.
                if time.monotonic() - since > seconds + 1:
                    self._lost(worker, again)

    @staticmethod
    def _finish(worker: _Worker, results: list[Any]) -> None:
        batch = worker.batch
        worker.batch = None
        if batch is not None:
            for waiting, (good, result) in zip(batch, results, strict=True):
                waiting.result, waiting.done = result if good else Failed(result), True
                _close(waiting.job.fd)

    def _lost(self, worker: _Worker, again: deque[_Waiting]) -> None:
        """The file that a worker was at is given up; the others are done again."""
        batch = worker.batch
        at, since, seconds = PROGRESS.unpack(worker.progress[:])
        late = time.monotonic() - since >= seconds - 0.05
        status = self._end(worker)
        if batch is None:
            return
        log.note("sandbox", "a worker failed: {}", _why(status, late, self._task.doing, seconds))
        # A worker that ended before it began (out of memory, a machine ends idle ones too) blames nobody, a few times.
        self._stillborn = 0 if at != _NOT_BEGUN else self._stillborn + 1
        if self._stillborn > _PATIENCE:
            at = 0
        for number, waiting in enumerate(batch):
            if number == at:
                waiting.result, waiting.done = Failed(_why(status, late, self._task.doing, seconds)), True
                _close(waiting.job.fd)
            else:
                again.append(waiting)

    def _end(self, worker: _Worker) -> int:
        self._workers.remove(worker)
        worker.channel.close()
        deadline = time.monotonic() + (0.0 if worker.batch else 0.05)
        while True:
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() >= deadline:
                os.kill(worker.pid, signal.SIGKILL)
                _, status = os.waitpid(worker.pid, 0)
                break
            time.sleep(0.0005)
        worker.progress.close()
        return status


def _why(status: int, late: bool, doing: str, seconds: float) -> str:
    if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGXCPU)):
        return f"{doing} took longer than {seconds:g} s"
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"{doing} was ended by {name}"
    return f"{doing} ended early"


def _close(descriptor: int) -> None:
    try:
        os.close(descriptor)
    except OSError:
        return


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
