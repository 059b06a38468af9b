"""A part that is not installed is one clear line, and nothing is recorded or half-written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from occ_media_cli.errors import PartMissing
from occ_media_cli.ledger.export import parquet
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.query import Filters
from tests.unit.ledger.conftest import Ledger


@pytest.mark.parametrize(
    ("kind", "source", "module", "extra"),
    [
        ("parquet", "x.parquet", "pyarrow", "occ-media[parquet]"),
        ("chatwoot", "host=x", "psycopg", "occ-media[chatwoot]"),
        ("bucket", "s3://media", "boto3", "occ-media[bucket]"),
    ],
)
def test_a_source_without_its_extra(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, kind: str, source: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PartMissing, match="not installed; nothing was recorded") as problem:
        ingest(ledger.connection, kind, source)
    assert extra in (problem.value.hint or "")
    assert problem.value.code == 14


def test_zstd_and_parquet_out_without_their_extras(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(PartMissing):
        parquet(ledger.connection, Filters(), tmp_path / "x.parquet")
    assert list(tmp_path.glob("*.parquet*")) == []
    for module in ("backports.zstd", "compression.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "x.zst").write_bytes(b"\x28\xb5\x2f\xfd....")
    with pytest.raises(PartMissing, match="zstd"):
        ingest(ledger.connection, "ndjson", str(tmp_path / "x.zst"))
