"""What stripping a file gives: a copy, or the words why there is none."""

from __future__ import annotations

from typing import NamedTuple


class StripRefused(Exception):
    """There is no copy; the words say why, and end a sentence ("it is signed, …")."""


class Stripped(NamedTuple):
    """A copy, as plain values that a worker can hand back: parts of the original by (begin, end), and new bytes.

    size, sha256: of the copy. removed: the facts that went, by the names of `safety.metadata`; empty where the original
    had none and the copy is the same.
    """

    pieces: tuple[bytes | tuple[int, int], ...]
    size: int
    sha256: str
    removed: tuple[str, ...]
