"""Pictures inside of a document, encoded again and again at one resolution and one quality for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from occ_media_cli.convert.likeness import likeness

if TYPE_CHECKING:
    from PIL.Image import Image

RUNGS = (inf, 200.0, 150.0, 110.0, 80.0)
"""Dots per inch at which pictures are tried, as they are shown at their largest; the first leaves them as they are."""

MOST_PIXELS = 150_000_000
_MOST_PICTURES = 1_000
MOST_TOGETHER = 900_000_000
"""Pixels of one picture, pictures, and pixels of all of them, that are made smaller; the rest stays as it is."""

_HELD = 192_000_000
"""Bytes of decoded pictures that are kept for the next round."""

_MOST_DOTS = 2_400.0
_HALVINGS = 28
_SAME = 1e-6
_STUCK = 0.98


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


def largest_first(pictures: Sequence[P]) -> list[P]:
    """The pictures that are worth the while, and no more than can be worked on."""
    chosen, left = list[P](), MOST_TOGETHER
    for picture in sorted(pictures, key=lambda each: -each.size)[:_MOST_PICTURES]:
        wide, high = picture.pixels_at(inf)
        left -= wide * high
        if left < 0:
            break
        chosen.append(picture)
    return chosen


class Worker:
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
            rung = Rung(dots, self.scale_at(dots))
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

    def scale_at(self, dots: float) -> float:
        """The share of the sides that all pictures together have at a resolution."""
        return sqrt(self.pixels_at(dots) / self.pixels_at(inf))

    def encode_all(self, scale: float, quality: float) -> Encoded:
        """Every picture at one share of its sides and one quality."""
        dots = self.dots_at(scale)
        if dots != self._dots:
            self._held.clear()
            self._dots = dots
        parts, total, told, whole, room = list[bytes | None](), 0, 0, 0, _HELD
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
            whole += cost
        if total > _STUCK * self.total:  # hardly a picture became smaller, and how far they are from it tells
            told = whole
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

    def ssim_of(self, parts: Sequence[bytes | None], of: Sequence[Inner]) -> float:
        """How like itself what changed is, by the area in which it is shown, seen at the first real resolution.

        of: the pictures that are looked at.
        """
        weight, whole, chosen = 0.0, 0.0, set(map(id, of))
        for picture, part in zip(self._pictures, parts, strict=True):
            if part is not None and id(picture) in chosen:
                before = picture.seen(picture.load_at(picture.pixels_at(RUNGS[1])))
                whole += picture.shown * likeness(before, picture.decoded(part))
                weight += picture.shown
        return whole / weight if weight else 1.0
