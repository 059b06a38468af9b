"""An S3-compatible bucket as a place that keeps bytes.

With versioning, an object goes into quarantine as a delete marker over it, and a small pointer object remembers the
version; dropping it deletes that version. Without, it is copied to the quarantine prefix, compared, and deleted.
Object lock and legal holds are respected: a lock is never bypassed, it is reported.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from occ_media_cli.decoding import decode
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.places.s3 import Objects, address, why_kept, why_locked
from occ_media_cli.places.safe_open import VANISHED, Kept, Opened
from occ_media_cli.places.storage import Content, FoundObject, Parts, Stored, Taken

_POINTER_BYTES = 65_536
"""More than any pointer has: a key has at most 1,024 bytes."""


class Bucket:
    """An open bucket."""

    def __init__(self, root: str) -> None:
        self.address = address(root)
        self._objects = Objects(self.address)
        _ = self._objects.versioned  # a bucket that may not be opened is told before anything is planned or done

    def close(self) -> None:
        """Close the connections."""
        self._objects.close()

    def settle(self) -> None:
        """A bucket keeps what it has acknowledged."""

    def value(self) -> Mapping[str, object]:
        """Address and endpoint."""
        return self.address.value()

    def refuses(self, planned: Mapping[str, object], store: Path) -> str | None:  # no store is in a bucket
        """Another bucket, prefix or endpoint than the planned one, or an empty one."""
        if dict(planned) != self.value():
            return f"it is not the bucket that was planned for, {planned.get('path')}"
        return None if self._objects.any() else "it is empty: is it the right prefix?"

    def _key(self, parts: Parts) -> str:
        return self.address.prefix + "/".join(parts)

    def _room(self, name: str, *, pointer: bool) -> str:
        return f"{self.address.prefix}{QUARANTINE}/{'version' if pointer else 'object'}/{name}"

    # Reading

    def content(self, parts: Parts) -> Content | Kept:
        """sha256 and size of an object."""
        return self._objects.read(self._key(parts))

    def examine_object(self, parts: Parts) -> FoundObject | Kept:
        """sha256, size and time of an object."""
        key = self._key(parts)
        head = self._objects.head(key)
        if isinstance(head, Kept):
            return head
        content = self._objects.read(key, self._objects.version_of(head))
        return content if isinstance(content, Kept) else FoundObject(content, _written(head))

    def open_object(self, parts: Parts) -> Opened | Kept:
        """An object in a nameless file of this machine, which goes with its descriptor."""
        import os
        import tempfile

        with tempfile.TemporaryFile() as copy:
            wrong = self._objects.copy_to(self._key(parts), copy)
            if wrong is not None:
                return wrong
            copy.flush()
            return Opened(os.dup(copy.fileno()), os.fstat(copy.fileno()))

    def walk(self) -> Iterator[Stored]:
        """Every object outside the quarantine, and older versions that still hold bytes."""
        start = len(self.address.prefix)
        for item in self._objects.listed(self.address.prefix):
            name = item["Key"][start:]
            if not name.startswith(QUARANTINE + "/") and not name.endswith("/"):
                yield Stored(tuple(name.split("/")), name, item["Size"])
        if self._objects.versioned:
            yield from self._older(start)

    def _older(self, start: int) -> Iterator[Stored]:
        """Versions that a listing of objects does not show, but those that wait in quarantine."""
        waiting = {self._pointer(name) for name in self.waiting()}
        for item in self._objects.versions():
            name, version = item["Key"][start:], item["VersionId"]
            kept = not item["IsLatest"] and not name.startswith(QUARANTINE + "/")
            if kept and (item["Key"], version) not in waiting:
                yield Stored(None, f"{name} (version {version})", item["Size"], older=True)

    # Moving

    def take(self, parts: Parts, wanted: Collection[Content], name: str, *, mtime: int | None = None) -> Taken | Kept:
        """Check that an object is one of those wanted and not locked, and move it into quarantine."""
        key = self._key(parts)
        head = self._objects.head(key)
        if isinstance(head, Kept):
            return head
        if mtime is not None and _written(head) != mtime:
            return Kept("other-time", "it was written to since the plan")
        if head["ContentLength"] not in {size for _, size in wanted}:
            return Kept("other-size", f"it has {head['ContentLength']:,} bytes, not what the ledger says")
        version = self._objects.version_of(head)
        found = self._objects.read(key, version)
        if isinstance(found, Kept):
            return found
        if found not in wanted:
            return Kept("other-hash", "its sha256 is not what the ledger says")
        locked = why_locked(head)
        if locked is not None:
            return locked
        try:
            if version is not None:
                return self._mark(key, version, name, found)
            return self._copy_away(key, str(head["ETag"]), name, found)
        except self._objects.errors as problem:
            return why_kept(problem)

    def _mark(self, key: str, version: str, name: str, found: Content) -> Taken | Kept:
        self._objects.put(self._room(name, pointer=True), json.dumps({"key": key, "version": version}).encode())
        marker = self._objects.delete(key)
        versions, _ = self._objects.versions_of(key)
        if not versions or versions[0]["VersionId"] != version:
            # Somebody wrote a newer version after it was read: that one must not be hidden.
            self._objects.delete_version(key, marker)
            self._forget(name, pointer=True)
            return Kept("changed", "a newer version was written while it was looked at")
        return Taken(name, found)

    def _copy_away(self, key: str, tag: str, name: str, found: Content) -> Taken | Kept:
        room = self._room(name, pointer=False)
        self._objects.copy(key, room, tag=tag)
        same = self._objects.read(room) == found
        again = self._objects.head(key)  # the last thing before it goes: reading the copy takes as long as it is large
        if not same or isinstance(again, Kept) or again["ETag"] != tag:
            self._forget(name, pointer=False)
            return Kept("changed", "it was written to while it was looked at")
        self._objects.delete(key)
        return Taken(name, found)

    def put_back(self, name: str, parts: Parts) -> Kept | None:
        """Bring an object back to its key; a newer object there stays."""
        key = self._key(parts)
        try:
            there = self._objects.head(key)
            pointer = self._pointer(name)
            if pointer is not None:
                if not isinstance(there, Kept):
                    if there.get("VersionId") != pointer[1]:
                        return Kept("occupied", "another object is in its place")
                else:
                    self._unmark(key)
                self._forget(name, pointer=True)
                return None
            if not isinstance(there, Kept):
                return Kept("occupied", "another object is in its place")
            room = self._room(name, pointer=False)
            self._objects.copy(room, key)
            if self._objects.read(key) != self._objects.read(room):
                return Kept("changed", "the copy differs from what waits in quarantine")
            self._forget(name, pointer=False)
        except self._objects.errors as problem:
            return why_kept(problem)
        return None

    def _unmark(self, key: str) -> None:
        _, markers = self._objects.versions_of(key)
        for item in markers:
            if item["IsLatest"]:
                self._objects.delete_version(key, item["VersionId"])

    # The quarantine

    def waiting(self) -> Iterator[str]:
        """The names in quarantine, in byte order."""
        names = set()
        for pointer in (True, False):
            prefix = self._room("", pointer=pointer)
            names |= {item["Key"][len(prefix) :] for item in self._objects.listed(prefix)}
        yield from sorted(names)

    def _pointer(self, name: str) -> tuple[str, str] | None:
        """The key and version that a pointer in quarantine remembers."""
        try:
            said = decode(self._objects.start(self._room(name, pointer=True), _POINTER_BYTES), largest=_POINTER_BYTES)
            return str(said["key"]), str(said["version"])
        except self._objects.errors as problem:
            if why_kept(problem) == VANISHED:
                return None
            raise
        except (ValueError, KeyError, TypeError):
            return None

    def waits(self, name: str, wanted: Collection[Content]) -> Content | Kept:
        """Whether an object waits in quarantine and has not changed."""
        pointer = self._pointer(name)
        where = pointer if pointer is not None else (self._room(name, pointer=False), None)
        head = self._objects.head(*where)
        locked = head if isinstance(head, Kept) else why_locked(head)
        if locked is not None:
            return locked
        found = self._objects.read(*where)
        if isinstance(found, Kept) or found in wanted:
            return found
        return Kept("other-hash", "it was changed in quarantine")

    def other_links(self, name: str) -> int:
        """A bucket knows no links."""
        return 0

    def drop(self, name: str) -> Kept | None:
        """Delete a version or a copy in quarantine for good. A lock is never bypassed."""
        try:
            pointer = self._pointer(name)
            if pointer is None:
                if isinstance(head := self._objects.head(self._room(name, pointer=False)), Kept):
                    return head
                self._forget(name, pointer=False)
                return None
            head = self._objects.head(*pointer)
            if isinstance(head, Kept):
                return head
            locked = why_locked(head)
            if locked is not None:
                return locked
            self._objects.delete_version(*pointer)
            self._forget(name, pointer=True)
        except self._objects.errors as problem:
            return why_kept(problem)
        return None

    def _forget(self, name: str, *, pointer: bool) -> None:
        """Remove an object of the quarantine itself, with every version of it."""
        key = self._room(name, pointer=pointer)
        versions, markers = self._objects.versions_of(key)
        try:
            for item in (*versions, *markers):
                self._objects.delete_version(key, item["VersionId"])
        except self._objects.errors as problem:
            if not pointer or why_kept(problem).code != "locked":
                raise
            # A bucket that locks everything it is given locks pointers too; they hold no bytes, so hiding one will do.
            self._objects.delete(key)


def _written(head: Mapping[str, Any]) -> int:
    """When an object was written, in nanoseconds; services say it to the second."""
    return int(head["LastModified"].timestamp()) * 1_000_000_000
