"""An S3-compatible bucket, through the extra `s3`. Credentials and endpoint come from where AWS tools look for them.

With versioning, an object goes into quarantine as a delete marker over it, and a small pointer object remembers the
version; dropping it deletes that version. Without, it is copied to the quarantine prefix, compared, and deleted.
Object lock and legal holds are respected: a lock is never bypassed, it is reported.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from occ_media_cli.errors import NotFound, PartMissing, Refused
from occ_media_cli.retention import answers
from occ_media_cli.retention.address import address
from occ_media_cli.retention.place import QUARANTINE
from occ_media_cli.retention.storage import Content, Found, Kept, Parts, Stored, Taken

_READ = 1 << 20


class Bucket:
    """An open bucket."""

    def __init__(self, root: str) -> None:
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise PartMissing(
                "buckets need the extra 's3', which is not installed", hint="pip install 'occ-media[s3]'"
            ) from None
        self.address = address(root)
        self._errors = (ClientError, BotoCoreError)
        config = Config(retries={"max_attempts": 5, "mode": "standard"}, connect_timeout=10, read_timeout=60)
        try:
            self._client: Any = boto3.client("s3", endpoint_url=self.address.endpoint, config=config)
            versioning = self._client.get_bucket_versioning(Bucket=self.address.bucket)
        except self._errors as problem:
            raise self._no_bucket(problem) from problem
        self._versions = versioning.get("Status") == "Enabled"

    def _no_bucket(self, problem: Exception) -> NotFound | Refused | PartMissing:
        code = answers.code(problem)
        if code in ("NoSuchBucket", "404"):
            return NotFound(f"no bucket '{self.address.bucket}'; nothing was removed", hint="check --root")
        if code in ("AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
            return Refused(
                f"the bucket '{self.address.bucket}' may not be opened: {code}; nothing was removed",
                hint="check the credentials: AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            )
        return PartMissing(
            f"the bucket service does not answer: {problem}; nothing was removed",
            hint="check the network, AWS_ENDPOINT_URL and AWS_DEFAULT_REGION",
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def settle(self) -> None:
        """A bucket keeps what it has acknowledged."""

    def value(self) -> Mapping[str, object]:
        """Address and endpoint."""
        return self.address.value()

    def refuses(self, planned: Mapping[str, object], store: Path) -> str | None:  # no store is in a bucket
        """Another bucket, prefix or endpoint than the planned one, or an empty one."""
        if dict(planned) != self.value():
            return f"it is not the bucket that was planned for, {planned.get('path')}"
        found = self._client.list_objects_v2(Bucket=self.address.bucket, Prefix=self.address.prefix, MaxKeys=1)
        return None if found.get("KeyCount") or self._marked() else "it is empty: is it the right prefix?"

    def _marked(self) -> bool:
        """Whether only delete markers are left, as after a purge of everything."""
        if not self._versions:
            return False
        found = self._client.list_object_versions(Bucket=self.address.bucket, Prefix=self.address.prefix, MaxKeys=1)
        return bool(found.get("DeleteMarkers") or found.get("Versions"))

    # Reading

    def _key(self, parts: Parts) -> str:
        return self.address.prefix + "/".join(parts)

    def _room(self, name: str, *, pointer: bool) -> str:
        return f"{self.address.prefix}{QUARANTINE}/{'version' if pointer else 'object'}/{name}"

    def _head(self, key: str, version: str | None = None) -> Mapping[str, Any] | Kept:
        which = {"VersionId": version} if version is not None else {}
        try:
            found: Mapping[str, Any] = self._client.head_object(Bucket=self.address.bucket, Key=key, **which)
        except self._errors as problem:
            return answers.kept(problem)
        return found

    def _read(self, key: str, version: str | None = None) -> Content | Kept:
        which = {"VersionId": version} if version is not None else {}
        digest, size = sha256(), 0
        try:
            body = self._client.get_object(Bucket=self.address.bucket, Key=key, **which)["Body"]
            for chunk in body.iter_chunks(_READ):
                digest.update(chunk)
                size += len(chunk)
        except self._errors as problem:
            return answers.kept(problem)
        return digest.digest(), size

    def content(self, parts: Parts) -> Content | Kept:
        """sha256 and size of an object."""
        return self._read(self._key(parts))

    def look(self, parts: Parts) -> Found | Kept:
        """sha256, size and time of an object."""
        key = self._key(parts)
        head = self._head(key)
        if isinstance(head, Kept):
            return head
        content = self._read(key, head.get("VersionId") if self._versions else None)
        return content if isinstance(content, Kept) else Found(content, _written(head))

    # Moving

    def take(self, parts: Parts, wanted: Collection[Content], name: str, *, mtime: int | None = None) -> Taken | Kept:
        """Check that an object is one of those wanted and not locked, and move it into quarantine."""
        key = self._key(parts)
        head = self._head(key)
        if isinstance(head, Kept):
            return head
        if mtime is not None and _written(head) != mtime:
            return Kept("other-time", "it was written to since the plan")
        if head["ContentLength"] not in {size for _, size in wanted}:
            return Kept("other-size", f"it has {head['ContentLength']:,} bytes, not what the ledger says")
        version = head.get("VersionId") if self._versions else None
        found = self._read(key, version)
        if isinstance(found, Kept):
            return found
        if found not in wanted:
            return Kept("other-hash", "its sha256 is not what the ledger says")
        locked = answers.locked(head)
        if locked is not None:
            return locked
        try:
            if version is not None:
                return self._mark(key, version, name, found)
            return self._copy_away(key, str(head["ETag"]), name, found)
        except self._errors as problem:
            return answers.kept(problem)

    def _mark(self, key: str, version: str, name: str, found: Content) -> Taken | Kept:
        body = json.dumps({"key": key, "version": version}).encode()
        self._client.put_object(Bucket=self.address.bucket, Key=self._room(name, pointer=True), Body=body)
        marker = self._client.delete_object(Bucket=self.address.bucket, Key=key).get("VersionId")
        below = self._newest_version(key)
        if below != version:
            # Somebody wrote a newer version after it was read: that one must not be hidden.
            self._client.delete_object(Bucket=self.address.bucket, Key=key, VersionId=marker)
            self._forget(name, pointer=True)
            return Kept("changed", "a newer version was written while it was looked at")
        return Taken(name, found)

    def _newest_version(self, key: str) -> str | None:
        found = self._client.list_object_versions(Bucket=self.address.bucket, Prefix=key)
        dates = [(item["LastModified"], item["VersionId"]) for item in found.get("Versions", ()) if item["Key"] == key]
        return dates[0][1] if dates else None  # a listing has the newest version of a key first

    def _copy_away(self, key: str, tag: str, name: str, found: Content) -> Taken | Kept:
        room = self._room(name, pointer=False)
        source = {"Bucket": self.address.bucket, "Key": key}
        self._client.copy_object(Bucket=self.address.bucket, Key=room, CopySource=source, CopySourceIfMatch=tag)
        again = self._head(key)
        if self._read(room) != found or isinstance(again, Kept) or again["ETag"] != tag:
            self._forget(name, pointer=False)
            return Kept("changed", "it was written to while it was looked at")
        self._client.delete_object(Bucket=self.address.bucket, Key=key)
        return Taken(name, found)

    def _forget(self, name: str, *, pointer: bool) -> None:
        """Remove an object of the quarantine itself, with every version of it."""
        key = self._room(name, pointer=pointer)
        found = self._client.list_object_versions(Bucket=self.address.bucket, Prefix=key)
        try:
            for item in (*found.get("Versions", ()), *found.get("DeleteMarkers", ())):
                if item["Key"] == key:
                    self._client.delete_object(Bucket=self.address.bucket, Key=key, VersionId=item["VersionId"])
        except self._errors as problem:
            if not pointer or answers.kept(problem).code != "locked":
                raise
            # A bucket that locks everything it is given locks pointers too; they hold no bytes, so hiding one will do.
            self._client.delete_object(Bucket=self.address.bucket, Key=key)

    def _pointer(self, name: str) -> tuple[str, str] | None:
        """The key and version that a pointer in quarantine remembers."""
        try:
            body = self._client.get_object(Bucket=self.address.bucket, Key=self._room(name, pointer=True))["Body"]
            said = json.loads(body.read(65_536))
            return str(said["key"]), str(said["version"])
        except self._errors as problem:
            if answers.kept(problem) == answers.VANISHED:
                return None
            raise
        except (ValueError, KeyError, TypeError):
            return None

    def put_back(self, name: str, parts: Parts) -> Kept | None:
        """Bring an object back to its key; a newer object there stays."""
        key = self._key(parts)
        try:
            there = self._head(key)
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
            source = {"Bucket": self.address.bucket, "Key": room}
            self._client.copy_object(Bucket=self.address.bucket, Key=key, CopySource=source)
            if self._read(key) != self._read(room):
                return Kept("changed", "the copy differs from what waits in quarantine")
            self._forget(name, pointer=False)
        except self._errors as problem:
            return answers.kept(problem)
        return None

    def _unmark(self, key: str) -> None:
        found = self._client.list_object_versions(Bucket=self.address.bucket, Prefix=key)
        for item in found.get("DeleteMarkers", ()):
            if item["Key"] == key and item["IsLatest"]:
                self._client.delete_object(Bucket=self.address.bucket, Key=key, VersionId=item["VersionId"])

    def waiting(self) -> Iterator[str]:
        """The names in quarantine, in byte order."""
        names = set()
        for pointer in (True, False):
            prefix = self._room("", pointer=pointer)
            for page in self._pages(prefix):
                names |= {item["Key"][len(prefix) :] for item in page.get("Contents", ())}
        yield from sorted(names)

    def waits(self, name: str, wanted: Collection[Content]) -> Content | Kept:
        """Whether an object waits in quarantine and has not changed."""
        pointer = self._pointer(name)
        where = pointer if pointer is not None else (self._room(name, pointer=False), None)
        head = self._head(*where)
        locked = head if isinstance(head, Kept) else answers.locked(head)
        if locked is not None:
            return locked
        found = self._read(*where)
        if isinstance(found, Kept) or found in wanted:
            return found
        return Kept("other-hash", "it was changed in quarantine")

    def drop(self, name: str) -> Kept | None:
        """Delete a version or a copy in quarantine for good. A lock is never bypassed."""
        try:
            pointer = self._pointer(name)
            if pointer is None:
                if isinstance(head := self._head(self._room(name, pointer=False)), Kept):
                    return head
                self._forget(name, pointer=False)
                return None
            head = self._head(*pointer)
            if isinstance(head, Kept):
                return head
            locked = answers.locked(head)
            if locked is not None:
                return locked
            self._client.delete_object(Bucket=self.address.bucket, Key=pointer[0], VersionId=pointer[1])
            self._forget(name, pointer=True)
        except self._errors as problem:
            return answers.kept(problem)
        return None

    def _pages(self, prefix: str) -> Iterator[Mapping[str, Any]]:
        paginator = self._client.get_paginator("list_objects_v2")
        yield from paginator.paginate(Bucket=self.address.bucket, Prefix=prefix)

    def walk(self) -> Iterator[Stored]:
        """Every object outside the quarantine, and older versions that still hold bytes."""
        start = len(self.address.prefix)
        for page in self._pages(self.address.prefix):
            for item in page.get("Contents", ()):
                name = item["Key"][start:]
                if not name.startswith(QUARANTINE + "/") and not name.endswith("/"):
                    yield Stored(tuple(name.split("/")), name, item["Size"])
        if self._versions:
            yield from self._older(start)

    def _older(self, start: int) -> Iterator[Stored]:
        """Versions that a listing of objects does not show, but those that wait in quarantine."""
        waiting = {self._pointer(name) for name in self.waiting()}
        paginator = self._client.get_paginator("list_object_versions")
        for page in paginator.paginate(Bucket=self.address.bucket, Prefix=self.address.prefix):
            for item in page.get("Versions", ()):
                name, version = item["Key"][start:], item["VersionId"]
                kept = not item["IsLatest"] and not name.startswith(QUARANTINE + "/")
                if kept and (item["Key"], version) not in waiting:
                    yield Stored(None, f"{name} (version {version})", item["Size"], older=True)


def _written(head: Mapping[str, Any]) -> int:
    """When an object was written, in nanoseconds; services say it to the second."""
    return int(head["LastModified"].timestamp()) * 1_000_000_000
