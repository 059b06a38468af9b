"""`ledger show` of an entry that an edit by hand decided, which no command has recorded."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times

Run = Any  # the fixture `occ` of conftest.py


NOW = "2026-02-01"


@pytest.fixture
def edited(tmp_path: Path, occ: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """Sending is off on record, and receiving was turned off by hand; one file came before that, two later."""
    monkeypatch.setattr(times, "wall", lambda: times.parse("2026-01-01"))
    document, rows = tmp_path / "s.toml", tmp_path / "e.ndjson"
    occ("set", "lab", "--create", "--send", "off", "--reason", "pilot over", "--actor", "amy", store="s.toml",
        now="2026-01-01")  # fmt: skip
    rows.write_text("".join(
        json.dumps({"id": name, "time": time, "inbox": "lab", "direction": way, "name": "a.pdf"}) + "\n"
        for name, time, way in (("old", "2026-01-02", "receive"), ("in", "2026-01-20", "receive"),
                                ("out", "2026-01-20", "send"))
    ))  # fmt: skip
    monkeypatch.setattr(times, "wall", lambda: times.parse(NOW))
    occ("ledger", "ingest", "ndjson", "e.ndjson", store="s.toml", now=NOW)
    document.write_text(document.read_text().replace("receive = true", "receive = false"))
    os.utime(document, (times.parse("2026-01-10") / 1000,) * 2)
    return "s.toml"


def setting(occ: Run, store: str, entry: str) -> dict[str, Any]:
    (found,) = json.loads(occ("ledger", "show", entry, "-f", "json", store=store, now=NOW).out)["setting"]
    return dict(found)


def test_an_entry_says_the_settings_of_an_edit_that_nobody_recorded(edited: str, occ: Run) -> None:
    found = setting(occ, edited, "in")
    assert (found["unrecorded"], found["version"], found["receive"], found["send"]) == (True, None, False, False)
    assert (found["valid_from"], found["switch_from"]) == ("2026-01-10T00:00:00.000Z",) * 2
    assert (found["switch_version"], found["actor"]) == (None, None)
    page = occ("ledger", "show", "in", store=edited, now=NOW).out
    assert "edited by hand, not on record" in page
    assert "from 2026-01-10T00:00:00.000Z, not on record, by unknown (edited by hand)" in page


def test_a_switch_that_the_edit_left_as_it_was_keeps_its_change(edited: str, occ: Run) -> None:
    found = setting(occ, edited, "out")
    assert (found["unrecorded"], found["switch_from"], found["switch_version"], found["actor"], found["reason"]) == (
        True, "2026-01-01T00:00:00.000Z", 2, "amy", "pilot over")  # fmt: skip


def test_an_entry_from_before_the_edit_goes_by_the_record(edited: str, occ: Run) -> None:
    found = setting(occ, edited, "old")
    assert "unrecorded" not in found
    assert (found["version"], found["receive"]) == (2, True)
