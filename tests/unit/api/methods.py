"""Every public method of the API, found by walking a desk and its groups."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from occ_media_cli.api import OccMedia
from occ_media_cli.api.arguments import Calls


class Method(NamedTuple):
    """A method by the words after `desk.`."""

    words: tuple[str, ...]
    function: Callable[..., Any]

    @property
    def title(self) -> str:
        """For the name of a test."""
        return ".".join(self.words)

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """What it takes, without self."""
        return list(inspect.signature(self.function).parameters.values())[1:]


def groups() -> dict[str, type[Calls]]:
    """The groups of a desk by their name."""
    desk = OccMedia("none.db")
    names = [name for name in dir(OccMedia) if isinstance(getattr(OccMedia, name), property)]
    found = {name: getattr(desk, name) for name in names}
    return {name: type(group) for name, group in found.items() if isinstance(group, Calls)}


def methods() -> list[Method]:
    """Every method, the groups' included."""
    return [*_of(OccMedia, ()), *(each for name, group in groups().items() for each in _of(group, (name,)))]


def _of(kind: type[Calls], before: tuple[str, ...]) -> Iterator[Method]:
    for name in dir(kind):
        function = getattr(kind, name)
        if not name.startswith("_") and inspect.isfunction(function):
            yield Method((*before, name), function)
