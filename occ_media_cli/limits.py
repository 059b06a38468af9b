"""How much may go at once: `1000` things, or `50%` of those that are there."""

from __future__ import annotations

import re

from occ_media_cli.values import value


@value
class RemovalLimit:
    """A number of things, or a share in per cent of all of them."""

    number: int
    share: bool

    def __str__(self) -> str:
        return f"{self.number}%" if self.share else f"{self.number:,}"

    def over(self, removals: int, population: int) -> bool:
        """Whether so many removals are more than allowed."""
        return removals * 100 > self.number * population if self.share else removals > self.number


def parse_limit(text: str) -> RemovalLimit:
    """`1000` or `50%`: a positive whole number, and no more than 100%; ValueError for anything else."""
    match = re.fullmatch(r"([1-9][0-9]{0,17})(%?)", text, re.ASCII)
    if match is None or (match[2] and int(match[1]) > 100):
        raise ValueError(f"'{text}' is neither a number nor a share")
    return RemovalLimit(int(match[1]), share=bool(match[2]))
