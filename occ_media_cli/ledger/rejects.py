"""The reject file: one line for each refused row, so that it can be mended and taken in again."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from occ_media_cli.errors import Incomplete
from occ_media_cli.ledger.entry import Refusal


class Rejects:
    """Writes refusals as NDJSON beside the target and renames it into place at the end, with mode 0600.

    Without a path nothing is written.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._temporary: Path | None = None
        self._stream: IO[str] | None = None

    def __enter__(self) -> Rejects:
        if self.path is None:
            return self
        target = self.path.resolve()
        self._temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            descriptor = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        except OSError as problem:
            raise Incomplete(
                f"--rejects cannot be written: {(problem.strerror or '').lower()}; nothing was recorded",
                file=str(self.path),
                hint="name a file in a folder that you may write",
            ) from problem
        self._stream = os.fdopen(descriptor, "w", encoding="ascii")
        return self

    def add(self, refused: Iterable[Refusal]) -> None:
        """Write some refusals."""
        if self._stream is None:
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
            with self._explained():
                self._stream.write(json.dumps(row) + "\n")

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        if self._stream is None or self._temporary is None or self.path is None:
            return
        try:
            with self._explained(), self._stream as stream:
                stream.flush()
                os.fsync(stream.fileno())
        except Incomplete:
            if kind is None:
                raise
            return  # the first error is the one that people need
        with suppress(FileNotFoundError):
            self._temporary.rename(self.path.resolve())  # also after an error: what was refused so far is of use

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            if self._temporary is not None:
                with suppress(OSError):
                    self._temporary.unlink()
            raise Incomplete(
                f"--rejects cannot be written: {(problem.strerror or '').lower()}; rows before it are recorded",
                file=str(self.path),
                hint="make room or name another file, then run the same command again",
            ) from problem
