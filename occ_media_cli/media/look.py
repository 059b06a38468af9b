"""Look at paths: files as they are given, folders walked; each is opened here and looked at in a limited process."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from occ_media_cli.media import libmagic
from occ_media_cli.places.globs import Globs
from occ_media_cli.places.safe_open import Kept, Opened, open_in, open_named, open_root, why
from occ_media_cli.places.walk import Own, PassedOver, walk
from occ_media_cli.sandbox.child import Task, Work
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores


class Seen(NamedTuple):
    """One file. `result` is what the work returned, or `unreadable` says why there is none."""

    path: bytes
    size: int | None
    result: Any = None
    unreadable: str | None = None


class Look:
    """One pass over paths. What was passed over in folders is counted: `skipped_links`, and `skipped_system`, which is
    what systems leave beside the files of people, and the quarantine directly under a folder that was given.

    work: (descriptor, size, path as text) -> plain values; it runs in the workers. all_files: pass over links only.
    own: which files this run writes, that are none of a folder's.
    """

    own: Own | None = None

    def __init__(
        self, work: Work, globs: Globs | None = None, workers: int | None = None, *, all_files: bool = False
    ) -> None:
        self.work, self.globs, self.all_files = work, globs or Globs(), all_files
        self.workers = workers or cores()
        self.skipped_links = self.skipped_system = 0

    def at(self, paths: Iterable[bytes]) -> Iterator[Seen]:
        """Every file, in the order of the paths and in byte order inside a folder. Raises PartMissing."""
        libmagic.version()  # a machine without libmagic is told at once, and the workers inherit the library
        with Pool(Task(self.work), workers=self.workers) as pool:
            for job, result in pool.run(self.jobs(paths)):
                size = job.size if job.size >= 0 else None
                if isinstance(result, Failed):
                    yield Seen(job.tag, size, unreadable=result.reason)
                else:
                    yield Seen(job.tag, size, result)

    def jobs(self, paths: Iterable[bytes]) -> Iterator[Job]:
        """Every file, open or with the reason why it is not, in the same order; `tag` is its path."""
        for path in paths:
            try:
                is_folder = stat.S_ISDIR(os.lstat(path).st_mode) or path.endswith(b"/")
            except (OSError, ValueError):
                is_folder = False
            if is_folder:
                yield from self._walk(path)
            else:
                yield _job(open_named(path), path)

    def _walk(self, folder: bytes) -> Iterator[Job]:
        try:
            root = open_root(folder)
        except OSError as problem:
            yield _failed(why(problem).words, folder)
            return
        prefix = folder.rstrip(b"/") + b"/"
        try:
            over: PassedOver = "nothing" if self.all_files else "system"
            for met in walk(root, self.globs.wanted_in(folder), passes_over=over, own=self.own):
                if met.kind == "link":
                    self.skipped_links += 1
                elif met.kind == "system":
                    self.skipped_system += 1
                elif met.kind == "unreadable":
                    yield _failed(met.problem or "it cannot be read", prefix + met.path if met.path else folder)
                else:
                    yield _job(open_in(met.folder, met.name, listed=met.kind == "file"), prefix + met.path)
        finally:
            os.close(root)


def _job(opened: Opened | Kept, path: bytes) -> Job:
    if isinstance(opened, Kept):
        return _failed(opened.words, path)
    return Job(opened.fd, opened.found.st_size, os.fsdecode(path), path)


def _failed(reason: str, path: bytes) -> Job:
    return Job(-1, -1, "", path, Failed(reason))
