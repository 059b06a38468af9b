"""What a purge needs of a place that keeps bytes; a local folder and a bucket each have a module of their own.

A purge moves an object into quarantine, where it waits for the end of its grace; then it is dropped. Every step says
in words why it was not taken, and whatever is in doubt keeps the object.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from occ_media_cli.places.safe_open import Kept, Opened

Parts = tuple[str, ...]
"""The names that lead from the root to an object."""

Content = tuple[bytes, int]
"""sha256 and size: what an object must be, for it to be the one that an entry speaks of."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An object that is in quarantine now, and what it was found to be.

    other_links: how many other names in the file system lead to its bytes, which stay there; None where the place has
    no such thing.
    """

    name: str
    content: Content
    other_links: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that a walk met. parts: None where its name is no text. problem: why it could not be read.

    skipped: a link, or no regular file. older: a version of a bucket that is not the newest of its key.
    """

    parts: Parts | None
    shown: str
    size: int | None = None
    problem: str | None = None
    skipped: bool = False
    older: bool = False


@dataclass(frozen=True, slots=True)
class FoundObject:
    """What an object holds, and when it was written, in nanoseconds since 1970, as the place says."""

    content: Content
    mtime: int


class Storage(Protocol):
    """A place that keeps bytes, open for one command; `close` lets go of its lock."""

    def value(self) -> Mapping[str, object]:
        """What a plan records of the place, so that a purge knows it again."""

    def refuses(self, planned: Mapping[str, object], store: Path) -> str | None:
        """Why no object here may be removed, in words, or None."""

    def take(self, parts: Parts, wanted: Collection[Content], name: str, *, mtime: int | None = None) -> Taken | Kept:
        """Move an object into quarantine if it is one of those wanted, and was written at that time where one is
        given."""

    def put_back(self, name: str, parts: Parts) -> Kept | None:
        """Move an object from quarantine to where it was; None when it is there again."""

    def waiting(self) -> Iterator[str]:
        """The names in quarantine."""

    def waits(self, name: str, wanted: Collection[Content]) -> Content | Kept:
        """Whether an object waits in quarantine and is still what it was."""

    def other_links(self, name: str) -> int:
        """How many other names lead to the bytes of an object in quarantine; 0 too where the place has none or it is
        not known."""

    def drop(self, name: str) -> Kept | None:
        """Remove an object from quarantine for good; None when it is gone."""

    def content(self, parts: Parts) -> Content | Kept:
        """What an object holds now."""

    def examine_object(self, parts: Parts) -> FoundObject | Kept:
        """What an object holds now, and when it was written."""

    def open_object(self, parts: Parts) -> Opened | Kept:
        """An object open to be read in a process with limits; the caller closes it."""

    def walk(self) -> Iterator[Stored]:
        """Every object outside the quarantine."""

    def settle(self) -> None:
        """Make what was moved or dropped so far survive a power cut."""

    def close(self) -> None:
        """Let go of the place."""
