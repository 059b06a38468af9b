"""Bands of a text: numbers of which two texts share one when they are nearly the same.

A text is told by numbers (`fingerprint.minhash_of`), each of which two texts share about as often as they share their
words in threes. Two of them that stand side by side make a band; a table of bands finds the texts that share one with
another, without comparing it with all of them.
"""

from __future__ import annotations

from hashlib import blake2b

from occ_media_cli.library.fingerprint import NUMBERS

BANDS = 32
"""Bands of two numbers each."""

_BAND_BYTES = NUMBERS // BANDS * 4


def bands_of(minhash: bytes) -> tuple[int, ...]:
    """The bands of a minhash, whole numbers below 2**63, in their order. They stand in stores: never change how.

    ValueError where it has another length.
    """
    if len(minhash) != NUMBERS * 4:
        raise ValueError(f"a minhash has {NUMBERS * 4} bytes, not {len(minhash)}")
    return tuple(
        int.from_bytes(
            blake2b(
                bytes((number,)) + minhash[number * _BAND_BYTES : (number + 1) * _BAND_BYTES], digest_size=8
            ).digest(),
            "little",
        )
        >> 1
        for number in range(BANDS)
    )
