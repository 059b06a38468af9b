"""The objects of an S3-compatible bucket and their versions, as the service is asked for them, through the extra `s3`.

Credentials and endpoint come from where AWS tools look for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import NotFound, PartMissing, Refused
from occ_media_cli.retention import answers
from occ_media_cli.retention.storage import Content, Kept

if TYPE_CHECKING:
    from occ_media_cli.retention.address import Address

_READ = 1 << 20

Said = Mapping[str, Any]
"""What the service says of an object or a version, under the names that it gives."""


class Objects:
    """An open bucket. Where it is not said otherwise, a method raises one of `errors` when the service refuses.

    errors: the classes of what the service or the way to it may raise; versioned: whether the bucket keeps versions.
    """

    def __init__(self, address: Address) -> None:
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise PartMissing(
                "buckets need the extra 's3', which is not installed", hint="pip install 'occ-media[s3]'"
            ) from None
        self._bucket, self._prefix = address.bucket, address.prefix
        self.errors = (ClientError, BotoCoreError)
        config = Config(retries={"max_attempts": 5, "mode": "standard"}, connect_timeout=10, read_timeout=60)
        try:
            self._client: Any = boto3.client("s3", endpoint_url=address.endpoint, config=config)
            versioning = self._client.get_bucket_versioning(Bucket=self._bucket)
        except self.errors as problem:
            raise self._no_bucket(problem) from problem
        self.versioned = versioning.get("Status") == "Enabled"

    def _no_bucket(self, problem: Exception) -> NotFound | Refused | PartMissing:
        code = answers.code(problem)
        if code in ("NoSuchBucket", "404"):
            return NotFound(f"no bucket '{self._bucket}'; nothing was removed", hint="check --root")
        if code in ("AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
            return Refused(
                f"the bucket '{self._bucket}' may not be opened: {code}; nothing was removed",
                hint="check the credentials: AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            )
        return PartMissing(
            f"the bucket service does not answer: {problem}; nothing was removed",
            hint="check the network, AWS_ENDPOINT_URL and AWS_DEFAULT_REGION",
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
            return answers.kept(problem)
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
            return answers.kept(problem)
        return digest.digest(), size

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
        for page in self._client.get_paginator(call).paginate(Bucket=self._bucket, Prefix=prefix):
            yield from page.get(kind, ())


def _which(version: str | None) -> dict[str, str]:
    return {"VersionId": version} if version is not None else {}
