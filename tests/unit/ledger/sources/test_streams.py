"""A source in blocks of whole lines, whatever the length of one."""

from __future__ import annotations

import io

import pytest

from occ_media_cli.ledger.sources.streams import BLOCK, blocks


@pytest.mark.parametrize("length", [11, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_a_line_that_is_too_long_costs_itself(length: int) -> None:
    """It comes cut, so that a reader can refuse it, and the next line comes whole."""
    read = list(blocks(io.BytesIO(b"a" * length + b"\nnext\nlast"), longest=10))
    lines = [line for block, _ in read for line in block.split(b"\n") if line]
    assert [line for line in lines if len(line) <= 10] == [b"next", b"last"]
    assert sum(number for _, number in read) == 3


def test_a_long_line_without_an_end_is_the_last() -> None:
    assert list(blocks(io.BytesIO(b"a" * (2 * BLOCK)), longest=10)) == [(b"a" * 11, 1)]
