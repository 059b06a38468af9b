"""The numbers of an audit and of every report over one small ledger, counted by hand.

The ledger is that of the story `audit` (stories_ledger.py): ten entries in two inboxes in January 2026. Vip received
w.1 to w.4 (w.3 and w.4 while receiving was off, w.4 a program), sent w.5 by an agent who may not, refused w.6 and
failed w.7; lab received two films too large (suppressed) and sent one file.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.program import occ_media
from tests.e2e.stories_ledger import SETTINGS, files

WINDOW = ("--since", "2026-01-01", "--until", "2026-02-01")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("counts")
    files(path)
    assert (path / "settings.toml").read_text() == SETTINGS
    for words in (
        ("apply", "settings.toml", "--now", "2026-01-01"),
        ("set", "vip", "--receive", "off", "--message", "Email it to vip@example.com.", "--now", "2026-01-10"),
        ("ledger", "ingest", "ndjson", "rows.ndjson", "--now", "2026-03-02"),
    ):
        occ_media("--store", "s.db", *words, cwd=path)
    return path


def document(folder: Path, *words: str) -> dict[str, Any]:
    found = occ_media("--store", "s.db", "--now", "2026-03-02T10:00:00Z", *words, "--format", "json", cwd=folder).out
    parsed: dict[str, Any] = json.loads(found)
    return parsed


RULES = {
    ("received-while-off", "vip"): 2, ("unsupported-type", "vip"): 1, ("sender-without-permission", "vip"): 1,
    ("refused-attempts", "vip"): 2, ("past-retention", "vip"): 5, ("sensitive-inbox-media-on", "vip"): 2,
    ("over-quota", "lab"): 1, ("no-retention-policy", "lab"): 1,
    ("backdated-change", None): 3, ("backdated-change", "vip"): 3, ("backdated-change", "lab"): 2,
}  # fmt: skip
SUPPRESSED = {("over-limit", "lab"): 2}


def test_findings_by_rule_and_inbox(folder: Path) -> None:
    found = document(folder, "audit", *WINDOW, "--fail-on", "never")
    counted = Counter((each["rule"], each["inbox"]) for each in found["findings"] if not each["suppressed"])
    assert counted == RULES
    assert Counter((each["rule"], each["inbox"]) for each in found["findings"] if each["suppressed"]) == SUPPRESSED
    by_rule = {each.pop("rule"): each for each in found["summary"].pop("by_rule")}
    assert by_rule["received-while-off"] == {
        "error": 2, "warning": 0, "note": 0, "suppressed": 0, "judged": 6, "not_judged": 0,
    }  # fmt: skip
    assert by_rule["over-limit"]["suppressed"] == 2
    assert found["summary"] == {"error": 3, "warning": 18, "note": 2, "suppressed": 2, "unjudged": 0}
    assert found["ledger_entries"] == 10


def test_findings_of_one_inbox(folder: Path) -> None:
    for inbox, wanted in (
        ("vip", {"error": 3, "warning": 11, "note": 2, "suppressed": 0, "unjudged": 0}),
        ("lab", {"error": 0, "warning": 4, "note": 0, "suppressed": 2, "unjudged": 0}),
    ):
        summary = document(folder, "audit", *WINDOW, "--inbox", inbox, "--fail-on", "never")["summary"]
        assert {name: summary[name] for name in wanted} == wanted


def test_what_is_suppressed_stands_on_the_page_with_its_count(folder: Path) -> None:
    words = ("audit", *WINDOW, "--fail-on", "never", "--format", "markdown")
    page = occ_media("--store", "s.db", "--now", "2026-03-02T10:00:00Z", *words, cwd=folder).out
    assert "| `over-limit` | `lab` | 2 | films of the launch | `mona` | 2026-12-31T00:00:00.000Z |" in page
    assert "| Suppressed | 2 |" in page
    assert "| `vip` | 3 |\n| `lab` | 0 |" in page


HEADLINES = {
    "shared": "8 files, 303 MB: 6 received, 2 sent",
    "attempts": "2 attempts refused or failed: 2 by customers, 0 by agents",
    "senders": "2 agents and 4 customers",
    "storage": "8 files, 303 MB stored; 1.0 kB (1%) are further copies of a content that is there already",
    "settings": "3 setting versions in 2 inboxes",
    "coverage": "0% of 8 files and 0% of 303 MB were scanned; 0 infected, 8 not scanned",
    "coaching": "1 mistake by 1 agent",
}


@pytest.mark.parametrize("name", HEADLINES)
def test_the_headline_of_each_report(folder: Path, name: str) -> None:
    words = ("--store", "s.db", "--now", "2026-03-02T10:00:00Z", "report", name, *WINDOW)
    assert occ_media(*words, cwd=folder).out.splitlines()[-1] == HEADLINES[name]


TOTALS = {
    "settings": {"versions": 2, "inboxes": 1},
    "coverage": {"files": 5, "bytes": 3_004_000, "clean": 0, "infected": 0},
}


@pytest.mark.parametrize("name", TOTALS)
def test_the_totals_of_one_inbox(folder: Path, name: str) -> None:
    found = document(folder, "report", name, *WINDOW, "--inbox", "vip")["totals"]
    assert {key: found[key] for key in TOTALS[name]} == TOTALS[name]


def test_retention_counts_what_is_due_by_hand(folder: Path) -> None:
    """Of eight files with bytes, the two with a sha256 are due on 4 and 5 February; the others have no hash."""
    found = document(folder, "report", "retention")["totals"]
    assert {key: value for key, value in found.items() if key != "days" and value["files"]} == {
        "no hash": {"files": 6, "bytes": 303_003_000, "without_size": 0},
        "overdue": {"files": 2, "bytes": 2_000, "without_size": 0},
    }  # fmt: skip
    assert found["days"] == [
        {"day": "2026-02-04", "files": 1, "bytes": 1_000}, {"day": "2026-02-05", "files": 1, "bytes": 1_000},
    ]  # fmt: skip
