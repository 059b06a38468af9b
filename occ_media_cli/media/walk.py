"""Walk a folder: every regular file below it in byte order of the paths, opened relative to its own folder.

Only one folder is open at a time, so that neither the depth of a tree nor the length of a path can end the walk; on the
way up, the parent is opened as `..` and must be the folder that was left.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import translate

from occ_media_cli.media.open import NotReadable, open_regular, reason

QUARANTINE = b".occ-media-quarantine"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Met:
    """A file that the walk met: open and described, or the reason why it is not."""

    path: bytes
    fd: int = -1
    found: os.stat_result | None = None
    unreadable: str | None = None


@dataclass(slots=True)
class Globs:
    """Which files a walk takes. A pattern with a slash is held against the path below the folder, else the name."""

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    _include: list[tuple[bool, re.Pattern[str]]] = field(init=False)
    _exclude: list[tuple[bool, re.Pattern[str]]] = field(init=False)

    def __post_init__(self) -> None:
        self._include = [("/" in glob, re.compile(translate(glob))) for glob in self.include]
        self._exclude = [("/" in glob, re.compile(translate(glob.rstrip("/")))) for glob in self.exclude]

    def takes(self, below: str) -> bool:
        """Whether a file is wanted; `below` is its path below the folder that is walked."""
        return (not self._include or _matches(self._include, below)) and not self.leaves_out(below)

    def leaves_out(self, below: str) -> bool:
        """Whether a file or a whole folder is excluded."""
        return bool(self._exclude) and _matches(self._exclude, below)


@dataclass(slots=True)
class Walk:
    """One walk; `skipped_links` counts the links that were met and not followed."""

    root: bytes
    globs: Globs = field(default_factory=Globs)
    skipped_links: int = 0

    def __iter__(self) -> Iterator[Met]:
        try:
            here = os.open(self.root, _FOLDER)
        except OSError as error:
            yield Met(self.root, unreadable=reason(error))
            return
        prefix = self.root.rstrip(b"/") + b"/"
        levels = [_Level(b"", *_identity(here), [])]
        yield from self._list(here, prefix, levels[-1])
        try:
            while levels:
                level = levels[-1]
                if not level.waiting:
                    levels.pop()
                    if not levels:
                        return
                    here = _up(here, levels)
                    if here < 0:
                        yield Met(prefix + level.below.rstrip(b"/"), unreadable="its folder was moved during the walk")
                        return
                    continue
                is_folder, name = level.waiting.pop()
                below = level.below + name
                if not is_folder:
                    yield self._file(here, prefix + below, name)
                    continue
                try:
                    inner = os.open(name, _FOLDER, dir_fd=here)
                except OSError as error:
                    yield Met(prefix + below, unreadable=reason(error))
                    continue
                os.close(here)
                here = inner
                levels.append(_Level(below + b"/", *_identity(here), []))
                yield from self._list(here, prefix, levels[-1])
        finally:
            if here >= 0:
                os.close(here)

    def _list(self, here: int, prefix: bytes, level: _Level) -> Iterator[Met]:
        """Fill a level with what is to be visited, last first. Yields the folder itself when it cannot be listed."""
        found: list[tuple[bytes, bool, bytes]] = []
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    name = os.fsencode(entry.name)
                    if entry.is_symlink():
                        self.skipped_links += 1
                        continue
                    is_folder = entry.is_dir(follow_symlinks=False)
                    below = os.fsdecode(level.below + name)
                    if name == QUARANTINE or self.globs.leaves_out(below):
                        continue
                    if is_folder or self.globs.takes(below):
                        found.append((name + b"/" if is_folder else name, is_folder, name))
        except OSError as error:
            yield Met((prefix + level.below).rstrip(b"/"), unreadable=reason(error))
        found.sort(reverse=True)
        level.waiting.extend((is_folder, name) for _, is_folder, name in found)

    @staticmethod
    def _file(here: int, path: bytes, name: bytes) -> Met:
        try:
            descriptor, found = open_regular(name, here)
        except NotReadable as error:
            return Met(path, unreadable=str(error))
        return Met(path, descriptor, found)


@dataclass(slots=True)
class _Level:
    below: bytes
    device: int
    inode: int
    waiting: list[tuple[bool, bytes]]


def _identity(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino


def _up(here: int, levels: list[_Level]) -> int:
    """The parent folder, or -1 when it is not the one that the walk came from."""
    try:
        parent = os.open("..", _FOLDER, dir_fd=here)
    except OSError:
        parent = -1
    os.close(here)
    if parent >= 0 and _identity(parent) != (levels[-1].device, levels[-1].inode):
        os.close(parent)
        return -1
    return parent


def _matches(globs: list[tuple[bool, re.Pattern[str]]], below: str) -> bool:
    name = below.rpartition("/")[2]
    return any(pattern.match(below if whole else name) for whole, pattern in globs)
