"""Ask an antivirus engine about open files and all of their parts, many at once, and give one verdict for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from occ_media_cli.media.unpack.parts import CAPS, Caps
from occ_media_cli.safety.antivirus.model import About, Asked, Scanned

SECONDS = 150.0
"""How long the engine may be silent while a file is under way; clamd itself gives up after 120 s (MaxScanTime)."""

OLDEST = 7 * 86_400_000
"""Milliseconds after which signatures are too old for a file to be called clean."""


class Engine(Protocol):
    """An engine that answers. Use `session` to get one."""

    @property
    def about(self) -> About:
        """Who answers, with which signatures. It changes when the engine loads others meanwhile."""
        ...

    def scan(self, files: Iterable[Asked]) -> Iterator[Scanned]:
        """One verdict for each file, in the order of the files; whatever happens, none is missing.

        Files are taken as the engine works: some dozens ahead of the verdicts at most. A descriptor must stay open
        until its verdict was given. An engine that goes away costs `not-scanned`, with the reason, and no exception.
        """
        ...


class Session(Protocol):
    """A context that holds an engine."""

    def __enter__(self) -> Engine: ...

    def __exit__(self, *_: object) -> None: ...


def session(
    address: str | None = None,
    *,
    now: int,
    allow_remote: bool = False,
    signatures: str | None = None,
    signatures_time: int | None = None,
    oldest: int | None = OLDEST,
    seconds: float = SECONDS,
    caps: Caps = CAPS,
) -> Session:
    """A session with clamd: `with session(now=now) as engine:`.

    address: `/path/to/clamd.ctl`, `tcp://127.0.0.1:3310`, or None for OCC_MEDIA_CLAMD and then the usual sockets.
    allow_remote: let files go to another machine, unencrypted; without it only loopback is spoken to.
    signatures: the folder of an own database, whose newest file tells its age; signatures_time: that age said by the
    operator, in milliseconds. Neither is needed for the official database. oldest: milliseconds after which signatures
    are too old, None for no limit.
    Raises PartMissing (exit 14) where nothing answers or what answers is no clamd, Refused for a machine elsewhere,
    UsageError for an address that is none.
    """
    raise NotImplementedError
