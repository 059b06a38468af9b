"""Failures of the package `av`, said as every engine says them."""

from __future__ import annotations

from typing import Any

from occ_media_cli.convert.coding import EngineFailed


class AvFailures:
    """Failures of the library, said as the engine says them."""

    def __init__(self, av: Any) -> None:
        self._av = av

    def __enter__(self) -> AvFailures:
        return self

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if isinstance(problem, self._av.FFmpegError | ValueError):
            raise EngineFailed(words_of_failure(problem)) from problem


def words_of_failure(problem: Exception) -> str:
    """What the library says of a failure, to end a sentence with."""
    return (getattr(problem, "strerror", "") or "its reader gave up").lower()
