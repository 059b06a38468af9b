from __future__ import annotations

import struct

import pytest

from occ_media_cli.library.bands import BANDS, bands_of
from occ_media_cli.library.fingerprint import NUMBERS


def minhash(*values: int) -> bytes:
    return struct.pack(f"<{NUMBERS}I", *values)


def test_the_bands_of_a_minhash_never_change() -> None:
    """They stand in stores: other numbers would find nothing of what was proposed before."""
    found = bands_of(minhash(*range(NUMBERS)))
    assert found[:3] == (2134095948308719797, 4234010704151975526, 7797203062346286864)
    assert len(found) == len(set(found)) == BANDS
    assert all(0 <= band < 2**63 for band in found)


def test_two_texts_share_the_band_of_two_values_that_they_share_at_its_place() -> None:
    values = list(range(NUMBERS))
    one = bands_of(minhash(*values))
    values[10] = 999
    other = bands_of(minhash(*values))
    assert [place for place in range(BANDS) if one[place] != other[place]] == [5]
    assert len(set(bands_of(minhash(*[7] * NUMBERS)))) == BANDS, "the same values elsewhere are another band"


def test_a_minhash_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="256 bytes, not 255"):
        bands_of(b"x" * 255)
