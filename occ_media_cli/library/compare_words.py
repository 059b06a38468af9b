"""How two texts differ, word by word, and whether they are near each other: versions of one document."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from occ_media_cli.library.fingerprint import SHINGLE, Fingerprint, alike

LEAST_ALIKE = 0.5
"""From this share of equal numbers (`fingerprint.alike`) and of words (`shared`) on, one document is near the other."""

SHOWN_PAIRS = 20
"""Places of a difference that are told word by word."""

_MOVED = 0.9
"""Of texts that share so many words, those in another order are moved."""

_LONGEST_SHOWN = 12
"""Words of one side of a place that are told."""

_DEEPEST, _MOST_EDITS, _MOST_COUNTED, _MOST_STEPS = 8, 300, 400, 2_000_000


def shared(old: Sequence[str], new: Sequence[str]) -> float:
    """How many words of the longer text stand in the other as often, in any order, from 0 to 1.

    `fingerprint.alike` does not count how often something is said: a text that says one thing ten times is another one.
    """
    longest = max(len(old), len(new))
    return (Counter(old) & Counter(new)).total() / longest if longest else 1.0


class Pair(NamedTuple):
    """A place where two texts differ: the words of the old one and of the new one, either of which may be none.

    cut: whether more words stand there than are told.
    """

    old: str
    new: str
    cut: bool = False


class Difference(NamedTuple):
    """How two texts differ.

    words: the fewest to put in, leave out or replace. pairs: the first `SHOWN_PAIRS` places; left_out: how many more
    there are. moved: every word of one stands in the other as often, in another order. about: the number is an
    estimate, and no place is known. least: the words that have to be put in or left out in any order, where finding
    out how many stand in other places would take too long; none of moved text.
    """

    words: int
    pairs: tuple[Pair, ...] = ()
    left_out: int = 0
    moved: bool = False
    about: bool = False
    least: bool = False


def difference(old: Sequence[str], new: Sequence[str]) -> Difference:
    """The difference of two lists of words; the time it takes grows with their length and no faster."""
    return _compare(old, new)[0]


def _compare(old: Sequence[str], new: Sequence[str]) -> tuple[Difference, int]:
    """The difference, and how many words are not in the same order as in the other, as its places have it."""
    count = places = 0
    pairs: list[Pair] = []
    for old_from, old_to, new_from, new_to in _places(old, new):
        count += max(old_to - old_from, new_to - new_from)
        places += 1
        if len(pairs) < SHOWN_PAIRS:
            before, after = old[old_from:old_to], new[new_from:new_to]
            cut = max(len(before), len(after)) > _LONGEST_SHOWN
            pairs.append(Pair(" ".join(before[:_LONGEST_SHOWN]), " ".join(after[:_LONGEST_SHOWN]), cut))
    fewest = max(len(old), len(new)) - (Counter(old) & Counter(new)).total()
    moved = not fewest and count > 0
    # A stretch that stands elsewhere is left out in one place and put in in another: the places say too much of it.
    exact = count if count == fewest else _fewest_edits(old, new, count)
    found = Difference(
        fewest if exact is None else exact, tuple(pairs), places - len(pairs), moved, least=exact is None
    )
    return found, count


def near_difference(old: Sequence[str], new: Sequence[str]) -> Difference | None:
    """How two texts differ that `fingerprint.alike` holds for near; None where they are not.

    Half of the words of the longer one stand in the other as often, and as many in the same order, unless text was
    only moved. Texts that are put together of the same sentences are like each other and no versions of one document.
    """
    share = shared(old, new)
    if share < LEAST_ALIKE:
        return None
    found, out_of_order = _compare(old, new)
    in_order = 1 - out_of_order / max(len(old), len(new), 1)
    return found if in_order >= LEAST_ALIKE or share >= _MOVED else None


def estimate(old: Fingerprint, new: Fingerprint) -> Difference:
    """About how many words differ, where the words of one are not kept: each that is replaced costs three shingles."""
    if old.minhash is None or new.minhash is None:
        return Difference(max(old.words, new.words), about=True)
    same = alike(old.minhash, new.minhash)
    replaced = round((1 - same) / (SHINGLE * (1 + same)) * max(old.words, new.words))
    return Difference(max(replaced, abs(old.words - new.words), 1), about=True)


_Stretch = tuple[int, int, int, int]
"""From where to where in the old words, and in the new ones."""


def _places(old: Sequence[str], new: Sequence[str]) -> list[_Stretch]:
    """Where two lists differ, in order: stretches between words that are alike on both sides (patience sorting).

    What stands once in both is matched first, then what stands once between two of those, so deep at most; what is
    left, as in a text that repeats itself, is compared word by word while few words differ.
    """
    found: list[_Stretch] = []
    left = _MOST_STEPS
    waiting: list[tuple[int, int, int, int, int]] = [(0, len(old), 0, len(new), 0)]
    while waiting:
        old_from, old_to, new_from, new_to, depth = waiting.pop()
        while old_from < old_to and new_from < new_to and old[old_from] == new[new_from]:
            old_from, new_from = old_from + 1, new_from + 1
        while old_from < old_to and new_from < new_to and old[old_to - 1] == new[new_to - 1]:
            old_to, new_to = old_to - 1, new_to - 1
        if old_from == old_to and new_from == new_to:
            continue
        anchors: list[tuple[int, int]] = []
        if depth < _DEEPEST and old_from < old_to and new_from < new_to:
            anchors = _anchors(old, old_from, old_to, new, new_from, new_to, SHINGLE if not depth else 1)
            if not anchors and not depth:
                anchors = _anchors(old, old_from, old_to, new, new_from, new_to, 1)
        if not anchors:
            stretches, spent = _edits(old[old_from:old_to], new[new_from:new_to], left)
            left -= spent
            whole = [(0, old_to - old_from, 0, new_to - new_from)]
            for one, two, three, four in whole if stretches is None else stretches:
                found.append((old_from + one, old_from + two, new_from + three, new_from + four))
            continue
        inner = []
        for old_at, new_at in [*anchors, (old_to, new_to)]:
            inner.append((old_from, old_at, new_from, new_at, depth + 1))
            old_from, new_from = old_at, new_at
        waiting += reversed(inner)  # so that they come out in order
    return found


def _edits(old: Sequence[str], new: Sequence[str], most: int) -> tuple[list[_Stretch] | None, int]:
    """The fewest words to leave out and to put in (Myers), as stretches, and the steps that it took to find them; None
    where they are more than `_MOST_EDITS`, or finding them takes more steps than `most`."""
    height, width, spent = len(old), len(new), 0
    if not height or not width:
        return [(0, height, 0, width)], 0
    reached = {1: 0}
    before: list[dict[int, int]] = []
    for edits in range(min(_MOST_EDITS, height + width) + 1):
        before.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            row = _row(reached, diagonal, edits)
            column = row - diagonal
            start = row
            while row < height and column < width and old[row] == new[column]:
                row, column = row + 1, column + 1
            reached[diagonal] = row
            spent += row - start + 1
            if row >= height and column >= width:
                return _stretches(before, height, width), spent
        if spent > most:
            break
    return None, spent


def _fewest_edits(old: Sequence[str], new: Sequence[str], most: int) -> int | None:
    """The fewest words to put in, leave out or replace (Ukkonen), None where that takes too long. most: a number
    that is enough."""
    height, width, spent = len(old), len(new), 0
    reached: dict[int, int] = {}
    for edits in range(most):
        if edits > _MOST_COUNTED or spent > _MOST_STEPS:
            return None
        before, reached = reached, {}
        for diagonal in range(-min(edits, width), min(edits, height) + 1):
            row = 0
            if edits:
                steps = before.get(diagonal, -2) + 1, before.get(diagonal - 1, -2) + 1, before.get(diagonal + 1, -1)
                row = min(max(steps), height, width + diagonal)
            column = row - diagonal
            start = row
            while row < height and column < width and old[row] == new[column]:
                row, column = row + 1, column + 1
            reached[diagonal] = row
            spent += row - start + 1
            if row >= height and column >= width:
                return edits
    return most


def _row(reached: dict[int, int], diagonal: int, edits: int) -> int:
    """How far a diagonal begins, by one more edit: a word put in, or one left out."""
    if diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1]):
        return reached[diagonal + 1]
    return reached[diagonal - 1] + 1


def _stretches(before: list[dict[int, int]], row: int, column: int) -> list[_Stretch]:
    """The edits that led to the end, joined where they touch."""
    steps: list[_Stretch] = []
    for edits in range(len(before) - 1, 0, -1):
        reached, diagonal = before[edits], row - column
        put_in = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
        earlier = diagonal + 1 if put_in else diagonal - 1
        row = reached[earlier]
        column = row - earlier
        steps.append((row, row, column, column + 1) if put_in else (row, row + 1, column, column))
    found: list[_Stretch] = []
    for step in reversed(steps):
        if found and (found[-1][1], found[-1][3]) == (step[0], step[2]):
            found[-1] = (found[-1][0], step[1], found[-1][2], step[3])
        else:
            found.append(step)
    return found


def _anchors(
    old: Sequence[str], old_from: int, old_to: int, new: Sequence[str], new_from: int, new_to: int, width: int
) -> list[tuple[int, int]]:
    """Places of what stands once in both stretches, in the longest order that both have."""
    mine = _once(old, old_from, old_to, width)
    theirs = _once(new, new_from, new_to, width)
    pairs = [(at, theirs[word]) for word, at in mine.items() if word in theirs]  # by their place in the old one
    tails: list[int] = []
    at_tail: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        where = bisect_left(tails, place)
        tails[where : where + 1] = [place]
        at_tail[where : where + 1] = [index]
        before.append(at_tail[where - 1] if where else -1)
    found = []
    index = at_tail[-1] if at_tail else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _once(words: Sequence[str], start: int, end: int, width: int) -> dict[Sequence[str] | str, int]:
    """What stands once in a stretch, and where: words, or so many of them in a row."""
    found: dict[Sequence[str] | str, int] = {}
    for at in range(start, end - width + 1):
        key = words[at] if width == 1 else tuple(words[at : at + width])
        found[key] = -1 if key in found else at
    return {key: at for key, at in found.items() if at >= 0}
