"""The ledger's commands as a person or a script uses them."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.e2e.clock import machine_clock
from tests.e2e.conftest import Run

GOOD = {
    "id": "wamid.1", "time": "2026-03-01T10:00:00Z", "inbox": "inbox", "direction": "receive", "name": "receipt.pdf",
    "customer": "16505551234", "size": 34567, "path": "2026/receipt.pdf",
}  # fmt: skip


def write(folder: Path, *rows: Any) -> str:
    (folder / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return "rows.ndjson"


def test_an_ingest_says_what_came_of_the_rows(occ: Run, tmp_path: Path) -> None:
    source = write(tmp_path, GOOD, {**GOOD, "id": "wamid.2", "inbox": "inbx"}, {**GOOD, "id": "3", "time": "now"})
    done = occ("ledger", "ingest", "ndjson", source, "--rejects", "rejects.ndjson", store="s.db", code=3)
    assert done.out == (
        "refused: 1 bad time, 1 unknown inbox; see rejects.ndjson\n3 rows read: 1 new, 0 duplicate, 2 refused\n"
    )
    assert done.err == "note: made the store s.db\n"
    assert (tmp_path / "rejects.ndjson").stat().st_mode & 0o777 == 0o600
    again = occ("ledger", "ingest", "ndjson", "-", "--format", "json", store="s.db", stdin=json.dumps(GOOD))
    assert json.loads(again.out) == {
        "schema": "occ-media/ingest/1", "read": 1, "new": 0, "duplicate": 1, "refused": 0, "rejects": None, "skipped": 0,
    }  # fmt: skip
    assert occ("ledger", "ingest", "ndjson", source, "--quiet", store="s.db", code=3).out == ""


def test_a_document_store_takes_entries_for_inboxes_written_by_hand(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("[inboxes.vip]\nreceive = true\n")
    before = (tmp_path / "s.toml").read_bytes()
    occ("ledger", "ingest", "ndjson", write(tmp_path, {**GOOD, "inbox": "vip"}), store="s.toml")
    assert (tmp_path / "s.toml").read_bytes() == before
    assert json.loads(occ("ledger", "list", "--format", "json", store="s.toml").out)["entries"][0]["inbox"] == "vip"


def test_mistakes_at_the_command_line_make_no_store(occ: Run, tmp_path: Path) -> None:
    source = write(tmp_path, GOOD)
    unknown = occ("ledger", "ingest", "nosuch", source, store="s.db", code=2).err
    assert "'nosuch'" in unknown
    assert f"ledger ingest ndjson {source}" in unknown
    assert (
        "neither sidecar nor mtime" in occ("ledger", "ingest", "folder", ".", "--time", "x", store="s.db", code=2).err
    )
    same = occ("ledger", "ingest", "ndjson", source, "--rejects", f"./{source}", store="s.db", code=2).err
    assert "is read by this command; nothing was written" in same
    assert not (tmp_path / "s.db").exists()
    assert "no such store" in occ("ledger", "list", store="s.db", code=11).err
    assert "no such file" in occ("ledger", "ingest", "ndjson", "none", store="s.db", code=3).err


def test_listing_filters_pages_and_empty_states(occ: Run, tmp_path: Path) -> None:
    rows = [{**GOOD, "id": f"w.{n}", "outcome": "blocked" if n % 2 else "delivered"} for n in range(60)]
    occ("ledger", "ingest", "ndjson", write(tmp_path, *rows), store="s.db")
    table = occ("ledger", "list", store="s.db").out.splitlines()
    assert len([line for line in table if "receipt.pdf" in line]) == 50
    assert table[-1].startswith("50 of 60 entries; the ledger has 60 (more: add --after ")
    after = table[-1].partition("--after ")[2].partition(",")[0].split()[0].rstrip(";)")
    page = occ("ledger", "list", "--after", after, store="s.db").out
    assert page.splitlines()[-1] == "10 entries; the ledger has 60"
    blocked = occ("ledger", "list", "--outcome", "blocked", "--format", "ndjson", store="s.db").out.splitlines()
    assert [json.loads(line)["id"] for line in blocked] == [f"w.{n}" for n in range(1, 60, 2)]
    assert occ("ledger", "list", "--agent", "x", store="s.db").out == "No entry matches; the ledger has 60\n"
    assert "did you mean 'inbox'" in occ("ledger", "list", "--inbox", "inbx", store="s.db", code=11).err
    assert "60 entries in 1 inbox" in occ("ledger", "stats", store="s.db").out


def test_what_is_exported_is_taken_in_again(occ: Run, tmp_path: Path) -> None:
    occ("ledger", "ingest", "ndjson", write(tmp_path, GOOD), store="s.db")
    occ("ledger", "export", "--format", "ndjson", "--output", "out.ndjson", store="s.db")
    done = occ("ledger", "ingest", "ndjson", "out.ndjson", store="s.db")
    assert (done.out, done.err) == ("1 row read: 0 new, 1 duplicate, 0 refused\n", "")
    occ("ledger", "export", "--format", "csv", "--output", "out.csv", store="s.db")
    assert occ("ledger", "ingest", "csv", "out.csv", store="s.db").out == "1 row read: 1 new, 0 duplicate, 0 refused\n"
    shown = occ("ledger", "show", "wamid.1", store="s.db", code=2)
    assert "from 2 sources" in shown.err
    assert "ndjson:wamid.1, csv:wamid.1" in shown.err
    assert "retention" in occ("ledger", "show", "csv:wamid.1", store="s.db").out


def test_verify_checkpoint_erase_and_what_tampering_looks_like(occ: Run, tmp_path: Path) -> None:
    rows = [{**GOOD, "id": f"w.{n}", "customer": "customer-77001-omar" if n == 5 else "1"} for n in range(9)]
    occ("ledger", "ingest", "ndjson", write(tmp_path, *rows), store="s.db")
    occ("ledger", "checkpoint", "--output", "q1.json", store="s.db")
    verified = occ("ledger", "verify", "--checkpoint", "q1.json", store="s.db")
    assert verified.out.splitlines()[0].startswith("checkpoint q1.json matches at entry ")
    assert verified.out.splitlines()[-1] == "ledger intact: 9 entries, every stored value recomputed"
    assert verified.err == ""
    erased = occ("ledger", "erase", "--customer", "customer-77001-omar", "--reason", "request 9", store="s.db").out
    assert "erased 1 record; on record as entry " in erased
    assert b"customer-77001-omar" not in (tmp_path / "s.db").read_bytes()
    assert "flagged: odd" in occ("ledger", "flag", "w.1", "--reason", "odd", store="s.db").out
    assert "note: no checkpoint was given" in occ("ledger", "verify", store="s.db").err
    assert occ("ledger", "show", "w.5", store="s.db").out.endswith("its personal values were erased\n")

    connection = sqlite3.connect(tmp_path / "s.db")
    trigger = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'record_no_update'").fetchone()[0]
    connection.executescript(
        f"DROP TRIGGER record_no_update; UPDATE record SET ms = ms + 1 WHERE id = 'w.3'; {trigger};"
    )
    connection.close()
    bad = occ("ledger", "verify", "--checkpoint", "q1.json", store="s.db", code=1)
    assert "table   record" in bad.out
    assert "id      w.3" in bad.out
    assert bad.out.splitlines()[-1].startswith("ledger ALTERED: 9 entries, the first ")
    assert "help: change nothing; copy the store file" in bad.err
    document = json.loads(occ("ledger", "verify", "--format", "json", store="s.db", code=1).out)
    assert (document["intact"], document["problems"][0]["entry"]) == (False, "w.3")


def test_a_store_opens_in_sqlite_utils(occ: Run, tmp_path: Path) -> None:
    from sqlite_utils import Database

    occ("ledger", "ingest", "ndjson", write(tmp_path, GOOD), store="s.db")
    database = Database(tmp_path / "s.db")
    try:
        [found] = database["entry"].rows
        assert {"id", "time", "inbox", "name", "customer", "type", "category", "outcome"} <= set(found)
        assert found["name"] == "receipt.pdf"
    finally:
        database.close()


def test_one_content_from_three_sources_is_one_file(occ: Run, tmp_path: Path) -> None:
    """A webhook's base64, an export's hex and a database's MD5 in base64 are found as one, from each of them."""
    content = b"the same bytes"
    sha256, md5 = hashlib.sha256(content), hashlib.md5(content, usedforsecurity=False)
    hook = {"entry": [{"changes": [{"value": {
        "metadata": {"phone_number_id": "1055"},
        "messages": [{"from": "1650", "id": "wamid.1", "timestamp": "1772000000", "type": "image",
                      "image": {"sha256": base64.b64encode(sha256.digest()).decode(), "id": "9"}}],
    }}]}]}  # fmt: skip
    (tmp_path / "hooks.json").write_text(json.dumps(hook))
    (tmp_path / "map.toml").write_text('[map]\n1055 = "inbox"\n')
    (tmp_path / "rows.csv").write_text(
        "id,time,inbox,direction,name,md5\n"
        f"77,2026-03-01,inbox,receive,a.jpg,{base64.b64encode(md5.digest()).decode()}\n"
        f"78,2026-03-01,inbox,receive,b.jpg,{hashlib.md5(b'other').hexdigest()}\n"
    )
    both = {**GOOD, "id": "2", "sha256": sha256.hexdigest().upper(), "md5": md5.hexdigest()}
    occ("ledger", "ingest", "whatsapp", "hooks.json", "--inbox-map", "map.toml", store="s.db")
    occ("ledger", "ingest", "csv", "rows.csv", store="s.db")
    alone = json.loads(occ("ledger", "show", "77", "--format", "json", store="s.db").out)
    assert (alone["places_total"], alone["places"]) == (0, [])
    occ("ledger", "ingest", "ndjson", write(tmp_path, both), store="s.db")
    ids = {"whatsapp": "wamid.1", "csv": "77", "ndjson": "2"}
    for source, identity in ids.items():
        known = json.loads(occ("ledger", "show", f"{source}:{identity}", "--format", "json", store="s.db").out)
        assert known["places_total"] == 2
        assert {place["source"]: place["id"] for place in known["places"]} == {
            name: value for name, value in ids.items() if name != source
        }
        assert (
            "same file         in 2 other places\n" in occ("ledger", "show", f"{source}:{identity}", store="s.db").out
        )
    assert "repeated  1 content in 3 places\n" in occ("ledger", "stats", store="s.db").out
    for form in (sha256.hexdigest(), sha256.hexdigest().upper(), base64.b64encode(sha256.digest()).decode()):
        listed = occ("ledger", "list", "--sha256", form, "--format", "ndjson", store="s.db").out
        assert [json.loads(line)["id"] for line in listed.splitlines()] == ["wamid.1", "2"]
    listed = occ(
        "ledger", "list", "--md5", base64.b64encode(md5.digest()).decode(), "--format", "ndjson", store="s.db"
    ).out
    assert [json.loads(line)["id"] for line in listed.splitlines()] == ["77", "2"]
    assert "neither 64 hex digits nor base64" in occ("ledger", "list", "--sha256", "ab", store="s.db", code=2).err
    assert "none of ndjson, csv" in occ("ledger", "list", "--source", "excel", store="s.db", code=2).err


def test_many_places_are_counted_and_the_command_for_all_is_named(occ: Run, tmp_path: Path) -> None:
    rows = [{**GOOD, "id": str(number), "sha256": "ab" * 32} for number in range(30)]
    occ("ledger", "ingest", "ndjson", write(tmp_path, *rows), store="s.db")
    shown = occ("ledger", "show", "3", store="s.db").out
    line = f"in 29 other places, the first 20 above; all: occ-media ledger list --sha256 {'ab' * 32}\n"
    assert line in shown
    assert shown.count("same file         source ndjson") == 20


def test_a_clock_that_ran_backwards_is_told_to_whoever_looks(occ: Run) -> None:
    """Commands under a clock that was moved for them alone: no `--now`, so that both clocks of the record agree."""
    occ("set", "vip", "--create", "--receive", "off", store="s.db", now=None, env=machine_clock("2099-01-01 00:00:00"))
    doctor = occ("doctor", store="s.db", now=None, code=1).out
    assert "before the newest change at 2099-01-01T00:00:00.000Z" in doctor
    assert "ledger verify says where it ran backwards" in doctor
    clean = json.loads(occ("ledger", "verify", "-f", "json", "--read-only", store="s.db", now=None).out)
    assert (clean["intact"], clean["clock"]) == (True, [])
    occ("set", "lab", "--create", "--receive", "off", store="s.db", now=None)
    occ("set", "lab", "--send", "off", store="s.db", now=None)
    said = occ("ledger", "verify", "--read-only", store="s.db", now=None)
    assert "clock ran backwards 1 time\n" in said.out
    assert "behind entry 6 at 2099-01-01T00:00:00.000Z\n" in said.out
    assert "ledger intact" in said.out
    assert "note: where the clock ran backwards one of the two times is not true" in said.err
    (step,) = json.loads(occ("ledger", "verify", "-f", "json", "--read-only", store="s.db", now=None).out)["clock"]
    assert (step["seq"], step["kind"], step["before_seq"], step["before"]) == (
        7, "inbox-add", 6, "2099-01-01T00:00:00.000Z",
    )  # fmt: skip
    for window in ((), ("--since", "2099-01-01", "--until", "2099-01-02"), ("--since", "30d")):
        found = json.loads(
            occ("audit", *window, "-f", "json", "--rule", "clock-ran-backwards", "--fail-on", "warning",
                store="s.db", now=None, code=1).out
        )["findings"]  # fmt: skip
        assert [(each["severity"], each["evidence"]["before_seq"]) for each in found] == [("warning", 6)]
    elsewhere = ("--since", "2098-01-01", "--until", "2098-01-02")
    occ("audit", *elsewhere, "--rule", "clock-ran-backwards", "--fail-on", "note", store="s.db", now=None)
