"""Which files of a walk somebody wants, by glob patterns."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from fnmatch import translate

from occ_media_cli.places.walk import Wanted

_ANY_FOLDER = re.compile(r"(?:^|(?<=/))\*\*/")


class Globs:
    """Patterns to include and to exclude. One with a slash is held against the path as it is printed, else the name.

    `*` matches slashes too, and `**/` also no folder at all: of `check .`, which prints `./a.pdf`, `**/*.pdf` is every
    PDF. A folder that is excluded is not entered.
    """

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = [_compiled(glob) for glob in include]
        self._exclude = [_compiled(glob.rstrip("/")) for glob in exclude]

    def wanted_in(self, root: bytes) -> Wanted | None:
        """What `places.walk` is asked with for a folder that is printed as `root`; None where everything is wanted."""
        if not self._include and not self._exclude:
            return None
        printed = os.fsdecode(root.rstrip(b"/")) + "/"

        def wanted(below: bytes, is_folder: bool) -> bool:
            path = printed + os.fsdecode(below)
            if self._exclude and _matches(self._exclude, path):
                return False
            return is_folder or not self._include or _matches(self._include, path)

        return wanted

    def wants(self, root: bytes, below: bytes) -> bool:
        """Whether a walk of a folder that is printed as `root` would give a file of it: no folder on its way is
        excluded. below: its way from there."""
        wanted = self.wanted_in(root)
        if wanted is None:
            return True
        parts = below.split(b"/")
        ways = (b"/".join(parts[:count]) for count in range(1, len(parts)))
        return all(wanted(way, True) for way in ways) and wanted(below, False)


def _compiled(glob: str) -> tuple[bool, re.Pattern[str]]:
    parts = [translate(part).removeprefix("(?s:")[:-3] for part in _ANY_FOLDER.split(glob.removeprefix("./"))]
    return "/" in glob, re.compile(f"(?s:{'(?:.*/)?'.join(parts)})\\Z")


def _matches(globs: list[tuple[bool, re.Pattern[str]]], path: str) -> bool:
    name = path.rpartition("/")[2]
    return any(pattern.match(path.removeprefix("./") if whole else name) for whole, pattern in globs)
