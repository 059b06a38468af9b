"""The quarantine of a folder: files wait in it for the end of their grace, out of everybody else's reach."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress

from occ_media_cli.errors import Refused
from occ_media_cli.places import descend
from occ_media_cli.places.roots import QUARANTINE, Root, explain_failure
from occ_media_cli.places.safe_open import FOLDER, VANISHED, Kept, why
from occ_media_cli.places.storage import Content


class WaitingRoom:
    """The quarantine under an open root, which is made when the first file comes.

    folder: the descriptor of the root. descriptor: that of the quarantine, None until it is opened.
    """

    def __init__(self, folder: int, root: Root) -> None:
        self._folder, self._root = folder, root
        self.descriptor: int | None = None

    def open_if_there(self) -> int | None:
        """Its descriptor, or None where there is none yet. Refused where others could tamper with what waits."""
        if self.descriptor is None:
            try:
                descriptor = os.open(QUARANTINE, FOLDER, dir_fd=self._folder)
            except FileNotFoundError:
                return None
            except OSError:
                raise _unsafe("it is no folder") from None
            found = os.fstat(descriptor)
            wrong = None
            if found.st_uid != os.geteuid():
                wrong = "it belongs to another user"
            elif found.st_mode & 0o077:
                wrong = "others may look into it or write there"
            elif found.st_dev != self._root.device:
                wrong = "it is on another file system"
            if wrong is not None:
                os.close(descriptor)
                raise _unsafe(wrong)
            self.descriptor = descriptor
        return self.descriptor

    def open_or_make(self) -> int:
        """Its descriptor; a room that is made here belongs to us alone, and lasts."""
        found = self.open_if_there()
        if found is None:
            with explain_failure(self._root.path, "the quarantine cannot be made"):
                with suppress(FileExistsError):
                    os.mkdir(QUARANTINE, 0o700, dir_fd=self._folder)
                os.fsync(self._folder)
            found = self.open_if_there()
        assert found is not None  # noqa: S101  # it was just made
        return found

    def names(self) -> Iterator[str]:
        """The names in quarantine, in byte order."""
        quarantine = self.open_if_there()
        if quarantine is not None:
            with os.scandir(quarantine) as found:
                yield from sorted(entry.name for entry in found)

    def waits(self, name: str, wanted: Collection[Content]) -> Content | Kept:
        """Whether a file waits in quarantine and has not changed."""
        quarantine = self.open_if_there()
        if quarantine is None:
            return VANISHED
        found = descend.content_at(quarantine, name)
        if isinstance(found, Kept) or found in wanted:
            return found
        return Kept("other-hash", "it was changed in quarantine")

    def other_links(self, name: str) -> int:
        """How many other names in the file system lead to the bytes of a file in quarantine."""
        quarantine = self.open_if_there()
        if quarantine is None:
            return 0
        try:
            return os.stat(name, dir_fd=quarantine, follow_symlinks=False).st_nlink - 1
        except OSError:
            return 0

    def drop(self, name: str) -> Kept | None:
        """Unlink a file in quarantine."""
        quarantine = self.open_if_there()
        if quarantine is None:
            return VANISHED
        try:
            found = os.stat(name, dir_fd=quarantine, follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode):
                return Kept("not-regular", "it is no regular file")
            os.unlink(name, dir_fd=quarantine)
        except OSError as problem:
            return why(problem)
        return None


def _unsafe(why: str) -> Refused:
    return Refused(
        f"the quarantine {QUARANTINE} under the root is not safe: {why}; nothing was removed",
        hint="look at it; a purge makes it for itself, mode 0700",
    )
