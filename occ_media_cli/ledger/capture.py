"""Hashing and recognising the bytes of entries that have a path and not yet a hash or a recognised type.

Each file is opened below the root without following a link anywhere on its way, hashed and recognised from that one
descriptor in a worker with limits. What is found is a correction of source `capture`; a second run goes on where the
first one stopped. Bytes that contradict what the entry says are reported and change nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.errors import Incomplete
from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.append.corrections import append_correction
from occ_media_cli.ledger.entry import Correction, Unfit
from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept, open_below, open_root, why
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores

if TYPE_CHECKING:
    import sqlite3

PAGE = 500
SECONDS = 60.0
"""Wall time for one file: hashing 100 MB on a slow disk takes seconds."""

UNKNOWN_TYPE = "application/octet-stream"

_WANTED = f"""
SELECT r.seq, r.id, r.path, r.name, {sql.SIZE}, {sql.SHA256}
FROM {sql.FROM}
WHERE r.kind = 0 AND r.seq > ? AND r.path IS NOT NULL AND {sql.WITH_BYTES} AND (:inbox IS NULL OR r.inbox = :inbox)
  AND ({sql.SHA256} IS NULL OR {sql.DETECTED} = 0)
ORDER BY r.seq LIMIT ?"""


class Wanted(NamedTuple):
    """An entry whose bytes are to be looked at."""

    seq: int
    id: str
    path: str
    name: str
    size: int | None
    sha256: bytes | None


class CapturedBytes(NamedTuple):
    """The bytes of a file that was read: hashes in hex, the length, and the media type."""

    sha256: str
    md5: str
    size: int
    detected: str


@dataclass(slots=True)
class Captured:
    """The result of a run. problems: entry and reason of each file that could not be captured."""

    looked: int = 0
    captured: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)


def capture(
    connection: sqlite3.Connection,
    root: Path,
    now: int,
    *,
    inbox: int | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Captured:
    """Look at every entry that lacks a hash or a type, and record what its bytes are."""
    done = Captured()
    try:
        base = open_root(root)
    except OSError as problem:
        raise Incomplete(
            f"cannot be read: {why(problem).words}; nothing was recorded",
            file=str(root),
            hint="name the folder that the paths of the entries are relative to",
        ) from problem
    try:
        with Pool(Task(look_at_bytes, seconds=SECONDS), workers=workers or cores()) as pool:
            after = 0
            while page := _page(connection, after, inbox):
                after = page[-1].seq
                results = list(pool.run(_jobs(base, page)))
                with Appender(connection, "capture") as appender:
                    appender.begin()
                    for job, result in results:
                        _record(appender, job.tag, result, now, done)
                if progress is not None:
                    progress(done.looked)
    finally:
        os.close(base)
    return done


def _page(connection: sqlite3.Connection, after: int, inbox: int | None) -> list[Wanted]:
    text = _WANTED.replace("?", ":after", 1).replace("?", ":page", 1)
    return [Wanted(*row) for row in connection.execute(text, {"after": after, "page": PAGE, "inbox": inbox})]


def _jobs(base: int, page: list[Wanted]) -> Iterator[Job]:
    for wanted in page:
        opened = open_below(base, parts(wanted.path))
        if isinstance(opened, Kept):
            yield Job(-1, -1, "", wanted, Failed(opened.words))
        else:
            yield Job(opened.fd, opened.found.st_size, wanted.name, wanted)


def look_at_bytes(descriptor: int, size: int, name: str) -> tuple[str, str, int, str]:
    """Hash and recognise an open file; runs in a worker."""
    import hashlib

    content, other, length = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    while data := os.pread(descriptor, 1_048_576, length):
        content.update(data)
        other.update(data)
        length += len(data)
    return content.hexdigest(), other.hexdigest(), length, detect(descriptor, size, name)


def detect(descriptor: int, size: int, name: str) -> str:
    """The media type of an open file by its bytes; runs in a worker."""
    from occ_media_cli.media import libmagic
    from occ_media_cli.media.recognise import recognise

    known = recognise(descriptor, size, name)
    return known.media_type or known.libmagic or libmagic.media_type(descriptor) or UNKNOWN_TYPE


def _record(appender: Appender, wanted: Wanted, result: object, now: int, done: Captured) -> None:
    done.looked += 1
    if isinstance(result, Failed):
        done.problems.append((wanted.id, result.reason))
        return
    found = CapturedBytes(*result)  # type: ignore[misc]  # what look returns
    if wanted.sha256 is not None and wanted.sha256.hex() != found.sha256:
        done.problems.append((wanted.id, "its bytes are not those of the recorded sha256"))
        return
    if wanted.size is not None and wanted.size != found.size:
        done.problems.append((wanted.id, f"it has {found.size:,} bytes, and the entry says {wanted.size:,}"))
        return
    fix = Correction(
        id=f"{wanted.seq}:{found.sha256}", time=now, corrects=wanted.id, detected=found.detected,
        size=found.size if wanted.size is None else None,
        sha256=found.sha256 if wanted.sha256 is None else None, md5=found.md5,
    )  # fmt: skip
    with suppress(Unfit):  # a second run at the same time has just recorded it
        append_correction(appender.writer, fix, seq=wanted.seq)
        done.captured += 1
