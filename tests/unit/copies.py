"""What many tests begin with, made once in a process: the first test makes it, and the others take a copy."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_MADE: dict[Hashable, tuple[bytes, Any]] = {}
"""By what was asked for: the files of the folder in which it was made, packed, and what making it returned."""


def made_once(what: Hashable, folder: Path, make: Callable[[], T]) -> T:
    """Put into a folder the files that `make` puts there, and return what it returned the first time.

    `make` may neither use the folder's name nor leave a file open; what it returns is shared by all.
    """
    there = {path.name for path in folder.iterdir()}
    if what not in _MADE:
        answer, packed = make(), io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in folder.iterdir():
                if path.name not in there:
                    archive.add(path, path.name)
        _MADE[what] = packed.getvalue(), answer
        return answer
    data, answer = _MADE[what]
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert there.isdisjoint(archive.getnames()), "made_once is for a folder that has none of it yet"
        if hasattr(tarfile, "tar_filter"):
            archive.extractall(folder, filter="tar")
        else:  # before Python 3.11.4
            archive.extractall(folder)
    return answer  # type: ignore[no-any-return]  # what `make` of the same name returned
