"""One stored value that a verification finds wrong."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 20
"""The most problems that one part of a verification lists."""


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """A stored value that is not what the chain says.

    table, column: where, as far as that can be known: the chain shows that a row was changed, not which value of it.
    seq: the first bad place in the chain, None for what has none. late: whether the row before may be the one that was
    changed, with its link made to fit. what: in words. where: the row of a table outside the chain.
    """

    table: str
    what: str
    seq: int | None = None
    column: str | None = None
    where: str | None = None
    late: bool = False

    def in_words(self) -> str:
        """Where it is and what, in one clause: `hold_state, column released, row number 1: was changed`."""
        place = [self.table]
        if self.column is not None:
            place.append(f"column {self.column}")
        if self.seq is not None:
            place.append(f"entry {self.seq:,}" + (" or the one before it" if self.late and self.seq > 1 else ""))
        elif self.where is not None:
            place.append(f"row {self.where}")
        return f"{', '.join(place)}: {self.what}"
