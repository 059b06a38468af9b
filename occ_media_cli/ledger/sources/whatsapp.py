"""WhatsApp Cloud API: the bodies of the webhooks that a business receives.

NDJSON (one body a line), a JSON array, one body in a file, or a folder of such files (`*.json`, `*.ndjson`). Every
media message is an entry; a status `failed` corrects the entry that it speaks of, or is an attempt of its own where
media could not be sent. Media ids can be fetched for 7 days: the statistics of the ledger count those without a path.
Source: Meta's reference of the `messages` webhook (facts as of November 2026).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec  # noqa: TID253 - imported by an ingest only

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.entry import Batch, EntryRow, Later, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.bodies import LONGEST, bodies
from occ_media_cli.ledger.sources.fields import decoded
from occ_media_cli.ledger.sources.streams import explained, opened
from occ_media_cli.ledger.sources.whatsapp_entries import entries_of
from occ_media_cli.ledger.sources.whatsapp_envelope import parts_of
from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept, Opened, open_below, open_root, why
from occ_media_cli.places.walk import walk

BATCH = 500


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The media messages and statuses of all bodies."""
    if name != "-" and Path(name).is_dir():
        yield from _folder(name, options, context)
        return
    with opened(name) as (stream, raw, size), explained(name):
        for batch in _batches(stream, options, context):
            yield batch
            if size is not None:
                context.fraction = min(raw.tell() / size, 1.0)


def _batches(stream: IO[bytes], options: Options, context: Context) -> Iterator[Batch]:
    batch = Batch([], [], 0, refused=[], raw=[])
    for line, body in bodies(stream):
        _body(batch, line, body, options, context)
        if batch.read >= BATCH:
            yield batch
            batch = Batch([], [], 0, refused=[], raw=[])
    if batch.read:
        yield batch


def _folder(folder: str, options: Options, context: Context) -> Iterator[Batch]:
    """The bodies of all files of a folder. A file that cannot be read is one refused row; a link is passed over."""
    try:
        root = open_root(folder)
    except OSError as problem:
        raise Incomplete(
            f"cannot be read: {why(problem).words}; nothing was recorded",
            file=folder,
            hint="name a folder that you may read",
        ) from problem
    try:
        paths: list[bytes] = []
        aside = Batch([], [], 0, refused=[], raw=[])
        for met in walk(root, own=context.own):
            if met.problem is not None:
                _unreadable(aside, met.path, met.problem)
            elif met.name.endswith((b".json", b".ndjson")):
                if met.kind == "file":
                    paths.append(met.path)
                else:
                    aside.skipped += 1
        if aside.skipped:
            context.notes.append(f"links and special files that were passed over: {aside.skipped:,}")
        if aside.read or aside.skipped:
            yield aside
        for number, path in enumerate(paths, start=1):
            yield from _file(root, path, options, context)
            context.fraction = number / len(paths)
    finally:
        os.close(root)


def _file(root: int, path: bytes, options: Options, context: Context) -> Iterator[Batch]:
    shown = path.decode(errors="backslashreplace")
    found = open_below(root, parts(os.fsdecode(path)))
    trouble = found.words if isinstance(found, Kept) else None
    if isinstance(found, Opened):
        try:
            with opened(shown, found.fd) as (stream, _, _), explained(shown):
                yield from _batches(stream, options, context)
        except (Incomplete, MalformedInput) as problem:
            trouble = problem.what
    if trouble is not None:
        batch = Batch([], [], 0, refused=[], raw=[])
        _unreadable(batch, path, trouble)
        yield batch


def _unreadable(batch: Batch, path: bytes, words: str) -> None:
    batch.read += 1
    shown = path.decode(errors="backslashreplace")
    _refuse(batch, 0, Unfit("unreadable", f"{shown}: {words}"), shown.encode())


def _body(batch: Batch, line: int, body: bytes | None, options: Options, context: Context) -> None:
    if body is None:
        batch.read += 1
        _refuse(batch, line, Unfit("not JSON", f"no JSON object, or one longer than {LONGEST:,} bytes"), None)
        return
    try:
        value = decoded(body, LONGEST, "the body")
    except Unfit as problem:
        batch.read += 1
        _refuse(batch, line, problem, body)
        return
    for part in parts_of(value):
        batch.read += 1
        try:
            items = entries_of(part, options, context)
        except Unfit as problem:
            _refuse(batch, line, problem, msgspec.json.encode(part.value))
            continue
        batch.read += max(len(items) - 1, 0)  # several files in one message are as many rows
        batch.skipped += not items
        for item in items:
            _add(batch, line, item, part.value)


def _add(batch: Batch, line: int, item: EntryRow | Later, raw: dict[str, Any]) -> None:
    batch.items.append(item)
    batch.lines.append(line)  # type: ignore[union-attr]  # made as a list in read
    batch.raw.append(msgspec.json.encode(raw))  # type: ignore[union-attr]  # made as a list in read


def _refuse(batch: Batch, line: int, problem: Unfit, raw: bytes | None) -> None:
    batch.refused.append(RowRefusal(line, problem.group, problem.detail, raw))  # type: ignore[union-attr]  # made in read
