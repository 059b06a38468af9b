"""The reject file: one line for each refused row, so that it can be mended and taken in again."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, OccMediaError
from occ_media_cli.ledger.entry import RowRefusal
from occ_media_cli.store import sink
from occ_media_cli.store.write_errors import explained

if TYPE_CHECKING:
    from occ_media_cli.store.sink import Guard

_BEGINNING = re.compile(rb'\{"line": [0-9]+, "reason": "[^"\\]+", "detail": "')
"""How the first line of every reject file begins that has one."""


def is_reject_file(beginning: bytes) -> bool:
    """Whether a file is one that `Rejects` wrote, by its first 200 bytes."""
    return _BEGINNING.match(beginning[:200]) is not None


class Rejects:
    """Writes refusals as NDJSON beside the target and gives them its name at the end, whatever ended the run.

    Without a path nothing is written.
    """

    def __init__(self, path: Path | None, guard: Guard | None = None) -> None:
        self.path = path
        self._guard = guard
        self._pending: sink.Pending | None = None

    def __enter__(self) -> Rejects:
        if self.path is not None:
            self._pending = sink.Pending(self.path, self._guard, then="what was read before is recorded")
        return self

    def add_refusals(self, refused: Iterable[RowRefusal]) -> None:
        """Write some refusals."""
        if self._pending is None:
            return
        for refusal in refused:
            row: dict[str, object] = {"line": refusal.line, "reason": refusal.group, "detail": refusal.detail}
            if isinstance(refusal.raw, bytes):
                try:
                    row["row"] = refusal.raw.decode()
                except UnicodeDecodeError:
                    row["row_bytes"] = base64.b64encode(refusal.raw).decode()
            else:
                row["row"] = refusal.raw
            self._write(self._pending, json.dumps(row).encode("ascii") + b"\n")

    def _write(self, pending: sink.Pending, line: bytes) -> None:
        try:
            with explained(pending.output, pending.then):
                pending.stream.write(line)
        except Incomplete:
            pending.drop()  # half of the refusals would read like all of them
            self._pending = None
            raise

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        if self._pending is None:
            return
        try:
            self._pending.keep()  # also after an error: what was refused so far is of use
        except OccMediaError:
            if kind is None:
                raise
            # the first error is the one that people need
        finally:
            self._pending.drop()
