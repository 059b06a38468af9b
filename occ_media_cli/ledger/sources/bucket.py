"""An S3-compatible bucket: each object is an entry. Needs the extra `bucket`.

SOURCE is `s3://bucket/prefix`. Keys, region and address come from where AWS tools look for them (AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL). Times come from a sidecar `<key>.json` for each object, or, where
the options say `mtime`, from the bucket. Only the listing is read, so there is no sha256: a capture of a copy adds it.
Id: `<key>:<etag>`, so that an object that was replaced is another entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import UsageError
from occ_media_cli.ledger.entry import Batch, EntryRow, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.fields import decoded, made
from occ_media_cli.ledger.sources.folder import LONGEST_SIDECAR
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.places.s3 import Objects, address, why_kept
from occ_media_cli.places.safe_open import VANISHED

if TYPE_CHECKING:
    from collections.abc import Mapping

BATCH = 500
SIDECAR = ".json"


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The objects below a prefix, in the order of the listing."""
    if not name.startswith("s3://") or len(name) == len("s3://"):
        raise UsageError(f"'{name}' is no bucket", hint="name it as s3://BUCKET/PREFIX", topic=("bucket",))
    where = address(name)
    objects = Objects(where, undone="nothing was recorded", extra="bucket")
    # A prefix that was given without its slash stays a part of the paths, and so of the ids.
    start = len(where.prefix) if name.endswith("/") else 0
    try:
        batch = Batch([], [], 0, refused=[])
        for item in objects.listed(where.prefix):
            _take(batch, item, start, objects, options)
            if batch.read >= BATCH:
                yield batch
                objects.undone = "what was read before is recorded"
                batch = Batch([], [], 0, refused=[])
        if batch.read:
            yield batch
    except objects.errors as problem:
        raise objects.explained(problem) from problem
    finally:
        objects.close()


def _take(batch: Batch, item: Mapping[str, Any], start: int, objects: Objects, options: Options) -> None:
    key = str(item["Key"])
    path = key[start:]
    batch.read += 1
    in_quarantine = path.startswith(QUARANTINE + "/")
    if in_quarantine or key.endswith("/") or (options.time == "sidecar" and key.endswith(SIDECAR)):
        batch.skipped += 1
        return
    try:
        row = _row(item, key, path, objects, options)
    except Unfit as problem:
        batch.refused.append(RowRefusal(0, problem.group, f"{key}: {problem.detail}", key))  # type: ignore[union-attr]  # made in read
        return
    batch.items.append(row)
    batch.lines.append(0)  # type: ignore[union-attr]  # made in read


def _refuse_odd(path: str) -> None:
    """A name that would be another object's path as soon as it is read as one, or that no line can show."""
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise Unfit("bad path", "its name has an empty part, '.' or '..', so it is no path")
    if any(letter < " " or letter == "\x7f" for letter in path):
        raise Unfit("bad path", "its name has a control character")


def _row(item: Mapping[str, Any], key: str, path: str, objects: Objects, options: Options) -> EntryRow:
    _refuse_odd(path)
    values: dict[str, object] = {
        "name": path.rpartition("/")[2], "inbox": options.inbox, "direction": options.direction,
    }  # fmt: skip
    if options.time == "sidecar":
        values |= {name: value for name, value in _sidecar(objects, key + SIDECAR).items() if value is not None}
        if values.get("time") is None:
            raise Unfit("no time", f"no sidecar {key}{SIDECAR} gives a time")
    else:
        values["time"] = int(item["LastModified"].timestamp() * 1_000)
    for required in ("inbox", "direction"):
        if values.get(required) is None:
            raise Unfit(f"no {required}", f"neither --{required} nor a sidecar gives the {required}")
    tag = str(item.get("ETag") or "").strip('"')
    values |= {"id": f"{path}:{tag or item['Size']}", "path": path, "size": item["Size"]}
    values.pop("corrects", None)
    return made(EntryRow, values)


def _sidecar(objects: Objects, key: str) -> dict[str, Any]:
    try:
        data = objects.start(key, LONGEST_SIDECAR + 1)
    except objects.errors as problem:
        if why_kept(problem) == VANISHED:
            return {}
        raise
    if len(data) > LONGEST_SIDECAR:
        raise Unfit("bad sidecar", f"{key} is longer than {LONGEST_SIDECAR:,} bytes")
    try:
        return decoded(data, LONGEST_SIDECAR, key)
    except Unfit as problem:
        raise Unfit("bad sidecar", problem.detail) from None
