"""Look at paths: files as they are given, folders walked; each file is opened here and looked at in a worker."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from occ_media_cli.media import libmagic
from occ_media_cli.media.open import NotReadable, open_regular
from occ_media_cli.media.serve import Work
from occ_media_cli.media.walk import Globs, Walk
from occ_media_cli.media.worker import Failed, Job, Pool, cores


class Seen(NamedTuple):
    """One file. `result` is what the work returned, or `unreadable` says why there is none."""

    path: bytes
    size: int | None
    result: Any = None
    unreadable: str | None = None


class Look:
    """One pass over paths; `skipped_links` counts the links that were met in folders.

    work: (descriptor, size, path as text) -> plain values; it runs in the workers.
    """

    def __init__(self, work: Work, globs: Globs | None = None, workers: int | None = None) -> None:
        self.work, self.globs = work, globs or Globs()
        self.workers = workers or cores()
        self.skipped_links = 0

    def at(self, paths: Iterable[bytes]) -> Iterator[Seen]:
        """Every file, in the order of the paths and in byte order inside a folder. Raises PartMissing."""
        libmagic.version()  # a machine without libmagic is told at once, and the workers inherit the library
        with Pool(self.work, workers=self.workers) as pool:
            for job, result in pool.run(self._jobs(paths)):
                size = job.size if job.size >= 0 else None
                if isinstance(result, Failed):
                    yield Seen(job.tag, size, unreadable=result.reason)
                else:
                    yield Seen(job.tag, size, result)

    def _jobs(self, paths: Iterable[bytes]) -> Iterator[Job]:
        for path in paths:
            try:
                is_folder = stat.S_ISDIR(os.lstat(path).st_mode) or path.endswith(b"/")
            except (OSError, ValueError):
                is_folder = False
            if is_folder:
                yield from self._walk(path)
            else:
                yield _job(path)

    def _walk(self, folder: bytes) -> Iterator[Job]:
        walk = Walk(folder, self.globs)
        for met in walk:
            if met.found is None:
                yield Job(-1, -1, "", met.path, Failed(met.unreadable or "it cannot be read"))
            else:
                yield Job(met.fd, met.found.st_size, os.fsdecode(met.path), met.path)
        self.skipped_links += walk.skipped_links


def _job(path: bytes) -> Job:
    try:
        descriptor, found = open_regular(path)
    except NotReadable as error:
        return Job(-1, -1, "", path, Failed(str(error)))
    return Job(descriptor, found.st_size, os.fsdecode(path), path)
