"""An S3-compatible bucket: each object is an entry. Needs the extra `bucket`.

SOURCE is `s3://bucket/prefix`. Keys, region and address come from the usual variables (AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL). Times come from a sidecar `<key>.json` for each object, or with
`--time mtime` from the bucket. Only the listing is read, so there is no sha256: `ledger capture` adds it from a copy.
Id: `<key>:<etag>`, so that an object that was replaced is another entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import NotFound, PartMissing, UsageError
from occ_media_cli.ledger.entry import Batch, Refusal, Row, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.fields import decoded, made
from occ_media_cli.ledger.sources.folder import LONGEST_SIDECAR

if TYPE_CHECKING:
    from collections.abc import Mapping

QUARANTINE = ".occ-media-quarantine/"
SIDECAR = ".json"


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The objects below a prefix, in the order of the listing."""
    try:
        import obstore
        from obstore.store import S3Store
    except ImportError:
        raise PartMissing(
            "buckets need a part that is not installed; nothing was recorded", hint="pip install 'occ-media[bucket]'"
        ) from None
    if not name.startswith("s3://") or len(name) == len("s3://"):
        raise UsageError(f"'{name}' is no bucket", hint="occ-media ledger ingest bucket s3://BUCKET/PREFIX")
    bucket, _, prefix = name.removeprefix("s3://").partition("/")
    try:
        store = S3Store(bucket, client_options={"timeout": "30s", "allow_http": True}, retry_config={"max_retries": 3})
        for part in obstore.list(store, prefix=prefix or None, chunk_size=500):
            batch = Batch([], [], 0, refused=[])
            for item in part:
                _take(batch, item, prefix, store, options)
            yield batch
    except (obstore.exceptions.BaseError, FileNotFoundError) as problem:
        if "NoSuchBucket" in str(problem):
            raise NotFound(f"no bucket '{bucket}'", hint="check its name and AWS_ENDPOINT_URL") from problem
        raise PartMissing(
            f"the bucket does not answer as it should: {str(problem).splitlines()[0][:160]}",
            hint="check AWS_ENDPOINT_URL, AWS_REGION and the keys; what was read before is recorded",
        ) from problem


def _take(batch: Batch, item: Mapping[str, Any], prefix: str, store: Any, options: Options) -> None:
    key = str(item["path"])
    path = key.removeprefix(prefix).lstrip("/") if prefix.endswith("/") else key
    batch.read += 1
    if path.startswith(QUARANTINE) or key.endswith("/") or (options.time == "sidecar" and key.endswith(SIDECAR)):
        batch.skipped += 1
        return
    try:
        row = _row(item, key, path, store, options)
    except Unfit as problem:
        batch.refused.append(Refusal(0, problem.group, f"{key}: {problem.detail}", key))  # type: ignore[union-attr]  # made in read
        return
    batch.items.append(row)
    batch.lines.append(0)  # type: ignore[union-attr]  # made in read


def _row(item: Mapping[str, Any], key: str, path: str, store: Any, options: Options) -> Row:
    values: dict[str, object] = {
        "name": path.rpartition("/")[2], "inbox": options.inbox, "direction": options.direction,
    }  # fmt: skip
    if options.time == "sidecar":
        values |= {name: value for name, value in _sidecar(store, key + SIDECAR).items() if value is not None}
        if values.get("time") is None:
            raise Unfit("no time", f"no sidecar {key}{SIDECAR} gives a time")
    else:
        values["time"] = int(item["last_modified"].timestamp() * 1_000)
    for required in ("inbox", "direction"):
        if values.get(required) is None:
            raise Unfit(f"no {required}", f"neither --{required} nor a sidecar gives the {required}")
    tag = str(item.get("e_tag") or "").strip('"')
    values |= {"id": f"{path}:{tag or item['size']}", "path": path, "size": item["size"]}
    values.pop("corrects", None)
    return made(Row, values)


def _sidecar(store: Any, key: str) -> dict[str, Any]:
    import obstore

    try:
        found = obstore.get(store, key)
        if found.meta["size"] > LONGEST_SIDECAR:
            raise Unfit("bad sidecar", f"{key} is longer than {LONGEST_SIDECAR:,} bytes")
        data = bytes(found.bytes())
    except (obstore.exceptions.NotFoundError, FileNotFoundError):
        return {}
    try:
        return decoded(data, LONGEST_SIDECAR, key)
    except Unfit as problem:
        raise Unfit("bad sidecar", problem.detail) from None
