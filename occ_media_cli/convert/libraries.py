"""The libraries of the extra `convert`, loaded when a way works, and what is said where one is missing."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from occ_media_cli.convert.goal import CannotFit


def library(name: str, package: str) -> Any:
    """A module of the extra. package: what pip calls it. Raises `CannotFit` where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise CannotFit("part-missing", f"it needs {package}: pip install 'occ-media[convert]'") from None


_LOADED_IN: dict[str, int] = {}
"""The process in which a library with threads of its own was loaded."""


def oxipng() -> Any | None:
    """`oxipng`, where it is installed and works here. Its threads are those of the process that loads it: one that was
    forked from that would wait for them for ever, as a worker of a program that packs pictures itself."""
    if "oxipng" in sys.modules and _LOADED_IN.get("oxipng") != os.getpid():
        return None
    try:
        found = import_module("oxipng")
    except ImportError:
        return None
    _LOADED_IN["oxipng"] = os.getpid()
    return found


def pillow() -> Any:
    """`PIL.Image`."""
    return library("PIL.Image", "Pillow")


def numpy() -> Any:
    """`numpy`."""
    return library("numpy", "NumPy")
