"""The Big List of Naughty Strings in every text field, through every source and out by every way, unchanged."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.__main__ import run
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.report.csv_cells import read_cell
from tests.unit.ledger.conftest import Ledger

TEXTS: list[str] = json.loads((Path(__file__).parents[2] / "data" / "naughty_strings.json").read_text())
FIELDS = (
    "id", "customer", "conversation", "name", "path", "agent", "channel", "declared", "detected", "reason", "message",
)  # fmt: skip
COLUMNS = (*FIELDS, "time", "inbox", "direction")
SOURCES = ("ndjson", "csv", "parquet")

LEAVING = {
    "\\", "\\\\", "\\\";alert('XSS');//", "/dev/null; touch /tmp/blns.fail ; echo",
    "../../../../../../../../../../../etc/passwd%00", "../../../../../../../../../../../etc/hosts",
}  # fmt: skip
"""The strings of the list that are absolute paths or leave their root."""


def rows() -> list[dict[str, str]]:
    """One row for each string in each field."""
    base = {"time": "2026-03-01T10:00:00.000Z", "inbox": "vip", "direction": "receive", "name": "a.pdf"}
    return [{"id": f"{field}:{n}", **base, field: text} for field in FIELDS for n, text in enumerate(TEXTS)]


def write(kind: str, folder: Path) -> Path:
    path = folder / f"rows.{kind}"
    if kind == "ndjson":
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows()), newline="")
    elif kind == "csv":
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            writer.writerows(rows())
    else:
        arrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.table({column: [row.get(column) for row in rows()] for column in COLUMNS}), path)
    return path


def expected(kind: str) -> tuple[dict[str, dict[str, str | None]], dict[str, str]]:
    """What the ledger must hold by id, and the reason of what it must refuse by id."""
    kept: dict[str, dict[str, str | None]] = {}
    refused: dict[str, str] = {}
    for row in rows():
        values: dict[str, str | None] = {column: row.get(column) for column in COLUMNS}
        if kind == "csv":  # a cell is empty or it is not: there is no difference between "" and nothing
            values = {column: value or None for column, value in values.items()}
        if not values["id"]:
            refused[row["id"]] = "no id" if kind == "csv" else "bad value"
        elif values["name"] is None:
            refused[row["id"]] = "no name"
        elif values["path"] in LEAVING:
            refused[row["id"]] = "path outside"
        else:
            kept[row["id"]] = values
    return kept, refused


@pytest.fixture(params=SOURCES)
def taken(ledger: Ledger, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, Ledger]:
    """The kind of a source, and a ledger that has taken all rows from it."""
    kind: str = request.param
    source = write(kind, tmp_path)
    counts = ingest(ledger.connection, kind, str(source), rejects=tmp_path / "rejects.ndjson").counts
    kept, refused = expected(kind)
    assert (counts.read, counts.new, counts.refused) == (len(rows()), len(kept), len(refused))
    again = ingest(ledger.connection, kind, str(source)).counts
    assert (again.new, again.duplicate, again.refused) == (0, len(kept), len(refused))
    return kind, ledger


def out(capsysbinary: pytest.CaptureFixture[bytes], ledger: Ledger, *words: str) -> bytes:
    """What a command of the ledger prints."""
    capsysbinary.readouterr()
    assert run(["--store", str(ledger.path), "ledger", *words]) == 0
    return capsysbinary.readouterr().out


def by_id(entries: list[dict[str, Any]]) -> dict[str, dict[str, str | None]]:
    return {entry["id"]: {column: entry[column] for column in COLUMNS} for entry in entries}


def test_every_way_out_gives_every_string_back(
    taken: tuple[str, Ledger], tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    kind, ledger = taken
    kept, refused = expected(kind)
    assert len(TEXTS) >= 515
    reject = [json.loads(line) for line in (tmp_path / "rejects.ndjson").read_text().splitlines()]
    assert sorted(line["reason"] for line in reject) == sorted(refused.values())
    assert all(line["row"] for line in reject), "a refused row is there to be mended"

    for words in (("export", "--format", "ndjson"), ("list", "--format", "ndjson")):
        lines = out(capsysbinary, ledger, *words).splitlines()
        assert by_id([json.loads(line) for line in lines]) == kept
    document = json.loads(out(capsysbinary, ledger, "list", "--format", "json"))
    assert by_id(document["entries"]) == kept
    assert verify_ledger(ledger.connection).intact

    arrow = pytest.importorskip("pyarrow.parquet")
    out(capsysbinary, ledger, "export", "--format", "parquet", "--output", str(tmp_path / "out.parquet"))
    columns = [name for name in COLUMNS if name != "time"]
    found = arrow.read_table(tmp_path / "out.parquet", columns=columns).to_pylist()
    assert {row["id"]: row for row in found} == {
        name: {column: entry[column] for column in columns} for name, entry in kept.items()
    }


def test_a_spreadsheet_gets_every_string_without_what_it_would_run(
    taken: tuple[str, Ledger], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    kind, ledger = taken
    kept, _ = expected(kind)
    text = out(capsysbinary, ledger, "export", "--format", "csv").decode()
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(found) == len(kept)
    for row, entry in zip(found, kept.values(), strict=True):
        for column in COLUMNS:
            cell, value = row[column], entry[column] or ""
            assert cell.isprintable() or not {unicodedata.category(c) for c in cell} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
            assert not cell.startswith(("=", "+", "-", "@"))
            assert read_cell(cell) == value
            if value.isascii() and value.isprintable() and "\\" not in value:
                assert cell in (value, f"'{value}"), "what can be seen is there as it is"
    assert "'-1" in {row["customer"] for row in found}


@pytest.mark.no_cover
def test_an_entry_is_shown_by_an_id_of_any_text(
    ledger: Ledger, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    ingest(ledger.connection, "ndjson", str(write("ndjson", tmp_path)))
    for text in [text for text in TEXTS if text and not (text.isascii() and text.isalnum())][::6]:
        shown = json.loads(out(capsysbinary, ledger, "show", f"ndjson:{text}", "--format", "json"))
        assert shown["entry"]["id"] == text


@pytest.mark.parametrize("field", FIELDS)
def test_what_no_store_can_hold_is_refused_with_its_reason(ledger: Ledger, field: str) -> None:
    bad = [json.dumps({**rows()[5], "id": "1", field: text}) for text in ("a\0b", "\0", "\ud800", "a\udfff.pdf")]
    reasons = [line["reason"] for line in ledger.refusals(*bad, '{"id": "5", "' + field + '": "\xff"}')]
    assert reasons[:4] == ["NUL", "NUL", "not Unicode", "not Unicode"] or reasons[2:4] == ["not JSON"] * 2
    assert ledger.one("SELECT count(*) FROM record") == 0
