"""A report may be as long as the ledger: what is made for one row is gone before the next."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from occ_media_cli.report.blocks import Column, Table
from occ_media_cli.report.formats import github, junit, render, sarif
from occ_media_cli.report.formats.screen import Screen
from occ_media_cli.report.judged import Case, ReportFinding, RuleInfo
from occ_media_cli.report.model import Report
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 20_000
MEGABYTE = 1_000_000


def rows(number: int) -> Iterator[tuple[str, int]]:
    return ((f"file {index} with a name of some length.pdf", index) for index in range(number))


def report(number: int) -> Report:
    return Report(
        "occ-media/ledger/1",
        "Ledger",
        blocks=[Table([Column("name", "Name", "name"), Column("size", "Size", "size")], rows(number))],
        records_key="entries",
        records=({"name": name, "size": size} for name, size in rows(number)),
        cases=(Case(name, [ReportFinding("r", Severity.NOTE, name * 4, path=name)]) for name, _ in rows(number)),
        rules=[RuleInfo("r", Severity.NOTE, "r")],
    )


def peak(name: str, number: int) -> int:
    made = render(report(number), name, Screen())
    next(made)
    tracemalloc.start()
    for _ in made:
        pass
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return used


@pytest.mark.parametrize("name", ["json", "ndjson", "csv", "markdown", "table"])
def test_rows_are_not_kept(name: str) -> None:
    assert peak(name, ROWS) < MEGABYTE


def test_the_first_bytes_come_before_the_last_row_is_made() -> None:
    seen: list[int] = []

    def records() -> Iterator[dict[str, int]]:
        for number in range(3):
            seen.append(number)
            yield {"n": number}

    made = render(Report("s", "t", records_key="r", records=records()), "ndjson", Screen())
    assert next(made) == b'{"n": 0}\n'
    assert seen == [0]


@pytest.mark.parametrize("name", ["html", "sarif", "github", "junit"])
def test_formats_with_a_cap_stay_below_it_however_long_the_report_is(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 500)
    monkeypatch.setattr(junit, "MOST_CASES", 500)
    monkeypatch.setattr(github, "MOST_FINDINGS", 500)
    tracemalloc.start()
    for _ in render(report(ROWS // 2), name, Screen()):
        pass
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 4 * MEGABYTE
