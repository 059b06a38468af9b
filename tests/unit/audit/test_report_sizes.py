"""What reports say of files whose size nobody knows, and of a quota where only a part of the time is asked about."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import ledger, report

FILE = {"direction": "receive", "customer": "4912345678", "name": "a.jpg"}


def page(run: Run, store: list[str], name: str, *words: str) -> str:
    code, out, err = run(*store, "report", name, *words)
    assert code == 0, err
    return out


@pytest.mark.parametrize("period", [[], ["--since", "2026-01-01"], ["--since", "2026-01-01T00:00:00.001Z"],
                                    ["--inbox", "vip"]])  # fmt: skip
@pytest.mark.parametrize("name", ["shared", "storage", "senders", "attempts", "coverage"])
def test_an_unknown_size_is_not_0_bytes(tmp_path: Path, run: Run, name: str, period: list[str]) -> None:
    outcome = "blocked" if name == "attempts" else "delivered"
    rows = [FILE | {"time": f"2026-01-0{day}T00:00:00Z", "outcome": outcome} for day in (2, 3)]
    store = ledger(tmp_path, run, rows)
    found = report(run, store, name, period)
    assert {row["bytes"] for row in found["rows"]} == {None}
    assert sum(row["without_size"] for row in found["rows"]) == 2
    if name != "senders":
        assert found["totals"]["without_size"] == 2
    assert [row["bytes"] for row in csv.DictReader(io.StringIO(page(run, store, name, *period, "-f", "csv")))] == [
        "" for _ in found["rows"]
    ]
    for form in ("table", "markdown", "html"):
        said = page(run, store, name, *period, "--format", form)
        assert "unknown" in said
        assert "of unknown size" in said or name == "senders"
        assert "0 bytes" not in said.replace("0 bytes (0%) are further copies", "")


@pytest.mark.parametrize("period", [[], ["--since", "2026-01-01"]])
def test_what_is_known_is_told_beside_what_is_not(tmp_path: Path, run: Run, period: list[str]) -> None:
    rows: list[dict[str, Any]] = [FILE | {"time": f"2026-01-0{day}T00:00:00Z"} for day in (2, 3, 4)]
    rows[1]["size"] = 1500
    store = ledger(tmp_path, run, rows)
    for name in ("shared", "storage"):
        totals = report(run, store, name, period)["totals"]
        assert (totals["files"], totals["bytes"], totals["without_size"]) == (3, 1500, 2)
        assert "3 files, 1.5 kB and 2 of unknown size" in page(run, store, name, *period)


def test_an_empty_file_has_0_bytes(tmp_path: Path, run: Run) -> None:
    store = ledger(tmp_path, run, [FILE | {"time": "2026-01-02T00:00:00Z", "size": 0}])
    assert report(run, store, "shared", [])["totals"] == {"files": 1, "bytes": 0, "without_size": 0}
    assert "1 file, 0 bytes: 1 received, 0 sent" in page(run, store, "shared")


def test_copies_of_a_content_of_unknown_size_are_told(tmp_path: Path, run: Run) -> None:
    rows = [FILE | {"time": f"2026-01-0{day}T00:00:00Z", "sha256": "ab" * 32} for day in (2, 3, 4)]
    store = ledger(tmp_path, run, rows)
    for period in ([], ["--since", "2026-01-01"]):
        (copies,) = report(run, store, "storage", period)["totals"]["copies"]
        assert copies == {"times": 3, "contents": 1, "copies": 2, "copied": None, "without_size": 1}
        assert "and 2 of unknown size" in page(run, store, "storage", *period)


@pytest.mark.parametrize("period", [[], ["--since", "2026-01-01"], ["--inbox", "vip"]])
@pytest.mark.parametrize(
    ("sizes", "copied"),
    [((1500, None, None), 3000), ((1500, 1500, 1500), 3000), ((0, None, 0), 0), ((1500, 1502, None), None),
     ((1000, 1500, 2000), None)],
)  # fmt: skip
def test_copies_have_the_size_that_one_of_them_states(
    tmp_path: Path, run: Run, sizes: tuple[int | None, ...], copied: int | None, period: list[str]
) -> None:
    """The mean of what they state was taken, unknown ones as 0."""
    rows: list[dict[str, Any]] = [
        FILE | {"time": f"2026-01-0{day}T00:00:00Z", "sha256": "ab" * 32} | ({} if size is None else {"size": size})
        for day, size in enumerate(sizes, 1)
    ]
    found = report(run, ledger(tmp_path, run, rows), "storage", period)
    assert found["totals"]["copies"] == [
        {"times": 3, "contents": 1, "copies": 2, "copied": copied, "without_size": int(copied is None)}
    ]
    assert found["totals"]["copied_bytes"] == (copied or 0)


@pytest.fixture
def full(tmp_path: Path, run: Run) -> list[str]:
    """An inbox that came near its quota in January, of which a file went in March."""
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]
    rows = [{"id": "old", "inbox": "lab", "time": "2026-01-05T00:00:00Z", "size": 600_000},
            {"id": "new", "inbox": "lab", "time": "2026-02-05T00:00:00Z", "size": 100_000},
            {"id": "gone", "inbox": "lab", "time": "2026-01-06T00:00:00Z", "size": 200_000},
            {"id": "late", "corrects": "gone", "time": "2026-03-10T00:00:00Z", "deleted": "2026-03-10T00:00:00Z"}]  # fmt: skip
    file = tmp_path / "rows.ndjson"
    file.write_text("".join(json.dumps(row if "corrects" in row else FILE | row) + "\n" for row in rows))
    for command in (
        ["--now", "2026-01-01", "set", "lab", "--create", "--quota", "1 MB"],
        ["--now", "2026-02-15", "set", "lab", "--quota", "2 MB"],
        ["ledger", "ingest", "ndjson", str(file)],
    ):
        code, _, err = run(*store, *command)
        assert code == 0, err
    return store


@pytest.mark.parametrize(
    ("period", "size", "stored", "used"),
    [([], 700_000, 700_000, 35), (["--since", "2026-02-01"], 100_000, 700_000, 35),
     (["--since", "2026-02-01", "--until", "2026-03-01"], 100_000, 900_000, 45),
     (["--until", "2026-02-01"], 600_000, 800_000, 80), (["--since", "2026-03-01"], 0, 700_000, 35),
     (["--since", "2026-02-01", "--until", "2030-01-01"], 100_000, 700_000, 35),
     (["--since", "2026-02-01", "--inbox", "lab"], 100_000, 700_000, 35)],
)  # fmt: skip
def test_a_quota_is_for_all_that_is_stored(
    full: list[str], run: Run, period: list[str], size: int, stored: int, used: int
) -> None:
    """It was held against what came in the period alone."""
    (inbox,) = report(run, full[:2], "storage", period)["totals"]["inboxes"]
    assert (inbox["bytes"], inbox["stored"], inbox["used"]) == (size, stored, used)


def test_a_page_says_of_what_the_quota_is_told(full: list[str], run: Run) -> None:
    said = page(run, full, "storage", "--since", "2026-02-01", "--until", "2026-03-01")
    assert "stored in all and used are of everything there at 2026-02-28T23:59:59.999Z, whenever it came" in said
    assert "45%" in said
    assert "whenever it came" not in page(run, full, "storage")
    assert "No file that came in this period is stored." in page(run, full, "storage", "--since", "2026-03-01")


@pytest.mark.parametrize("form", ["table", "markdown", "html", "csv", "ndjson"])
def test_a_full_inbox_is_shown_where_nothing_came(full: list[str], run: Run, form: str) -> None:
    assert run(*full, "--now", "2026-02-20", "set", "new", "--create", "--quota", "1 kB")[0] == 0
    said = page(run, full, "storage", "--since", "2026-03-01", "--until", "2026-04-01", "--format", form)
    assert "lab" in said
    assert "new" in said
    if form in ("table", "markdown", "html"):
        assert "35%" in said
        assert "No file that came in this period is stored." in said
        assert "By inbox and extension" not in said


def test_an_inbox_with_a_quota_is_there_by_itself_and_not_once_it_is_removed(full: list[str], run: Run) -> None:
    assert run(*full, "--now", "2026-02-20", "set", "new", "other", "--create", "--quota", "1 kB")[0] == 0
    found = report(run, full[:2], "storage", [])
    assert [(each["inbox"], each["files"], each["stored"], each["used"]) for each in found["totals"]["inboxes"]] == [
        ("lab", 2, 700_000, 35), ("new", 0, 0, 0), ("other", 0, 0, 0),
    ]  # fmt: skip
    assert [(row["inbox"], row["extension"], row["files"], row["bytes"]) for row in found["rows"]] == [
        ("lab", "jpg", 2, 700_000), ("new", None, 0, 0), ("other", None, 0, 0),
    ]  # fmt: skip
    (other,) = report(run, full[:2], "storage", ["--inbox", "other"])["totals"]["inboxes"]
    assert other["inbox"] == "other"
    assert run(*full, "--now", "2026-03-01", "inbox", "remove", "other")[0] == 0
    assert [each["inbox"] for each in report(run, full[:2], "storage", [])["totals"]["inboxes"]] == ["lab", "new"]


@pytest.mark.parametrize("period", [[], ["--since", "2026-01-01"], ["--inbox", "vip"]])
def test_retention_says_of_how_many_files_nobody_knows_the_size(tmp_path: Path, run: Run, period: list[str]) -> None:
    rows: list[dict[str, Any]] = [
        FILE | {"id": f"e{day}", "time": f"2026-01-0{day}T00:00:00Z", "sha256": f"{day}" * 64} for day in range(2, 6)
    ]
    rows[2]["size"] = 1500
    store = ledger(tmp_path, run, rows)
    for place, number in enumerate((2, 4)):  # a held file without a size, then one with it too
        assert (
            run(*store, "hold", "add", "--name", f"h{number}", "--entry", f"e{number}", "--reason", "a claim")[0] == 0
        )
        totals = report(run, store, "retention", period)["totals"]
        known = 1500 if place else None
        assert totals["held"] == {"files": place + 1, "bytes": known, "without_size": 1}
        assert totals["no hash"] == {"files": 2, "bytes": None, "without_size": 2}
        assert totals["due"] == {"files": 0, "bytes": 0, "without_size": 0}
    said = page(run, store, "retention", *period)
    assert "Size unknown" in said
    assert "unknown" in next(line for line in said.splitlines() if line.split()[:2] == ["no", "hash"])
