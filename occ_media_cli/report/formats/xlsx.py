"""A workbook: a first sheet that says what it is, then one sheet a table. Needs the extra `xlsx`.

Every text is written as a string, never as a formula, a link or a number. A sheet holds 1,048,576 rows and a cell
32,767 characters (support.microsoft.com, "Excel specifications and limits"); what is left out is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import PartMissing
from occ_media_cli.report import safe
from occ_media_cli.report.blocks import Calendar, Column, Table
from occ_media_cli.report.formats.cell_text import origin_words, programs
from occ_media_cli.report.formats.findings import more
from occ_media_cli.report.formats.plain import line_text
from occ_media_cli.report.formats.screen import OF_FILE
from occ_media_cli.report.formats.sheets import rows_of, sheet_of, tables_of
from occ_media_cli.report.formats.weeks import calendar_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from occ_media_cli.report.blocks import Cell, CellKind
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Report

JUDGED = (
    Column("rule", "Rule", "id"), Column("severity", "Severity", "state"), Column("judged", "Judged", "count"),
    Column("not_judged", "Not judged", "count"),
)  # fmt: skip
"""How much each rule had to judge, beside the findings."""

MOST_ROWS = 1_048_576
_EXACT = 10**15  # numbers in a workbook have 15 digits; longer ones would be rounded
_NUMBERS: dict[CellKind, str] = {"count": "#,##0", "size": "#,##0", "extent": "#,##0", "percent": '0"%"'}
_WIDTHS: dict[CellKind, int] = {"text": 40, "name": 40, "path": 48, "id": 32, "time": 26, "list": 32, "change": 28}


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """The bytes of the workbook, the same for the same report; rows pass through a temporary file."""
    from tempfile import TemporaryFile

    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        hint = "pip install 'occ-media[xlsx]'"
        raise PartMissing("the extra xlsx is not installed; no workbook was written", hint=hint) from error
    with TemporaryFile() as file:
        book = Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        _fill(book, report)
        book.close()
        file.seek(0)
        while chunk := file.read(1 << 16):
            yield chunk


def _fill(book: Workbook, report: Report) -> None:
    from datetime import datetime

    book.set_properties({"title": safe.xlsx(report.title), "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - fixed
    about = book.add_worksheet("Report")
    bold = book.add_format({"bold": True})
    names = {"report"}
    tables = [("Rows", sheet_of(report))] if report.sheet is not None else list(tables_of(report.blocks, report.title))
    tables = tables or [("Rows", sheet_of(report))]
    tables += [("Calendar", calendar_table(block)) for block in report.blocks if isinstance(block, Calendar)]
    for heading, table in tables:
        _sheet(book, book.add_worksheet(_unique(heading, names)), table, bold, report.rest)
    judged = [rule for rule in report.rules if rule.judged is not None]
    if judged:
        rows = [(rule.id, rule.severity.value, rule.judged, rule.not_judged) for rule in judged]
        _sheet(book, book.add_worksheet(_unique("Judged", names)), Table(JUDGED, rows), bold, report.rest)
    about.set_column(0, 0, 16)
    about.set_column(1, 1, 90)
    window, made = origin_words(report)
    facts = [
        ("Report", report.title),
        ("Window", window),
        ("Answer", line_text(report.last_line(), OF_FILE)),
        *(("Notice", notice) for notice in report.notices),
        ("Made", made.removeprefix("Made ") if made else None),
        ("Schema", report.schema),
    ]
    for row, (name, value) in enumerate((name, value) for name, value in facts if value):
        about.write_string(row, 0, name, bold)
        about.write_string(row, 1, safe.xlsx(value))


def _sheet(book: Workbook, sheet: Worksheet, table: Table, bold: Format, rest: str | None) -> None:
    formats = [book.add_format({"num_format": _NUMBERS.get(column.kind, "General")}) for column in table.columns]
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, _WIDTHS.get(column.kind, 14))
        sheet.write_string(0, index, safe.xlsx(column.title), bold)
    number = 0
    left_out = 0
    for row in rows_of(table):
        if number + 2 >= MOST_ROWS:
            left_out += 1
            continue
        number += 1
        for index, cell in enumerate(row):
            _write(sheet, number, index, cell, formats[index])
    if table.columns:
        sheet.autofilter(0, 0, number, len(table.columns) - 1)
    if left_out:
        sheet.write_string(number + 1, 0, safe.xlsx(more(left_out, "row", table.rest or rest)))


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, number: Format) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int) and abs(cell) < _EXACT:
        sheet.write_number(row, column, cell, number)
    else:
        sheet.write_string(row, column, safe.xlsx(programs(cell)))


def _unique(heading: str, taken: set[str]) -> str:
    r"""A sheet's name: at most 31 characters, none of `[]:*?/\`, no apostrophe at an end, no name twice."""
    plain = "".join(" " if character in "[]:*?/\\'" else character for character in safe.terminal(heading))
    plain = _units(" ".join(plain.split()), 31) or "Rows"
    if plain.casefold() == "history":  # reserved by Excel
        plain = "History of it"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{_units(plain, 30 - len(str(number)))} {number}"
    taken.add(name.casefold())
    return name


def _units(text: str, most: int) -> str:
    """The start of a text in at most so many UTF-16 units, which is how Excel counts."""
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore").strip()
