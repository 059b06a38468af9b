"""Records of CSV: a bad row costs itself, whatever its quotes do to the rows behind it."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest

from occ_media_cli.ledger.sources import csv_records
from occ_media_cli.ledger.sources.csv_records import MOST_LINES, SWALLOWED, Record, lines_of, records

GOOD = [f"n{number},2026,x.pdf,5\n" for number in range(3)]


def read(*lines: str | bytes, width: int = 4) -> list[Record]:
    data = b"".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return list(records(lines_of(io.BytesIO(data)), ",", width, lambda cells: cells[1] == "2026", first=2))


def ids(found: list[Record]) -> list[str]:
    return [record.cells[0] for record in found if record.cells is not None]


def refused(found: list[Record]) -> list[int]:
    return [record.line for record in found if record.cells is None]


@pytest.mark.parametrize(
    "bad",
    [
        'a,2026,"unclosed,5\n', '"bad,x\n', '"\n', 'a,2026,"x" y,5\n', 'a,2026,"x"y"z",5\n', 'a,2026,x,"5\n',
        'a,2026,"unclosed ""twice,5\n', 'a,2026,x,"', 'a,2026,"x" "y",5\n',
    ],
)  # fmt: skip
@pytest.mark.parametrize("last", ['z,2026,"x ""y"" z",5\n', "z,2026,x,5\n", 'z,2026,"x",5\n', 'z,2026,"x"'])
def test_a_stray_quote_costs_its_own_row(bad: str, last: str) -> None:
    bad = bad if bad.endswith("\n") else bad + "\n"
    found = read(GOOD[0], bad, *GOOD[1:], last)
    assert ids(found) == ["n0", "n1", "n2", "z"]
    assert refused(found) == [3]


def test_two_stray_quotes_take_none_of_the_rows_between_them_and_hide_none() -> None:
    """A quote is missing, or the name of a file was made to look like rows: nobody can tell."""
    found = read(GOOD[0], 'a,2026,"unclosed,5\n', GOOD[1], 'z,2026,x",5\n', GOOD[2])
    assert ids(found) == ["n0", "n2"]
    assert [(record.line, record.trouble) for record in found if record.cells is None] == [
        (line, SWALLOWED) for line in (3, 4, 5)
    ]
    assert refused(read('a,2026,"unclosed,5\n', 'z,2026,x",5\n')) == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_name_with_line_breaks_in_quotes_is_a_name(end: str) -> None:
    name = f"two{end}lines, and a quote{{end}}{{end}}x,2026{{end}}.pdf"
    for cells in (["a", "2026", name, "5"], [name, "2026", "a", "5"], ["a", "2026", "5", name], [name] * 4):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator=end).writerow(cells)
        found = read(text.getvalue(), GOOD[0].replace("\n", end))
        assert [record.cells for record in found] == [cells, ["n0", "2026", "x.pdf", "5"]]
        assert found[1].line > found[0].line == 2


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("fill", ["x", "\n", "x\n", '""'])
def test_a_cell_that_is_too_long_costs_its_first_line(monkeypatch: pytest.MonkeyPatch, times: int, fill: str) -> None:
    longest = 1 << 17  # of two million lines each is looked at; a lower limit shows the same sooner
    monkeypatch.setattr(csv_records, "LONGEST_LINE", longest)
    found = read(GOOD[0], 'a,2026,"', fill * (times * longest // len(fill) + 1), '",5\n', GOOD[1])
    assert ids([record for record in found if record.cells is not None and len(record.cells) == 4]) == ["n0", "n1"]
    assert refused(found)[0] == 3


def test_a_row_of_more_lines_than_a_row_may_have() -> None:
    fits = read('a,2026,"' + "x\n" * (MOST_LINES - 1) + '",5\n')
    assert (ids(fits), refused(fits)) == (["a"], [])
    assert refused(read('a,2026,"' + "x\n" * MOST_LINES + '",5\n'))[0] == 2


def test_lines_end_in_three_ways() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert ids(read("".join(GOOD).replace("\n", end))) == ["n0", "n1", "n2"]
        assert ids(read("a,2026,x,5" + end + end + "b,2026,x,5")) == ["a", "b"]


class _Endless(io.RawIOBase):
    """So many bytes of one line, never in memory together."""

    def __init__(self, many: int) -> None:
        self.left = many

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return b"x" * size


def test_a_line_of_any_length_needs_no_more_memory() -> None:
    tracemalloc.start()
    try:
        found = list(records(lines_of(_Endless(60_000_000)), ",", 4, lambda cells: True, first=2))  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert refused(found) == [2]
