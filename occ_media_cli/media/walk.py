"""Walk a folder: every regular file below it in byte order of the paths, opened relative to its own folder.

Only one folder is open at a time, so that neither the depth of a tree nor the length of a path can end the walk; on the
way up, the parent is opened as `..` and must be the folder that was left.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import translate
from typing import NamedTuple

from occ_media_cli.media.open import NotReadable, open_regular, reason

_FOLDER_ENTRY, _FILE_ENTRY, _OTHER_ENTRY = range(3)
QUARANTINE = b".occ-media-quarantine"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Met(NamedTuple):
    """A file that the walk met: open and described, or the reason why it is not."""

    path: bytes
    fd: int = -1
    found: os.stat_result | None = None
    unreadable: str | None = None


class Globs:
    """Which files a walk takes. A pattern with a slash is held against the path below the folder, else the name."""

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = [("/" in glob, re.compile(translate(glob))) for glob in include]
        self._exclude = [("/" in glob.rstrip("/"), re.compile(translate(glob.rstrip("/")))) for glob in exclude]

    @property
    def any(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._include or self._exclude)

    def takes(self, below: str) -> bool:
        """Whether a file is wanted; `below` is its path below the folder that is walked."""
        return (not self._include or _matches(self._include, below)) and not self.leaves_out(below)

    def leaves_out(self, below: str) -> bool:
        """Whether a file or a whole folder is excluded."""
        return bool(self._exclude) and _matches(self._exclude, below)


class Walk:
    """One walk; `skipped_links` counts the links that were met and not followed."""

    def __init__(self, root: bytes, globs: Globs | None = None) -> None:
        self.root, self.globs, self.skipped_links = root, globs or Globs(), 0

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
                kind, name = level.waiting.pop()
                below = level.below + name
                if kind != _FOLDER_ENTRY:
                    yield self._file(here, prefix + below, name, listed=kind == _FILE_ENTRY)
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
        found: list[tuple[bytes, int, bytes]] = []
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    name = os.fsencode(entry.name)
                    if entry.is_symlink():
                        self.skipped_links += 1
                        continue
                    is_folder = entry.is_dir(follow_symlinks=False)
                    below = os.fsdecode(level.below + name) if self.globs.any else ""
                    if name == QUARANTINE or self.globs.leaves_out(below):
                        continue
                    if is_folder:
                        found.append((name + b"/", _FOLDER_ENTRY, name))
                    elif self.globs.takes(below):
                        regular = entry.is_file(follow_symlinks=False)
                        found.append((name, _FILE_ENTRY if regular else _OTHER_ENTRY, name))
        except OSError as error:
            yield Met((prefix + level.below).rstrip(b"/"), unreadable=reason(error))
        found.sort(reverse=True)
        level.waiting.extend((kind, name) for _, kind, name in found)

    @staticmethod
    def _file(here: int, path: bytes, name: bytes, *, listed: bool) -> Met:
        try:
            descriptor, found = open_regular(name, here, listed=listed)
        except NotReadable as error:
            return Met(path, unreadable=str(error))
        return Met(path, descriptor, found)


class _Level(NamedTuple):
    below: bytes
    device: int
    inode: int
    waiting: list[tuple[int, bytes]]


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
