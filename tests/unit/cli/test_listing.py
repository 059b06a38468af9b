"""`ledger list`: what the spelling of a filter may be, what is said where nothing has it, and files that were purged."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.ledger.query import any_case
from tests.unit.cli.conftest import Run

ROWS = (
    {"id": "w.1", "channel": "whatsapp-cloud:77", "name": "Receipt-ÄÖ.PDF", "agent": "mona", "path": "a.pdf"},
    {"id": "w.2", "channel": "whatsapp-cloud", "name": "receipt-2.pdf", "agent": "kim", "path": "b.pdf"},
    {"id": "w.3", "channel": "telegram", "name": "photo [1].jpg", "path": "c.jpg"},
)


@pytest.fixture(autouse=True)
def world(occ: Run, tmp_path: Path) -> None:
    import hashlib

    lines = []
    for row in ROWS:
        data = f"bytes of {row['path']}".encode()
        (tmp_path / "media").mkdir(exist_ok=True)
        (tmp_path / "media" / row["path"]).write_bytes(data)
        whole = {"time": "2026-01-01T10:00:00Z", "inbox": "vip", "direction": "send", **row, "size": len(data),
                 "sha256": hashlib.sha256(data).hexdigest()}  # fmt: skip
        lines.append(json.dumps(whole))
    (tmp_path / "e.ndjson").write_text("\n".join(lines) + "\n")
    occ("inbox", "add", "vip", store="s.db")
    occ("agent", "add", "noor", "--role", "agent", store="s.db")
    occ("ledger", "ingest", "ndjson", "e.ndjson", store="s.db")


def found(occ: Run, *words: str) -> str:
    out = occ("ledger", "list", *words, "-f", "json", store="s.db").out
    return " ".join(entry["id"].removeprefix("w.") for entry in json.loads(out)["entries"])


@pytest.mark.parametrize(("words", "ids"), [
    (("--type", "PDF"), "1 2"), (("--type", "Jpg", "--type", "pdf"), "1 2 3"),
    (("--name", "RECEIPT*"), "1 2"), (("--name", "receipt-äö.pdf"), "1"), (("--name", "*[12].PDF"), "2"), (("--name", "*[^2].pdf"), "1"),
    (("--name", "PHOTO [[]1].jpg"), "3"), (("--name", "*"), "1 2 3"), (("--name", "receipt"), ""),
    (("--channel", "whatsapp-cloud"), "1 2"), (("--channel", "whatsapp-cloud:77"), "1"), (("--channel", "telegram", "--channel", "whatsapp-cloud:77"), "1 3"),
])  # fmt: skip
def test_filters_find_what_is_meant_in_any_case(occ: Run, words: tuple[str, ...], ids: str) -> None:
    assert found(occ, *words) == ids


def test_a_pattern_that_is_too_long_is_told(occ: Run) -> None:
    assert "longer than a pattern can be" in occ("ledger", "list", "--name", "a" * 13_000, store="s.db", code=2).err
    assert found(occ, "--name", "é" * 5_000) == ""


def test_a_pattern_in_any_case_keeps_its_meaning() -> None:
    assert any_case("a*?.b") == "[aA]*?.[bB]"
    assert any_case("[a-c]ß") == "[a-cA-C]ß"
    assert any_case("[^a]") == "[^aA]"
    assert any_case("[") == "["


@pytest.mark.parametrize(("words", "note"), [
    (("--channel", "whatsapp"), "no entry has the channel 'whatsapp', did you mean 'whatsapp-cloud'?"),
    (("--channel", "whatsapp-cloud:78"), "no entry has the channel 'whatsapp-cloud:78', did you mean 'whatsapp-cloud:77'?"),
    (("--agent", "mnoa"), "no entry has the agent 'mnoa', did you mean 'mona'?"), (("--type", "fpd", "--type", "pdf"), "no entry has the type 'fpd'; there are "),
    (("--customer", "49151"), "no entry has the customer '49151'\n"), (("--conversation", "c-9"), "no entry has the conversation 'c-9'\n"),
])  # fmt: skip
def test_a_value_that_nothing_has_is_told_on_stderr(occ: Run, words: tuple[str, ...], note: str) -> None:
    for form in ("table", "json"):
        assert f"note: {note}" in occ("ledger", "list", *words, "-f", form, store="s.db").err


def test_a_value_that_is_set_up_is_right_without_entries(occ: Run) -> None:
    for words in (
        ("--channel", "line"),
        ("--agent", "noor"),
        ("--type", "docx"),
        ("--channel", "telegram"),
        ("--agent", "mona"),
    ):
        assert occ("ledger", "list", *words, store="s.db").err == ""


def test_a_purged_file_does_not_look_held(occ: Run, tmp_path: Path) -> None:
    assert "Removed" not in occ("ledger", "list", store="s.db").out
    occ("retention", "set", "default", "--remove-after", "30d", store="s.db")
    (tmp_path / "keep.ndjson").write_text(
        '{"id": "k", "time": "2026-03-02", "inbox": "vip", "direction": "send", "name": "k.txt"}\n'
    )
    occ("ledger", "ingest", "ndjson", "keep.ndjson", store="s.db")
    plan = occ("retention", "plan", "--root", "media", store="s.db").out.partition("plan ")[2].partition(",")[0]
    occ("retention", "approve", plan, "--actor", "sam", store="s.db")
    occ("retention", "purge", plan, "--root", "media", "--max-delete", "100%", "--grace", "1s", store="s.db")
    assert occ("ledger", "list", store="s.db").out.count("  waiting\n") == 3
    assert found(occ, "--removed", "yes") == ""
    import time

    time.sleep(1.2)
    occ("retention", "purge", "--finish", "--root", "media", store="s.db", now=None)
    assert found(occ, "--removed", "yes") == "1 2 3"
    assert found(occ, "--removed", "no") == "k"
    assert [entry["id"] for entry in OccMedia("s.db").ledger.list(removed=True)] == ["w.1", "w.2", "w.3"]
    entries = json.loads(occ("ledger", "list", "-f", "json", store="s.db").out)["entries"]
    assert [entry["removed"] == entry["deleted"] for entry in entries] == [True] * 4
    assert [entry["removed"] is None for entry in entries] == [False, False, False, True]
    lines = occ("ledger", "list", store="s.db").out.splitlines()
    assert lines[0].endswith("Removed")
    assert all(entries[0]["removed"] in line for line in lines[1:4])
    rows = list(csv.DictReader(io.StringIO(occ("ledger", "list", "-f", "csv", store="s.db").out)))
    assert [row["removed"] or None for row in rows] == [entry["removed"] for entry in entries]
    assert (
        json.loads(occ("ledger", "show", "w.1", "-f", "json", store="s.db").out)["entry"]["removed"]
        == entries[0]["removed"]
    )
    assert not (tmp_path / "media" / "a.pdf").exists()


def test_an_export_with_the_field_is_taken_in_again(occ: Run, tmp_path: Path) -> None:
    occ("ledger", "export", "--output", "x.ndjson", store="s.db")
    assert '"removed": null' in (tmp_path / "x.ndjson").read_text()
    for kind in ("ndjson", "csv"):
        occ("ledger", "export", "--format", kind, "--output", f"x.{kind}", store="s.db")
        occ("inbox", "add", "vip", store=f"{kind}.db")
        done = occ("ledger", "ingest", kind, f"x.{kind}", store=f"{kind}.db")
        assert "3 new, 0 duplicate, 0 refused" in done.out
        assert "not kept" not in done.err
    shutil.rmtree(tmp_path / "media")


def test_a_period_in_which_no_moment_lies_is_told(occ: Run) -> None:
    for command in ("list", "export"):
        words = ("ledger", command, "--since", "2026-03-01", "--until", "2026-02-01")
        assert occ(*words, store="s.db", code=2).err == (
            "error: since 2026-03-01T00:00:00.000Z is not before until 2026-02-01T00:00:00.000Z\n"
            "help: until is exclusive: name a later moment\n"
        )


def test_columns_are_chosen_in_every_format(occ: Run) -> None:
    words = ("ledger", "list", "--columns", "name, agent,id", "--limit", "1")
    assert occ(*words, store="s.db").out.splitlines()[0].split() == ["Name", "Agent", "Entry"]
    assert json.loads(occ(*words, "-f", "json", store="s.db").out)["entries"] == [
        {"name": "Receipt-ÄÖ.PDF", "agent": "mona", "id": "w.1"}
    ]
    assert occ(*words, "-f", "csv", store="s.db").out == "name,agent,id\nReceipt-ÄÖ.PDF,mona,w.1\n"
    said = occ("ledger", "list", "--columns", "name,agnet", store="s.db", code=2).err
    assert said.startswith("error: no column 'agnet', did you mean 'agent'?\nhelp: occ-media")
    assert said.endswith("ledger list --columns name,agent\n")
    assert "there are seq, source, id" in occ("ledger", "list", "--columns", ",", store="s.db", code=2).err


def test_the_total_says_when_a_list_is_cut(occ: Run) -> None:
    said = occ("ledger", "list", "--name", "*.pdf", "--limit", "1", store="s.db").out
    assert "1 of 2 entries that match; the ledger has 3 (more: add --after " in said
    assert occ("ledger", "list", "--limit", "3", store="s.db").out.endswith("3 entries; the ledger has 3\n")
    assert occ("ledger", "list", "--limit", "all", store="s.db").out.endswith("3 entries; the ledger has 3\n")
    for word in ("0", "-1", "1.5", "some"):
        assert "is neither a number from 1 nor all" in occ(
            "ledger", "list", "--limit", word, store="s.db", code=2
        ).err  # fmt: skip


@pytest.mark.parametrize("columns", ["60", "80", "120", "200"])
def test_who_and_which_entry_are_whole_on_every_screen(
    occ: Run, columns: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    who, long = "+44 20 7946 0958 ext 12345678", "wamid." + "Q" * 54
    row = {"id": long, "time": "2026-03-01", "inbox": "vip", "direction": "receive", "name": "x.pdf", "customer": who}
    (tmp_path / "w.ndjson").write_text(json.dumps({**row, "outcome": "blocked", "reason": "media-off"}) + "\n")
    occ("ledger", "ingest", "ndjson", "w.ndjson", store="s.db")
    for words in (("list",), ("find", "media-off"), ("list", "--columns", "time,customer,agent,id")):
        out = occ("ledger", *words, store="s.db", terminal=True).out
        assert who in out
        assert long in out
    refused = occ("report", "attempts", store="s.db", terminal=True).out
    assert who in refused or "442079460958" in refused
    assert "Who was refused\n" in refused


@pytest.mark.parametrize(("text", "ids", "place"), [
    ("RECEIPT", "1 2", "name"), ("äö", "1", "name"), ("[1]", "3", "name"), ("Mon", "1", "agent"), ("*", "", ""), ("w.2", "2", "id"),
    ("wrong client", "3", "flag"),
])  # fmt: skip
def test_a_text_is_found_wherever_it_stands(occ: Run, text: str, ids: str, place: str) -> None:
    occ("ledger", "flag", "w.3", "--reason", "the WRONG client", store="s.db")
    rows = json.loads(occ("ledger", "find", text, "-f", "json", store="s.db").out)["entries"]
    assert " ".join(row["id"].removeprefix("w.") for row in rows) == ids
    assert all(place in row["found_in"] for row in rows)
    assert [entry["id"] for entry in OccMedia("s.db").ledger.find(text)] == [row["id"] for row in rows]


def test_a_text_that_says_nothing_is_refused_and_a_person_is_found_however_written(occ: Run, tmp_path: Path) -> None:
    occ("ledger", "find", " ", store="s.db", code=2)
    row = {
        "id": "p",
        "time": "2026-03-01",
        "inbox": "vip",
        "direction": "receive",
        "name": "x",
        "customer": "16505550123",
    }
    (tmp_path / "p.ndjson").write_text(json.dumps(row) + "\n")
    occ("ledger", "ingest", "ndjson", "p.ndjson", store="s.db")
    out = occ("ledger", "find", "+1 (650) 555-0123", store="s.db").out
    assert out.splitlines()[1].endswith("customer")
    assert out.endswith("1 entry that match; the ledger has 4\n")


def test_decisions_are_listed_apart(occ: Run) -> None:
    desk = OccMedia("s.db")
    assert occ("ledger", "list", "--kind", "decision", store="s.db").out == "No decisions: occ-media gate makes them\n"
    occ("set", "vip", "--receive", "off", store="s.db")
    list(desk.gate([{"id": "q", "time": "2026-03-02T10:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf",
                     "customer": "c"}]))  # fmt: skip
    out = occ("ledger", "list", "--kind", "decision", store="s.db").out
    assert out.endswith("1 decision; the ledger has 1\n")
    rows = json.loads(occ("ledger", "list", "--kind", "decision", "-f", "json", store="s.db").out)["decisions"]
    assert [(row["id"], row["decision"]) for row in rows] == [("q", "deny")]
    assert [row["id"] for row in desk.ledger.list(kind="decision", customers="c")] == ["q"]
    said = occ("ledger", "list", "--kind", "decision", "--outcome", "blocked", store="s.db", code=2).err
    assert said == "error: a decision has no outcome\nhelp: leave --outcome out, or list entries\n"
