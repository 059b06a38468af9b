"""The search for the best below a size, over encoders whose best is known."""

from __future__ import annotations

import pytest

from occ_media_cli.convert.search import FULL, HIGHEST, LOWEST, quality_of, search, step_of


class Sized(int):
    def __len__(self) -> int:
        return int(self)


def encoder(pixels: int, slope: float = -0.7, power: float = 1.5):
    """As the sizes of a JPEG go: a header, and pixels to the power of each."""
    asked: list[tuple[float, float]] = []

    def encode(scale: float, quality: float) -> Sized:
        asked.append((scale, quality))
        return Sized(400 + int(pixels * scale**power * (step_of(quality) / 100) ** slope))

    return encode, asked


@pytest.mark.parametrize("slope", [-0.35, -0.7, -1.1])
@pytest.mark.parametrize("power", [1.1, 1.9])
@pytest.mark.parametrize("share", [3.0, 1.2, 0.6, 0.2, 0.05])
def test_it_lands_below_the_limit_and_near_it_in_ten_encodes(slope: float, power: float, share: float) -> None:
    encode, asked = encoder(100_000, slope, power)
    most = int(100_000 * share)
    found = search(encode, most)
    assert found.best is not None
    assert len(found.best.made) <= most
    assert len(found.best.made) >= FULL * most or found.best.quality > HIGHEST - 0.5
    assert found.encodes == len(asked) <= 10


def test_what_fits_at_the_highest_quality_is_not_made_worse() -> None:
    encode, _ = encoder(1_000)
    best = search(encode, 1_000_000).best
    assert best is not None
    assert (best.scale, round(best.quality, 3)) == (1.0, HIGHEST)


def test_where_nothing_fits_nothing_is_found_and_the_encodes_are_bounded() -> None:
    encode, asked = encoder(1_000)
    found = search(encode, 300)
    assert found.best is None
    assert found.encodes == len(asked) <= 10


@pytest.mark.parametrize("quality", [LOWEST, 49.9, 50.0, 75.0, HIGHEST])
def test_a_step_is_that_of_its_quality(quality: float) -> None:
    assert quality_of(step_of(quality)) == pytest.approx(quality)
