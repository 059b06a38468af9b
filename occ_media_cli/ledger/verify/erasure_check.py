"""Erasures and their commitments: what each erasure entry says it took, compared with what the tables say is erased."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger.verify.problem import LedgerProblem

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.chain_check import Pass


def erasures(connection: sqlite3.Connection, done: Pass) -> Iterator[LedgerProblem]:
    """Each erasure entry states how many rows it took and a digest over them; nothing else may be erased."""
    found: dict[int, tuple[int, Any]] = {}
    for seq, commitment, event in connection.execute("SELECT seq, commitment, event FROM erased ORDER BY seq"):
        if event not in done.erasures:
            yield LedgerProblem("erased", "names no erasure entry", seq)
            return
        count, digest = found.setdefault(event, (0, sha256()))
        digest.update(erased_item(seq, commitment))
        found[event] = (count + 1, digest)
    for event, (count, digest) in done.erasures.items():
        many, made = found.get(event, (0, sha256()))
        if many != count or made.hexdigest() != digest:
            yield LedgerProblem("erased", f"is not what erasure entry {event} says", event)
    alive = connection.execute(
        "SELECT e.seq FROM erased e LEFT JOIN record r ON r.seq = e.seq LEFT JOIN event v ON v.seq = e.seq"
        " WHERE coalesce(r.salt, v.salt) IS NOT NULL OR (r.seq IS NULL AND v.seq IS NULL) ORDER BY e.seq LIMIT 1"
    ).fetchone()
    if alive is not None:
        yield LedgerProblem("erased", "names a row that was not erased", alive[0])
    yield from _texts(connection, done)


def _texts(connection: sqlite3.Connection, done: Pass) -> Iterator[LedgerProblem]:
    """The same for single texts. That their commitments are right is the chain's business."""
    found: dict[int, tuple[int, Any]] = {}
    for seq, place, commitment, event in connection.execute(
        "SELECT seq, place, commitment, event FROM free_text WHERE event IS NOT NULL ORDER BY seq, place"
    ):
        if event not in done.texts:
            yield LedgerProblem("free_text", "names no erasure entry", seq)
            return
        count, digest = found.setdefault(event, (0, sha256()))
        digest.update(erased_text_item(seq, place, commitment))
        found[event] = (count + 1, digest)
    for event, (count, digest) in done.texts.items():
        many, made = found.get(event, (0, None))
        if many != count or (made.hexdigest() if made is not None else digest) != digest:
            yield LedgerProblem("free_text", f"is not what erasure entry {event} says", event)
    alone = connection.execute(
        "SELECT t.seq FROM free_text t LEFT JOIN event e ON e.seq = t.seq WHERE e.seq IS NULL ORDER BY t.seq LIMIT 1"
    ).fetchone()
    if alone is not None:
        yield LedgerProblem("free_text", "belongs to no event", alone[0])


def erased_item(seq: int, commitment: bytes) -> bytes:
    """The values of one row that the digest of an erasure covers."""
    return f"{seq}:{commitment.hex()}\n".encode()


def erased_text_item(seq: int, place: str, commitment: bytes) -> bytes:
    """The values of one text that the digest of an erasure covers."""
    return f"{seq}:{place}:{commitment.hex()}\n".encode()
