"""The size of a row is read exactly or refused with its reason, the same from every source and at the gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.ledger import row_sizes
from occ_media_cli.ledger.entry import LARGEST, Unfit
from occ_media_cli.ledger.ingest import ingest
from tests.unit.ledger.conftest import Ledger, row
from tests.unit.ledger.test_columns import MAP, take

REASON = f"is not a whole number of bytes from 0 to {LARGEST:,}"
ROUNDED = "; it was rounded, as a spreadsheet does: show the column as whole numbers and export it again"
DIGITS = "; write it in the digits 0 to 9 alone"

WRONG = [
    ("1.23457E+08", ROUNDED), ("1e3", ROUNDED), ("1E3", ROUNDED), ("1,2E+08", ROUNDED), ("1.0e0", ROUNDED),
    ("1_000", DIGITS), ("٣", DIGITS), ("３", DIGITS), ("+3", DIGITS), (" 3 ", DIGITS), ("3 ", DIGITS),
    ("1,000", DIGITS), ("1 000", DIGITS), ("3.", DIGITS), (".5", DIGITS),
    ("3.5", ""), ("3.00", ""), ("-3", ""), ("-0", ""), ("x", ""), ("NaN", ""), ("inf", ""), ("0x10", ""), ("3 kB", ""),
    (str(LARGEST + 1), ""), ("9" * 40, DIGITS),
]  # fmt: skip
RIGHT = [("0", 0), ("3", 3), ("3.0", 3), ("34567.0", 34_567), ("007", 7), (str(LARGEST), LARGEST)]


@pytest.mark.parametrize(("text", "advice"), WRONG)
def test_a_text_that_may_have_lost_digits_is_no_size(ledger: Ledger, text: str, advice: str) -> None:
    rejects = ledger.folder / "rejects.ndjson"
    done = take_one(ledger, f'"{text}"', rejects)
    assert (done.counts.new, done.counts.refused) == (0, 1)
    [refusal] = map(json.loads, rejects.read_text().splitlines())
    assert (refusal["reason"], refusal["detail"]) == ("bad size", f"size '{text}' {REASON}{advice}")


@pytest.mark.parametrize(("text", "size"), RIGHT)
def test_a_text_with_all_its_digits_is_a_size(ledger: Ledger, text: str, size: int) -> None:
    assert take_one(ledger, text).counts.new == 1
    assert ledger.one("SELECT size FROM entry") == size


def take_one(ledger: Ledger, cell: str, rejects: Path | None = None) -> Any:
    source = ledger.folder / "rows.csv"
    source.write_text(f"id,time,inbox,direction,name,size\n7,2026-03-01T10:00:00Z,vip,send,a.pdf,{cell}\n")
    return ingest(ledger.connection, "csv", str(source), rejects=rejects)


@pytest.mark.parametrize(
    ("cell", "size"), [("1.5", 1_500), ("1", 1_000), ("1.2345", None), ("1e3", None), ("+1", None), ("٣", None)]
)
def test_a_size_in_another_unit_comes_to_whole_bytes_or_is_refused(ledger: Ledger, cell: str, size: int | None) -> None:
    done = take(ledger, f"message;when;file;kb;way\n7;1772359200;a.pdf;{cell};in\n", MAP)
    assert (done.counts.new, done.counts.refused) == ((1, 0) if size is not None else (0, 1))
    assert ledger.all("SELECT size FROM entry") == ([(size,)] if size is not None else [])
    for refusal in done.examples:
        assert refusal.detail.startswith(f"size '{cell}' kB {REASON}")


@pytest.mark.parametrize(
    ("written", "size"), [("3", 3), ("3.0", 3), ("1e3", None), ("1.23457E+08", None), ("3.5", None), ("true", None),
                          ('"3"', 3), ('"1e3"', None), ('"+3"', None), ("[3]", None), ("-1", None),
                          ("-0", None), ("-0.0", None), ("0", 0)],
)  # fmt: skip
def test_ndjson_reads_a_size_by_the_same_rule(ledger: Ledger, written: str, size: int | None) -> None:
    text = json.dumps(row(1, size=123)).replace('"size": 123', f'"size": {written}')
    source = ledger.folder / "rows.ndjson"
    source.write_text(f"{text}\n")
    done = ingest(ledger.connection, "ndjson", str(source))
    assert [refusal.group for refusal in done.examples] == ([] if size is not None else ["bad size"])
    assert ledger.all("SELECT size FROM entry") == ([(size,)] if size is not None else [])


@pytest.mark.parametrize(("written", "fits"), [("3", True), ("3.0", True), ("1e3", False), ('"1.23457E+08"', False)])
def test_the_gate_takes_no_other_sizes_than_the_ledger(tmp_path: Path, written: str, fits: bool) -> None:
    from occ_media_cli.decide.gate_line import GateLine

    entry = {"id": "m1", "time": "2026-01-10", "inbox": "vip", "direction": "receive", "name": "a.pdf", "size": 123}
    line = GateLine(json.dumps(entry).replace("123", written).encode())
    assert (line.row is not None) is fits
    if line.problem is not None:
        assert line.problem.message == f"size {written.replace(chr(34), chr(39))} {REASON}{ROUNDED}"
    assert OccMedia(tmp_path / "s.db", actor="dana").gate(entry | {"inbox": "inbox"}).allow


def test_typed_columns_of_parquet_count_as_far_as_they_hold_every_digit(ledger: Ledger, tmp_path: Path) -> None:
    from decimal import Decimal

    import pyarrow as arrow
    from pyarrow import parquet as writer

    def sizes(array: Any) -> list[int | None]:
        many = len(array)
        table = arrow.table({
            "id": [f"{array.type}-{at}" for at in range(many)], "time": ["2026-03-01"] * many, "inbox": ["vip"] * many,
            "direction": ["send"] * many, "name": ["a.pdf"] * many, "size": array,
        })  # fmt: skip
        writer.write_table(table, tmp_path / "t.parquet")
        ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet"))
        found = dict(ledger.all("SELECT id, size FROM entry"))
        return [found.get(f"{array.type}-{at}", "refused") for at in range(many)]

    assert sizes(arrow.array([3.0, 123_456_789.0, 3.5, None, float("nan")], arrow.float64())) == [
        3, 123_456_789, "refused", None, "refused",
    ]  # fmt: skip
    assert sizes(arrow.array([3.0, 123_456_789.0], arrow.float32())) == [3, "refused"]
    assert sizes(arrow.array([Decimal("3.00"), Decimal("3.50")], arrow.decimal128(9, 2))) == [3, "refused"]
    assert sizes(arrow.array(["3", "1e3", "٣", "3.0"])) == [3, "refused", "refused", 3]


def test_a_column_of_few_bits_is_told_by_its_type_and_not_as_a_spreadsheet(ledger: Ledger, tmp_path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet as writer

    table = arrow.table({
        "id": ["7"], "time": ["2026-03-01"], "inbox": ["vip"], "direction": ["send"], "name": ["a.pdf"],
        "size": arrow.array([123_456_789.0], arrow.float32()), "customer": arrow.array([123_456_789.0], arrow.float32()),
    })  # fmt: skip
    writer.write_table(table, tmp_path / "t.parquet")
    (refusal,) = ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet")).examples
    assert refusal.detail.endswith("; the column is float, which rounds numbers of this size: write it as int64")


@pytest.mark.parametrize(
    ("written", "shown"), [("true", "true"), ("[]", "[]"), ('{"a": 1.5}', '{"a": 1.5}'), ("-0", "-0"), ('"x"', "'x'")]
)
def test_what_is_no_size_is_named_with_what_is_wanted(ledger: Ledger, written: str, shown: str) -> None:
    source = ledger.folder / "rows.ndjson"
    source.write_text(json.dumps(row(1, size=123)).replace('"size": 123', f'"size": {written}') + "\n")
    (refusal,) = ingest(ledger.connection, "ndjson", str(source)).examples
    assert refusal.detail == f"size {shown} {REASON}"


@pytest.mark.parametrize(
    ("changed", "help_"),
    [('"size": "1e1"', "state the bytes of the file as a whole number, or leave the size out"),
     ('"size": 1e400', "write numbers in up to 19 digits"), ('"time": "10 o\'clock"', "write the time like 2026-03-01T10:00:00Z"),
     ('"direction": "in"', "write send or receive"), ('"name": null', "state the name"),
     ('"size": 1]', "send one entry as a JSON object on one line")],
)  # fmt: skip
def test_the_help_of_the_gate_fits_what_is_wrong(changed: str, help_: str) -> None:
    from occ_media_cli.decide.gate_line import GateLine

    entry = {"id": "m1", "time": "2026-01-10", "inbox": "vip", "direction": "receive", "name": "a.pdf", "size": 123}
    field = changed.split('"')[1]
    line = json.dumps({**{key: value for key, value in entry.items() if key != field}, "last": 1})
    problem = GateLine(line.replace('"last": 1', changed).encode()).problem
    assert problem is not None
    assert problem.help == help_


@pytest.mark.parametrize("value", [True, None, b"3", [3], {"a": 1}])
def test_what_is_no_number_and_no_text_is_no_size(value: object) -> None:
    with pytest.raises(Unfit, match="is not a whole number of bytes"):
        row_sizes.size(value)
