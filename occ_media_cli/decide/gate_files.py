"""The files that lines of the gate name, below one folder: opened without following a link, and looked at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.decide import gate
from occ_media_cli.errors import Incomplete
from occ_media_cli.media.travel import recognise_and_hash_work, unpack
from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept, Opened, open_below, open_root, why
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.decide.gate_line import GateLine
    from occ_media_cli.media.recognition import Recognition


class GateFiles:
    """Opens and looks at the files of lines, until `close_files`. root: the folder that their paths are relative to;
    Incomplete where it cannot be read."""

    def __init__(self, root: str) -> None:
        try:
            self._root = open_root(root)
        except OSError as problem:
            place = "the working directory" if root == "." else f"'{root}'"
            raise Incomplete(
                f"{place} cannot be read: {why(problem).words}",
                hint="run the gate in the folder that the paths of the entries are relative to",
            ) from problem
        self._pool = Pool(Task(recognise_and_hash_work), workers=cores())

    def close_files(self) -> None:
        """End the workers, and let go of the folder."""
        self._pool.__exit__()
        os.close(self._root)

    def look_at(self, asked: list[GateLine]) -> Iterator[tuple[int, tuple[Recognition, str] | str]]:
        """What the bytes are, or why they could not be looked at, for the lines that name them."""
        jobs = (self.job_of(each) for each in asked if each.row is not None and each.row.path is not None)
        for job, result in self._pool.run(jobs):
            if isinstance(result, Failed):
                yield job.tag, result.reason
            else:
                yield job.tag, (unpack(result[0]), result[1])

    def job_of(self, each: GateLine) -> Job:
        """The file that a line names, opened below the working directory without following a link on the way."""
        row, opened = each.row, self.open_file(each)
        if isinstance(opened, Kept):
            return Job(-1, -1, "", id(each), Failed(opened.words))
        name = gate.by_its_declared_type(row.name, row.declared)[0] if row is not None else ""
        return Job(opened.fd, opened.found.st_size, name, id(each))

    def open_file(self, each: GateLine) -> Opened | Kept:
        """The file that a line names, or why it was not opened."""
        row = each.row
        return open_below(self._root, parts(row.path) if row is not None and row.path is not None else None)
