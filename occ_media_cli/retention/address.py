"""Which bucket `s3://BUCKET/PREFIX` names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from occ_media_cli.errors import UsageError
from occ_media_cli.retention.place import QUARANTINE


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
        raise UsageError(f"--root '{root}' names no bucket", hint="write --root s3://BUCKET/PREFIX")
    if any(part in ("", ".", "..", QUARANTINE) for part in prefix.rstrip("/").split("/") if prefix):
        raise UsageError(f"--root '{root}' has a prefix that is no folder", hint="write --root s3://BUCKET/PREFIX")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None
    return Address(bucket, prefix.rstrip("/") + "/" if prefix else "", endpoint)
