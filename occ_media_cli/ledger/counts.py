"""What came of the rows of an ingest."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """What came of the rows so far."""

    read: int = 0
    new: int = 0
    duplicate: int = 0
    refused: int = 0
    skipped: int = 0
    groups: dict[str, int] = field(default_factory=dict)
