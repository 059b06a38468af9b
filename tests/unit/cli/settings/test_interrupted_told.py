"""What the commands say of a change that a killed command left beside the chain."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.settings.editing import editing
from occ_media_cli.store import locate, who
from tests.killed import killed_at_the_document

Run = Any  # the fixture `occ` of conftest.py


@pytest.fixture
def killed(occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store in whose document a command of mona turned receiving off, and was killed then."""
    occ("inbox", "add", "vip", store="s.toml", now=None)
    path = tmp_path / "s.toml"
    place = locate.at(path, explicit=True)
    with killed_at_the_document(monkeypatch, in_place=True), editing(place, who.stamp("mona")) as editor:
        editor.change("vip", {"receive": False}, reason="cut off")
    return path


def states(occ: Run) -> dict[str, str]:
    rows = json.loads(occ("doctor", "--format", "json", store="s.toml", now=None, code=None).out)["checks"]
    return {row["what"]: row["state"] for row in rows}


def test_who_finishes_it_says_so_and_so_does_every_look_at_the_ledger(occ: Run, killed: Path) -> None:
    assert states(occ)["change"] == "problem"
    audit = json.loads(occ("audit", "--format", "json", store="s.toml", now=None, code=None).out)
    assert audit["integrity"]["unrecorded"] == ["inboxes.vip"], "it is in force, and nobody has proved whose it is"
    done = occ("set", "vip", "--send", "off", store="s.toml", now=None)
    assert "made by mona at " in done.err
    assert "recorded by dana at " in done.err
    assert "mona" not in occ("set", "vip", "--send", "on", store="s.toml", now=None).err, "once"
    assert states(occ)["change"] == "missing"
    verified = json.loads(occ("ledger", "verify", "--format", "json", store="s.toml", now=None).out)
    (told,) = verified["interrupted"]
    assert (told["finished"], told["actor"], told["made_by"], verified["intact"]) == (True, "dana", "mona", True)
    assert "1 interrupted change ended" in occ("ledger", "verify", store="s.toml", now=None).out
    covered = occ("--quiet", "ledger", "checkpoint", "--output", "q.json", store="s.toml", now=None)
    assert "the checkpoint covers 1 interrupted change" in covered.err, "whoever signs it did not see it made"
    later = occ("ledger", "checkpoint", "--previous", "q.json", store="s.toml", now=None)
    assert "interrupted" not in later.err, "that the one before it had covered"
    found = json.loads(occ("audit", "--rule", "interrupted-change", "-f", "json", store="s.toml", now=None).out)
    (finding,) = found["findings"]
    assert finding["message"].startswith("change-finish by dana at ")
    assert finding["message"].endswith(", for a change of mona")


def test_one_that_somebody_wrote_there_is_refused_and_told(occ: Run, killed: Path) -> None:
    with closing(sqlite3.connect(killed.with_suffix(".ledger.db"))) as connection, connection:
        (text,) = connection.execute("SELECT body FROM intent").fetchone()
        connection.execute("UPDATE intent SET body = ?", (text.replace('"link":"', '"link":"00'),))
    done = occ("set", "vip", "--send", "off", store="s.toml", now=None)
    assert "dana met a change beside the chain and refused it: it was not written on this chain" in done.err
    assert "mona" not in occ("history", "vip", store="s.toml", now=None).out
    (told,) = json.loads(occ("ledger", "verify", "--format", "json", store="s.toml", now=None).out)["interrupted"]
    assert (told["finished"], told["made_by"], told["reason"]) == (False, "mona", "cut off")
    found = json.loads(occ("audit", "--rule", "interrupted-change", "-f", "json", store="s.toml", now=None).out)
    assert found["findings"][0]["message"].startswith("change-refuse by dana at ")
