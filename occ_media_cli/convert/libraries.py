"""The libraries of the extra `convert`, loaded when a way works, and what is said where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from occ_media_cli.convert.goal import CannotFit


def library(name: str, package: str) -> Any:
    """A module of the extra. package: what pip calls it. Raises `CannotFit` where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise CannotFit("part-missing", f"it needs {package}: pip install 'occ-media[convert]'") from None


def pillow() -> Any:
    """`PIL.Image`."""
    return library("PIL.Image", "Pillow")


def numpy() -> Any:
    """`numpy`."""
    return library("numpy", "NumPy")
