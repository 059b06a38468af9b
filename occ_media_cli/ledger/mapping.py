"""TOML files that say how a foreign export is to be read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.settings.document.load import deep_key

LARGEST = 1_048_576
"""The largest mapping in bytes."""


def load_mapping(path: Path) -> dict[str, Any]:
    """A TOML file, or the error that names its line."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        text = data.decode()
        deep = deep_key(text)
        if len(data) > LARGEST or deep is not None:
            what = "nested too deeply" if deep is not None else f"is longer than {LARGEST:,} bytes"
            raise MalformedInput(what, file=str(path), line=deep, hint="a mapping has a few short tables")
        return tomllib.loads(text)
    except RecursionError:
        raise MalformedInput("nested too deeply", file=str(path), hint="a mapping has a few short tables") from None
    except OSError as problem:
        raise Incomplete(
            f"cannot be read: {(problem.strerror or 'unknown problem').lower()}; nothing was recorded",
            file=str(path),
            hint="name a file that you may read",
        ) from problem
    except UnicodeDecodeError as problem:
        raise MalformedInput("not UTF-8, so no TOML", file=str(path), hint="save it as UTF-8") from problem
    except tomllib.TOMLDecodeError as problem:
        line = getattr(problem, "lineno", None)
        words = str(problem)
        if line is None and "at line " in words:
            line = int(words.rpartition("at line ")[2].partition(",")[0])
        raise MalformedInput(
            words.partition(" (at ")[0].lower(), file=str(path), line=line, hint="mend that line; it must be TOML"
        ) from problem
    except ValueError:  # of Python's own, for a number of thousands of digits
        raise MalformedInput("a number has too many digits", file=str(path), hint="write a smaller number") from None


def table(path: Path, document: dict[str, Any], name: str) -> dict[str, str]:
    """A table of texts of a mapping file."""
    found = document.get(name)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise MalformedInput(
            f"has no table [{name}] of texts", file=str(path), hint=f'write [{name}] and lines such as "a" = "b"'
        )
    return {str(key): value for key, value in found.items()}


def accounts(path: Path) -> dict[str, str]:
    """The map of inboxes: accounts, or the inbox names of another system, and the inbox each stands for."""
    return table(path, load_mapping(path), "map")
