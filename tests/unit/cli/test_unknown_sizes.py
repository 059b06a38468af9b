"""What commands say of files whose size nobody knows: never that they have 0 bytes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run

SIZES = (1500, None, None, 0)


@pytest.fixture(autouse=True)
def world(occ: Run, tmp_path: Path) -> None:
    entry = {"inbox": "vip", "direction": "receive", "name": "a.pdf"}
    rows = [
        entry | {"id": f"e{day}", "time": f"2026-01-0{day}T10:00:00Z", "path": f"{day}.pdf", "sha256": f"{day}" * 64}
        | ({} if size is None else {"size": size})
        for day, size in enumerate(SIZES, 1)
    ]  # fmt: skip
    rows.append(entry | {"id": "b", "time": "2026-01-09T10:00:00Z", "outcome": "blocked"})
    (tmp_path / "e.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "d").mkdir()
    occ("inbox", "add", "vip", store="s.db")
    occ("ledger", "ingest", "ndjson", "e.ndjson", store="s.db")


def read(occ: Run, *words: str) -> Any:
    return json.loads(occ(*words, "--format", "json", store="s.db").out)


def sheet(occ: Run, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(occ(*words, "--format", "csv", store="s.db").out)))


def test_the_numbers_of_the_ledger(occ: Run) -> None:
    said = occ("ledger", "stats", store="s.db").out
    assert "stored    4 files, 1.5 kB and 2 of unknown size" in said
    assert "receive   delivered  4 files, 1.5 kB and 2 of unknown size" in said
    assert "receive   blocked    1 file of unknown size" in said
    found = read(occ, "ledger", "stats")
    assert (found["stored_bytes"], found["stored_without_size"]) == (1500, 2)
    assert [(each["outcome"], each["bytes"], each["without_size"]) for each in found["totals"]] == [
        ("delivered", 1500, 2), ("blocked", None, 1),
    ]  # fmt: skip
    (inbox,) = sheet(occ, "ledger", "stats")
    assert (inbox["stored_bytes"], inbox["stored_without_size"]) == ("1500", "2")


def test_entries(occ: Run) -> None:
    lines = occ("ledger", "list", store="s.db").out.splitlines()
    assert [line.split("  ")[-3].strip() for line in lines if line.endswith(("  e1", "  e2", "  e4"))] == [
        "1.5 kB", "unknown", "0 bytes",
    ]  # fmt: skip
    assert [row["size"] for row in sheet(occ, "ledger", "list")] == ["1500", "", "", "0", ""]
    shown = occ("ledger", "show", "e2", store="s.db").out
    assert ["size", "unknown"] in [line.split() for line in shown.splitlines()]


def test_a_hold(occ: Run) -> None:
    said = occ("hold", "add", "--name", "h", "--inbox", "vip", "--reason", "a claim", store="s.db").out
    assert "hold h: 4 files, 1.5 kB and 2 of unknown size, of 5 entries" in said
    occ("hold", "add", "--name", "one", "--entry", "e2", "--reason", "a claim", store="s.db")
    said = occ("hold", "list", store="s.db").out
    assert "1.5 kB and 2 of unknown size" in said
    assert "unknown  entry" in said
    assert [(row["bytes"], row["without_size"]) for row in read(occ, "hold", "list")["holds"]] == [(1500, 2), (None, 1)]
    assert [row["bytes"] for row in sheet(occ, "hold", "list")] == ["1500", ""]
    occ("hold", "release", "one", "--reason", "over", store="s.db")
    last = occ("hold", "list", "--all", store="s.db").out.splitlines()
    assert next(line for line in last if line.startswith("one")).split()[1:3] == ["-", "-"]


def test_a_plan(occ: Run) -> None:
    occ("retention", "set", "default", "--remove-after", "10d", store="s.db")
    said = [line.split() for line in occ("retention", "plan", "--root", "d", store="s.db").out.splitlines()]
    assert ["remove", "2", "files", "1.5", "kB"] in said
    assert ["keep", "2", "files", "unknown"] in said
    assert any(line[:3] == ["2", "unknown", "no-hash:"] for line in said)
