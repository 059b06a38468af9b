"""The files that a command itself writes while it reads a folder: its store, and what it makes for its user.

A store may stand in the folder of the media, and a report or a reject file may be written there. None of them was
shared with anybody, so none is a file of that folder.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.sink import Guard


class OwnFiles:
    """Tells, by what the system says of a file, whether it is of the store at a location, or an output: what a guard
    knows of, in the making or replaced by it, and where standard output and error go. Hard links are known too; ask it
    once the store is open. location: None for a command that writes no store; one that it reads is a file as others."""

    def __init__(self, location: Location | None, guard: Guard | None = None) -> None:
        self._location, self._guard = location, guard
        self._store: frozenset[tuple[int, int]] | None = None

    def writes(self, found: os.stat_result) -> bool:
        """Whether a file is one of them."""
        if self._store is None:
            self._store = frozenset(self._parts())
        return (found.st_dev, found.st_ino) in self._store or (self._guard is not None and self._guard.writes(found))

    def _parts(self) -> list[tuple[int, int]]:
        parts = []
        for path, _ in () if self._location is None else self._location.files:
            with suppress(OSError):
                found = path.stat()
                parts.append((found.st_dev, found.st_ino))
        for stream in (1, 2):
            with suppress(OSError):  # closed
                found = os.fstat(stream)
                parts.append((found.st_dev, found.st_ino))
        return parts
