"""Writing a file for a user: there whole or not at all, and never over a store or over what is being read.

Every file whose name a user chose is written here: reports, reject files, bundles, baselines, exports and backups.
A name is judged twice, before the command does its work and again when the file takes the name.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.errors import Incomplete, UsageError
from occ_media_cli.store import atomic, other_stores, temporary
from occ_media_cli.store.output_places import (
    follow_links,
    is_linked_below,
    is_same_file,
    place_of,
    refuse_place,
    status_of,
)
from occ_media_cli.store.write_errors import NOTHING, explained

if TYPE_CHECKING:
    from occ_media_cli.store.locate import Location

SOURCE = "is read by this command"


class Guard:
    """The files that a run must not write over.

    location: the store, whose files are all protected, as are those of every other store. Sources are added as they
    become known. What is there is compared by device and inode, so that links and hard links are known; what is not
    there yet, by its place. backup: what is written is a backup of the store, which may replace an older one.
    """

    def __init__(self, location: Location | None = None, *, backup: bool = False) -> None:
        self._ledger = location.ledger if location is not None else None
        self._backup, self._newest = backup, self._ledger
        self._files: list[tuple[Path, str]] = list(location.files) if location is not None else []
        self._folders: list[tuple[Path, frozenset[str], bool]] = []
        self._targets: list[os.stat_result] = []
        self._reserved: set[Path] = set()

    def reserve(self, place: Path) -> None:
        """Keep a place for what the run writes at its end."""
        self._reserved.add(place)

    def is_reserved(self, place: Path) -> bool:
        """Whether a place is kept for something else that the run writes."""
        return bool(self._reserved) and place_of(place) in self._reserved

    def protect(
        self, source: str | Path, *, below: bool = False, spare: frozenset[str] = frozenset(), media: bool = False
    ) -> None:
        """Protect a file that is read. below: of a folder, every file in it too. spare: but not with these suffixes.
        media: nor may any be made there, where files are kept and purged."""
        self._files.append((Path(source), SOURCE))
        if below:
            self._folders.append((Path(source), spare, media))

    def meet(self, source: str | bytes) -> None:
        """Protect a source that is one of many, of which only those matter that an output was to replace."""
        path = Path(os.fsdecode(source))
        if any(is_same_file(found, path) for found in self._targets):
            self.protect(path)

    def add_own_file(self, found: os.stat_result) -> None:
        """Know a file in the making by what the system says of it."""
        self._targets.append(found)

    def backs_up(self, made: Path) -> None:
        """Know the backup in the making: what it replaces must be older than that, whatever the store has become since
        it was copied."""
        self._newest = made

    def writes(self, found: os.stat_result) -> bool:
        """Whether a file is what this run replaces, or what it makes in its place."""
        return any(os.path.samestat(found, each) for each in self._targets)

    def target(self, output: str | Path) -> Path:
        """The file behind a name; UsageError where nothing may be written there.

        A link of one's own stays and the file behind it is replaced. A link of another user could lead anywhere, and
        a device or a folder is never turned into a file.
        """
        name = os.fspath(output)
        try:
            place = follow_links(name)
            found = status_of(name)
        except (OSError, ValueError) as error:
            raise refuse_place(name, error) from error
        if found is not None and stat.S_ISDIR(found.st_mode):
            raise UsageError("is a folder; nothing was written", file=name or ".", hint="name a file")
        self._refuse(name, place, found)
        if found is not None and not stat.S_ISREG(found.st_mode):
            hint = "name a plain file, or write to standard output and redirect it"
            raise UsageError("is not a regular file; nothing was written", file=name, hint=hint)
        if found is not None:
            self._targets.append(found)
        if not place.parent.is_dir():
            raise refuse_place(name, FileNotFoundError())
        if not os.access(place.parent, os.W_OK | os.X_OK):
            raise refuse_place(name, PermissionError(errno.EACCES, ""))
        return place

    def folder(self, output: str | Path) -> Path:
        """The folder behind a name, which may be missing yet; UsageError where no file may be written into it."""
        name = os.fspath(output)
        try:
            place = follow_links(name)
            found = status_of(name)
        except (OSError, ValueError) as error:
            raise refuse_place(name, error) from error
        self._refuse(name, place, None if found is None or stat.S_ISDIR(found.st_mode) else found)
        if found is not None and not stat.S_ISDIR(found.st_mode):
            raise UsageError("is not a folder; nothing was written", file=name, hint="name a folder")
        return place

    def _refuse(self, name: str, place: Path, found: os.stat_result | None) -> None:
        near = (part for path in (Path.cwd() / name, place) for part in other_stores.files_near(path, self._ledger))
        for path, what in chain(self._files, near):
            if (found is not None and is_same_file(found, path)) or (place == place_of(path) and not place.is_dir()):
                raise UsageError(f"{what}; nothing was written", file=name, hint="name another file to write to")
        if other_stores.is_store(place):
            self._refuse_store(name, place)
        else:
            self._refuse_remains(name, place, found)
        for folder, spare, media in self._folders:
            root = None if place.suffix in spare else place_of(folder)
            inside = root is not None and place.is_relative_to(root)
            if found is not None and (inside or (found.st_nlink > 1 and is_linked_below(folder, found, spare))):
                words = f"{SOURCE}, as a file in {folder}"
            elif inside and media:
                words = f"would be a file in {folder}, where files are kept and purged"
            else:
                continue
            raise UsageError(f"{words}; nothing was written", file=name, hint="name a file outside of that folder")

    def _refuse_store(self, name: str, place: Path) -> None:
        """Refuse a file that is a store by what is in it, unless a backup replaces an older one of the same store."""
        what: str | None = other_stores.what_it_is(place)
        if self._backup and self._newest is not None:
            what = other_stores.lost_by_backup(place, self._newest)
        if what is not None:
            raise UsageError(f"{what}; nothing was written", file=name, hint="name another file to write to")

    def _refuse_remains(self, name: str, place: Path, found: os.stat_result | None) -> None:
        """Refuse what may be left of a store, and a document under another name, as far as folders near it tell."""
        what = None
        if other_stores.is_left_of_store(place):
            what = other_stores.REMAINS
        elif found is not None and stat.S_ISREG(found.st_mode):
            what = other_stores.MAY_BE if other_stores.may_be_store(place) else None
            if found.st_nlink > 1:
                near = [place.parent, place.parent.parent, Path.cwd()]
                near += [] if self._ledger is None else [self._ledger.absolute().parent]
                if any(other_stores.documents_linked(found, near)):
                    what = "is the document of another store"
        if what is not None:
            raise UsageError(f"{what}; nothing was written", file=name, hint="name another file to write to")


class Pending:
    """A file that is being written beside its target, with mode 0600, until `keep` gives it the name.

    stream takes its bytes; a program that wants a name writes to `temporary` instead. then: what is said where the
    disk fails. home: the store whose next change clears what is left of a copy of it that was killed elsewhere.
    UsageError for a place that cannot be written to.
    """

    def __init__(
        self, output: str | Path, guard: Guard | None = None, *, then: str = NOTHING, home: Path | None = None
    ) -> None:
        self.output, self.then = os.fspath(output), then
        self._guard = guard or Guard()
        self._target = self._guard.target(output)
        self._making = temporary.beside(self._target, home=home)
        try:
            self.temporary = self._making.__enter__()
            self.stream: IO[bytes] = self.temporary.open("wb")
            self._guard.add_own_file(os.fstat(self.stream.fileno()))
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):  # the machine's trouble, not the place's
                raise Incomplete(f"{self.output}: {os.strerror(error.errno).lower()}; {then}",
                                 hint="let the program open more files (ulimit -n)") from error  # fmt: skip
            raise refuse_place(self.output, error) from error

    def keep(self, *, fresh: bool = False) -> None:
        """Sync the file and let it replace an older one in one step; Incomplete when the disk is full or fails.

        fresh: replace none: FileExistsError where one has come to have the name.
        """
        with explained(self.output, self.then):
            self.stream.flush()
            os.fsync(self.stream.fileno())
            self.stream.close()
        if self._guard.target(self.output) != self._target:
            raise UsageError("leads to another file than before; nothing was written", file=self.output,
                             hint="see who changes this name, then run the same command again")  # fmt: skip
        if fresh:
            self._name_fresh()
        else:
            with explained(self.output, self.then):
                self.temporary.replace(self._target)
        self._making.__exit__(None, None, None)
        log.note("sink", "wrote {}", self.output)
        with suppress(OSError):  # not every file system can
            atomic.sync_folder(self._target.parent)

    def _name_fresh(self) -> None:
        """Give the file its name unless something has that; in one step, where the file system has hard links."""
        try:
            self._target.hardlink_to(self.temporary)
        except FileExistsError:
            raise
        except OSError:
            if os.path.lexists(self._target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
            with explained(self.output, self.then):
                self.temporary.replace(self._target)

    def drop(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):  # a full disk is told when bytes are written, not again here
            self.stream.close()
        with suppress(OSError):
            self._making.__exit__(None, None, None)


@contextmanager
def replacing(
    output: str | Path, guard: Guard | None = None, *, home: Path | None = None, fresh: bool = False
) -> Iterator[Pending]:
    """A file to write, kept at the end; whatever stops this, an interrupt included, the older file stays. fresh: as of
    `Pending.keep`."""
    pending = Pending(output, guard, home=home)
    try:
        yield pending
        pending.keep(fresh=fresh)
    except BaseException:
        pending.drop()
        raise


def write(output: str | Path, chunks: Iterable[bytes], guard: Guard | None = None, *, fresh: bool = False) -> None:
    """Write a whole file. Raises UsageError for a place that cannot be written to, Incomplete for a full disk. fresh:
    as of `Pending.keep`."""
    with replacing(output, guard, fresh=fresh) as pending:
        for chunk in chunks:
            with explained(pending.output):
                pending.stream.write(chunk)
