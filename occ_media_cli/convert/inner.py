"""The pictures inside of a document, made smaller together: one resolution and one quality for all of them.

What a document is (PDF, Office) is not known here. The same quality for every picture is near the best that a size
allows, since each then loses about as much for the bytes that it gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.inner_worker import Encoded, Inner, Rung, Worker
from occ_media_cli.convert.search import FULL, HIGHEST, LOWEST, Search, Tried

MOST_REWRITES = 6
"""How often pictures are encoded at most."""

_MOST_TRIED = 120_000_000
_MOST_WHOLE = 3
"""Pixels of all pictures up to which the search encodes each of them; with more, it encodes some, and then all of them
so many times."""

_FIRST = 75.0

_RUINED = 0.5
"""Of the fewest dots, those that are tried where nothing else fits: fewer are none that anybody wants."""

_HOPE = 0.85
"""A quality that is foreseen so far below the lowest is not tried."""

_NEEDLESS = 90.0
"""More dots at a lower quality are better than fewer at a quality above this."""


class Shrunk(NamedTuple):
    """What became of the pictures. dots: `inf` where no picture lost pixels. scaled: how many did. ssim: by area, of
    those that changed; 1 where none did."""

    parts: tuple[bytes | None, ...]
    dots: float
    quality: float
    scaled: int
    encodes: int
    ssim: float

    @property
    def changed(self) -> int:
        """How many pictures have new bytes."""
        return sum(part is not None for part in self.parts)


def shrink_pictures(pictures: Sequence[Inner], room: int, floor: float) -> Shrunk:
    """Make pictures take at most so many bytes together, each only where it becomes smaller.

    Raises `CannotFit` where that is not possible, or they would be less like themselves than the floor.
    """
    worker, few = Worker(pictures, room), _sample_of(pictures)
    if worker.total <= room:
        return Shrunk((None,) * len(pictures), inf, 100.0, 0, 0, 1.0)
    trial = worker if len(few) == len(pictures) else Worker(few, room * sum(each.size for each in few) // worker.total)
    search = Search(trial.encode_all, trial.room, encodes=MOST_REWRITES)
    found, encodes = _climb_down(search, trial), search.encodes
    if found is not None and trial is not worker:
        found, more = _carry_over(trial, found, worker)
        encodes += more
    if found is None:
        raise CannotFit(
            "quality",
            f"its pictures have {worker.total:,} bytes, and would be ruined in the {max(room, 0):,} that are left for"
            " them",
        )
    parts = worker.put_back(found.made)
    ssim = worker.ssim_of(parts, few)
    if ssim < floor:
        raise CannotFit("quality", f"its pictures would be too unlike themselves (SSIM {ssim:.3f}, floor {floor:g})")
    dots = worker.dots_at(found.scale)
    scaled = sum(
        part is not None and picture.pixels_at(dots) != picture.pixels_at(inf)
        for part, picture in zip(parts, pictures, strict=True)
    )
    return Shrunk(parts, dots if scaled else inf, found.quality, scaled, encodes, ssim)


def _sample_of(pictures: Sequence[Inner]) -> Sequence[Inner]:
    """Every so manieth of the pictures, which stand by their size, where all together have too many pixels to try."""
    pixels = [wide * high for wide, high in (each.pixels_at(inf) for each in pictures)]
    return pictures[:: max(1, -(-sum(pixels) // _MOST_TRIED))]


def _carry_over(trial: Worker, found: Tried[Encoded], worker: Worker) -> tuple[Tried[Encoded] | None, int]:
    """(all pictures as well as some of them were found to fit, or a little worse; how often all were encoded)."""
    search = Search(worker.encode_all, worker.room, encodes=_MOST_WHOLE)
    scale = worker.scale_at(trial.dots_at(found.scale))
    best = search.try_at(scale, found.quality)
    if best is None or not search.is_full(best):
        best = search.best_quality(scale, tries=_MOST_WHOLE - 1, best=best)
    return best, search.encodes


def _climb_down(search: Search[Encoded], worker: Worker) -> Tried[Encoded] | None:
    """The first resolution that leaves a quality worth having, and the highest quality that fits there.

    Each encode tells what quality is to be expected at the others, so that most are passed without one.
    """
    rungs = worker.rungs
    at, best = 0, search.try_at(rungs[0].scale, _FIRST)
    if best is not None and search.is_full(best):
        return best
    while search.left and at < len(rungs):
        at = _next_rung(search, rungs, at)
        if search.quality_at(rungs[at].scale) < LOWEST * _HOPE:
            break
        best = search.best_quality(rungs[at].scale, tries=search.left, best=best if not at else None)
        if best is not None:
            return _with_more_dots(search, worker, best)
        at += 1
    if best is None and search.left:
        best = search.best_scale(LOWEST, tries=search.left)
        if best is not None and best.scale < rungs[-1].scale * _RUINED:
            return None
    return best


def _next_rung(search: Search[Encoded], rungs: list[Rung], at: int) -> int:
    """The place of the first rung from one on at which more than the lowest quality is to be expected.

    Measured on pages as they are read, a lower quality is better than fewer dots until then.
    """
    while at < len(rungs) - 1 and search.quality_at(rungs[at].scale) < LOWEST:
        at += 1
    return at


def _with_more_dots(search: Search[Encoded], worker: Worker, found: Tried[Encoded]) -> Tried[Encoded]:
    """A lower quality with as many dots as there is room for, where the quality cannot be higher."""
    while found.quality >= HIGHEST - 1 and found.scale < 1 and len(found.made) < FULL * worker.room and search.left:
        more = search.try_at(search.scale_of(_NEEDLESS), _NEEDLESS)
        if more is None or len(more.made) <= len(found.made):
            break
        found = more
    return found
