"""Patterns that are compiled when they are first used: a check of one PNG needs none of those for PDF and text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any


class Pattern:
    """Like `re.compile`, later. It takes bytes and mappings of files alike."""

    def __init__(self, pattern: bytes, flags: int = 0) -> None:
        self._pattern, self._flags = pattern, flags

    @cached_property
    def compiled(self) -> re.Pattern[bytes]:
        """The pattern itself, for loops in which a call more would count."""
        return re.compile(self._pattern, self._flags)

    def search(self, data: Any, start: int = 0, end: int = 2**62) -> re.Match[bytes] | None:
        """As of compiled patterns."""
        return self.compiled.search(data, start, end)

    def match(self, data: Any) -> re.Match[bytes] | None:
        """As of compiled patterns."""
        return self.compiled.match(data)

    def finditer(self, data: Any) -> Iterator[re.Match[bytes]]:
        """As of compiled patterns."""
        return self.compiled.finditer(data)

    def sub(self, new: bytes, data: bytes) -> bytes:
        """As of compiled patterns."""
        return self.compiled.sub(new, data)
