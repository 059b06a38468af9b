"""Files in the making: beside their target, locked while a command writes them, cleared when it has ended.

A copy of a store holds everything that the store holds. A command that is killed cannot remove what it was making, so
each such file can be known by its name, `.TARGET.TOKEN.occ-media.tmp`, and carries a lock (flock) for as long as its
maker lives. The next command that opens a store for changing removes those that no process holds, and the checks of the
store list them. Where the target stands in another folder than the store, a note of the same name and token beside the
store says where.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from occ_media_cli.places.long_names import shorten
from occ_media_cli.places.roots import IN_THE_MAKING
from occ_media_cli.store import locate

SUFFIX = IN_THE_MAKING
"""How every such name ends; SQLite's own side files have one of `locate.SIDES` behind it."""

ENDINGS = (SUFFIX, *(SUFFIX + side for side in locate.SIDES))
"""How the names of both end."""

ASIDE = ".before-restore-"
"""A part of the name of a store as it was before a restore; the machine's time of that restore stands behind it."""

_TOKEN = 16
_LONGEST_NAME = 180
_NOTE = b"occ-media copy "
_LONGEST_NOTE = 8_192


def name_for(target: Path, token: str) -> str:
    """The name of a file in the making; a long name of its target is cut, because a folder takes 255 bytes."""
    return f".{shorten(target.name, _LONGEST_NAME)}.{token}{SUFFIX}"


def is_named_so(name: str) -> bool:
    """Whether a name is one of a file in the making, which a sweep may remove."""
    return name.startswith(".") and name.endswith(ENDINGS)


@contextmanager
def beside(target: Path, *, home: Path | None = None) -> Iterator[Path]:
    """An empty file beside a target, readable and writable by its owner only, to be filled and renamed over it.

    What is still under that name when the block ends is removed. home: a store to whose commands it matters, when that
    stands in another folder. OSError is for the caller to explain.
    """
    token = os.urandom(_TOKEN // 2).hex()
    path = target.parent / name_for(target, token)
    note = None
    if home is not None and home.absolute().parent.resolve() != target.absolute().parent.resolve():
        with suppress(OSError):  # a store that one may only read keeps no note
            note = _locked(home.absolute().parent / name_for(target, token))
            os.write(note[1], _NOTE + os.fsencode(path.absolute()))
    try:
        made, descriptor = _locked(path)
        try:
            yield made
        finally:
            _remove(made)
            os.close(descriptor)
    finally:
        if note is not None:
            _remove(note[0])
            os.close(note[1])


def _locked(path: Path) -> tuple[Path, int]:
    """Make a file and lock it. A sweep may remove it between the two; then it is made again."""
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if path.stat(follow_symlinks=False).st_ino == os.fstat(descriptor).st_ino:
                return path, descriptor
        os.close(descriptor)


def _remove(path: Path) -> None:
    """The file and what SQLite keeps beside it; its own name goes last, because it is what a sweep looks for."""
    for each in (*locate.beside(path), path):
        with suppress(OSError):
            each.unlink()


def left(folder: Path) -> list[Path]:
    """The files that killed commands left in a folder; those that are still being written are not among them."""
    found = []
    for path in _named(folder):
        descriptor = _abandoned(path)
        if descriptor is not None:
            os.close(descriptor)
            found.append(path)
    return sorted(found)


def sweep(*folders: Path) -> list[Path]:
    """Remove the files that killed commands left in folders, and the files that a note in them points to.

    Returns the copies that a sweep must not judge: a store as it was before a restore. Only the restored store can tell
    whether its copy is still needed.
    """
    spared = []
    for folder in set(folders):
        for path in _named(folder):
            if ASIDE in path.name and path.name.endswith(SUFFIX):
                spared.append(path)
                continue
            descriptor = _abandoned(path)
            if descriptor is None:
                continue
            try:
                elsewhere = _noted(path, descriptor)
                if elsewhere is not None:
                    other = _abandoned(elsewhere)
                    if other is not None:
                        _remove(elsewhere)
                        os.close(other)
                    elif elsewhere.exists():
                        continue  # it is being written: the note stays
                _remove(path)
            finally:
                os.close(descriptor)
    return spared


def settle(path: Path, *, keep_as: Path | None) -> None:
    """Give a file that a killed command left its name, or remove it where it has none to get."""
    descriptor = _abandoned(path)
    if descriptor is not None:
        try:
            if keep_as is not None:
                path.rename(keep_as)
            else:
                _remove(path)
        finally:
            os.close(descriptor)


def _named(folder: Path) -> Iterator[Path]:
    """The files of a folder that are named like one in the making, and side files whose own file has gone."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if SUFFIX in entry.name and entry.name.startswith(".")]
    except OSError:
        return
    for name in names:
        if name.endswith(SUFFIX):
            yield folder / name
        else:
            for side in locate.SIDES:
                if name.endswith(SUFFIX + side) and name.removesuffix(side) not in names:
                    yield folder / name


def _abandoned(path: Path) -> int | None:
    """A descriptor that holds the lock of a regular file; None where another process holds it, or it is no regular
    file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _noted(path: Path, descriptor: int) -> Path | None:
    """Where the copy is that a note speaks of. Only a note of our own counts, and only for a file with its token: a
    note must not be able to name anything else for removal."""
    found = os.fstat(descriptor)
    if found.st_size > _LONGEST_NOTE or found.st_uid != os.geteuid():
        return None
    said = os.pread(descriptor, _LONGEST_NOTE, 0)
    if not said.startswith(_NOTE):
        return None
    place = Path(os.fsdecode(said.removeprefix(_NOTE)))
    return place if place.is_absolute() and place.name == path.name else None
