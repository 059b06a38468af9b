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

_AIM, _CAREFUL = 0.985, 0.96
"""Which share of the limit the secant aims at, since it is off by as much, and at the last try."""

_FIRST = 75.0
"""The quality of the first encode."""

_SURE = 75.0
"""From this quality on, no smaller scale is more like the original."""

_TOP, _TOP_RISE = 3.9, 0.55
"""Where the scale that is most like the original has its step (as a logarithm), for a picture that meets the limit at
full scale with a step of 100, and how much of a coarser step there it takes over. Measured."""

_STEP = 0.8
"""From one scale to the next that is tried."""

_SLOPE, _POWER = -0.7, 1.4
"""How the logarithm of the size goes with those of the step and of the scale, until encodes tell. With 2 for the
scale, a picture would have no large shapes and no header."""

_NARROW = 0.004
"""Steps this near to each other (as logarithms) give the same tables."""

_FAR = 0.5
"""A quality this far below the lowest is not looked for."""

_SAME = 1e-6
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


class _Point(NamedTuple):
    """The logarithms of one encode: its scale, its step and its size."""

    scale: float
    step: float
    size: float


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
    """A search below one limit. It counts its encodes and learns from each how size goes with scale and quality.

    encode: makes something at a scale and a quality. most: the bytes that it may have. encodes: how often it is asked
    at most.
    """

    def __init__(self, encode: Callable[[float, float], M], most: int, *, encodes: int = MOST_ENCODES) -> None:
        self._encode, self._most, self._limit = encode, most, encodes
        self._seen: list[_Point] = []
        self._slope, self._power = _SLOPE, _POWER

    @property
    def encodes(self) -> int:
        """How often something was encoded."""
        return len(self._seen)

    @property
    def left(self) -> int:
        """Encodes that are left."""
        return self._limit - len(self._seen)

    def more(self, encodes: int) -> None:
        """Allow so many encodes besides those that were made."""
        self._limit = len(self._seen) + encodes

    def is_full(self, tried: Tried[M]) -> bool:
        """Whether it uses the limit, or could not use more of it."""
        return len(tried.made) >= FULL * self._most or tried.quality >= HIGHEST - 0.1

    def try_at(self, scale: float, quality: float) -> Tried[M] | None:
        """One encode; None where it is over the limit."""
        made = self._encode(scale, quality)
        self._learn(_Point(log(scale), log(step_of(quality)), log(max(1, len(made)))))
        return Tried(scale, quality, made) if len(made) <= self._most else None

    def best_quality(self, scale: float = 1.0, *, tries: int = 5, best: Tried[M] | None = None) -> Tried[M] | None:
        """The highest quality at a scale that fits, or None where the lowest does not, or was not reached.

        tries: encodes at most. best: one that is known to fit, to go on from.
        """
        fine, coarse = log(step_of(HIGHEST)), log(step_of(LOWEST))
        high = log(step_of(best.quality)) if best else coarse
        over = [
            each.step for each in self._seen if abs(each.scale - log(scale)) < _SAME and each.size > log(self._most)
        ]
        low = max([fine, *over])  # between these two is the best
        tries = min(tries, self.left)
        for turn in range(tries):
            at = self._step_at(scale, _AIM if best or turn + 1 < tries else _CAREFUL)
            if not self._seen:
                at = log(step_of(_FIRST))
            if not low <= at <= high:
                at = low if at < low else high
            if (low > fine and at < low + _NARROW) or (best is not None and at > high - _NARROW):
                if high - low < 3 * _NARROW:
                    return best
                at = (low + high) / 2
            found = self.try_at(scale, quality_of(exp(at)))
            if found is not None:
                best, high = found, at
                if self.is_full(found):
                    return best
            elif at >= coarse - _NARROW or (self._step_at(scale, _AIM) > coarse + _FAR):
                return best
            else:
                low = at
        return best

    def best_scale(self, quality: float = LOWEST, *, tries: int = 5) -> Tried[M] | None:
        """The largest scale at which a quality fits, near enough, or None where none was reached."""
        best: Tried[M] | None = None
        tries = min(tries, self.left)
        low, high = log(_SMALLEST), 0.0
        for turn in range(tries):
            at = log(self.scale_of(quality, _AIM if best or turn + 1 < tries else _CAREFUL))
            if not low < at < high:
                at = low if at <= low and best is None else (low + high) / 2
            found = self.try_at(exp(at), quality)
            if found is not None:
                best, low = found, at
                if self.is_full(found):
                    break
            elif at <= log(_SMALLEST):
                break
            else:
                high = at
        return best

    def quality_at(self, scale: float) -> float:
        """The quality that is expected to meet the limit at a scale; it may be out of what is tried."""
        return quality_of(min(max(exp(self._step_at(scale, _AIM)), 0.1), 1e6))

    def scale_of(self, quality: float, aim: float = _AIM) -> float:
        """The scale at which a quality is expected to meet the limit."""
        step = log(step_of(quality))
        near = min(self._seen, key=lambda each: abs(log(aim * self._most) - each.size) + abs(step - each.step))
        gap = log(aim * self._most) - near.size - self._slope * (step - near.step)
        return exp(min(max(near.scale + gap / self._power, log(_SMALLEST)), 0.0))

    def _step_at(self, scale: float, aim: float) -> float:
        """The logarithm of the step that is expected to meet a share of the limit at a scale."""
        if not self._seen:
            return 0.0
        wanted, place = log(aim * self._most), log(scale)
        same = [each for each in self._seen if abs(each.scale - place) < _SAME]
        over = max((each for each in same if each.size > wanted), key=lambda each: each.step, default=None)
        under = min((each for each in same if each.size <= wanted), key=lambda each: each.step, default=None)
        if over is not None and under is not None and over.step < under.step:  # it lies between two that are known
            return under.step - (under.step - over.step) * (wanted - under.size) / (over.size - under.size)
        near = min(self._seen, key=lambda each: (abs(each.scale - place), abs(wanted - each.size)))
        return near.step + (wanted - near.size - self._power * (place - near.scale)) / self._slope

    def _learn(self, point: _Point) -> None:
        """How steep the two lines are, from this encode and the one that is nearest to it."""
        same = [
            each
            for each in self._seen
            if abs(each.scale - point.scale) < _SAME and abs(each.step - point.step) > _NARROW
        ]
        if same:
            near = min(same, key=lambda each: abs(each.step - point.step))
            self._slope = min(max((point.size - near.size) / (point.step - near.step), -2.0), -0.25)
        elif self._seen:
            near = min(self._seen, key=lambda each: abs(each.scale - point.scale))
            if abs(near.scale - point.scale) > _SAME:
                grown = point.size - near.size - self._slope * (point.step - near.step)
                self._power = min(max(grown / (point.scale - near.scale), 0.5), 2.2)
        self._seen.append(point)


def search(
    encode: Callable[[float, float], M],
    most: int,
    *,
    judge: Callable[[M], float] | None = None,
    encodes: int = MOST_ENCODES,
) -> SearchResult[M]:
    """The best that fits: the highest quality at full scale, or a smaller scale that is more like the original.

    encode: makes something at a scale and a quality. most: the bytes that it may have. judge: how like the original
    what was made is; without it, a smaller scale is tried only where the lowest quality is too large.
    """
    found = Search(encode, most, encodes=encodes)
    best = found.best_quality(tries=3 if judge else 5)
    if judge is not None and (best is None or best.quality < _SURE):
        best = _by_likeness(found, best, judge)
    if best is None and found.left:
        best = found.best_scale(tries=found.left)
    if best is not None and not found.is_full(best) and found.left:
        best = found.best_quality(best.scale, tries=min(4, found.left), best=best)
    return SearchResult(best, found.encodes)


def _by_likeness(found: Search[M], full: Tried[M] | None, judge: Callable[[M], float]) -> Tried[M] | None:
    """The likeness over the scale is a flat hill: from where its top is expected, a step to each side."""
    seen = {1.0: (judge(full.made), full)} if full is not None else {}
    at_full = log(step_of(found.quality_at(1.0)))
    scale = found.scale_of(
        quality_of(exp(min(max(_TOP + _TOP_RISE * (at_full - log(100)), log(25)), log(step_of(LOWEST + 5)))))
    )
    asked = set(seen)
    while found.left > 1:
        asked.add(scale)
        tried = found.best_quality(scale, tries=min(3, found.left))
        if tried is not None:
            seen[scale] = judge(tried.made), tried
        if not seen:
            scale = min(found.scale_of(LOWEST + 5), scale * _STEP)
            continue
        top = max(seen, key=lambda each: seen[each][0])
        ways = [top * _STEP, min(1.0, top / _STEP, found.scale_of(LOWEST + 1))]
        if len(seen) > 1 and min(seen) < top:
            ways.reverse()
        free = [
            way
            for way in ways
            if all(abs(log(way / each)) > 0.1 for each in asked) and found.quality_at(way) < HIGHEST + 2
        ]
        if not free:
            break
        scale = free[0]
    return max(seen.values(), key=lambda each: each[0])[1] if seen else None
