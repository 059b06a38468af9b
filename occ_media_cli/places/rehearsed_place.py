"""A place in which nothing is moved or removed, for a purge that only says what it would do.

It looks at the objects of the real one as that would, and remembers what would be where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.places.safe_open import Kept
from occ_media_cli.places.storage import Taken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from occ_media_cli.places.safe_open import Opened
    from occ_media_cli.places.storage import Content, FoundObject, Parts, Storage, Stored


class RehearsedPlace:
    """A place (`places.storage.Storage`) that only looks."""

    def __init__(self, storage: Storage) -> None:
        self._real = storage
        self._taken: dict[str, Content] = {}
        self._gone: set[str] = set()

    def value(self) -> Mapping[str, object]:
        """As the real one."""
        return self._real.value()

    def refuses(self, planned: Mapping[str, object], store: Path) -> str | None:
        """As the real one."""
        return self._real.refuses(planned, store)

    def take(self, parts: Parts, wanted: Collection[Content], name: str, *, mtime: int | None = None) -> Taken | Kept:
        """Whether the real one would take it. How many other names lead to its bytes is not known."""
        found = self._real.examine_object(parts)
        if isinstance(found, Kept):
            return found
        if mtime is not None and found.mtime != mtime:
            return Kept("other-time", "it was written to since the plan")
        if found.content[1] not in {size for _, size in wanted}:
            return Kept("other-size", f"it has {found.content[1]:,} bytes, not what the ledger says")
        if found.content not in wanted:
            return Kept("other-hash", "its sha256 is not what the ledger says")
        if name in self.waiting():
            return Kept("in-quarantine", f"{name} is in quarantine already")
        self._taken[name] = found.content
        self._gone.discard(name)
        return Taken(name, found.content)

    def put_back(self, name: str, parts: Parts) -> Kept | None:
        """Whether its place is free."""
        if not isinstance(self._real.examine_object(parts), Kept) and name not in self._taken:
            return Kept("occupied", "another file is in its place")
        return self.drop(name)

    def waiting(self) -> Iterator[str]:
        """The names that would be in quarantine, in byte order."""
        return iter(sorted({*self._real.waiting(), *self._taken} - self._gone))

    def waits(self, name: str, wanted: Collection[Content]) -> Content | Kept:
        """As the real one, and what would be taken is what it was found to be."""
        return self._taken.get(name) or self._real.waits(name, wanted)

    def other_links(self, name: str) -> int:
        """As the real one."""
        return 0 if name in self._taken else self._real.other_links(name)

    def drop(self, name: str) -> Kept | None:
        """It would be gone from quarantine."""
        self._taken.pop(name, None)
        self._gone.add(name)
        return None

    def content(self, parts: Parts) -> Content | Kept:
        """As the real one."""
        return self._real.content(parts)

    def examine_object(self, parts: Parts) -> FoundObject | Kept:
        """As the real one."""
        return self._real.examine_object(parts)

    def open_object(self, parts: Parts) -> Opened | Kept:
        """As the real one."""
        return self._real.open_object(parts)

    def walk(self) -> Iterator[Stored]:
        """As the real one."""
        return self._real.walk()

    def settle(self) -> None:
        """Nothing was moved."""

    def close(self) -> None:
        """Let go of the real one."""
        self._real.close()
