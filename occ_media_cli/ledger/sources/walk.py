"""Walking a folder of media: by directory descriptors, in byte order, without following links."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

QUARANTINE = b".occ-media-quarantine"
"""Where a purge keeps bytes during its grace, directly under the root; never walked."""


@dataclass(frozen=True, slots=True)
class Found:
    """A directory entry. folder: a descriptor that stays open until the next item is asked for.

    path: relative to the root, as bytes. problem: why it could not be read; link, other: what it is instead of a
    regular file. siblings: the names in its folder.
    """

    folder: int
    path: bytes
    name: bytes
    siblings: frozenset[bytes]
    problem: str | None = None
    link: bool = False
    other: bool = False


def walk(root: int) -> Iterator[Found]:
    """Everything below an open directory that is no directory itself, and what could not be read.

    One descriptor a level is held, so that a path may be longer than the system's limit; where the system has no more
    descriptors, the folder is reported as a problem and the walk goes on.
    """
    stack: list[tuple[int, bytes, list[bytes], frozenset[bytes]]] = []
    names, problem = _names(root)
    if problem is not None:
        yield Found(root, b"", b"", frozenset(), problem=problem)
    stack.append((root, b"", names, frozenset(names)))
    try:
        while stack:
            folder, prefix, left, siblings = stack[-1]
            if not left:
                stack.pop()
                if folder != root:
                    os.close(folder)
                continue
            name = left.pop()
            path = prefix + name
            if path == QUARANTINE:
                continue
            try:
                mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
            except OSError as error:
                yield Found(folder, path, name, siblings, problem=_words(error))
                continue
            if not stat.S_ISDIR(mode):
                link = stat.S_ISLNK(mode)
                yield Found(folder, path, name, siblings, link=link, other=not link and not stat.S_ISREG(mode))
                continue
            try:
                below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            except OSError as error:
                yield Found(folder, path, name, siblings, problem=_words(error))
                continue
            names, problem = _names(below)
            stack.append((below, path + b"/", names, frozenset(names)))
            if problem is not None:
                yield Found(below, path, name, siblings, problem=problem)
    finally:
        for folder, *_ in stack:
            if folder != root:
                os.close(folder)


def _names(folder: int) -> tuple[list[bytes], str | None]:
    """The names in a folder, last first, so that the next one can be popped."""
    try:
        with os.scandir(folder) as entries:
            return sorted((os.fsencode(entry.name) for entry in entries), reverse=True), None
    except OSError as error:
        return [], _words(error)


def _words(error: OSError) -> str:
    if error.errno == errno.EMFILE:
        return "nested too deeply for the number of open files allowed"
    return (error.strerror or "cannot be read").lower()
