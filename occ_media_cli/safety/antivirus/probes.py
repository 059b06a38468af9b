"""Two small files that show whether clamd says OK of what it did not look into, whatever its settings claim."""

from __future__ import annotations

from functools import cache

_DEEPER_THAN_ANY = 102
"""Levels of gzip: MaxRecursion cannot be set above 100, so every clamd meets its limit."""


@cache
def too_deep() -> bytes:
    """A file over a limit of every clamd. With AlertExceedsMax it is `Heuristics.Limits.…`, without it "OK"."""
    import gzip

    content = b"are limits told?\n"
    for _ in range(_DEEPER_THAN_ANY):
        content = gzip.compress(content, 1, mtime=0)
    return content


@cache
def encrypted() -> bytes:
    """An archive whose member is encrypted. With AlertEncryptedArchive it is `Heuristics.Encrypted.…`, else "OK"."""
    import struct

    name, packed = b"a", bytes(range(12, 44))
    fields = (20, 1, 0, 0, 0x21, 0x5EC2E7, len(packed), len(packed) - 12, len(name), 0)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name + packed
    entry = struct.pack("<4sH5H3L5H2L", b"PK\1\2", 20, *fields, 0, 0, 0, 0, 0) + name
    return local + entry + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local), 0)
