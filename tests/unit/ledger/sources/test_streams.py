"""A source in blocks of whole lines, whatever the length of one."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.sources.streams import BLOCK, blocks
from tests.unit.ledger.conftest import Ledger


@pytest.mark.parametrize("length", [11, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_a_line_that_is_too_long_costs_itself(length: int) -> None:
    """It comes cut, so that a reader can refuse it, and the next line comes whole."""
    read = list(blocks(io.BytesIO(b"a" * length + b"\nnext\nlast"), longest=10))
    lines = [line for block, _ in read for line in block.split(b"\n") if line]
    assert [line for line in lines if len(line) <= 10] == [b"next", b"last"]
    assert sum(number for _, number in read) == 3


def test_a_long_line_without_an_end_is_the_last() -> None:
    assert list(blocks(io.BytesIO(b"a" * (2 * BLOCK)), longest=10)) == [(b"a" * 11, 1)]


ROWS = b"".join(b'{"id":"%d","time":"2026-03-01T10:00:00Z","inbox":"vip","direction":"receive","name":"x.pdf"}\n' % n
                for n in range(5_000))  # fmt: skip


@pytest.mark.parametrize("kind", ["ndjson", "csv", "whatsapp"])
@pytest.mark.parametrize("packing", ["gzip", "zstd"])
@pytest.mark.parametrize("how", ["nonsense", "cut", "changed", "empty"])
def test_broken_compressed_data_is_malformed_and_no_bug(
    ledger: Ledger, tmp_path: Path, kind: str, packing: str, how: str
) -> None:
    pack = gzip.compress if packing == "gzip" else pytest.importorskip("backports.zstd").compress
    whole: bytes = pack(ROWS)
    changed = bytes(byte ^ 0xFF if 40 <= place < 400 else byte for place, byte in enumerate(whole))
    data = {"nonsense": whole[:4] + b"xxxxxxxx", "cut": whole[:-20], "changed": changed, "empty": whole[:4]}[how]
    (tmp_path / "z").write_bytes(data)
    with pytest.raises(MalformedInput) as caught:
        ingest(ledger.connection, kind, str(tmp_path / "z"))
    assert caught.value.code == 20
    if kind != "csv":  # whose header may be all that is wrong
        assert "the compressed data is broken" in caught.value.what
