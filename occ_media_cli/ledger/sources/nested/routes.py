"""The way from a body to its rows, and where on it each path of a mapping begins.

A row is reached by the steps of [read] each and then those of [read] files. What was met on the way is kept, so that a
path which goes through the same list takes the element of the row, and `..` knows what is above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.sources.nested.conditions import Condition, Conditions
from occ_media_cli.ledger.sources.nested.filters import word_of_value
from occ_media_cli.ledger.sources.nested.path import (
    ALL,
    EACH_KEY,
    KEYS,
    NUMBER,
    Filtered,
    Get,
    Nodes,
    Numbered,
    Path,
    Step,
    get_value,
    get_values,
    take_first,
    walk_values,
)
from occ_media_cli.ledger.sources.nested.spec import Joined, Matched, Spec

Test = Callable[[Nodes], bool]


class Begin(NamedTuple):
    """Where on a route a path begins, and the steps that are left of it."""

    node: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """The steps to a row. item: how many of them lead to the item. said: what the caller says, by name. has_keys:
    whether a map is gone through on any way of the mapping, so that `@key` is something on one of them."""

    steps: tuple[Step, ...]
    item: int
    said: Mapping[str, Sequence[str]]
    has_keys: bool = False

    def new_nodes(self) -> Nodes:
        """Room for what is met on the way."""
        return [None] * (len(self.steps) + 1) + [{}, 0]

    def begin_of(self, path: Path, *, from_file: bool) -> Begin:
        """Where a path begins; ValueError where it goes above the body. from_file: it is written as from a file, not
        from its item."""
        index = len(self.steps) if from_file else self.item
        if from_file and path.start == "here" and not path.up and self._names_the_files(path):
            index = self.item
        if path.start == "body":
            index = 0
        for _ in range(path.up):
            index = self._above(index, path)
        whole = self.steps[:index] + path.steps
        bound = index
        for place, (ours, theirs) in enumerate(zip(self.steps, whole, strict=False), start=1):
            if ours != theirs:
                break
            if place > bound and (ours is ALL or ours is EACH_KEY):
                bound = place
        return Begin(bound, whole[bound:])

    def _names_the_files(self, path: Path) -> bool:
        files = self.steps[self.item :]
        return bool(files) and path.steps[: len(files)] == files

    def _above(self, index: int, path: Path) -> int:
        while index and (self.steps[index - 1] is ALL or type(self.steps[index - 1]) is Filtered):
            index -= 1  # a list and its element, and a text and what it holds, are one level
        if not index:
            raise ValueError(f"'{path.text:.60}' goes above the body; leave out ..")
        return index - 1

    def compile_path(self, path: Path, *, from_file: bool) -> Get:
        """The function that gives the first value of a path."""
        return self._special(path) or get_value(*self.begin_of(path, from_file=from_file))

    def compile_values(self, path: Path, *, from_file: bool) -> Get:
        """The function that gives all values of a path, as a list."""
        one = self._special(path)
        if one is not None:
            return lambda nodes: [one(nodes)]
        return get_values(*self.begin_of(path, from_file=from_file))

    def _special(self, path: Path) -> Get | None:
        word = path.word
        if path.start == "constant":
            return lambda nodes: word
        if path.start == "number":
            return lambda nodes: nodes[NUMBER] + 1
        if path.start == "key":
            stars = [place for place, step in enumerate(self.steps) if step is EACH_KEY]
            if not stars and not self.has_keys:
                raise ValueError("has @key, and no * is on the way; write * in [read] each for every value of a map")
            return lambda nodes: nodes[KEYS].get(stars[-1]) if stars else None
        if path.start == "said":
            said = self.said.get(word, ())
            return lambda nodes: said[0] if said else None
        return None

    def is_of_file(self, spec: Spec, *, from_file: bool) -> bool:
        """Whether a value differs from file to file of one item."""
        return any(self._is_of_file(each, from_file) for each in spec.alternatives)

    def _is_of_file(self, each: Path | Joined | Matched, from_file: bool) -> bool:
        if isinstance(each, Matched):
            return any(self._is_of_file(path, from_file) for path in (*each.among, each.value))
        if isinstance(each, Joined):
            return any(self.is_of_file(part, from_file=from_file) for part in each.parts)
        if each.start == "number":
            return True
        if each.start not in ("here", "body"):
            return False
        begin = self.begin_of(each, from_file=from_file)
        return begin.node > self.item or any(type(step) is Numbered for step in begin.steps)

    def compile_spec(self, spec: Spec, *, from_file: bool) -> Get:
        """The function that gives the value of a spec: the first that is there and no empty text."""
        return take_first([self._compile_one(each, from_file) for each in spec.alternatives])

    def _compile_one(self, each: Path | Joined | Matched, from_file: bool) -> Get:
        if isinstance(each, Path):
            return self.compile_path(each, from_file=from_file)
        if isinstance(each, Matched):
            return self._compile_matched(each, from_file)
        parts = [self.compile_spec(part, from_file=from_file) for part in each.parts]
        between = each.between
        fixed = {place for place, part in enumerate(each.parts) if part.alternatives[0] == part.alternatives[-1]
                 and isinstance(part.alternatives[0], Path) and part.alternatives[0].start == "constant"}  # fmt: skip

        def get(nodes: Nodes) -> Any:
            words = [word_of_value(part(nodes)) for part in parts]
            if len(fixed) < len(words) and not any(words[place] for place in range(len(words)) if place not in fixed):
                return between.join(word for place, word in enumerate(words) if place in fixed and word) or None
            return between.join(filter(None, words)) or None

        return get

    def _compile_matched(self, each: Matched, from_file: bool) -> Get:
        among = [self.compile_values(path, from_file=from_file) for path in each.among]
        wanted = self.compile_path(each.value, from_file=from_file)
        where, give = each.where.steps, [path.steps for path in each.give]

        def get(nodes: Nodes) -> Any:
            word = word_of_value(wanted(nodes))
            if not word:
                return None
            for values in among:
                for item in values(nodes):
                    if word_of_value(next(walk_values(item, where, nodes[NUMBER]), None)) != word:
                        continue
                    for steps in give:
                        value = next(walk_values(item, steps, nodes[NUMBER]), None)
                        if value is not None and value != "":
                            return value
            return None

        return get

    def compile_conditions(self, conditions: Conditions, *, from_file: bool) -> Test | None:
        """The function that says whether all hold; None where there are none."""
        tests = [self._compile_any(group, from_file) for group in conditions]
        if not tests:
            return None
        if len(tests) == 1:
            return tests[0]
        return lambda nodes: all(test(nodes) for test in tests)

    def _compile_any(self, group: tuple[Condition, ...], from_file: bool) -> Test:
        tests = [self._compile_condition(each, from_file) for each in group]
        return tests[0] if len(tests) == 1 else lambda nodes: any(test(nodes) for test in tests)

    def _compile_condition(self, condition: Condition, from_file: bool) -> Test:
        path, negative = condition.path, condition.negative
        fits = _fitting(condition, self.said)
        if path.start in ("here", "body"):
            begin = self.begin_of(path, from_file=from_file)
            if ALL in begin.steps or EACH_KEY in begin.steps:
                get_all = get_values(*begin)
                return lambda nodes: any(map(fits, get_all(nodes))) is not negative
        get = self.compile_path(path, from_file=from_file)
        if negative:
            return lambda nodes: not fits(get(nodes))
        return lambda nodes: fits(get(nodes))


def _fitting(condition: Condition, said: Mapping[str, Sequence[str]]) -> Callable[[Any], bool]:
    if condition.kind == "there":
        return is_there
    if condition.kind == "starts":
        beginnings = condition.words
        return lambda value: (word_of_value(value) or "").startswith(beginnings)
    words = frozenset(said.get(condition.said, ()) if condition.said else condition.words)
    return lambda value: (value if type(value) is str else word_of_value(value)) in words


def is_there(value: Any) -> bool:
    """Whether a value is there: it is not null, not false and no empty text. An empty list is there, and so is 0."""
    return value is not None and value is not False and value != ""


def enter(nodes: Nodes, steps: tuple[Step, ...], place: int, end: int) -> Iterator[None]:
    """Go every way that leads along some steps, from the node at `place`; what is met stands in `nodes`.

    A way that ends because something is missing or null is no way; Unfit where something else stands in its place.
    """
    while place < end:
        step, value = steps[place], nodes[place]
        if step is ALL:
            if type(value) is not list:
                raise Unfit("unknown message", f"{shown(steps[:place])} is not a list")
            for item in _flat(value):
                nodes[place + 1] = item
                yield from enter(nodes, steps, place + 1, end)
            return
        if step is EACH_KEY:
            if type(value) is not dict:
                raise Unfit("unknown message", f"{shown(steps[:place])} is not an object")
            for key, item in value.items():
                nodes[KEYS][place] = key
                nodes[place + 1] = item
                yield from enter(nodes, steps, place + 1, end)
            return
        if type(step) is str:
            if type(value) is not dict:
                raise Unfit("unknown message", f"{shown(steps[:place]) or 'the body'} is not an object")
            value = value.get(step)
        else:
            value = next(walk_values(value, (step,), nodes[NUMBER]), None)
        if value is None:
            return
        place += 1
        nodes[place] = value
    yield


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if type(value) is list:
            yield from _flat(value)
        else:
            yield value


def shown(steps: Sequence[Step]) -> str:
    """Steps as they are written."""
    text = ""
    for step in steps:
        if step is ALL or type(step) is int:
            text += "[]" if step is ALL else f"[{step}]"
        elif isinstance(step, Filtered):
            text += f" | {step.text}"
        else:
            text += ("." if text else "") + (step if type(step) is str else "*" if step is EACH_KEY else str(step))
    return text
