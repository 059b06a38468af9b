"""Hostile strings in every field that a finding shows, through every format: nothing breaks and nothing gets out."""

from __future__ import annotations

from typing import Any

import pytest

from occ_media_cli.report import formats
from occ_media_cli.report.formats.screen import Screen
from tests.unit.audit.build import Ledger, Run, T
from tests.unit.report import readers
from tests.unit.report.hostile import strings

FIELDS = (
    "name",
    "customer",
    "conversation",
    "agent",
    "channel",
    "path",
    "message",
    "reason",
    "id",
    "declared",
    "detected",
)


def storable(text: str) -> bool:
    """What the ledger takes in: no NUL and no lone surrogate; names are shortened so that the test stays quick."""
    return "\0" not in text and not any(0xD800 <= ord(mark) <= 0xDFFF for mark in text) and text != ""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A ledger with every string in every field of some entry, and each entry against some rule."""
    ledger = Ledger(tmp_path_factory.mktemp("hostile") / "s.db")
    ledger.inbox("=cmd|' /C calc'!A0", "2026-01-01", receive=False, send=False, channels=("x",))
    texts = [text[:300] for text in strings() if storable(text)]
    for number, text in enumerate(texts):
        values: dict[str, Any] = dict.fromkeys(FIELDS, text)
        values["id"] = f"{text}#{number}"
        values["direction"] = ("send", "receive")[number % 2]
        values["outcome"] = ("delivered", "delivered", "blocked")[number % 3]
        ledger.entry("=cmd|' /C calc'!A0", f"2026-02-{number % 28 + 1:02}", **values)
    ledger.section("suppressions", [{"rule": "unsupported-type", "reason": text, "owner": text, "entry": f"{text}#{n}",
                                     "expires": "2027-01-01T00:00:00.000Z", "expires_ms": T("2027-01-01")}
                                    for n, text in enumerate(texts[:150])])  # fmt: skip
    return ledger


@pytest.mark.parametrize("name", formats.NAMES)
def test_an_audit_of_hostile_strings_is_safe_and_readable(
    hostile: Ledger, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, name: str
) -> None:
    if name == "sarif" and not readers.SCHEMAS.is_dir():
        pytest.skip("the schemas are kept outside the project")
    monkeypatch.setenv("OCC_MEDIA_STORE", str(hostile.location.path))
    file = tmp_path / "out"
    assert run("--quiet", "audit", "--format", name, "--output", str(file))[0] == 1
    data = file.read_bytes()
    readers.READERS[name](data)
    assert readers.formulas(name, data) == 0


@pytest.mark.parametrize("table", ["attempts", "senders", "settings", "coaching", "storage"])
@pytest.mark.parametrize("name", [name for name in formats.NAMES if name not in formats.FINDING_FORMATS])
def test_a_report_of_hostile_strings_is_safe_and_readable(
    hostile: Ledger, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, table: str, name: str
) -> None:
    monkeypatch.setenv("OCC_MEDIA_STORE", str(hostile.location.path))
    file = tmp_path / "out"
    assert run("--quiet", "report", table, "--format", name, "--output", str(file))[0] == 0
    readers.READERS[name](file.read_bytes())
    assert readers.formulas(name, file.read_bytes()) == 0


def test_the_screen_shows_no_control_character(hostile: Ledger, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCC_MEDIA_STORE", str(hostile.location.path))
    out = run("audit", "--rule", "unsupported-type", "--rule", "refused-attempts")[1]
    assert not readers.control_characters(out)
    assert Screen().terminal is False
