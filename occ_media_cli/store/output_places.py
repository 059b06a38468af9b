"""Where the name of a file leads that a user wants written: through which links, to what, and why to nothing."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from occ_media_cli.errors import UsageError

MOST_LINKS = 40
"""Links on the way to a file, as many as Linux follows."""


def follow_links(name: str) -> Path:
    """The place behind a path, as the system finds it, with a look at who owns each link on the way."""
    todo = [*reversed(Path(Path.cwd(), name).parts[1:])]
    here, links = Path("/"), 0
    while todo:
        part = todo.pop()
        step = here.parent if part == ".." else here / part
        try:
            found = step.lstat()
        except FileNotFoundError:
            here = step
            continue
        if not stat.S_ISLNK(found.st_mode):
            here = step
            continue
        if found.st_uid not in (0, os.geteuid()):
            raise UsageError(f"{step} is a link of another user; nothing was written", file=name,
                             hint="name a file that no other user's link leads to")  # fmt: skip
        links += 1
        if links > MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        aim = step.readlink()
        here = Path("/") if aim.is_absolute() else here
        todo.extend(reversed(aim.parts[1:] if aim.is_absolute() else aim.parts))
    return here


def status_of(name: str) -> os.stat_result | None:
    """What is there under a name, behind links; None for nothing."""
    try:
        return Path(name).stat()
    except FileNotFoundError:
        return None


def is_same_file(found: os.stat_result, path: Path) -> bool:
    """Whether a path leads to a file that was looked at."""
    try:
        return os.path.samestat(found, path.stat())
    except (OSError, ValueError):
        return False


def place_of(path: Path) -> Path | None:
    """A path without links; None where there can be none."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return None


def is_linked_below(folder: Path, found: os.stat_result, spare: frozenset[str]) -> bool:
    """Whether a file stands somewhere below a folder under another name."""
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                if os.path.samestat(found, os.lstat(os.path.join(where, name))):  # noqa: PTH118  # may be many
                    return Path(name).suffix not in spare
    return False


def refuse_place(name: str, error: Exception) -> UsageError:
    """The error for a name at which nothing can be written."""
    if isinstance(error, FileNotFoundError) and Path(name).parent.is_dir():  # such as /proc
        return UsageError("no file can be made there; nothing was written", file=name, hint="name a file elsewhere")
    if isinstance(error, FileNotFoundError):
        return UsageError("its folder does not exist; nothing was written", file=name, hint="make the folder first")
    number = error.errno if isinstance(error, OSError) else None
    reason = os.strerror(number).lower() if number else "is no file name"
    return UsageError(f"{reason}; nothing was written", file=name, hint="name a file that you may write")
