"""Benchmarks still run: they stand beside the program, and nothing else would notice that they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import library, reports, scan, sources
from occ_media_cli.audit.engines.parquet_views import write_export
from occ_media_cli.audit.engines.sqlite import prepared
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import reading
from tests.clamd import PROGRAM


def test_the_benchmark_of_reports_asks_both_engines(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="an export needs the extra parquet")
    pytest.importorskip("duckdb", reason="the other engine needs the extra duckdb")
    store = tmp_path / "s.db"
    reports.make(store, 200)
    with reading(at(store, explicit=True)) as opened, prepared(opened, reports.NOW) as source:
        write_export(source, tmp_path / "data")
    reports.native(tmp_path / "data", tmp_path / "native.duckdb")
    for job in reports.REPORTS:
        assert set(reports.one("duckdb", job, store, tmp_path)) == {"cold", "warm", "memory"}
    assert set(reports.one("sqlite", "verify", store, tmp_path)) == {"verify", "memory"}


@pytest.mark.skipif(PROGRAM is None, reason="clamd is not installed")
def test_the_benchmark_of_the_antivirus_asks_about_each_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["scan.py", "--files", "300", "--rounds", "1"])
    assert scan.main() == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()][-2:] == ["client", "engine"]


def test_the_benchmark_of_the_library_gives_each_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["library.py", "--files", "20", "--words", "200"])
    assert library.main() == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()][1:5] == [
        "exact", "same-text", "near", "none",
    ]  # fmt: skip


def test_the_benchmark_of_sources_has_entries_of_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["sources.py", "--bodies", "10", "--rounds", "1"])
    assert sources.main() == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[0] for row in rows][:3] == ["ndjson", "whatsapp", "messenger"]
    assert all(int(row[2]) for row in rows)
