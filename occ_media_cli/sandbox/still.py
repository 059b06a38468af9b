"""Files that stand still while they are looked at: copies that nobody else can write to.

Several programs look at one file, one after the other: what is hashed, what is unpacked and what an antivirus sees
must be the same bytes, whatever somebody who may write to the file does meanwhile. Times of a file prove nothing: they
can be set, and a mapping writes without them.
"""

from __future__ import annotations

import os

_PIECE = 1 << 20
_IN_MEMORY = 64_000_000
"""Bytes of all copies together that are held in memory; further ones go to an unnamed file of the temporary folder."""


class Changing(Exception):
    """A file had other bytes than it should while it was copied; the text says so, to follow a name."""


class StillCopies:
    """Copies of open files. They count what they hold in memory: give a copy back with `close`."""

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._left = in_memory
        self._held: dict[int, int] = {}

    def copy(self, fd: int, size: int) -> int:
        """A descriptor of these bytes that no path leads to. Raises `Changing` or OSError (no room, unreadable)."""
        in_memory = size <= self._left and hasattr(os, "memfd_create")
        held = os.memfd_create("still", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING) if in_memory else unnamed_file()
        try:
            _fill(held, fd, size)
            os.lseek(held, 0, os.SEEK_SET)  # some readers begin where the last one was
            if in_memory:
                _seal(held)
        except BaseException:
            os.close(held)
            raise
        if in_memory:
            self._left -= size
            self._held[held] = size
        return held

    def close(self, held: int) -> None:
        """Close a copy; it no longer counts."""
        self._left += self._held.pop(held, 0)
        os.close(held)


def hold_in_memory(content: bytes) -> int:
    """A descriptor of these bytes that no path leads to."""
    held = os.memfd_create("part") if hasattr(os, "memfd_create") else unnamed_file()
    _write(held, content)
    return held


class Filling:
    """A descriptor of bytes that come piece by piece, which no path leads to: in memory, or in an unnamed file of the
    temporary folder where they are many.

    Raises OSError where there is no room. Hand it on with `finish`, or `drop` it.
    """

    def __init__(self, in_memory: int = 1 << 18) -> None:
        self._most, self._pieces, self.size = in_memory, [b""], 0
        self._held: int | None = None

    def write(self, piece: bytes) -> None:
        """Take some more bytes."""
        self.size += len(piece)
        if self._held is None and self.size <= self._most:
            self._pieces.append(piece)
            return
        if self._held is None:
            self._held = unnamed_file()
            _write(self._held, b"".join(self._pieces))
            self._pieces.clear()
        _write(self._held, piece)

    def finish(self) -> int:
        """The descriptor, which the caller closes."""
        if self._held is None:
            return hold_in_memory(b"".join(self._pieces))
        held, self._held = self._held, None
        return held

    def drop(self) -> None:
        """Give the bytes up."""
        self._pieces.clear()
        if self._held is not None:
            os.close(self._held)
            self._held = None


def _fill(held: int, fd: int, size: int) -> None:
    at = 0
    while piece := os.pread(fd, min(_PIECE, size + 1 - at), at):
        at += len(piece)
        if at > size:
            break
        _write(held, piece)
    if at != size:
        raise Changing("it was changed while it was read")


def _write(held: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(held, rest) :]


def unnamed_file() -> int:
    """A descriptor of an empty file of the temporary folder that no path leads to: whatever ends the program, nothing
    of it is left."""
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _seal(held: int) -> None:
    """Let nobody write to it any more, not even who holds it."""
    import fcntl

    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
    fcntl.fcntl(held, fcntl.F_ADD_SEALS, seals)
