"""One file, every check that is asked for: a verdict that says clean only where each of them saw every part.

What a file holds is looked at in processes with limits, which see an open file and no path; the antivirus is asked from
here about the same open files. Both see a copy that nobody can write to, so that the hash, the look and the verdict are
about the same bytes. A process that a file takes down, a part that somebody passed over, and an engine that
does not answer make a file `not-scanned`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.errors import PartMissing, UsageError
from occ_media_cli.safety.checks import CHECKS
from occ_media_cli.safety.inner_look import make_look
from occ_media_cli.safety.scan_result import FileUnderWay, ScanResult, judge_file
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores
from occ_media_cli.sandbox.still import Changing, StillCopies

if TYPE_CHECKING:
    from occ_media_cli.safety.antivirus import About, Asked, Engine
    from occ_media_cli.safety.scan_request import ScanRequest

LIBRARIES = ("pikepdf", "pypdfium2")
"""What the extra `safety` brings; without it nothing is scanned."""

SECONDS = 60.0
"""Wall time for all checks of one file."""

MEMORY = 512 << 20
"""Bytes of address space for it, on top of what the program has and of the file itself."""

MOST_WORKERS = 8
"""Each keeps up to two dozen files open, and so does the antivirus."""

MOST_AHEAD = 256
"""Files that wait for an earlier one: each is held as a copy."""


class Scanner:
    """Scans files; use it as a context manager.

    wall: this machine's clock in milliseconds, by which the age of signatures is told. Raises PartMissing without the
    libraries, or where an antivirus that is asked for does not answer.
    """

    def __init__(self, request: ScanRequest, wall: int) -> None:
        self.request = request
        self.absent: str | None = None
        """Why no antivirus is asked, in words, where one was wanted if there is any."""
        self._wall = wall
        self._copies = StillCopies()
        self._open = ExitStack()
        self._engine: Engine | None = None
        self._pool: Pool

    def __enter__(self) -> Scanner:
        folder = self.request.signatures
        if folder is not None and not os.path.isdir(folder):  # noqa: PTH112 - a text, not a Path
            what = "is not a folder" if os.path.lexists(folder) else "is not there"
            raise UsageError(f"{what}, and is to be the folder of signatures", file=folder,
                             hint="name the folder in which clamd keeps them")  # fmt: skip
        from occ_media_cli.media import libmagic

        libmagic.version()  # a machine without it is told at once, and the workers inherit the library
        need_libraries()
        if self.request.antivirus != "off":
            self._ask_for_engine()
        task = Task(make_look(self.request), "looking inside", SECONDS, MEMORY)
        self._pool = self._open.enter_context(Pool(task, workers=min(cores(), MOST_WORKERS), most_ahead=MOST_AHEAD))
        return self

    def __exit__(self, *problem: object) -> None:
        self._open.__exit__(*problem)  # type: ignore[arg-type]  # as they came

    def _ask_for_engine(self) -> None:
        from occ_media_cli.safety.antivirus import session
        from occ_media_cli.safety.antivirus.address import find_address

        asked = self.request
        try:
            find_address(asked.clamd, allow_remote=asked.allow_remote)
        except PartMissing as problem:
            if asked.antivirus == "required":
                raise
            self.absent = problem.what
            return
        self._engine = self._open.enter_context(
            session(asked.clamd, now=self._wall, allow_remote=asked.allow_remote, signatures=asked.signatures)
        )
        log.note("safety", "{} answers", engine_text(self._engine.about))

    @property
    def about(self) -> About | None:
        """The antivirus that answers, None where none is asked."""
        return None if self._engine is None else self._engine.about

    @property
    def left_out(self) -> str | None:
        """Which checks are not asked, in words; None where all are."""
        missing = [check.words for name, check in CHECKS.items() if name not in self.request.checks]
        return f"nobody looked for {' and '.join(missing)}" if missing else None

    def engine_text(self) -> str | None:
        """The antivirus with its signatures as one word, which is another one when these are newer."""
        return None if self.about is None else engine_text(self.about)

    def scan(self, jobs: Iterable[Job]) -> Iterator[ScanResult]:
        """What each file holds, in the order of the jobs. Their descriptors are closed here."""
        items = self._looked(jobs)
        yield from self._alone(items) if self._engine is None else self._asked(items, self._engine)

    def _looked(self, jobs: Iterable[Job]) -> Iterator[FileUnderWay]:
        begun: deque[FileUnderWay] = deque()
        try:
            for job, result in self._pool.run(_kept(jobs, begun, self._copies)):
                begun.popleft()
                job.tag.result = result
                yield job.tag
        finally:
            for item in begun:  # whoever asked wants no more
                item.close()

    def _alone(self, items: Iterator[FileUnderWay]) -> Iterator[ScanResult]:
        for item in items:
            try:
                yield judge_file(item, None, "off")
            finally:
                item.close()

    def _asked(self, items: Iterator[FileUnderWay], engine: Engine) -> Iterator[ScanResult]:
        """The files in their order, those of which the antivirus has no say among them."""
        from occ_media_cli.safety.antivirus import Asked

        waiting: deque[FileUnderWay] = deque()

        def files() -> Iterator[Asked]:
            for item in items:
                waiting.append(item)
                if item.fd >= 0:
                    yield Asked(item.fd, item.size, _type_of(item.result), item)

        try:
            for verdict in engine.scan(files()):
                while waiting[0] is not verdict.tag:
                    yield judge_file(waiting.popleft(), None, "not-scanned")
                yield judge_file(waiting[0], verdict, verdict.state)
                waiting.popleft().close()
            while waiting:
                yield judge_file(waiting.popleft(), None, "not-scanned")
        finally:
            for item in waiting:
                item.close()


def need_libraries() -> None:
    """PartMissing where the extra `safety` is not installed."""
    from importlib.util import find_spec

    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise PartMissing(
            f"a scan needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            hint="pip install 'occ-media[safety]'",
        )


def engine_text(about: About) -> str:
    """An engine as one word: name, version, and its signatures with their time."""
    from occ_media_cli import times

    parts = [f"{about.name} {about.version}", about.signatures, times.optional_text(about.signatures_time)]
    return "/".join(part for part in parts if part)


def _kept(jobs: Iterable[Job], begun: deque[FileUnderWay], copies: StillCopies) -> Iterator[Job]:
    """Jobs whose files are copies, which stay open after the workers are done with them."""
    from occ_media_cli.media import recognise

    for job in jobs:
        held, failed = -1, job.failed
        if failed is None:
            try:
                held = copies.copy(job.fd, job.size) if 0 < job.size <= recognise.MOST_BYTES else os.dup(job.fd)
            except Changing as problem:
                failed = Failed(str(problem))
            except OSError as problem:
                failed = Failed(f"no copy could be held of it: {(problem.strerror or 'it cannot be read').lower()}")
            finally:
                os.close(job.fd)
        item = FileUnderWay(job.tag, held, job.size, copies)
        begun.append(item)
        yield job._replace(tag=item, failed=failed, fd=os.dup(held) if failed is None else -1)


def _type_of(result: object) -> str | None:
    return None if isinstance(result, Failed) else result[0][0]  # type: ignore[index]  # of `make_look`
