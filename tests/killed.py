"""Commands that are killed where they write the document of the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from occ_media_cli.store import atomic


class Killed(BaseException):
    """What a kill -9 looks like to the code that it meets: nothing behind it runs."""


@contextmanager
def killed_at_the_document(monkeypatch: pytest.MonkeyPatch, *, in_place: bool) -> Iterator[None]:
    """What runs in this block is killed: with the document in place, or right before that. It fails where it is not."""
    write = atomic.write_atomically

    def stop(path: Path, data: bytes) -> None:
        if in_place:
            write(path, data)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write_atomically", stop)
        try:
            yield
        except Killed:
            return
    pytest.fail("it wrote no document")
