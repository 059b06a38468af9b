"""A folder for copies of files: under the names of their originals, over nothing that is there, beside no original.

Two commands make copies, one without metadata and one that a channel takes. Where a copy goes, and what stands in its
way, is the same for both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, UsageError
from occ_media_cli.places import long_names
from occ_media_cli.store import locate, temporary

if TYPE_CHECKING:
    from occ_media_cli.store.sink import Guard


class NotCopied(Exception):
    """A copy was not written; the text says why and follows "no copy was made: "."""


class NameTaken(NotCopied):
    """Something has the name already. Another run may have come to write it meanwhile."""


class CopyFolder:
    """The folder into which one run writes copies; it is made with the first of them.

    given: the paths of the originals: a file below one that is a folder keeps its way from there. what: what is done to
    the originals, for the words of a refusal. UsageError for an empty name, and where the folder lies in one that is
    given, so that copies would be looked at too. beside: whether it may be the folder of an original that is a file.
    """

    def __init__(
        self,
        folder: str,
        given: Sequence[str],
        guard: Guard | None = None,
        *,
        what: str = "scanned",
        beside: bool = True,
    ) -> None:
        if not folder.strip():
            raise UsageError("the folder for copies has no name; nothing was written", hint="name a folder")
        self._swept = set[Path]()
        self._folder, self._guard, self._beside = Path(folder), guard, beside
        self._given = sorted((each.rstrip("/") for each in given), key=len, reverse=True)
        self._most_bytes = long_names.longest_in(self._folder)
        self._taken: dict[Path, Path] = {}
        """Names that were given out, each with the one that it would have without a number."""
        self._free: dict[Path, int] = {}
        """By that one, the first number that may be free: a folder of a thousand photos of one name is asked once."""
        place = Path(os.path.realpath(folder))
        for each in given:
            if place.is_relative_to(os.path.realpath(each)):
                raise UsageError(
                    f"it lies in what is {what}, so that copies would be copied; nothing was written",
                    file=folder, hint=f"name a folder outside of {each}",
                )  # fmt: skip
            self.refuse_beside(each)

    def refuse_unwritable(self) -> None:
        """UsageError where no copy could be written, as far as the nearest folder that is there tells: making copies
        may take hours."""
        near = next(each for each in (self._folder, *self._folder.absolute().parents) if os.path.lexists(each))
        if not near.is_dir():
            said = "is not a folder"
        elif os.statvfs(near).f_flag & os.ST_RDONLY:
            said = "is on a file system that may only be read"
        elif not os.access(near, os.W_OK | os.X_OK):
            said = "may not be written to"
        else:
            return
        raise UsageError(f"{said}; nothing was written", file=str(near), hint="name another folder, which may be new")

    def refuse_beside(self, original: str) -> None:
        """UsageError where copies would lie in the folder of an original, if they may not."""
        place = Path(os.path.realpath(original))
        if not self._beside and not place.is_dir() and place.parent == Path(os.path.realpath(self._folder)):
            raise UsageError(
                f"{original} itself lies there, and copies would lie among originals; nothing was written",
                file=str(self._folder), hint="name another folder, which may be new",
            )  # fmt: skip

    def place_for(self, original: str, ending: str | None = None, longest: int | None = None) -> Path:
        """Where the copy of an original goes: its name, below what was given, in the folder.

        ending: the type that the copy has; then a name that is taken gets a number (`photo-2.jpg`). longest: characters
        of a name, at most.
        """
        name = Path(self._name(original))
        if ending is None:
            return self._folder / name
        stem = name.stem if name.suffix and name.stem.strip(".") else name.name
        first = name.parent / f"{stem}.{ending}"
        number = self._free.get(first, 1)
        while True:
            behind = f"{'' if number == 1 else f'-{number}'}.{ending}"
            letters = None if longest is None else max(1, longest - len(behind))
            start = long_names.shorten(stem, self._most_bytes - len(os.fsencode(behind)), letters).rstrip()
            target = self._folder / name.parent / f"{start or 'file'}{behind}"
            number += 1
            if target not in self._taken and not os.path.lexists(target) and not self._is_reserved(target):
                self._taken[target] = first
                self._free[first] = number
                return target

    def free_place(self, target: Path) -> None:
        """Let another copy have a name that was not used."""
        first = self._taken.pop(target, None)
        if first is not None:
            self._free.pop(first, None)

    def write(self, target: Path, content: Iterable[bytes]) -> None:
        """Write a copy to a place of `place_for`. NotCopied where it cannot be, NameTaken where something is there;
        what `content` raises comes through, and then nothing is left."""
        from occ_media_cli.store import sink

        if locate.is_looked_for(target.name) or temporary.is_named_so(target.name):
            raise NotCopied(f"{target.name} is a name by which this program finds files of its own")
        if self._is_reserved(target):
            raise NotCopied(f"{target} is where this command writes its report")
        if os.path.lexists(target):
            raise NameTaken(f"{target} is there already")
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep(target.parent)
        except (FileExistsError, NotADirectoryError):
            raise NotCopied(f"a file stands where its folder {target.parent} should be") from None
        except OSError as problem:
            raise NotCopied(f"{target.parent}: {(problem.strerror or 'it cannot be made').lower()}") from problem
        try:
            sink.write(target, content, self._guard, fresh=True)
        except FileExistsError:
            raise NameTaken(f"{target} is there already") from None
        except (UsageError, Incomplete) as problem:  # of this copy: the run goes on, and others have their verdict
            said = problem.what.partition(";")[0].removeprefix(f"{target}: ")
            raise NotCopied(f"{target}: {said}") from problem

    def _is_reserved(self, target: Path) -> bool:
        return self._guard is not None and self._guard.is_reserved(target)

    def _sweep(self, folder: Path) -> None:
        """Clear what an earlier run that was killed was making in a folder."""
        if folder not in self._swept:
            self._swept.add(folder)
            temporary.sweep(folder)

    def _name(self, path: str) -> str:
        for each in self._given:
            if path.startswith(f"{each}/"):
                return path[len(each) :].lstrip("/")
        return path.rpartition("/")[2]
