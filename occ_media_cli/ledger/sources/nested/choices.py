"""Functions for the parts of a mapping that say where a value comes from, made once for each way to a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from occ_media_cli.ledger.sources.nested.filters import word_of_value
from occ_media_cli.ledger.sources.nested.nested_map import FromWords, IfThen, NestedMap
from occ_media_cli.ledger.sources.nested.path import Get, Nodes
from occ_media_cli.ledger.sources.nested.routes import Route
from occ_media_cli.ledger.sources.nested.spec import Spec


def compile_kind(mapping: NestedMap, route: Route) -> Get:
    """The function that says what an item is called that comes to nothing: as the mapping says, else by its keys."""
    index = route.item
    named = route.compile_spec(mapping.kind, from_file=False) if mapping.kind is not None else None

    def get(nodes: Nodes) -> Any:
        found = word_of_value(named(nodes)) if named is not None else None
        item = nodes[index]
        return found or (", ".join(sorted(item)[:6]) if type(item) is dict else None)

    return get


def compile_choice(value: FromWords | IfThen, route: Route, from_file: bool) -> Get:
    """The function that chooses a value as a table of [values] says."""
    if isinstance(value, FromWords):
        get = route.compile_spec(value.source, from_file=from_file)
        words, otherwise = value.words, value.otherwise

        def look_up(nodes: Nodes) -> Any:
            found = get(nodes)
            word = word_of_value(found)
            if word is None:
                return otherwise
            return words.get(word, otherwise if otherwise is not None or words else word)

        return look_up
    test = route.compile_conditions(value.conditions, from_file=from_file) or (lambda nodes: True)
    then = route.compile_spec(value.then, from_file=from_file)
    other = route.compile_spec(value.otherwise, from_file=from_file) if value.otherwise is not None else None
    return lambda nodes: then(nodes) if test(nodes) else other(nodes) if other is not None else None


def differs_by_file(value: FromWords | IfThen, route: Route, from_file: bool) -> bool:
    """Whether a choice is another for each file of one item."""
    if isinstance(value, FromWords):
        return route.is_of_file(value.source, from_file=from_file)
    asked = [Spec((condition.path,)) for group in value.conditions for condition in group]
    specs = [*asked, value.then, *([value.otherwise] if value.otherwise is not None else [])]
    return any(route.is_of_file(spec, from_file=from_file) for spec in specs)


def compile_words(get: Get, words: Mapping[str, str]) -> Get:
    """The function that puts our words in the place of others."""

    def look_up(nodes: Nodes) -> Any:
        value = get(nodes)
        word = word_of_value(value)
        return words.get(word, value) if word is not None else value

    return look_up
