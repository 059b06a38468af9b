"""What a document for programs is made of, in types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

Record: TypeAlias = "Mapping[str, Json]"
"""One thing of a list, as programs read it: its members by name."""
