"""Bytes on standard output. Files are written by `store.sink`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from occ_media_cli.store.write_errors import explained

if TYPE_CHECKING:
    from collections.abc import Iterable


def to_stdout(chunks: Iterable[bytes]) -> None:
    """Write and flush. A reader that has seen enough (`| head`) is no error; a full disk raises Incomplete."""
    sys.stdout.flush()
    stream = sys.stdout.buffer
    try:
        for chunk in chunks:
            with explained("the output"):
                stream.write(chunk)
        with explained("the output"):
            stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # so that the interpreter's own flush at the end finds no broken pipe
        os.close(nowhere)
