"""The pictures inside of a document, made smaller together: one resolution and one quality for all of them.

What a document is (PDF, Office) is not known here. The same quality for every picture is near the best that a size
allows, since each then loses about as much for the bytes that it gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.likeness import likeness
from occ_media_cli.convert.search import FULL, HIGHEST, LOWEST, Search, Tried

if TYPE_CHECKING:
    from PIL.Image import Image

RUNGS = (inf, 200.0, 150.0, 110.0, 80.0)
"""Dots per inch at which pictures are tried, as they are shown at their largest; the first leaves them as they are."""

MOST_REWRITES = 6
"""How often all pictures are encoded at most."""

MOST_PIXELS = 150_000_000
_MOST_PICTURES = 1_000
_MOST_TOGETHER = 1_500_000_000
"""Pixels of one picture, pictures, and pixels of all of them, that are made smaller; the rest stays as it is."""

_HELD = 192_000_000
"""Bytes of decoded pictures that are kept for the next round."""

_FIRST = 75.0
_MOST_DOTS = 2_400.0
_HALVINGS = 28
_SAME = 1e-6

_RUINED = 0.5
"""Of the fewest dots, those that are tried where nothing else fits: fewer are none that anybody wants."""

_HOPE = 0.85
"""A quality that is foreseen so far below the lowest is not tried."""

_NEEDLESS = 90.0
"""More dots at a lower quality are better than fewer at a quality above this."""


class Inner(Protocol):
    """A picture inside of a document.

    size: the bytes that it takes now. lossy: whether these lost something for being few, so that a lower quality takes
    fewer. shown: its area where it is shown, in whatever unit the document has.
    """

    size: int
    lossy: bool
    shown: float

    def pixels_at(self, dots: float) -> tuple[int, int]:
        """Its sides at so many dots per inch, never more than it has."""
        ...

    def load_at(self, pixels: tuple[int, int]) -> Image:
        """Itself, of this size. Raises OSError or ValueError where it cannot be decoded."""
        ...

    def encode_as(self, picture: Image, quality: float) -> bytes:
        """As it would stand in the document."""
        ...

    def cost_of(self, encoded: bytes) -> int:
        """The bytes that these take in the document."""
        ...

    def decoded(self, encoded: bytes) -> Image:
        """What a reader sees of such bytes, in grey or RGB."""
        ...

    def seen(self, picture: Image) -> Image:
        """What a reader sees of a loaded picture, in grey or RGB."""
        ...


P = TypeVar("P", bound=Inner)


class Rung(NamedTuple):
    """A resolution, and the share of their sides that the pictures have at it; 1 for the first."""

    dots: float
    scale: float


class Encoded(NamedTuple):
    """All pictures at one resolution and quality: the new bytes of each, None where they would be no fewer.

    total: the bytes of all. told: what a search is told of them: where they are too many, also those that a picture
    would have and does not get, since a search learns nothing from a picture that stays as it is.
    """

    parts: tuple[bytes | None, ...]
    total: int
    told: int

    def __len__(self) -> int:
        return self.told


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


def largest_first(pictures: Sequence[P]) -> list[P]:
    """The pictures that are worth the while, and no more than can be worked on."""
    chosen, left = list[P](), _MOST_TOGETHER
    for picture in sorted(pictures, key=lambda each: -each.size)[:_MOST_PICTURES]:
        wide, high = picture.pixels_at(inf)
        left -= wide * high
        if left < 0:
            break
        chosen.append(picture)
    return chosen


def shrink_pictures(pictures: Sequence[Inner], room: int, floor: float) -> Shrunk:
    """Make pictures take at most so many bytes together, each only where it becomes smaller.

    Raises `CannotFit` where that is not possible, or they would be less like themselves than the floor.
    """
    worker = _Worker(pictures, room)
    if worker.total <= room:
        return Shrunk((None,) * len(pictures), inf, 100.0, 0, 0, 1.0)
    search = Search(worker.encode_all, room, encodes=MOST_REWRITES)
    found = _climb_down(search, worker)
    if found is None:
        raise CannotFit(
            "quality",
            f"its pictures have {worker.total:,} bytes, and would be ruined in the {max(room, 0):,} that are left for"
            " them",
        )
    parts = worker.put_back(found.made)
    ssim = worker.ssim_of(parts)
    if ssim < floor:
        raise CannotFit("quality", f"its pictures would be too unlike themselves (SSIM {ssim:.3f}, floor {floor:g})")
    dots = worker.dots_at(found.scale)
    scaled = sum(
        part is not None and picture.pixels_at(dots) != picture.pixels_at(inf)
        for part, picture in zip(parts, pictures, strict=True)
    )
    return Shrunk(parts, dots if scaled else inf, found.quality, scaled, search.encodes, ssim)


def _climb_down(search: Search[Encoded], worker: _Worker) -> Tried[Encoded] | None:
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


def _with_more_dots(search: Search[Encoded], worker: _Worker, found: Tried[Encoded]) -> Tried[Encoded]:
    """A lower quality with as many dots as there is room for, where the quality cannot be higher."""
    while found.quality >= HIGHEST - 1 and found.scale < 1 and len(found.made) < FULL * worker.room and search.left:
        more = search.try_at(search.scale_of(_NEEDLESS), _NEEDLESS)
        if more is None or len(more.made) <= len(found.made):
            break
        found = more
    return found


class _Worker:
    """Encodes all pictures again and again, and keeps those decoded that it has room for."""

    def __init__(self, pictures: Sequence[Inner], room: int) -> None:
        self._pictures, self.room = pictures, max(room, 1)
        self._broken = [False] * len(pictures)
        self._held: dict[int, Image] = {}
        self._dots = 0.0
        self.total = sum(each.size for each in pictures)
        self.rungs = self._rungs()

    def _rungs(self) -> list[Rung]:
        """The resolutions at which at least one picture has other pixels than at the one before."""
        found = list[Rung]()
        for dots in RUNGS:
            rung = Rung(dots, sqrt(self.pixels_at(dots) / self.pixels_at(inf)))
            if not found or rung.scale < found[-1].scale:
                found.append(rung)
        return found

    def dots_at(self, scale: float) -> float:
        """The resolution at which all pictures together have this share of the sides that they have."""
        for rung in self.rungs:
            if abs(rung.scale - scale) < _SAME:
                return rung.dots
        low, high = 0.0, _MOST_DOTS
        for _ in range(_HALVINGS):
            dots = (low + high) / 2
            if self.pixels_at(dots) <= scale * scale * self.pixels_at(inf):
                low = dots
            else:
                high = dots
        return low

    def pixels_at(self, dots: float) -> int:
        """Pixels of all pictures together."""
        return sum(wide * high for wide, high in (each.pixels_at(dots) for each in self._pictures))

    def encode_all(self, scale: float, quality: float) -> Encoded:
        """Every picture at one share of its sides and one quality."""
        dots = self.dots_at(scale)
        if dots != self._dots:
            self._held.clear()
            self._dots = dots
        parts, total, told, room = list[bytes | None](), 0, 0, _HELD
        for place, picture in enumerate(self._pictures):
            made, cost = None, picture.size
            if not self._broken[place]:
                try:
                    loaded = self._held.get(place) or picture.load_at(picture.pixels_at(dots))
                    made = picture.encode_as(loaded, quality)
                    cost = picture.cost_of(made)
                except (OSError, ValueError, SyntaxError, MemoryError, OverflowError):
                    self._broken[place] = True  # it stays as it is, whatever a reader makes of it
                else:
                    room -= loaded.width * loaded.height * len(loaded.getbands())
                    if room > 0:
                        self._held[place] = loaded
            parts.append(made if cost < picture.size else None)
            total += min(cost, picture.size)
            told += cost if picture.lossy else min(cost, picture.size)
        return Encoded(tuple(parts), total, total if total <= self.room else max(told, self.room + 1))

    def put_back(self, made: Encoded) -> tuple[bytes | None, ...]:
        """The new bytes of the pictures, but none for those that gain least and that there is room for as they are."""
        parts, total = list(made.parts), made.total
        gains = sorted((picture.size - picture.cost_of(part), place) for place, (picture, part)
                       in enumerate(zip(self._pictures, parts, strict=True)) if part is not None)  # fmt: skip
        for gain, place in gains:
            if total + gain > self.room:
                break
            total += gain
            parts[place] = None
        return tuple(parts)

    def ssim_of(self, parts: Sequence[bytes | None]) -> float:
        """How like itself what changed is, by the area in which it is shown, seen at the first real resolution."""
        weight, whole = 0.0, 0.0
        for picture, part in zip(self._pictures, parts, strict=True):
            if part is not None:
                before = picture.seen(picture.load_at(picture.pixels_at(RUNGS[1])))
                whole += picture.shown * likeness(before, picture.decoded(part))
                weight += picture.shown
        return whole / weight if weight else 1.0
