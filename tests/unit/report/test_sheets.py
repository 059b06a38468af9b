from __future__ import annotations

import builtins
import io
import sys
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from occ_media_cli.errors import PartMissing
from occ_media_cli.report.blocks import Column, Group, Lines, Row, Section, Table
from occ_media_cli.report.formats import render, xlsx
from occ_media_cli.report.formats.screen import Screen
from occ_media_cli.report.model import Report
from tests.unit.report.readers import read_csv, read_xlsx
from tests.unit.report.samples import calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

INNER = Table(
    [Column("file", "File", "name"), Column("size", "Size", "size"), Column("ok", "Ok")], [("a.pdf", 812, True)]
)


def csv_of(report: Report) -> list[list[str]]:
    return read_csv(b"".join(render(report, "csv", Screen())))


def xlsx_of(report: Report) -> dict[str, list[tuple[Any, ...]]]:
    return read_xlsx(b"".join(render(report, "xlsx", Screen())))


def test_csv_is_the_first_table_with_keys_and_bare_values() -> None:
    report = Report("s", "t", blocks=[Lines(["x"]), Section("h", [INNER]), Table([Column("b", "B")], [])])
    assert csv_of(report) == [["file", "size", "ok"], ["a.pdf", "812", "true"]]


def test_csv_prefers_the_sheet_of_a_report() -> None:
    sheet = Table([Column("entry", "Entry", "id")], [("1",), Group("g"), Row(("2",), below=["x"])])
    assert csv_of(Report("s", "t", blocks=[INNER], sheet=sheet)) == [["entry"], ["1"], ["2"]]


def test_csv_makes_rows_of_records_where_there_is_no_table() -> None:
    records: list[Mapping[str, Any]] = [{"id": "a", "tags": ["x", "y"], "n": None}, {"id": "b", "n": 3}]
    assert csv_of(Report("s", "t", records_key="r", records=iter(records))) == [
        ["id", "tags", "n"],
        ["a", '["x", "y"]', ""],
        ["b", "", "3"],
    ]
    assert csv_of(Report("s", "t", records_key="r")) == []


def test_csv_of_a_document_is_its_members() -> None:
    report = Report("s", "t", head={"plan": "4f1c", "n": 3}, tail=lambda: {"done": True})
    assert csv_of(report) == [["key", "value"], ["plan", "4f1c"], ["n", "3"], ["done", "true"]]


MADE = {"at": "2026-04-02T08:00:00.000Z", "wall": "2026-04-03T08:00:00.000Z", "actor": "dana", "os_user": "d",
        "host": "desk-1", "version": "0.1.0"}  # fmt: skip


def test_a_workbook_has_a_sheet_for_each_table_with_typed_cells() -> None:
    report = Report("occ-media/x/1", "Audit", answer="2 files", made=MADE)
    report = Report(
        "occ-media/x/1",
        "Audit",
        answer="2 files",
        blocks=[Section("over-limit: [1]", [INNER]), Section("over-limit: [1]", [INNER]), Section("Report", [INNER])],
        made=MADE,
    )
    sheets = xlsx_of(report)
    assert list(sheets) == ["Report", "over-limit 1", "over-limit 1 2", "Report 2"]
    assert sheets["Report"] == [
        ("Report", "Audit"),
        ("Answer", "2 files"),
        (
            "Made",
            "2026-04-02T08:00:00.000Z, by this machine's clock 2026-04-03T08:00:00.000Z, by dana (d on desk-1), version 0.1.0",
        ),
        ("Schema", "occ-media/x/1"),
    ]
    assert sheets["over-limit 1"] == [("File", "Size", "Ok"), ("a.pdf", 812, True)]


def test_the_header_of_a_sheet_stays_in_view() -> None:
    made = b"".join(render(Report("occ-media/x/1", "X", blocks=[INNER]), "xlsx", Screen()))
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert [sheet.freeze_panes for sheet in book.worksheets] == [None, "A2"]


def test_a_calendar_has_a_sheet_of_its_own_beside_the_rows() -> None:
    table = Table([Column("a", "A")], [("x",)])
    sheets = xlsx_of(Report("occ-media/x/1", "X", blocks=[calendar()], sheet=table))
    assert list(sheets) == ["Report", "Rows", "Calendar"]
    assert sheets["Calendar"][0] == ("Week from", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Files", "Size")
    assert sheets["Calendar"][2] == ("2026-11-16", 4, None, None, None, None, None, None, 4, 4_000)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("x" * 40, "x" * 31),
        ("''", "Rows"),
        ("History", "History of it"),
        ("a/b\\c?*[d]", "a b c d"),
        ("\x1b", "x1b"),
        ("\U00020838" * 16, "\U00020838" * 15),
    ],
)
def test_sheet_names_are_what_excel_takes(heading: str, name: str) -> None:
    assert list(xlsx_of(Report("s", "t", blocks=[Section(heading, [INNER])]))) == ["Report", name]


def test_numbers_that_a_workbook_would_round_stay_text() -> None:
    table = Table([Column("n", "N", "count")], [(10**15 - 1,), (10**15,), (None,), (-5,)])
    assert xlsx_of(Report("s", "t", sheet=table))["Rows"] == [
        ("N",),
        (10**15 - 1,),
        ("1000000000000000",),
        (None,),
        (-5,),
    ]


def test_a_sheet_that_is_full_says_how_much_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 4)
    table = Table(
        [Column("n", "N", "count")], [(number,) for number in range(9)], rest="occ-media ledger list --format csv"
    )
    rows = xlsx_of(Report("s", "t", sheet=table))["Rows"]
    assert rows == [("N",), (0,), (1,), ("7 more rows; all: occ-media ledger list --format csv",)]


def test_without_the_extra_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "xlsxwriter":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "xlsxwriter", raising=False)
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(PartMissing) as caught:
        list(render(Report("s", "t"), "xlsx", Screen()))
    assert caught.value.hint == "pip install 'occ-media[xlsx]'"


def test_sizes_and_counts_have_separators_and_stay_numbers() -> None:
    data = b"".join(render(Report("s", "t", sheet=INNER), "xlsx", Screen()))
    cell = openpyxl.load_workbook(io.BytesIO(data))["Rows"]["B2"]
    assert (cell.value, cell.number_format) == (812, "#,##0")
