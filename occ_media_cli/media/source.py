"""The bytes of one open file, as the recognisers see them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol, overload

READ_WHOLE = 256 * 1024
"""Up to this many bytes a file is read into memory; a longer one is mapped."""

HEAD = 4096


class Changed(Exception):
    """The file became shorter while it was read."""

    def __init__(self) -> None:
        super().__init__("it was changed while it was read")


class ByteView(Protocol):
    """What `bytes` and `mmap` share: slices are bytes, searching runs in C."""

    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, key: int, /) -> int: ...

    @overload
    def __getitem__(self, key: slice, /) -> bytes: ...

    def find(self, sub: bytes, start: int = ..., end: int = ..., /) -> int:
        """As of bytes."""
        ...

    def rfind(self, sub: bytes, start: int = ..., end: int = ..., /) -> int:
        """As of bytes."""
        ...


class FileSource:
    """One regular file: its descriptor, its size at the time of `fstat`, its first bytes and all its bytes.

    `claimed` is the type that the name claims, or None: bytes that legally are two types are given the claimed one.
    """

    __slots__ = ("_close", "claimed", "data", "fd", "head", "size")

    def __init__(self, fd: int, size: int, claimed: str | None) -> None:
        self.fd = fd
        self.size = size
        self.claimed = claimed
        self.data, self._close = _open(fd, size)
        self.head: bytes = self.data[:HEAD]

    @property
    def whole(self) -> bytes | None:
        """All bytes, where they were read into memory; None where the file is mapped."""
        return self.data if isinstance(self.data, bytes) else None

    def close(self) -> None:
        """Give the mapping back. The descriptor belongs to the caller."""
        if self._close is not None:
            self._close()


def source_of(data: bytes, claimed: str | None = None) -> FileSource:
    """A source over bytes that are in memory already; it has no descriptor."""
    source = FileSource.__new__(FileSource)
    source.fd, source.size, source.claimed = -1, len(data), claimed
    source.data, source._close = data, None
    source.head = data[:HEAD]
    return source


def _open(fd: int, size: int) -> tuple[ByteView, Callable[[], None] | None]:
    if size <= READ_WHOLE:
        data = os.pread(fd, size, 0)
        if len(data) != size:
            raise Changed
        return data, None
    import mmap

    try:
        mapped = mmap.mmap(fd, size, access=mmap.ACCESS_READ)
    except ValueError as error:  # the file is shorter than it was a moment ago
        raise Changed from error
    return mapped, mapped.close
