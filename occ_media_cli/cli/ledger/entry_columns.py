"""The columns of lists of entries and of decisions: which there are, which people see, and which somebody chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import WrongWord
from occ_media_cli.ledger.gate_answers import DECISION_FIELDS
from occ_media_cli.ledger.query import FIELDS
from occ_media_cli.report.blocks import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.report.blocks import CellKind

_KINDS: dict[str, CellKind] = {
    "seq": "count", "time": "time", "deleted": "time", "removed": "id", "size": "size", "name": "name", "path": "path",
    "outcome": "state", "decision": "state", "direction": "text", "reason": "text", "message": "text",
    "problems": "text", "declared": "text", "detected": "text",
}  # fmt: skip
"""What a column holds, where it is no id."""

_TITLES = {"id": "Entry", "sha256": "SHA-256", "md5": "MD5", "seq": "Seq", "found_in": "Found in"}

ENTRY = ("seq", "source", *FIELDS)
DECISION = ("seq", "source", *DECISION_FIELDS)
"""What either list can show, in the order of the contract."""

SHOWN = ("time", "inbox", "direction", "outcome", "size", "name", "agent", "customer", "id", "removed")
"""What a table of entries shows where nobody chooses."""

SHOWN_DECISION = ("time", "inbox", "direction", "decision", "problems", "name", "customer", "id")

WHERE_USED = frozenset({"agent", "customer", "removed"})
"""Columns that stand in a table where an entry in it has such a thing."""


def column(key: str) -> Column:
    """The column of a member, under the title that people read."""
    return Column(key, _TITLES.get(key, key.replace("_", " ").capitalize()), _KINDS.get(key, "id"))


def chosen(text: str, there: Sequence[str]) -> list[str]:
    """The members that `--columns a,b,c` names, each once; WrongWord for one that is not among them."""
    named = list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    for word in named:
        if word not in there:
            raise _unknown(text, word, there)
    if not named:
        raise _unknown(text, text, there)
    return named


def _unknown(text: str, word: str, there: Sequence[str]) -> WrongWord:
    from occ_media_cli.report.words import nearest, question

    near = nearest(word, there) or nearest(word.casefold(), there)
    right = ",".join(near if each.strip() == word and near else each for each in text.split(","))
    return WrongWord(
        f"no column '{word}'{question(near) if near else ''}",
        options=("--columns",),
        typed=text,
        meant=(right,) if near else None,
        hint=f"there are {', '.join(there)}",
    )
