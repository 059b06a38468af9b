"""The chart of what held when, such as the settings of inboxes, and of what happened meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from occ_media_cli.values import value


@value
class Stretch:
    """A part of a lane, half-open, in milliseconds, and the word that held during it, such as on or off."""

    start: int
    end: int
    word: str


@value
class Lane:
    """One line of `Lanes`: what held when, and the moments (milliseconds) at which something happened.

    counts: how often it happened in each stretch, where more happened than is drawn; None where every tick is there.
    total: the same in the whole lane, outside of its stretches too.
    """

    label: str
    stretches: Sequence[Stretch]
    ticks: Sequence[int] = ()
    counts: Sequence[int] | None = None
    total: int | None = None

    @property
    def happened(self) -> int:
        """How often it happened, drawn or not."""
        return len(self.ticks) if self.total is None else self.total

    def happened_in(self, index: int) -> int:
        """How often it happened in one of the stretches."""
        if self.counts is not None:
            return self.counts[index]
        stretch = self.stretches[index]
        return sum(stretch.start <= tick < stretch.end for tick in self.ticks)


@value
class Lanes:
    """Under which setting did it happen? A stretch whose word is `thick` is drawn thick, every tick above the line.

    start, end: the period shown, in milliseconds; first, last: the same for people.
    tick: what a tick is, one and many, such as ("error", "errors"); None where nothing was counted, which is not none.
    """

    title: str
    start: int
    end: int
    first: str
    last: str
    lanes: Sequence[Lane]
    tick: tuple[str, str] | None = ("event", "events")
    thick: str = "off"
    caption: str | None = None
