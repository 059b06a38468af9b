from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occ_media_cli.report.csv_cells import read_cell, unguarded, write_cell
from occ_media_cli.report.safe import terminal
from tests.unit.report.hostile import strings

anything = st.text(st.characters(exclude_categories=()))
hostile = st.one_of(st.sampled_from(strings()), anything)


def cell_of(line: str) -> str:
    (row,) = list(csv.reader(io.StringIO(line), strict=True)) or [[""]]
    (cell,) = row or [""]
    return cell


@given(hostile)
def test_csv_comes_back_as_one_cell_that_is_no_formula(text: str) -> None:
    cell = cell_of(write_cell(text))
    folded = unicodedata.normalize("NFKC", cell).lstrip(" \u200b\ufeff")
    assert not folded.startswith(("=", "+", "-", "@", "\u2212"))
    assert read_cell(cell) == text
    assert terminal(unguarded(cell)) == unguarded(cell)


begins = st.text(st.sampled_from("'=+-@ \\xu0n5c2\t\u202e\ufeff\uff1da")).map("".join)


@given(begins)
def test_a_csv_cell_is_read_back_as_the_text_that_it_was_written_from(text: str) -> None:
    assert read_cell(cell_of(write_cell(text))) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("+16505551234", "'+16505551234"), ("'=1", "''=1"), ("''=1", "'''=1"), ("'tis", "'tis"), ("'", "'"),
        ("\u202a+1\u202c", "'\\u202a+1\\u202c"), ("C:\\new", "C:\\x5cnew"), ("C:\\Pictures", "C:\\Pictures"),
        ("\\x5c", "\\x5cx5c"), ("\n", "'\\n"), ("\\n", "\\x5cn"), ("\\x20", "\\x20"),
    ],
)  # fmt: skip
def test_csv_guards_what_would_be_taken_for_a_guard_or_an_escape(text: str, cell: str) -> None:
    assert cell_of(write_cell(text)) == cell
    assert read_cell(cell) == text


@pytest.mark.parametrize(
    "text", ["=1", " =1", "\ufeff=1", "\u200b\t+1", "＝1", "－1", "@x", "\tx", "\rx", "\nx", "\0x", "-"]
)
def test_csv_quotes_each_start_of_a_formula(text: str) -> None:
    assert cell_of(write_cell(text)).startswith("'")


@pytest.mark.parametrize("text", ["a=1", "1-2", "x@y", "receipt.pdf", "2026-03-01", "\\x", "'quoted'"])
def test_csv_leaves_ordinary_text_alone(text: str) -> None:
    assert write_cell(text) == text


def test_csv_cannot_be_split_where_the_separator_is_another() -> None:
    assert write_cell("a;=1+1") == '"a;=1+1"'
