"""The objects of an S3-compatible bucket and their versions, as the service is asked for them, through the extra `s3`.

Credentials and endpoint come from where AWS tools look for them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import IO, Any

from occ_media_cli import times
from occ_media_cli.errors import NotFound, PartMissing, Refused, UsageError
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.places.safe_open import VANISHED, Kept
from occ_media_cli.places.storage import Content

_READ = 1 << 20
_LONGEST_ANSWER = 200
_MOST_EMPTY = 1_000
"""Pages without an item, one after the other. A filter may leave a page empty; no listing has so many of them."""

Said = Mapping[str, Any]
"""What the service says of an object or a version, under the names that it gives."""


class Objects:
    """An open bucket. Where it is not said otherwise, a method raises one of `errors` when the service refuses.

    errors: the classes of what the service or the way to it may raise. undone: what an error says was not done, or was.
    """

    def __init__(self, address: Address, *, undone: str = "nothing was removed", extra: str = "s3") -> None:
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise PartMissing(
                f"buckets need the extra '{extra}', which is not installed; {undone}",
                hint=f"pip install 'occ-media[{extra}]'",
            ) from None
        self._bucket, self._prefix, self.undone = address.bucket, address.prefix, undone
        self.errors = (ClientError, BotoCoreError)
        config = Config(retries={"max_attempts": 5, "mode": "standard"}, connect_timeout=10, read_timeout=60)
        region = os.environ.get("AWS_REGION") or None
        try:
            self._client: Any = boto3.client("s3", region_name=region, endpoint_url=address.endpoint, config=config)
        except (*self.errors, ValueError) as problem:
            raise self.explained(problem) from problem

    @cached_property
    def versioned(self) -> bool:
        """Whether the bucket keeps versions. Raises what `explained` makes of a refusal."""
        try:
            found = self._client.get_bucket_versioning(Bucket=self._bucket)
        except self.errors as problem:
            raise self.explained(problem) from problem
        return bool(found.get("Status") == "Enabled")

    def explained(self, problem: Exception) -> NotFound | Refused | PartMissing:
        """The error that a person sees where the bucket as a whole cannot be used."""
        code = code_of(problem)
        if code in ("NoSuchBucket", "404"):
            return NotFound(f"no bucket '{self._bucket}'; {self.undone}", hint="check its name and AWS_ENDPOINT_URL")
        if code in ("AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
            return Refused(
                f"the bucket '{self._bucket}' may not be opened: {code}; {self.undone}",
                hint="check the credentials: AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            )
        said = next(iter(str(problem).splitlines()), "")[:_LONGEST_ANSWER] or type(problem).__name__
        return PartMissing(
            f"the bucket service does not answer as it should: {said}; {self.undone}",
            hint="check the network, AWS_ENDPOINT_URL, AWS_REGION and the keys",
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    # One object

    def head(self, key: str, version: str | None = None) -> Said | Kept:
        """What the service says of an object, its locks included; never raises."""
        try:
            found: Said = self._client.head_object(Bucket=self._bucket, Key=key, **_which(version))
        except self.errors as problem:
            return why_kept(problem)
        return found

    def version_of(self, head: Said) -> str | None:
        """The version that a head is about; None in a bucket that keeps none."""
        return head.get("VersionId") if self.versioned else None

    def read(self, key: str, version: str | None = None) -> Content | Kept:
        """sha256 and size of an object; never raises."""
        digest, size = sha256(), 0
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key, **_which(version))["Body"]
            for chunk in body.iter_chunks(_READ):
                digest.update(chunk)
                size += len(chunk)
        except self.errors as problem:
            return why_kept(problem)
        return digest.digest(), size

    def copy_to(self, key: str, target: IO[bytes]) -> Kept | None:
        """Write an object into an open file; why it cannot be read, or None. OSError of the file is raised."""
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            for chunk in body.iter_chunks(_READ):
                target.write(chunk)
        except self.errors as problem:
            return why_kept(problem)
        return None

    def start(self, key: str, most: int) -> bytes:
        """The first bytes of an object."""
        found: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read(most)
        return found

    def versions_of(self, key: str) -> tuple[list[Said], list[Said]]:
        """The versions of an object, the newest first, and its delete markers."""
        found = self._client.list_object_versions(Bucket=self._bucket, Prefix=key)
        versions, markers = (
            [item for item in found.get(kind, ()) if item["Key"] == key] for kind in ("Versions", "DeleteMarkers")
        )
        return versions, markers

    def put(self, key: str, body: bytes) -> None:
        """Write an object."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body)

    def copy(self, old: str, new: str, *, tag: str | None = None) -> None:
        """Copy an object inside the bucket; with `tag`, only while it still is the one of that ETag."""
        only = {"CopySourceIfMatch": tag} if tag is not None else {}
        self._client.copy_object(Bucket=self._bucket, Key=new, CopySource={"Bucket": self._bucket, "Key": old}, **only)

    def delete(self, key: str) -> str | None:
        """Delete an object. A versioned bucket lays a marker over it, whose version is returned, and keeps it."""
        found: str | None = self._client.delete_object(Bucket=self._bucket, Key=key).get("VersionId")
        return found

    def delete_version(self, key: str, version: str | None) -> None:
        """Delete a version for good. None, a version that the service did not tell, is one of `errors`: what would go
        then is whatever is newest."""
        self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)

    # All of them

    def any(self) -> bool:
        """Whether anything is there, be it delete markers only, as after a purge of everything."""
        where = {"Bucket": self._bucket, "Prefix": self._prefix, "MaxKeys": 1}
        if self._client.list_objects_v2(**where).get("KeyCount"):
            return True
        if not self.versioned:
            return False
        found = self._client.list_object_versions(**where)
        return bool(found.get("DeleteMarkers") or found.get("Versions"))

    def listed(self, prefix: str) -> Iterator[Said]:
        """The newest objects whose key starts so."""
        return self._pages("list_objects_v2", prefix, "Contents")

    def versions(self) -> Iterator[Said]:
        """Every version of every object."""
        return self._pages("list_object_versions", self._prefix, "Versions")

    def _pages(self, call: str, prefix: str, kind: str) -> Iterator[Said]:
        """The items of a listing. Raises PartMissing for one that begins again or goes on without an item: the name of
        the next page is the service's, so a broken one could keep a command here for ever."""
        seen = _Seen()
        for page in self._client.get_paginator(call).paginate(Bucket=self._bucket, Prefix=prefix):
            items = page.get(kind, ())
            if seen.before((*items, *page.get("DeleteMarkers", ()))):
                raise PartMissing(
                    f"the listing of the bucket '{self._bucket}' does not end: it repeats itself; {self.undone}",
                    hint="check the service behind AWS_ENDPOINT_URL: each page must go on after the last one",
                )
            yield from items


class _Seen:
    """Tells whether a page of a listing was there before, in constant memory: it remembers one page, each time twice as
    long, so that a circle of any length is found within three rounds (Brent's algorithm)."""

    def __init__(self) -> None:
        self._remembered: bytes | None = None
        self._age, self._keeps, self._empty = 0, 1, 0

    def before(self, items: Sequence[Said]) -> bool:
        """Whether these are the items of an earlier page, or one page too many has none."""
        if not items:
            self._empty += 1
            return self._empty > _MOST_EMPTY
        self._empty = 0
        text = "\0".join(f"{each['Key']}\0{each.get('VersionId')}\0{each.get('ETag')}" for each in items)
        page = sha256(text.encode("utf-8", "surrogatepass")).digest()
        if page == self._remembered:
            return True
        self._age += 1
        if self._age == self._keeps:
            self._remembered, self._age, self._keeps = page, 0, self._keeps * 2
        return False


@dataclass(frozen=True, slots=True)
class Address:
    """A bucket and a prefix in it, which ends in a slash or is empty. endpoint: None is AWS itself."""

    bucket: str
    prefix: str
    endpoint: str | None

    @property
    def url(self) -> str:
        """`s3://BUCKET/PREFIX`."""
        return f"s3://{self.bucket}/{self.prefix}"

    def value(self) -> dict[str, object]:
        """As a plan keeps it."""
        return {"kind": "bucket", "path": self.url, "endpoint": self.endpoint}


def address(root: str) -> Address:
    """The bucket and prefix of `s3://BUCKET/PREFIX`; UsageError where it names none."""
    bucket, _, prefix = root.removeprefix("s3://").partition("/")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        raise UsageError(f"'{root}' names no bucket", hint="write s3://BUCKET/PREFIX")
    if any(part in ("", ".", "..", QUARANTINE) for part in prefix.rstrip("/").split("/") if prefix):
        raise UsageError(f"'{root}' has a prefix that is no folder", hint="write s3://BUCKET/PREFIX")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None
    return Address(bucket, prefix.rstrip("/") + "/" if prefix else "", endpoint)


def code_of(problem: Exception) -> str:
    """The code of an error, or nothing where the service did not answer."""
    return str(getattr(problem, "response", {}).get("Error", {}).get("Code", ""))


def why_kept(problem: Exception) -> Kept:
    """Why an object is left alone, from what the service says."""
    answer = code_of(problem)
    if answer in ("404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed"):
        return VANISHED
    if answer in ("AccessDenied", "403"):
        return Kept("locked", "the service refuses: it is locked, or the credentials may not do this")
    return Kept("unreadable", f"the service says {answer or type(problem).__name__}")


def why_locked(head: Mapping[str, Any]) -> Kept | None:
    """Why an object lock keeps a version, as the service states it."""
    if head.get("ObjectLockLegalHoldStatus") == "ON":
        return Kept("locked", "a legal hold of the bucket is on it")
    until = head.get("ObjectLockRetainUntilDate")
    if until is not None and until.timestamp() * 1_000 > times.wall():
        return Kept(
            "locked", f"object lock {head.get('ObjectLockMode')} until {times.text(int(until.timestamp()) * 1_000)}"
        )
    return None


def _which(version: str | None) -> dict[str, str]:
    return {"VersionId": version} if version is not None else {}
