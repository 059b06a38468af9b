"""A stretch of a document's text that knows where each of its characters stands."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

LENGTH = 1 << 18
"""Characters of one passage, about: a long text comes in several of them, cut between lines, paragraphs or rows."""

MOST_CHARACTERS = 64_000_000
"""Characters of one document that are read: thirty thousand pages."""


class Place(NamedTuple):
    """Where the text from start on stands: `page 3`, `Sheet1!B7`. head: what stands above it, as a column's heading."""

    start: int
    where: str
    head: str = ""


class Passage(NamedTuple):
    """A stretch of text.

    places: in the order of their starts; the first one starts at 0. line: the number of its first line where its places
    are lines, else 0. goes_on: whether it continues the passage before it, so that what is cut stands in both together.
    has_heads: whether any of its places has one. inside: the file inside of the document in which it stands. of_file:
    whether it tells something of the file, as its author, and is nothing that a reader of the document reads.
    """

    text: str
    places: tuple[Place, ...] = ()
    line: int = 0
    goes_on: bool = False
    has_heads: bool = False
    inside: str = ""
    of_file: bool = False

    def place_at(self, offset: int) -> Place:
        """Where a character stands."""
        place = self._own_place(offset)
        if not self.inside:
            return place
        return place._replace(where=f"{self.inside}: {place.where}" if place.where else self.inside)

    def _own_place(self, offset: int) -> Place:
        if self.line:
            return Place(0, f"line {self.line + self.text.count(chr(10), 0, max(0, offset)):,}")
        if not self.places:
            return Place(0, "")
        return self.places[max(0, bisect_right(self.places, max(0, offset), key=_start) - 1)]


def _start(place: Place) -> int:
    return place.start


class UnreadText(NamedTuple):
    """A part that could not be read, and why. part: empty for the document itself."""

    part: str
    reason: str
