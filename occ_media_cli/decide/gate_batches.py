"""The lines that wait for the gate, in batches as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.entry import LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def read_batches(read: Callable[[], bytes]) -> Iterator[list[bytes]]:
    """The lines that are there, as they come: one where the asker waits for each answer, many where it does not."""
    rest, skipping = b"", False
    while piece := read():
        *lines, rest = (rest + piece).split(b"\n")
        if skipping and lines:
            lines[0], skipping = b"\0" * (LONGEST_LINE + 1), False
        lines = [line for line in lines if line.strip()]
        if lines:
            yield lines
        if len(rest) > LONGEST_LINE:
            rest, skipping = b"", True  # its end is still to come; it is answered then
    if skipping:
        rest = b"\0" * (LONGEST_LINE + 1)
    if rest.strip():
        yield [rest]
