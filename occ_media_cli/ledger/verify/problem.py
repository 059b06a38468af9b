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
