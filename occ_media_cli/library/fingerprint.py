"""By what a document is known again: a digest of its words, and sixty-four numbers that similar texts share.

Everything in here is for ever: a digest is on record, and one that came out differently would know nothing again.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from hashlib import blake2b, sha256
from itertools import islice
from typing import NamedTuple

NUMBERS = 64
"""Numbers of a MinHash: unsigned, 32 bits, little-endian."""

SHINGLE = 3
"""Words that are looked at together."""

LEAST_WORDS = 60
"""Words, and different ones, below which a document is known by its digest alone: a short one is like many others."""

_HEAPS, _NUMBERS_OF_HASH, _MOST, _AT_ONCE = 4, 16, 0xFFFFFFFF, 4096


class Fingerprint(NamedTuple):
    """What is on record of a text: `digest` (hex) of its words, their number, and the MinHash of a long enough one."""

    digest: str
    words: int
    minhash: bytes | None


def fingerprint(words: Sequence[str]) -> Fingerprint:
    """The fingerprint of a document with these words in this order."""
    long_enough = len(words) >= LEAST_WORDS and len(set(words)) >= LEAST_WORDS
    return Fingerprint(digest_of_words(words), len(words), minhash_of(words) if long_enough else None)


def digest_of_words(words: Sequence[str]) -> str:
    """The sha256 of the words, one on a line, in hex."""
    return sha256(as_lines(words)).hexdigest()


def as_lines(words: Sequence[str]) -> bytes:
    """The words as they are hashed and kept: UTF-8, one on a line."""
    return "\n".join(words).encode("utf-8", "surrogatepass")


def minhash_of(words: Sequence[str]) -> bytes:
    """Sixty-four numbers, of which two texts share about as many as they share of their words in threes.

    One hash of three words gives sixteen numbers, and says by two of its bits in which of four heaps they count: of
    each number the smallest of a heap is kept. That costs a quarter of sixty-four hashes and tells as much.
    """
    heaps: list[list[int]] = [[_MOST] * _NUMBERS_OF_HASH for _ in range(_HEAPS)]
    shingles = iter({" ".join(each) for each in zip(words, words[1:], words[2:], strict=False)})
    while some := list(islice(shingles, _AT_ONCE)):
        fallen: list[list[bytes]] = [[] for _ in range(_HEAPS)]
        for shingle in some:
            hashed = blake2b(shingle.encode("utf-8", "surrogatepass")).digest()
            fallen[hashed[0] % _HEAPS].append(hashed)
        for heap, fell in enumerate(fallen):
            numbers = array("I", b"".join(fell))
            if sys.byteorder == "big":
                numbers.byteswap()
            if fell:
                columns = (min(numbers[at::_NUMBERS_OF_HASH]) for at in range(_NUMBERS_OF_HASH))
                heaps[heap] = list(map(min, heaps[heap], columns))
    return b"".join(number.to_bytes(4, "little") for heap in heaps for number in heap)


def alike(one: bytes, other: bytes) -> float:
    """How much of two texts is the same, from 0 to 1, as two of these tell it: the share of their equal numbers."""
    pairs = zip(memoryview(one).cast("I"), memoryview(other).cast("I"), strict=True)
    return sum(first == second for first, second in pairs) / NUMBERS
