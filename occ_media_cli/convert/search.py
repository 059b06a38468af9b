"""The search for the best picture, or document of pictures, below a size: first its quality, then its scale.

The logarithm of the size is nearly a line over the logarithm of the step by which a JPEG of a quality rounds, so a
secant on both lands near the limit in two or three encodes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log
from typing import Generic, NamedTuple, Protocol, TypeVar

LOWEST, HIGHEST = 40.0, 95.0
"""Qualities that are tried, as the Independent JPEG Group counts them: below, a smaller picture is more like its
original; above, the size grows and nothing is seen of it."""

MOST_ENCODES = 10

FULL = 0.96
"""A result that uses so much of the limit is near enough."""

_AIM = 0.985
"""Where the secant aims: a little below the limit, since it is off by as much."""

_SLOPE = -0.7
"""How the logarithm of the size goes with that of the step, until two encodes of the same picture tell."""

_NARROW = 0.004
"""Steps this near to each other (as logarithms) give the same tables."""

_POWER = 1.4
"""How the logarithm of the size goes with that of the scale; 2 would be a picture without large shapes and headers."""

_SMALLEST = 0.02
"""The least scale that is tried."""


class HasSize(Protocol):
    """What an encode makes: bytes, or anything else that knows its size."""

    def __len__(self) -> int:
        """Its bytes."""
        ...


M = TypeVar("M", bound=HasSize)


class Tried(NamedTuple, Generic[M]):
    """One encode: at which scale (of each side, 1 for that of the original) and quality, and what it made."""

    scale: float
    quality: float
    made: M


class SearchResult(NamedTuple, Generic[M]):
    """What a search came to: the best that fits, None where nothing does, and how often something was encoded."""

    best: Tried[M] | None
    encodes: int


def step_of(quality: float) -> float:
    """By how many hundredths of the tables of the standard a quality rounds (100 at 50, 10 at 95)."""
    return 5000 / quality if quality < 50 else 200 - 2 * quality


def quality_of(step: float) -> float:
    """The quality that rounds by this step."""
    return 5000 / step if step > 100 else (200 - step) / 2


class Search(Generic[M]):
    """A search below one limit, which counts its encodes.

    encode: makes something at a scale and a quality. most: the bytes that it may have. encodes: how often it is asked
    at most. tried: each encode that fitted, the newest last. size: the bytes of the newest encode.
    """

    def __init__(self, encode: Callable[[float, float], M], most: int, *, encodes: int = MOST_ENCODES) -> None:
        self._encode, self.most, self._left = encode, most, encodes
        self.encodes = self.size = 0
        self.tried: list[Tried[M]] = []
        self._slope = _SLOPE

    @property
    def left(self) -> int:
        """Encodes that are left."""
        return self._left - self.encodes

    def try_at(self, scale: float, quality: float) -> tuple[int, Tried[M] | None]:
        """One encode: its size, and itself where that is within the limit."""
        self.encodes += 1
        made = self._encode(scale, quality)
        self.size = len(made)
        if len(made) > self.most:
            return len(made), None
        found = Tried(scale, quality, made)
        self.tried.append(found)
        return len(made), found

    def best_quality(self, scale: float = 1.0, *, first: float = 75.0, tries: int = 5) -> Tried[M] | None:
        """The highest quality at a scale that fits, or None where the lowest does not, or was not reached.

        first: the quality to begin with. tries: encodes at most.
        """
        fine, coarse = log(step_of(HIGHEST)), log(step_of(LOWEST))
        at = min(max(log(step_of(first)), fine), coarse)
        low, high = fine, coarse  # what may still be the best; below `low` everything is too large
        best: Tried[M] | None = None
        before: tuple[float, float] | None = None
        for turn in range(min(tries, self.left)):
            size, found = self.try_at(scale, quality_of(exp(at)))
            here = (at, log(size))
            if found is not None:
                best, high = found, at
                if size >= FULL * self.most or at <= fine + _NARROW:
                    return best
            else:
                low = at
                if at >= coarse - _NARROW:
                    return None
            if before is not None and abs(here[0] - before[0]) > _NARROW:
                slope = (here[1] - before[1]) / (here[0] - before[0])
                self._slope = min(max(slope, -2.0), -0.25)
            before = here
            last = turn + 2 >= min(tries, self.left + turn + 1)
            aim = self.most * (_AIM - 0.02 if last and best is None else _AIM)
            at = here[0] + (log(aim) - here[1]) / self._slope
            if not low < at < high or (low > fine and at < low + _NARROW):
                at = high if best is None and at >= high else low if low == fine and at <= low else (low + high) / 2
            if high - low < _NARROW and best is not None:
                return best
        return best

    def best_scale(self, quality: float = LOWEST, *, scale: float = 1.0, size: int, tries: int = 5) -> Tried[M] | None:
        """The largest scale at which a quality fits, near enough, or None where none was reached.

        scale, size: a scale that is too large, and the size that it gave.
        """
        at, here, power = log(scale), log(size), _POWER
        best: Tried[M] | None = None
        for _ in range(min(tries, self.left)):
            to = max(at + (log(_AIM * self.most) - here) / power, log(_SMALLEST))
            got, found = self.try_at(exp(to), quality)
            if found is not None:
                best = found
                if got >= FULL * self.most:
                    return best
            elif to <= log(_SMALLEST):
                return None
            if abs(to - at) > _NARROW:
                power = min(max((log(got) - here) / (to - at), 0.5), 2.0)
            at, here = to, log(got)
        return best


def search(encode: Callable[[float, float], M], most: int, *, encodes: int = MOST_ENCODES) -> SearchResult[M]:
    """The whole way without looking: the highest quality at full scale; where the lowest is too large there, the
    largest scale at which it fits.

    encode: makes something at a scale and a quality. most: the bytes that it may have.
    """
    found = Search(encode, most, encodes=encodes)
    best = found.best_quality(tries=min(5, encodes))
    if best is None and found.left:
        best = found.best_scale(size=found.size, tries=found.left)
    return SearchResult(best, found.encodes)
