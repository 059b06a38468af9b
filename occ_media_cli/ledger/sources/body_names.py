"""What the names of files in a folder or an archive say of them: whether bodies of a platform are in them."""

from __future__ import annotations

import re

_ROTATED = rb"(?:[.-][0-9]+(?:-[0-9]+)*)?(?:\.(?:old|bak))?(?:\.(?:gz|gzip|zst|zstd))?"
_PACKED = re.compile(rb".*\.(?:json|ndjson|jsonl)(?:[.-][0-9]+)*\.(?:bz2|xz|lzma|lz4|br|z|zip|7z|rar)", re.DOTALL)
"""Names of bodies that were packed in a way which is not undone here."""
_OF_BODIES = re.compile(rb".*\.(?:json|ndjson|jsonl)" + _ROTATED, re.DOTALL)
_OF_LOGS = re.compile(rb"(?:.*/)?(?:[^/]*\.(?:log|txt)|[^./]+)" + _ROTATED, re.DOTALL)


def may_have_bodies(name: bytes) -> bool:
    """Whether the name of a file in a folder or an archive says that it has bodies."""
    return _OF_BODIES.fullmatch(name.lower()) is not None


def may_be_log(name: bytes) -> bool:
    """Whether the name of a file is one that a log of bodies may have, and one of anything else too."""
    return _OF_LOGS.fullmatch(name.lower()) is not None


def is_packed(name: bytes) -> bool:
    """Whether the name of a file says that bodies are in it, packed in a way that is not undone here."""
    return _PACKED.fullmatch(name.lower()) is not None
