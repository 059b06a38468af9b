"""A folder of saved media: each regular file is an entry.

What a file's name cannot tell stands in a sidecar: `receipt.pdf.json` beside `receipt.pdf`, a JSON object with the
fields of contracts.md §6. The time comes from it, or, where there is none and the options say `mtime`, from the file
system.
Id: `<relative path>:<sha256>`, so that a file that was replaced is another entry.

A reject file that an earlier ingest left there was shared with nobody. Its form tells it, and whoever sends a file can
give it that form too: so it is refused with its name, never passed over in silence; a sidecar says that it was shared.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from occ_media_cli.errors import Incomplete
from occ_media_cli.ledger.entry import Batch, EntryRow, Item, RowRefusal, Unfit
from occ_media_cli.ledger.rejects import is_reject_file
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.fields import decoded, made
from occ_media_cli.places.safe_open import Kept, Opened, open_in, open_root, why
from occ_media_cli.places.walk import Met, walk

BATCH = 500
SIDECAR = b".json"
LONGEST_SIDECAR = 65_536
_READ = 1_048_576
_REJECTS = (
    "it reads as the rejects of an earlier ingest, not as a shared file; move it out of the folder, or, where it was"
    " shared, say so in a sidecar"
)


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The files below a folder, in byte order. Files that are passed over, links among them, are counted and noted."""
    try:
        root = open_root(Path(name))
    except (OSError, ValueError) as problem:
        raise Incomplete(
            f"cannot be read: {why(problem).words}; nothing was recorded",
            file=name,
            hint="name a folder that you may read",
        ) from problem
    passed_over = {"link": 0, "special": 0, "system": 0}
    try:
        batch = Batch([], [], 0, refused=[], raw=[])
        for met in walk(root, own=context.own):
            if met.kind in passed_over:
                passed_over[met.kind] += 1
                batch.skipped += 1
                continue
            if _is_sidecar(met):
                continue
            _take(batch, met, options)
            if batch.read >= BATCH:
                yield batch
                batch = Batch([], [], 0, refused=[], raw=[])
        if batch.read or batch.skipped:
            yield batch
    finally:
        os.close(root)
    if links := passed_over["link"] + passed_over["special"]:
        context.notes.append(f"links and special files that were passed over: {links:,}")
    if passed_over["system"]:
        many = passed_over["system"]
        context.notes.append(f"system files and the quarantine that were passed over: {many:,}")


def _is_sidecar(found: Met) -> bool:
    return found.name.endswith(SIDECAR) and found.name[: -len(SIDECAR)] in found.siblings


def _take(batch: Batch, found: Met, options: Options) -> None:
    batch.read += 1
    shown = found.path.decode(errors="backslashreplace")
    try:
        item = _entry(found, options, shown)
    except Unfit as problem:
        assert batch.refused is not None  # noqa: S101 - made with a list above
        batch.refused.append(RowRefusal(0, problem.group, f"{problem.detail}", shown))
        return
    batch.items.append(item)
    assert isinstance(batch.lines, list)  # noqa: S101 - made with a list above
    assert batch.raw is not None  # noqa: S101 - made with a list above
    batch.lines.append(0)
    batch.raw.append(found.path)


def _entry(found: Met, options: Options, shown: str) -> Item:
    if found.problem is not None:
        raise Unfit("unreadable", f"{shown}: {found.problem}")
    try:
        path = found.path.decode()
    except UnicodeDecodeError:
        raise Unfit("not Unicode", f"{shown}: the name is not valid UTF-8") from None
    values: dict[str, object] = {"name": found.name.decode(), "inbox": options.inbox, "direction": options.direction}
    if found.name + SIDECAR in found.siblings:
        values |= {key: value for key, value in _sidecar(found, shown).items() if value is not None}
    size, mtime, content = _content(found, shown, of_ours=found.name + SIDECAR not in found.siblings)
    if values.get("time") is None:
        if options.time != "mtime":
            raise Unfit("no time", f"{shown}: no sidecar {shown.rpartition('/')[2]}.json gives a time")
        values["time"] = mtime
    for required in ("inbox", "direction"):
        if values.get(required) is None:
            raise Unfit(f"no {required}", f"{shown}: neither --{required} nor a sidecar gives the {required}")
    values |= {"id": f"{path}:{content}", "path": path, "size": size, "sha256": content}
    values.pop("corrects", None)
    return made(EntryRow, values)


def _sidecar(found: Met, shown: str) -> dict[str, object]:
    descriptor, _ = _open(found.name + SIDECAR, found.folder, f"{shown}.json")
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(LONGEST_SIDECAR + 1)
    if len(data) > LONGEST_SIDECAR:
        raise Unfit("bad sidecar", f"{shown}.json is longer than {LONGEST_SIDECAR:,} bytes")
    try:
        return decoded(data, LONGEST_SIDECAR, f"{shown}.json")
    except Unfit as problem:
        raise Unfit("bad sidecar", problem.detail) from None


def _content(found: Met, shown: str, *, of_ours: bool) -> tuple[int, int, str]:
    """Size, time of change in milliseconds and sha256, all from one descriptor. of_ours: refuse a reject file."""
    descriptor, about = _open(found.name, found.folder, shown)
    try:
        content = hashlib.sha256()
        length = 0
        while data := os.read(descriptor, _READ):
            if of_ours and not length and is_reject_file(data):
                raise Unfit("reject file", f"{shown}: {_REJECTS}")
            content.update(data)
            length += len(data)
    except OSError as problem:
        raise Unfit("unreadable", f"{shown}: {why(problem).words}") from None
    finally:
        os.close(descriptor)
    return length, about.st_mtime_ns // 1_000_000, content.hexdigest()


def _open(name: bytes, folder: int, shown: str) -> Opened:
    opened = open_in(folder, name)
    if isinstance(opened, Kept):
        raise Unfit("unreadable", f"{shown}: {opened.words}")
    return opened
