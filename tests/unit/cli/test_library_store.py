"""Proposing makes a missing store, as every command that changes one; a refusal leaves nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


@pytest.mark.parametrize("words", ["propose t.txt --name e --version 1", "add t.txt --name e"])
def test_proposing_makes_a_store_and_says_so(occ: Run, words: str) -> None:
    Path("t.txt").write_text("t", encoding="utf-8")
    done = occ("library", *words.split(), store="new.db")
    assert "note: made the store new.db" in done.err
    assert json.loads(occ("library", "list", "-f", "json", store="new.db").out)["documents"][0]["state"] == "proposed"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("propose empty.txt --name e --version 1", 1),
        ("propose t.txt --name e --version 1 --inbox nobody", 11),
        ("propose t.txt --name e/ --version 1", 2),
        ("add empty.txt --name e", 1),
        ("add none --name e", 3),
        ("propose t.txt --name e --version 1 -n", 11),
    ],
)
@pytest.mark.parametrize("store", ["new.db", "new.toml"])
def test_where_nothing_is_proposed_no_store_is_left(occ: Run, words: str, code: int, store: str) -> None:
    Path("t.txt").write_text("t", encoding="utf-8")
    Path("empty.txt").touch()
    Path("none").mkdir()
    before = sorted(Path().rglob("*"))
    done = occ("library", *words.split(), store=store, code=code)
    assert "made the store" not in done.err
    assert sorted(Path().rglob("*")) == before


def test_csv_has_every_field_of_the_json(occ: Run) -> None:
    Path("t.txt").write_text("t", encoding="utf-8")
    for words in ("propose t.txt --name e --version 1", "retire e --reason over"):
        occ("library", *words.split(), store="s.db")
    (record,) = json.loads(occ("library", "list", "-f", "json", store="s.db").out)["documents"]
    (row,) = csv.DictReader(occ("library", "list", "-f", "csv", store="s.db").out.splitlines())
    assert row.keys() == record.keys() | {"for"}
    assert [row[key] for key in ("proposal", "sha256", "retired_by", "retired")] == [
        record[key] for key in ("proposal", "sha256", "retired_by", "retired")
    ]
    shown = occ("library", "list", store="s.db").out
    assert record["proposal"] in shown
    assert record["retired"] in shown
