"""Walk a folder by directory descriptors: everything below it, in byte order of the paths, following no link.

Only one folder is open at a time, so that neither the depth of a tree nor the length of a path can end the walk; on the
way up, the parent is opened as `..` and must be the folder that was left. Whatever is passed over is yielded too, so
that whoever asks can count it and say so: a walk that is silent about a folder is a place to hide a program in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from occ_media_cli import log
from occ_media_cli.places.roots import IN_THE_MAKING, QUARANTINE
from occ_media_cli.places.safe_open import Kept, open_folder, why

_QUARANTINE = os.fsencode(QUARANTINE)
_SYSTEM_NAMES = frozenset((b".git", b".hg", b".svn", b".bzr", b".jj", b".DS_Store", b"Thumbs.db"))
"""What version control keeps for itself, and what systems leave. `node_modules` and the like are not here: people name
folders so too, what is in them is delivered, and a folder that is passed over is a place to hide a file in.
"""
_SYSTEM_STARTS = (b"~$", b"._")
_SYSTEM_ENDS = (b".part", b".crdownload")
_IN_THE_MAKING = re.compile(rb"\..*\.[0-9a-f]{16}%b(?:-[a-z]+)?" % re.escape(os.fsencode(IN_THE_MAKING)), re.DOTALL)

Kind = Literal["file", "link", "special", "system", "unreadable"]
"""link: a symbolic link. special: a pipe, a socket, a device. system: the quarantine of the root, or what a system, a
browser, an editor or a command of this program left beside the files of people; a folder of that kind is met once and
not entered."""

Wanted = Callable[[bytes, bool], bool]
"""(path below the root, whether it is a folder) -> whether it is to be met; what is not wanted is not yielded."""

Own = Callable[[os.stat_result], bool]
"""Whether a file, by what the system says of it, is one that this run itself writes: such a file is none of the
folder's, and is not met."""

PassedOver = Literal["system", "quarantine", "nothing"]
"""What a walk meets as `system` and does not enter: all of that kind, or only the quarantine directly under the root,
or nothing at all. What is in the quarantine was removed, as far as anybody but a purge is concerned."""


class Met(NamedTuple):
    """What a walk met.

    path: below the root. folder: a descriptor of the folder that it is in, open until the next one is asked for, or -1
    where that is gone. siblings: all names of that folder. problem: why it is unreadable, in words that end a sentence.
    """

    kind: Kind
    path: bytes
    name: bytes
    folder: int
    siblings: frozenset[bytes] = frozenset()
    problem: str | None = None


class _Level(NamedTuple):
    """A folder on the way to where the walk is. waiting: what is still to be met in it, last first."""

    below: bytes
    identity: tuple[int, int]
    siblings: frozenset[bytes]
    waiting: list[_Entry]


class _Entry(NamedTuple):
    sort: bytes
    kind: Kind | Literal["folder"]
    name: bytes
    problem: str | None = None


def walk(
    root: int, wanted: Wanted | None = None, *, passes_over: PassedOver = "system", own: Own | None = None
) -> Iterator[Met]:
    """Everything below an open folder that is no folder, and each folder that is passed over or cannot be read."""
    here, folders, met = os.dup(root), 1, 0
    levels = [_list(here, b"", wanted, passes_over, own)]
    try:
        while levels:
            level = levels[-1]
            if not level.waiting:
                levels.pop()
                if not levels:
                    return
                here = _up(here, levels[-1].identity)
                if here < 0:
                    here = _down(root, levels)
                    if here < 0:
                        levels[-1].waiting.clear()
                    path = level.below.rstrip(b"/")
                    words = "its folder was moved during the walk"
                    yield Met("unreadable", path, path.rpartition(b"/")[2], here, problem=words)
                continue
            _, kind, name, problem = level.waiting.pop()
            met += 1
            path = level.below + name
            if kind != "folder":
                yield Met(kind, path if name else level.below.rstrip(b"/"), name, here, level.siblings, problem)
                continue
            inner = _enter(here, name)
            if isinstance(inner, Kept):
                yield Met("unreadable", path, name, here, level.siblings, inner.words)
                continue
            left, here = here, inner  # first, so that an interrupt closes none of them twice
            os.close(left)
            folders += 1
            levels.append(_list(here, path + b"/", wanted, passes_over, own))
    finally:
        log.note("walk", "{} names met in {} folders", met, folders)
        if here >= 0:
            os.close(here)


def _is_passed_over(name: bytes, below: bytes, passes_over: PassedOver) -> bool:
    if passes_over == "nothing":
        return False
    if name == _QUARANTINE and not below:
        return True
    return passes_over == "system" and _is_system_name(name)


def _is_system_name(name: bytes) -> bool:
    """Whether version control, systems, browsers, editors or this program give such a name to files of their own."""
    return (
        name in _SYSTEM_NAMES
        or name.startswith(_SYSTEM_STARTS)
        or name.endswith(_SYSTEM_ENDS)
        or _IN_THE_MAKING.fullmatch(name) is not None
    )


def _list(here: int, below: bytes, wanted: Wanted | None, passes_over: PassedOver, own: Own | None) -> _Level:
    """A folder with what is to be met in it. Where its names cannot be read, the folder itself is one of those."""
    found: list[_Entry] = []
    names: list[bytes] = []
    try:
        with os.scandir(here) as entries:
            for entry in entries:
                name = os.fsencode(entry.name)
                kind, problem = _kind(entry)
                if own is not None and kind == "file" and _is_own(entry, own):
                    continue
                names.append(name)
                if _is_passed_over(name, below, passes_over):
                    found.append(_Entry(name, "system", name))
                elif kind == "link" or wanted is None or wanted(below + name, kind == "folder"):
                    found.append(_Entry(name + b"/" if kind == "folder" else name, kind, name, problem))
    except OSError as error:
        found.append(_Entry(b"", "unreadable", b"", why(error).words))
    found.sort(reverse=True)
    about = os.fstat(here)
    return _Level(below, (about.st_dev, about.st_ino), frozenset(names), found)


def _kind(entry: os.DirEntry[str]) -> tuple[Kind | Literal["folder"], str | None]:
    try:
        if entry.is_symlink():
            return "link", None
        if entry.is_dir(follow_symlinks=False):
            return "folder", None
        return ("file" if entry.is_file(follow_symlinks=False) else "special"), None
    except OSError as error:
        return "unreadable", why(error).words


def _is_own(entry: os.DirEntry[str], own: Own) -> bool:
    try:
        return own(entry.stat(follow_symlinks=False))
    except OSError:  # gone since it was listed, which whoever opens it will say
        return False


def _enter(here: int, name: bytes) -> int | Kept:
    """A descriptor of a folder below, in which names can be opened too: one may be allowed to list a folder and not to
    enter it, and then nothing in it can be looked at, and `..` does not lead out of it again."""
    inner = open_folder(here, name)
    if isinstance(inner, Kept):
        return inner
    try:
        os.stat(".", dir_fd=inner)
    except OSError as problem:
        os.close(inner)
        return why(problem)
    return inner


def _down(root: int, levels: list[_Level]) -> int:
    """The last of the folders again, from the root downwards; -1 where one on the way is not the one it was."""
    here = os.dup(root)
    for level in levels[1:]:
        inner = open_folder(here, level.below[:-1].rpartition(b"/")[2])
        os.close(here)
        if isinstance(inner, Kept):
            return -1
        here = inner
        found = os.fstat(here)
        if (found.st_dev, found.st_ino) != level.identity:
            os.close(here)
            return -1
    return here


def _up(here: int, identity: tuple[int, int]) -> int:
    """The parent folder, or -1 when it is not the one that the walk came from."""
    if here < 0:
        return -1
    parent = open_folder(here, "..")
    os.close(here)
    if isinstance(parent, Kept):
        return -1
    found = os.fstat(parent)
    if (found.st_dev, found.st_ino) != identity:
        os.close(parent)
        return -1
    return parent
