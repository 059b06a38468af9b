"""A local folder of files, touched through directory descriptors only: no link is ever followed below the root."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from occ_media_cli.errors import Refused, StoreBusy
from occ_media_cli.places import descend, roots
from occ_media_cli.places.descend import rename
from occ_media_cli.places.safe_open import (
    FOLDER,
    LINK,
    VANISHED,
    Kept,
    Opened,
    folder_below,
    open_below,
    open_folder,
    open_in,
    spell_below,
    why,
)
from occ_media_cli.places.storage import Content, FoundObject, Parts, Stored, Taken
from occ_media_cli.places.waiting_room import WaitingRoom
from occ_media_cli.places.walk import walk


class Folder:
    """An open root. locked: no other purge may work on it at the same time."""

    def __init__(self, root: str, *, locked: bool) -> None:
        self.root = roots.look_at_root(root)
        with roots.explain_failure(self.root.path, "the root cannot be opened"):
            self._descriptor = os.open(self.root.path, FOLDER)
        self._quarantine = WaitingRoom(self._descriptor, self.root)
        self._moved: dict[tuple[int, int], int] = {}
        found = os.fstat(self._descriptor)
        if (found.st_dev, found.st_ino) != (self.root.device, self.root.inode):
            os.close(self._descriptor)
            raise Refused("the root changed while it was opened; nothing was removed", hint="run it again")
        if locked:
            self._lock()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise StoreBusy(
                "another purge works on this root; nothing was removed", file=self.root.path, hint="wait for its end"
            ) from None

    def close(self) -> None:
        """Let go of the root and of its lock."""
        for descriptor in (*self._moved.values(), self._quarantine.descriptor, self._descriptor):
            if descriptor is not None:
                os.close(descriptor)
        self._moved.clear()

    def value(self) -> Mapping[str, object]:
        """Path, device and inode."""
        return self.root.value()

    def refuses(self, planned: Mapping[str, object], store: Path) -> str | None:
        """Another folder than the planned one, an empty one, or one that holds more than media."""
        if (self.root.device, self.root.inode) != (planned.get("device"), planned.get("inode")):
            return f"it is not the folder that was planned for, {planned.get('path')} (another device or inode)"
        danger = roots.danger(self.root, store)
        if danger is not None:
            return danger
        with roots.explain_failure(self.root.path, "the root cannot be read"), os.scandir(self._descriptor) as names:
            if next(names, None) is None:
                return "it is empty: is its volume mounted?"
        return None

    def _spelled(self, parts: Parts) -> Parts:
        return tuple(spell_below(self._descriptor, parts))

    def content(self, parts: Parts) -> Content | Kept:
        """sha256 and size of a file under the root."""
        parts = self._spelled(parts)
        parent = folder_below(self._descriptor, parts, device=self.root.device)
        if isinstance(parent, Kept):
            return parent
        try:
            return descend.content_at(parent, parts[-1])
        finally:
            os.close(parent)

    def examine_object(self, parts: Parts) -> FoundObject | Kept:
        """sha256, size and mtime of a file under the root; one that is written to meanwhile is kept."""
        parts = self._spelled(parts)
        parent = folder_below(self._descriptor, parts, device=self.root.device)
        if isinstance(parent, Kept):
            return parent
        try:
            return descend.found_at(parent, parts[-1])
        finally:
            os.close(parent)

    def open_object(self, parts: Parts) -> Opened | Kept:
        """A file under the root, open to be read."""
        return open_below(self._descriptor, parts)

    # Moving files

    def take(self, parts: Parts, wanted: Collection[Content], name: str, *, mtime: int | None = None) -> Taken | Kept:
        """Check that a file is one of those wanted, and rename it into quarantine."""
        parts = self._spelled(parts)
        parent = folder_below(self._descriptor, parts, device=self.root.device)
        if isinstance(parent, Kept):
            return parent
        try:
            opened = open_in(parent, parts[-1])
            if isinstance(opened, Kept):
                return opened
            try:
                if mtime is not None and opened.found.st_mtime_ns != mtime:
                    return Kept("other-time", "it was written to since the plan")
                return self._move(parent, parts, opened.fd, wanted, name)
            finally:
                os.close(opened.fd)
        finally:
            os.close(parent)

    def _move(self, parent: int, parts: Parts, descriptor: int, wanted: Collection[Content], name: str) -> Taken | Kept:
        before = os.fstat(descriptor)
        if before.st_size not in {size for _, size in wanted}:
            return Kept("other-size", f"it has {before.st_size:,} bytes, not what the ledger says")
        found = descend.content_of(descriptor)
        if isinstance(found, Kept):
            return found
        if found not in wanted:
            return Kept("other-hash", "its sha256 is not what the ledger says")
        quarantine = self._quarantine.open_or_make()
        try:
            rename(parts[-1], name, old_folder=parent, new_folder=quarantine)
        except FileExistsError:
            return Kept("in-quarantine", f"{name} is in quarantine already")
        except OSError as problem:
            return why(problem)
        wrong = self._moved_another(descriptor, before, name) or self._moved_away(parent, parts)
        if wrong is not None:
            try:
                rename(name, parts[-1], old_folder=quarantine, new_folder=parent)
            except OSError:
                return Kept("stranded", f"{wrong.words}; it waits in quarantine as {name}")
            return wrong
        found_parent = os.fstat(parent)
        key = (found_parent.st_dev, found_parent.st_ino)
        if key not in self._moved:
            self._moved[key] = os.dup(parent)
        return Taken(name, found, before.st_nlink - 1)

    def _moved_another(self, descriptor: int, before: os.stat_result, name: str) -> Kept | None:
        """Whether the name stood for something else by then, or the file was written to while it was read."""
        there = os.stat(name, dir_fd=self._quarantine.descriptor, follow_symlinks=False)
        if (there.st_dev, there.st_ino) != (before.st_dev, before.st_ino):
            return LINK if stat.S_ISLNK(there.st_mode) else Kept("changed", "it was replaced while it was looked at")
        after = os.fstat(descriptor)
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            return Kept("changed", "it was written to while it was looked at")
        return None

    def _moved_away(self, parent: int, parts: Parts) -> Kept | None:
        """Whether the folder is no longer where the path says."""
        again = folder_below(self._descriptor, parts, device=self.root.device)
        if isinstance(again, Kept):
            return again
        try:
            same = os.path.samestat(os.fstat(again), os.fstat(parent))
        finally:
            os.close(again)
        return None if same else Kept("changed", "its folder was replaced while it was looked at")

    def put_back(self, name: str, parts: Parts) -> Kept | None:
        """Rename a file from quarantine to its old place; folders that are missing are made."""
        quarantine = self._quarantine.open_if_there()
        if quarantine is None:
            return VANISHED
        parts = self._spelled(parts)
        current = os.dup(self._descriptor)
        try:
            for part in parts[:-1]:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o700, dir_fd=current)
                below = open_folder(current, part)
                if isinstance(below, Kept):
                    return below
                os.close(current)
                current = below
                if os.fstat(current).st_dev != self.root.device:
                    return Kept("other-device", "another file system is mounted on the way to its place")
            rename(name, parts[-1], old_folder=quarantine, new_folder=current)
            os.fsync(current)
            os.fsync(quarantine)
        except FileExistsError:
            return Kept("occupied", "another file is in its place")
        except OSError as problem:
            return why(problem)
        finally:
            os.close(current)
        return None

    # The quarantine

    def waiting(self) -> Iterator[str]:
        """The names in quarantine, in byte order."""
        return self._quarantine.names()

    def waits(self, name: str, wanted: Collection[Content]) -> Content | Kept:
        """Whether a file waits in quarantine and has not changed."""
        return self._quarantine.waits(name, wanted)

    def other_links(self, name: str) -> int:
        """How many other names lead to the bytes of a file in quarantine."""
        return self._quarantine.other_links(name)

    def drop(self, name: str) -> Kept | None:
        """Unlink a file in quarantine."""
        return self._quarantine.drop(name)

    def settle(self) -> None:
        """Sync the folders that files left, and the quarantine."""
        with roots.explain_failure(self.root.path, "what was moved cannot be made to last"):
            for descriptor in (*self._moved.values(), self._quarantine.descriptor):
                if descriptor is not None:
                    os.fsync(descriptor)
        for descriptor in self._moved.values():
            os.close(descriptor)
        self._moved.clear()

    def walk(self) -> Iterator[Stored]:
        """Every file outside the quarantine; what is no file or cannot be read is a problem."""
        for met in walk(self._descriptor, passes_over="quarantine"):
            if met.kind == "system":
                continue
            shown = met.path.decode(errors="backslashreplace")
            try:
                parts: Parts | None = tuple(met.path.decode().split("/"))
            except UnicodeDecodeError:
                parts = None
            problem, size = met.problem, None
            if met.kind == "file":
                try:
                    size = os.stat(met.name, dir_fd=met.folder, follow_symlinks=False).st_size
                except OSError as error:
                    problem = why(error).words
            yield Stored(parts, shown, size, problem, skipped=met.kind in ("link", "special"))
