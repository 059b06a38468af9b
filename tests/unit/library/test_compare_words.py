"""How two texts differ: every word that does is told or counted, and no text takes long."""

from __future__ import annotations

import random
import time

import pytest

from occ_media_cli.library import compare_words
from occ_media_cli.library.compare_words import Pair, difference, estimate, near_difference, shared
from occ_media_cli.library.fingerprint import alike, fingerprint, minhash_of
from occ_media_cli.library.split_words import words_of
from tests.unit.library.documents import some_words


def test_the_words_that_differ_are_told_in_pairs() -> None:
    old = words_of("one two three costs € 4.99 four five six until 30.11.2026 seven eight nine ten")
    new = words_of("one two three costs € 5.49 four five six until 31.12.2026 seven eight really nine")
    found = difference(old, new)
    assert found.pairs == (
        Pair("4.99", "5.49"), Pair("30.11.2026", "31.12.2026"), Pair("", "really"), Pair("ten", ""),
    )  # fmt: skip
    assert (found.words, found.left_out, found.moved, found.about) == (4, 0, False, False)
    assert difference(old, old) == (0, (), 0, False, False, False)


def test_the_first_pairs_are_told_and_the_others_counted() -> None:
    old = some_words(2000)
    new = [f"{word}x" if at % 40 == 7 else word for at, word in enumerate(old)]
    found = difference(old, new)
    assert (found.words, len(found.pairs), found.left_out) == (50, 20, 30)
    assert found.pairs[0] == Pair(old[7], new[7])


def test_a_text_that_repeats_itself_is_compared_word_by_word() -> None:
    old = words_of("the price is 4.99 a piece for all of it ") * 200
    new = list(old)
    new[1003] = "5.49"
    new[1500:1502] = ["each"]
    found = difference(old, new)
    assert found.words == 3
    assert found.pairs[0] == Pair("4.99", "5.49")


def test_how_often_something_is_said_counts() -> None:
    once = some_words(100)
    assert alike(minhash_of(once * 2), minhash_of(once * 9)) == 1
    assert shared(once, once) == 1
    assert shared(once, once * 4) == 0.25
    assert shared(once, some_words(100, 2)) < 0.4
    assert shared([], []) == 1


def test_texts_of_the_same_sentences_are_no_versions_of_one() -> None:
    one, two, three = (some_words(60, seed) for seed in (1, 2, 3))
    assert near_difference([*one, *two, *three], [*three, *three, *two]) is None
    moved = near_difference([*one, *two, *three], [*three, *one, *two])
    assert moved is not None
    assert moved.moved
    edited = near_difference([*one, *two, *three], [*one, "new", *two, *three])
    assert edited is not None
    assert edited.words == 1


def test_a_long_place_is_cut() -> None:
    found = difference(["same"], ["same", *some_words(40)])
    assert found.words == 40
    assert found.pairs[0].cut
    assert len(found.pairs[0].new.split()) == 12


def test_moved_text_is_told_as_such() -> None:
    words = some_words(500)
    found = difference(words, [*words[200:], *words[:200]])
    assert found.moved
    assert found.words
    assert not difference(words, [*words[200:], *words[:199], "other"]).moved
    assert not difference(words, words).moved


def test_moved_text_differs_in_no_more_words_than_have_to_change() -> None:
    lines = [["article", str(i), f"name{i * 3}", "for", str(i * 7 + 1), "eur"] for i in range(60)]
    old = [word for line in lines for word in line]
    backwards = difference(old, [word for line in reversed(lines) for word in line])
    assert (backwards.words, backwards.moved, backwards.least) == (180, True, False)
    lines[10], lines[40] = lines[40], lines[10]
    swapped = difference(old, [word for line in lines for word in line])
    assert (swapped.words, swapped.moved, swapped.least) == (6, True, False)


def test_what_would_take_too_long_to_count_is_said_to_be_the_least() -> None:
    words = some_words(20_000)
    moved = difference(words, [*words[5_000:], *words[:5_000]])
    assert (moved.words, moved.moved, moved.least) == (0, True, True)
    edited = difference(words, [*words[5_000:], *words[:4_999], "new"])
    assert (edited.words, edited.moved, edited.least) == (1, False, True)


def test_the_number_of_words_is_that_of_the_fewest_edits() -> None:
    rng = random.Random(8)
    for _ in range(300):
        old, new = ([rng.choice("abcd") for _ in range(rng.randrange(14))] for _ in range(2))
        row = list(range(len(new) + 1))
        for at, word in enumerate(old, start=1):
            last, row = row, [at]
            for column, other in enumerate(new):
                row.append(min(last[column + 1] + 1, row[-1] + 1, last[column] + (word != other)))
        assert difference(old, new).words == row[-1]


def test_the_difference_is_true_whatever_is_compared() -> None:
    """The places, put into the old words, give the new ones."""
    rng = random.Random(3)
    for _ in range(400):
        old = [rng.choice("abcdefgh") for _ in range(rng.randrange(60))]
        new = [rng.choice("abcdefgh") if rng.random() < 0.2 else word for word in old if rng.random() > 0.1]
        made, at = [], 0
        for old_from, old_to, new_from, new_to in compare_words._places(old, new):
            assert old_from >= at
            made += old[at:old_from] + new[new_from:new_to]
            at = old_to
        assert made + old[at:] == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a", "b"] * 100_000, ["b", "a", "a"] * 60_000),
        (["a"] * 200_000, ["a"] * 100_000 + ["b"] + ["a"] * 90_000),
        ([f"{at // 2}" for at in range(200_000)], [f"{at // 3}" for at in range(200_000)]),
        ([f"{at}" for at in range(200_000)], [f"{at}" for at in reversed(range(200_000))]),
        ((["x", "y", "x"] * 15 + ["z"]) * 4000, (["y", "x", "y"] * 15 + ["z"]) * 4000),
        (
            [word for at in range(4000) for word in (f"once{at}", *["x", "y"] * 24)],
            [word for at in range(4000) for word in (f"once{at}", *["y", "y", "x"] * 16)],
        ),
    ],
)
def test_no_text_keeps_the_comparison_busy(old: list[str], new: list[str]) -> None:
    begin = time.process_time()
    difference(old, new)
    assert time.process_time() - begin < 6


def test_an_estimate_says_about_how_many_differ() -> None:
    words = some_words(5000)
    new = [f"{word}x" if at % 50 == 7 else word for at, word in enumerate(words)]
    found = estimate(fingerprint(words), fingerprint(new))
    assert found.about
    assert 40 <= found.words <= 250
    assert estimate(fingerprint(words), fingerprint([*words, "more"])).words >= 1
