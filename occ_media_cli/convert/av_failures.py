"""Failures of the package `av`, said as every engine says them."""

from __future__ import annotations

from typing import Any

from occ_media_cli.convert.coding import EngineFailed
from occ_media_cli.convert.damage import is_error
from occ_media_cli.convert.engine_words import say_failure


class AvFailures:
    """Failures of the library, said as the engine says them."""

    def __init__(self, av: Any) -> None:
        self._av = av

    def __enter__(self) -> AvFailures:
        return self

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if isinstance(problem, self._av.FFmpegError | ValueError):
            raise EngineFailed(words_of_failure(problem)) from problem


class Complaints:
    """What the library's readers and decoders complain of meanwhile. errors: how often, of a file that is damaged."""

    def __init__(self, av: Any) -> None:
        self._logging = av.logging
        self.errors = 0

    def __enter__(self) -> Complaints:
        self._before = self._logging.get_level()
        self._logging.set_level(self._logging.ERROR)
        self._held = self._logging.Capture()
        self._said = self._held.__enter__()
        return self

    def __exit__(self, *how: object) -> None:
        self._held.__exit__(*how)
        self._logging.set_level(self._before)
        self.errors = sum(level <= self._logging.ERROR and is_error(who, words) for level, who, words in self._said)


def words_of_failure(problem: Exception) -> str:
    """What the library says of a failure, to end a sentence with."""
    return say_failure(getattr(problem, "strerror", "") or "")
