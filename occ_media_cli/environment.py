"""What the environment says instead of an option: the option beats it, and an error names the one that spoke."""

from __future__ import annotations

import os
from typing import NamedTuple


class Said(NamedTuple):
    """A value, and what gave it: an option, or a variable of the environment. variable: whether it is one."""

    value: str | None
    by: str
    variable: bool

    def written(self, value: str) -> str:
        """How another value would be given in the same place."""
        return f"{self.by}={value}" if self.variable else f"{self.by} {value}"


def option_or(value: str | None, option: str, variable: str) -> Said:
    """The value of an option, or of what the caller calls so, else that of a variable; an empty one says nothing."""
    if value:
        return Said(value, option, variable=False)
    other = os.environ.get(variable)
    return Said(other, variable, variable=True) if other else Said(None, option, variable=False)
