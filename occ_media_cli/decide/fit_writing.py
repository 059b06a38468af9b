"""Making files fit and writing the copies: the original stays as it is, and no copy gets its name before it is judged.

An original is held still in a copy that nobody can write to. A process with limits makes of it what somebody takes, in
a file without a name; another process judges that. Only then it is written under its name, and only if the original is
still what was read.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli import log
from occ_media_cli.convert.goal import Converted
from occ_media_cli.decide.fit import Fitted
from occ_media_cli.decide.fit_copy import WrittenCopy
from occ_media_cli.decide.fit_goals import FitTarget, find_refusals
from occ_media_cli.decide.fit_work import SECONDS, MadeFit, no_room, work_of_fit, work_of_judging
from occ_media_cli.errors import UsageError
from occ_media_cli.media import libmagic, recognise
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.travel import digest_of, recognise_work, unpack
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores
from occ_media_cli.sandbox.still import Changing, StillCopies, unnamed_file
from occ_media_cli.store.copy_folder import CopyFolder, NameTaken, NotCopied

if TYPE_CHECKING:
    from collections.abc import Iterable

AS_IT_IS = "it fits as it is"
CHANGED = "it was changed while it was read"

MOST_WORKERS = 64

_MEMORY = 3 << 30
"""Bytes of address space: a picture of the most pixels a few times over, or a film of 8K."""

_JUDGING = 120.0
"""Wall time for judging a copy, which is read whole."""

_WRITTEN = 4 << 30
"""Bytes that a worker may write to any one file."""

_PIECE = 1 << 20


class _Item:
    """A file under way: the original, the copy that stands still, and the file that is written."""

    __slots__ = ("held", "known", "made", "original", "out", "path", "size", "target")

    def __init__(self, path: bytes) -> None:
        self.path, self.original, self.held, self.out, self.size = path, -1, -1, -1, -1
        self.known: Recognition | None = None
        self.made = MadeFit("cannot")
        self.target: Path | None = None

    def close(self, copies: StillCopies) -> None:
        """Give back what is open."""
        if self.held >= 0:
            copies.close(self.held)
        for each in (self.original, self.out):
            if each >= 0:
                os.close(each)
        self.original = self.held = self.out = -1


class FitWriter:
    """Makes files fit a target and writes the copies into a folder. floor: the least likeness that is accepted, from 0
    to 1. workers: processes at a time, None for as many as there are cores. waiting: called now and then while none of
    them is done.

    Raises UsageError for a floor or a number of workers that is none, PartMissing without libmagic.
    """

    def __init__(
        self, target: FitTarget, folder: CopyFolder, *, floor: float, workers: int | None = None,
        waiting: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        if not 0 <= floor <= 1:
            raise UsageError("the quality floor is a likeness from 0 to 1", hint="give 0.90, or 0 for any")
        if workers is not None and not 1 <= workers <= MOST_WORKERS:
            raise UsageError(f"the number of workers is from 1 to {MOST_WORKERS}", hint="leave it out for every core")
        self._target, self._folder, self._floor = target, folder, floor
        self._workers = workers or min(cores(), MOST_WORKERS)
        self._copies, self._waiting = StillCopies(), waiting

    def run(self, jobs: Iterable[Job], fits_of: Callable[[Recognition, str], tuple[Any, ...]]) -> Iterator[Fitted]:
        """Every file, in the order of the jobs, as it is done. Their descriptors are closed here.

        fits_of: who takes a file as it is, as of `decide.fit`.
        """
        libmagic.version()  # a machine without it is told at once, and the workers inherit the library
        _find_programs()
        begun: deque[_Item] = deque()
        making = Task(work_of_fit(self._target, self._floor), "making it fit", max(SECONDS.values()), _MEMORY, _WRITTEN)
        judging = Task(work_of_judging(self._target), "judging the copy", _JUDGING, _MEMORY, _WRITTEN)
        with ExitStack() as stack:
            stack.callback(self._close_all, begun)
            makers = stack.enter_context(
                Pool(making, workers=self._workers, most_ahead=2 * self._workers, batch=1, waiting=self._waiting)
            )
            judges = stack.enter_context(Pool(judging, batch=1, most_ahead=1))
            made = self._made(makers.run(self._held(jobs, begun)))
            for job, verdict in judges.run(made):
                item: _Item = job.tag
                begun.popleft()
                try:
                    yield self._finish(item, job.failed, verdict, fits_of)
                finally:
                    item.close(self._copies)

    def _close_all(self, begun: deque[_Item]) -> None:
        for item in begun:  # whoever asked wants no more
            item.close(self._copies)

    def _held(self, jobs: Iterable[Job], begun: deque[_Item]) -> Iterator[Job]:
        """Each file as a copy that stands still, with a file to write."""
        for job in jobs:
            item, failed = _Item(job.tag), job.failed
            begun.append(item)
            if failed is None:
                item.original, item.size = job.fd, job.size
                try:
                    whole = 0 < job.size <= recognise.MOST_BYTES
                    item.held = self._copies.copy(job.fd, job.size) if whole else os.dup(job.fd)
                    item.out = unnamed_file()
                except Changing as problem:
                    failed = Failed(str(problem))
                except OSError as problem:
                    why = (
                        no_room() if problem.errno == errno.ENOSPC else (problem.strerror or "unknown problem").lower()
                    )
                    failed = Failed(f"no copy could be held of it: {why}")
            if failed is not None:
                yield Job(-1, -1, "", item, failed)
            else:
                yield Job(os.dup(item.held), job.size, job.name, item, None, item.out)

    def _recognise(self, item: _Item) -> Recognition | None:
        """What a file is on which a worker ended that was to make it fit; None where looking at it fails too."""
        with Pool(Task(recognise_work), batch=1) as pool:
            job = Job(os.dup(item.held), item.size, os.fsdecode(item.path))
            (result,) = [result for _, result in pool.run([job])]
        return None if isinstance(result, Failed) else unpack(result)

    def _made(self, results: Iterator[tuple[Job, Any]]) -> Iterator[Job]:
        """What was made, under the name that it is going to have, to be judged."""
        for job, result in results:
            item: _Item = job.tag
            if isinstance(result, Failed):
                item.known = self._recognise(item) if job.failed is None else None
                item.made = MadeFit("unread" if item.known is None else "cannot", result.reason)
                yield Job(-1, -1, "", item, Failed(result.reason))
                continue
            packed, made = result
            item.known, item.made = unpack(packed), MadeFit(*made)
            if item.made.state != "made":
                yield Job(-1, -1, "", item, Failed(item.made.reason))
                continue
            path = os.fsdecode(item.path)
            item.target = self._folder.place_for(path, item.made.type, self._target.longest_name)
            size = os.fstat(item.out).st_size
            yield Job(os.dup(item.out), size, item.target.name, item)

    def _finish(
        self, item: _Item, failed: Failed | None, verdict: Any, fits_of: Callable[[Recognition, str], tuple[Any, ...]]
    ) -> Fitted:
        path, made = os.fsdecode(item.path), item.made
        if made.state == "unread":
            return Fitted(path, None, made.reason, (), None, made.reason)
        known = item.known
        fits = () if known is None else fits_of(known, path)
        if made.state == "fits":
            return Fitted(path, known, None, fits, None, AS_IT_IS, True)
        if failed is not None or known is None:
            return Fitted(path, known, None, fits, None, made.reason)
        if isinstance(verdict, Failed):
            return self._refuse(item, known, fits, verdict.reason)
        refused, kind, sha256, facts, taken = verdict
        if refused:
            return self._refuse(item, known, fits, f"the copy would be refused: {refused}")
        try:
            written = self._write(item, kind, sha256, facts, taken)
        except (NotCopied, Changing) as problem:
            return self._refuse(item, known, fits, str(problem))
        return Fitted(path, known, None, fits, written)

    def _refuse(self, item: _Item, known: Recognition, fits: tuple[Any, ...], reason: str) -> Fitted:
        if item.target is not None:
            self._folder.free_place(item.target)
        path = os.fsdecode(item.path)
        if not find_refusals(known, path, self._target):  # what it would have been made is better, and it passes
            return Fitted(path, known, None, fits, None, AS_IT_IS, True)
        log.note("fit", "{}: {}", path, reason)
        return Fitted(path, known, None, fits, None, reason)

    def _write(
        self, item: _Item, kind: str, sha256: str, facts: tuple[str, ...], taken: tuple[str, ...]
    ) -> WrittenCopy:
        if item.target is None:
            raise NotCopied("it has no name")
        if digest_of(item.original, item.size) != digest_of(item.held):
            raise Changing(CHANGED)
        size = os.fstat(item.out).st_size
        while True:
            try:
                self._folder.write(item.target, _stream(item.out, size, sha256))
                break
            except NameTaken:  # by another run, after it was found free
                path = os.fsdecode(item.path)
                item.target = self._folder.place_for(path, item.made.type, self._target.longest_name)
        said = Converted(*item.made.converted)
        gone = (fact.replace("_", " ") for fact in item.made.facts if fact not in facts)
        return WrittenCopy(
            str(item.target), kind, size, sha256, taken, said.changes,
            tuple(dict.fromkeys((*said.lost, *gone))), said.ssim, said.encodes, said.warning,
        )  # fmt: skip


def _stream(out: int, size: int, sha256: str) -> Iterator[bytes]:
    """The bytes that were judged. Raises `Changing` at the end where they are others by now."""
    from hashlib import sha256 as begin

    found, at = begin(), 0
    while at < size and (piece := os.pread(out, min(_PIECE, size - at), at)):
        found.update(piece)
        at += len(piece)
        yield piece
    if found.hexdigest() != sha256:
        raise Changing("the copy is not what was judged")


def _find_programs() -> None:
    """Look for programs before a worker is started, which has no PATH."""
    from occ_media_cli.sandbox.program import find_program

    for name in ("ffmpeg", "ffprobe"):
        find_program(name)
