"""A copy as parts of its original and new bytes: small for whoever hands it on, however long the film is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from occ_media_cli.media.source import Changed, FileSource

Piece = bytes | tuple[int, int]
_STEP = 1 << 20


class Pieces:
    """Pieces as they are put together; neighbours become one."""

    def __init__(self) -> None:
        self._kept: list[Piece] = []
        self._new: list[bytes] = []

    def keep_span(self, start: int, end: int) -> None:
        """Go on with bytes of the original."""
        if start == end:
            return
        self._end_new()
        last = self._kept[-1] if self._kept else None
        if isinstance(last, tuple) and last[1] == start:
            self._kept[-1] = (last[0], end)
        else:
            self._kept.append((start, end))

    def put_bytes(self, content: bytes) -> None:
        """Go on with new bytes."""
        if content:
            self._new.append(content)

    def _end_new(self) -> None:
        if self._new:
            self._kept.append(b"".join(self._new))
            self._new.clear()

    def all_of_it(self) -> tuple[Piece, ...]:
        """The pieces in order."""
        self._end_new()
        return tuple(self._kept)


def join_pieces(pieces: tuple[Piece, ...], source: FileSource) -> bytes:
    """The copy as bytes."""
    return b"".join(piece if isinstance(piece, bytes) else source.data[piece[0] : piece[1]] for piece in pieces)


def stream_pieces(pieces: tuple[Piece, ...], sha256: str, fd: int) -> Iterator[bytes]:
    """The copy, some at a time, from an open original. Raises `Changed` at its end where the digest is another one."""
    digest = hashlib.sha256()
    for piece in pieces:
        for part in (piece,) if isinstance(piece, bytes) else _spans(fd, *piece):
            digest.update(part)
            yield part
    if digest.hexdigest() != sha256:
        raise Changed


def _spans(fd: int, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        part = os.pread(fd, min(_STEP, end - start), start)
        if not part:
            raise Changed
        yield part
        start += len(part)
