"""One thing that was seen in a text. It holds the value, and so it never leaves the check."""

from __future__ import annotations

from typing import NamedTuple

from occ_media_cli.safety.sensitive.codes import Confidence


class Sighting(NamedTuple):
    """start, end: its place in the text. kind: in words, such as a scheme or a service. value: never shown as it is."""

    start: int
    end: int
    confidence: Confidence
    kind: str
    value: str

    def __repr__(self) -> str:
        return f"Sighting({self.start}, {self.end}, {self.confidence!r}, {self.kind!r})"
