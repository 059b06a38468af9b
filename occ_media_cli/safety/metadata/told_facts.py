"""Facts as they are gathered while a file is read: names, never values."""

from __future__ import annotations

from occ_media_cli.safety.found import Found, Looked
from occ_media_cli.safety.metadata.block import Block

KEPT = frozenset(("notes", "connections", "hidden_rows", "hidden_columns", "fields"))
"""Facts of what is content: a copy keeps it."""

HELP = "send a copy without it"


class ToldFacts:
    """What a file tells of itself, as it is seen.

    told: each fact by name, true or how often. places: the parts that tell of a place. unread: (part, reason) where
    nobody could look.
    """

    def __init__(self) -> None:
        self.told: dict[str, bool | int] = {}
        self.places: list[str] = []
        self.unread: list[tuple[str, str]] = []

    def add_facts(self, facts: tuple[str, ...] | frozenset[str], where: str = "") -> None:
        """Note facts that are true. where: the part that tells them."""
        for fact in facts:
            self.told.setdefault(fact, True)
            if fact == "location" and where not in self.places:
                self.places.append(where)

    def count(self, fact: str, number: int = 1) -> None:
        """Note a fact that counts; nothing where there is none."""
        if number:
            before = self.told.get(fact, 0)
            self.told[fact] = number + (0 if before is True else before)  # true: it is there, nobody counted yet

    def looked(self) -> Looked:
        """All of it as the answer of a check."""
        found = tuple(
            Found("location-metadata", "note", "it tells where it was made", where, HELP) for where in self.places
        )
        return Looked(found, tuple(self.unread), tuple(sorted(self.told.items())))


def note_block(facts: ToldFacts, block: Block) -> None:
    """Add what a block tells, where it would not stay as it is."""
    if block.instead is not None and block.facts:
        facts.add_facts(block.facts, block.where)
