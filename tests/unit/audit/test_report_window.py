"""Every report says in every format which part of time it looked at, and in which zone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.audit.reports import TABLES
from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import ledger
from tests.unit.copies import made_once
from tests.unit.report.readers import read_html, read_xlsx

SINCE, UNTIL = "2026-01-15T00:00:00.000Z", "2026-02-10T00:00:00.000Z"
PERIODS = (
    ([], (None, None), "The whole ledger (UTC)"),
    (["--since", "2026-01-15"], (SINCE, None), f"From {SINCE} (UTC)"),
    (["--until", "2026-02-10"], (None, UNTIL), f"Until {UNTIL}, excluded (UTC)"),
    (["--since", "2026-01-15", "--until", "2026-02-10"], (SINCE, UNTIL), f"{SINCE} to {UNTIL}, until excluded (UTC)"),
)
MISTAKE = {"direction": "send", "agent": "mona", "name": "a.exe", "size": 5, "sha256": "ab" * 32}
REFUSED = {"direction": "receive", "outcome": "blocked", "customer": "c1"}


def _with_library(folder: Path, run: Run) -> None:
    """The ledger, and a file that waits for approval."""
    store = ledger(folder, run, [MISTAKE, REFUSED])
    (folder / "prices.txt").write_text("Prices of this month.\n")
    propose = ("propose", str(folder / "prices.txt"), "--name", "prices", "--version", "1")
    assert run(*store, "--actor", "dana", "--now", "2026-01-05", "library", *propose)[0] == 0


@pytest.mark.no_cover
@pytest.mark.parametrize("name", list(TABLES))
@pytest.mark.parametrize(("period", "bounds", "words"), PERIODS)
def test_the_window_is_in_every_format(
    tmp_path: Path, run: Run, name: str, period: list[str], bounds: tuple[str | None, ...], words: str
) -> None:
    made_once("window", tmp_path, lambda: _with_library(tmp_path, run))
    store = ["--store", str(tmp_path / "s.db")]

    def said(form: str) -> str:
        code, out, err = run(*store, "--now", "2026-03-01", "report", name, *period, "--format", form)
        assert code == 0, err
        return out

    assert said("table").splitlines()[0] == words
    assert words in said("markdown").replace("\\", "").splitlines()
    assert words in read_html(said("html").encode())
    window = dict(zip(("since", "until", "zone"), (*bounds, "UTC"), strict=True))
    document: dict[str, Any] = json.loads(said("json"))
    assert document["window"] == window
    of_rows = {f"window_{key}": value for key, value in window.items()}
    lines = [json.loads(line) for line in said("ndjson").splitlines()]
    assert [row | of_rows for row in document["rows"]] == lines != []
    for row in csv.DictReader(io.StringIO(said("csv"))):
        assert {key: row[key] or None for key in of_rows} == of_rows
    book = tmp_path / "report.xlsx"
    assert run(*store, "report", name, *period, "--format", "xlsx", "--output", str(book))[0] == 0
    assert ("Window", words) in read_xlsx(book.read_bytes())["Report"]


def test_an_empty_period_is_named_too(tmp_path: Path, run: Run) -> None:
    store = ledger(tmp_path, run, [REFUSED])
    out = run(*store, "report", "shared", "--until", "2026-01-02")[1]
    assert out == "Until 2026-01-02T00:00:00.000Z, excluded (UTC)\nNo file was shared in this period.\n"


def test_the_inboxes_that_were_asked_for_are_named(tmp_path: Path, run: Run) -> None:
    store = ledger(tmp_path, run, [REFUSED])
    out = run(*store, "report", "attempts", "--inbox", "vip")[1]
    assert out.splitlines()[0] == "The whole ledger (UTC), only vip"
