"""Sharing a store with a group of the host, so that planner and approver can be two OS users."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from occ_media_cli.errors import Refused, UsageError


def group_id(name: str) -> int:
    """The number of a group of this host."""
    import grp

    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise UsageError(
            f"there is no group '{name}' on this host",
            hint=f"groupadd {name}, or name another",
            topic=("group", name),
        ) from None


def prepare_folder(folder: Path, group: int, name: str) -> None:
    """Make the folder, or see that new files in it will belong to the group: SQLite makes some beside the store."""
    try:
        folder.mkdir(mode=0o770, parents=True)
    except FileExistsError:
        found = folder.stat()
        if found.st_gid == group and found.st_mode & stat.S_ISGID and found.st_mode & 0o070 == 0o070:
            return
        raise Refused(
            f"folder {folder} is not shared with group '{name}'; nothing was made",
            hint=f"chgrp {name} {folder} && chmod 2770 {folder}; or name a folder that is not there yet",
        ) from None
    hand_over(folder, group, 0o2770)


def hand_over(path: Path, group: int, mode: int = 0o660) -> None:
    """Give a file or folder to the group."""
    try:
        os.chown(path, -1, group, follow_symlinks=False)
        path.chmod(mode)
    except OSError as problem:
        raise Refused(
            f"{path} cannot be given to the group: {problem.strerror}", hint="become a member of the group first"
        ) from problem
