"""What every format owes: whatever stands in a field, the output can be read back and holds nothing dangerous."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from occ_media_cli.report import safe
from occ_media_cli.report.formats import FINDING_FORMATS, NAMES, render
from occ_media_cli.report.formats.screen import Screen
from occ_media_cli.report.model import Report
from tests.unit.report import readers
from tests.unit.report.hostile import strings
from tests.unit.report.samples import audit


def made(report: Report, name: str) -> bytes:
    return b"".join(render(report, name, Screen()))


def test_every_format_has_a_reader() -> None:
    assert set(readers.READERS) == set(NAMES)
    assert set(NAMES) >= FINDING_FORMATS


@pytest.mark.no_cover
@pytest.mark.parametrize("name", NAMES)
def test_hostile_strings_in_every_field(name: str) -> None:
    plain = made(audit(), name)
    shape = _shape(name, readers.READERS[name](plain))
    for value in strings():
        data = made(audit(value), name)
        read = readers.READERS[name](data)
        if value.strip() and safe.terminal(value).strip():
            assert _shape(name, read) == shape, repr(value)


def _shape(name: str, read: Any) -> Any:
    """What may not change, whatever the strings are: the number of rows, cells, results, commands, sheets."""
    if name == "csv":
        return [len(row) for row in read]
    if name == "table":
        return len(read)
    if name == "markdown":
        return [token.type for token in read if token.type != "inline"]
    if name == "html":
        return None
    if name == "junit":
        return [(child.tag, len(child)) for child in read[0]]
    if name == "github":
        return [command for command, _, _ in read]
    if name == "xlsx":
        return [len(rows) for rows in read.values()]
    if name == "sarif":
        return len(read["runs"][0]["results"])
    return len(read)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "xlsx"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_string_in_every_field(name: str, value: str) -> None:
    readers.READERS[name](made(audit(value), name))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    assert made(audit(), name) == made(audit(), name)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in FINDING_FORMATS])
def test_a_report_without_anything_is_whole(name: str) -> None:
    readers.READERS[name](made(Report("occ-media/x/1", "Empty"), name))


def test_json_keeps_hostile_strings_exactly() -> None:
    for value in strings():
        read = readers.read_json(made(audit(value), "json"))
        exact = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        assert read["findings"][0]["name"] == exact
        assert read["note"] == exact


def test_people_see_every_value_whole_in_html_and_xlsx() -> None:
    for value in [value for value in strings() if value.strip()][::5]:
        shown = safe.terminal(value)
        text = readers.read_html(made(audit(value), "html")).replace("\u00a0", " ")
        assert text.count(shown.replace("\u00a0", " ")) >= 10, value
        cells = [
            cell for rows in readers.read_xlsx(made(audit(value), "xlsx")).values() for row in rows for cell in row
        ]
        assert safe.xlsx(value) in cells


def test_no_cell_of_a_sheet_starts_a_formula() -> None:
    for value in strings():
        for row in readers.read_csv(made(audit(value), "csv"))[1:]:
            for cell in row:
                start = unicodedata.normalize("NFKC", cell).lstrip()[:1]
                assert start not in set("=+-@\u2212") or re.fullmatch(r"\d+", cell), cell


@pytest.mark.parametrize("name", sorted(FINDING_FORMATS))
def test_findings_formats_refuse_a_report_that_has_none(name: str) -> None:
    with pytest.raises(Exception, match="is for findings"):
        made(Report("s", "t"), name)
