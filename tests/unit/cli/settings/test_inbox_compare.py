"""`inbox compare`: what two inboxes say differently, whole on every screen."""

from __future__ import annotations

import csv
import io
import json

import pytest

from occ_media_cli.api import OccMedia
from tests.unit.cli.conftest import Run

LONG = "Please do not send files here, nobody can open them. " * 4 + "Mail files@example.com."


@pytest.fixture
def two(occ: Run, store: str) -> str:
    occ("inbox", "add", "vip", "--tag", "gold", "--channel", "web-widget:vip", store=store, now="2026-01-01")
    occ("inbox", "add", "lab", "--tag", "x", "--tag", "y", store=store, now="2026-01-01")
    occ("set", "vip", "--receive", "off", "--message", LONG, store=store, now="2026-02-01")
    occ("set", "lab", "--send", "off", "--for", "4h", store=store)
    return store


@pytest.mark.parametrize("columns", ["60", "80", "120", "200"])
def test_no_word_of_a_message_is_cut(occ: Run, two: str, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    said = occ("inbox", "compare", "vip", "lab", store=two, terminal=True).out
    assert f"vip: {LONG}" in said
    assert "…" not in said
    assert [line.split()[0] for line in said.splitlines()[1:3]] == ["receive", "send"]
    assert "lab: send turns on again at 2026-03-02T14:00:00.000Z (in 4h)" in said
    assert said.endswith("vip and lab differ in 5 settings, 5 are the same\n")


def test_programs_read_the_values_and_rows_the_texts(occ: Run, two: str) -> None:
    found = json.loads(occ("inbox", "compare", "vip", "lab", "-f", "json", store=two).out)["differences"]
    assert {each["setting"]: each["first"] for each in found} == {
        "receive": False, "send": True, "message": LONG, "channels": ["web-widget:vip"], "tags": ["gold"],
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(occ("inbox", "compare", "vip", "lab", "-f", "csv", store=two).out)))
    assert [row["first"] for row in rows if row["setting"] == "message"] == [LONG]
    assert [name for name, _, _ in OccMedia(two).inboxes.compare("vip", "lab", at="2026-01-15T00:00:00Z")] == [
        "channels",
        "tags",
    ]


def test_an_earlier_moment_and_the_same_inbox_twice(occ: Run, two: str) -> None:
    assert "differ in 2 settings" in occ("inbox", "compare", "vip", "lab", "--at", "2026-01-15", store=two).out
    assert occ("inbox", "compare", "vip", "vip", store=two).out == "vip and vip say the same\n"
    assert "did you mean 'vip'?" in occ("inbox", "compare", "lab", "vpi", store=two, code=11).err
