"""Recognising in a worker and judging at home: how a recognition travels as plain values."""

from __future__ import annotations

import os
from typing import Any

from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.recognition import Observation, Recognition


def recognise_work(fd: int, size: int, path: str) -> tuple[Any, ...]:
    """Work for a `Pool`: what a file is. `unpack` makes it a `Recognition` again."""
    return pack(recognise(fd, size, path.rpartition("/")[2]))


def recognise_and_hash_work(fd: int, size: int, path: str) -> tuple[Any, ...]:
    """The same, with the sha256 of the bytes behind it: (packed recognition, sha256 in hex)."""
    return recognise_work(fd, size, path), digest_of(fd)


def pack(known: Recognition) -> tuple[Any, ...]:
    """Plain values."""
    seen = [tuple(each) for each in known.observations]
    return (
        known.type, known.kind, known.description, known.size, dict(known.facts), seen, known.libmagic, known.vetoed,
    )  # fmt: skip


def unpack(packed: tuple[Any, ...]) -> Recognition:
    """The reverse of `pack`."""
    kind, family, description, size, facts, seen, libmagic, vetoed = packed
    observations = tuple(Observation(*each) for each in seen)
    return Recognition(kind, family, description, size, facts, observations, libmagic, vetoed)


def digest_of(fd: int, most: int | None = None) -> str:
    """The sha256 of an open file, in hex; read with `pread`, so that the position of the descriptor stays.

    most: bytes after which one more piece is the last, for a file that somebody may be writing to.
    """
    from hashlib import sha256

    found, at = sha256(), 0
    while piece := os.pread(fd, 1 << 20, at):
        found.update(piece)
        at += len(piece)
        if most is not None and at > most:
            break
    return found.hexdigest()
