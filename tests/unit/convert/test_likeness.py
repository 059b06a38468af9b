"""How like its original a picture is, held against numbers that scikit-image 0.26 gave for the same pixels."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")
Image = pytest.importorskip("PIL.Image")

from occ_media_cli.convert.likeness import likeness, likeness_of_planes  # noqa: E402

LUMA, BLUE, RED = 0.5317864, 0.4390288, 0.5048907


def waves(width: int, height: int, noise: int = 0):
    """Smooth waves in three colours, with noise of so many levels from a generator that never changes."""
    down, right = np.mgrid[0:height, 0:width]
    planes = [
        127 + 90 * np.sin(right / 9) * np.cos(down / 13),
        127 + 80 * np.sin((right + down) / 17),
        right * 255 / width,
    ]
    state = np.arange(width * height * 3, dtype=np.uint64).reshape(height, width, 3)
    rough = (state * np.uint64(6364136223846793005) >> np.uint64(40)) % np.uint64(2 * noise + 1)
    return Image.fromarray(np.clip(np.stack(planes, -1) + rough.astype(int) - noise, 0, 255).astype(np.uint8), "RGB")


def test_the_number_is_that_of_an_independent_program() -> None:
    found = likeness_of_planes(waves(90, 70), waves(90, 70, 30))
    assert found == pytest.approx((LUMA, BLUE, RED), abs=1e-6)
    assert likeness(waves(90, 70), waves(90, 70, 30)) == pytest.approx(0.75 * LUMA + 0.125 * (BLUE + RED), abs=1e-6)


def test_a_strip_has_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    small = waves(90, 70, 30).resize((41, 33))
    whole = likeness(waves(90, 70), small)
    monkeypatch.setattr("occ_media_cli.convert.likeness._STRIP", 90 * 10)
    assert likeness(waves(90, 70), small) == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (200, 3), (7, 7)])
def test_a_picture_is_like_itself_however_small(size: tuple[int, int]) -> None:
    picture = waves(*size)
    assert likeness(picture, picture) == pytest.approx(1.0)
    assert likeness(picture.convert("L"), picture.convert("L")) == pytest.approx(1.0)


def test_other_colours_are_seen_though_the_light_is_the_same() -> None:
    picture = waves(90, 70)
    assert likeness(picture, picture.convert("L").convert("RGB")) < 0.95
