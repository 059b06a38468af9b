"""What is made of words, so that a text is known again and one that is like it too."""

from __future__ import annotations

import random
import sys

import pytest

from occ_media_cli.library.fingerprint import alike, fingerprint, minhash_of
from occ_media_cli.library.split_words import words_of
from tests.unit.library.documents import some_words


def test_a_fingerprint_is_for_ever() -> None:
    """What is on record of a text: it never comes out differently, on no machine and with no later version."""
    words = words_of(" ".join(f"article {number} costs € {number}.99," for number in range(40)))
    found = fingerprint(words)
    assert found.words == 200
    assert found.digest == DIGEST
    assert found.minhash is not None
    assert found.minhash.hex().startswith(MINHASH)
    assert len(found.minhash) == 256


DIGEST = "e9b29f21d41d768852972c184a59b95bb018f1b639c8c0d3c214433713d2c24f"
MINHASH = "5cbcd30acd0565054ebed5027a60780330317401786b08019e2a8c0486b55205"


def test_a_short_text_has_a_digest_alone() -> None:
    assert fingerprint(some_words(59)).minhash is None
    assert fingerprint([f"word{number % 59}" for number in range(500)]).minhash is None
    assert fingerprint([f"word{number}" for number in range(60)]).minhash is not None


def test_likeness_follows_the_words_that_two_texts_share() -> None:
    words = some_words(4000)
    for share, least, most in ((0.01, 0.85, 1.0), (0.03, 0.7, 0.95), (0.10, 0.4, 0.75), (0.9, 0.0, 0.1)):
        rng = random.Random(int(share * 100))
        changed = [f"other{rng.randrange(10**9)}" if rng.random() < share else word for word in words]
        assert least <= alike(minhash_of(words), minhash_of(changed)) <= most, share
    assert alike(minhash_of(words), minhash_of(words)) == 1
    assert alike(minhash_of(words), minhash_of(some_words(4000, 2))) < 0.1


def test_bytes_are_the_same_on_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose numbers begin with their large end turns them round; here turning twice shows that it does."""
    words = some_words(100)
    plain = minhash_of(words)
    monkeypatch.setattr(sys, "byteorder", "big")
    assert minhash_of(words) != plain
