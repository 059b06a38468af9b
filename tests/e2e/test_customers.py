"""One person in several spellings and under several ids, and an entry named by its place in the chain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Run

PHONE, PLUS = "16505551234", "+1 (650) 555-1234"


def filled(occ: Run, folder: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": f"e{number}", "time": "2026-03-01T10:00:00Z", "inbox": "inbox", "direction": "receive", "name": f"{number}.pdf",
         "customer": customer, "size": 5, "path": f"{number}.pdf", "sha256": f"{number:064x}"}
        for number, customer in enumerate((PHONE, PLUS, "Rosa@Example.com", "somebody"))
    ]  # fmt: skip
    (folder / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")


def listed(occ: Run, customer: str) -> list[str]:
    found = occ("ledger", "list", "--customer", customer, "--format", "json", store="s.db")
    return [entry["id"] for entry in json.loads(found.out)["entries"]]


def test_a_hold_a_list_and_a_plan_cover_every_spelling_and_say_so(occ: Run, tmp_path: Path) -> None:
    filled(occ, tmp_path)
    held = occ("hold", "add", "--name", "h", "--customer", f"tel:{PHONE}", "--reason", "case", store="s.db")
    assert "2 files, 10 bytes, of 2 entries" in held.out
    assert f"also stands in the ledger as '{PLUS}', '{PHONE}'" in held.err
    assert listed(occ, PLUS) == listed(occ, f"00{PHONE}") == ["e0", "e1"]
    assert f"({PHONE} is also written {PLUS})" in occ("ledger", "list", "--customer", PHONE, store="s.db").out
    (tmp_path / "media").mkdir()
    plan = occ("retention", "plan", "--root", "media", "--customer", PHONE, "--format", "json", store="s.db")
    files = json.loads(plan.out)["files"]
    assert [(file["entry"], [reason["hold"] for reason in file["reasons"]]) for file in files] == [
        ("e0", ["h"]), ("e1", ["h"]),
    ]  # fmt: skip
    shown = json.loads(occ("ledger", "show", "e1", "--format", "json", store="s.db").out)
    assert [hold["hold"] for hold in shown["holds"]] == ["h"]
    assert "held by h" in occ("ledger", "erase", "--customer", PLUS, "--reason", "asked", store="s.db", code=13).err
    released = occ("hold", "release", "h", "--reason", "settled", store="s.db")
    assert "2 files, 10 bytes, of 2 entries" in released.out


def test_an_alias_makes_one_person_of_two_ids_until_it_is_removed_or_erased(occ: Run, tmp_path: Path) -> None:
    filled(occ, tmp_path)
    occ("customer", "alias", "add", PHONE, "rosa@example.com", "--reason", "case 7", store="s.db")
    assert listed(occ, "ROSA@example.com") == ["e0", "e1", "e2"]
    found = json.loads(occ("customer", "alias", "list", PLUS, "--format", "json", store="s.db").out)
    assert [row["ids"] for row in found["aliases"]] == [[PHONE, "rosa@example.com"]]
    assert "No aliases" in occ("customer", "alias", "list", "somebody", store="s.db").out
    occ("customer", "alias", "remove", "rosa@example.com", "--reason", "another person", store="s.db")
    assert listed(occ, PHONE) == ["e0", "e1"]
    assert (
        "has no alias"
        in occ("customer", "alias", "remove", "rosa@example.com", "--reason", "x", store="s.db", code=11).err
    )
    occ("customer", "alias", "add", PHONE, "rosa@example.com", "--reason", "case 8", store="s.db")
    gone = occ("ledger", "erase", "--customer", "rosa@example.com", "--reason", "asked", store="s.db")
    assert "erased 3 records" in gone.out
    assert "'Rosa@Example.com'" in gone.err
    occ("ledger", "verify", store="s.db")
    assert listed(occ, PHONE) == []
    assert b"Rosa@" not in (tmp_path / "s.db").read_bytes()


def test_an_entry_is_named_by_its_place_everywhere(occ: Run, tmp_path: Path) -> None:
    filled(occ, tmp_path)
    seq = json.loads(occ("ledger", "list", "--format", "json", store="s.db").out)["entries"][3]["seq"]
    name = f"#{seq}"
    assert "somebody" in occ("ledger", "show", name, store="s.db").out
    assert "flagged" in occ("ledger", "flag", name, "--reason", "look at it", store="s.db").out
    assert "1 entry" in occ("hold", "add", "--name", "h", "--entry", name, "--reason", "case", store="s.db").out
    assert "type: pdf" in occ("diagnose", "cannot-receive", "--inbox", "inbox", "--entry", name, store="s.db").out
    assert "e3" in occ("retention", "explain", name, store="s.db").out
    for wrong in ("#1", "#99", "#", "#+4", "#٣", "#" + "9" * 40):
        assert "no entry" in occ("ledger", "show", wrong, store="s.db", code=11).err


def test_a_file_has_one_category_in_every_report(occ: Run, tmp_path: Path) -> None:
    row = {"id": "1", "time": "2026-03-01T10:00:00Z", "inbox": "inbox", "direction": "receive", "name": "clip.jpg",
           "detected": "mp4", "size": 10}  # fmt: skip
    (tmp_path / "rows.ndjson").write_text(json.dumps(row) + "\n")
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")
    for name in ("storage", "shared", "retention"):
        for more in ((), ("--since", "2026-02-01T01:00:00Z")):
            rows = json.loads(occ("report", name, "--format", "json", *more, store="s.db").out)["rows"]
            assert [found["category"] for found in rows] == ["video"], (name, more)


def test_a_hold_counts_every_id_of_a_person_and_keeps_them_one_person(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "inbox", store="h.db", now="2026-01-01")
    (tmp_path / "h.ndjson").write_text(json.dumps({
        "id": "a", "time": "2026-02-01T10:00:00Z", "inbox": "inbox", "direction": "receive", "customer": PHONE, "name": "a.pdf",
    }) + "\n")  # fmt: skip
    occ("ledger", "ingest", "ndjson", "h.ndjson", store="h.db")
    occ("customer", "alias", "add", "u-1", PHONE, "--reason", "case 7", store="h.db")
    assert "hold h: 1 " in occ("hold", "add", "--name", "h", "--customer", "u-1", "--reason", "claim", store="h.db").out
    refused = occ("customer", "alias", "remove", "u-1", "--reason", "another person", store="h.db", code=13).err
    assert "the hold h covers this person" in refused
    assert len(json.loads(occ("customer", "alias", "list", "--format", "json", store="h.db").out)["aliases"]) == 1
    occ("hold", "release", "h", "--reason", "settled", store="h.db")
    occ("customer", "alias", "remove", "u-1", "--reason", "another person", store="h.db")


def test_one_hold_is_over_several_customers_and_only_in_its_inboxes(occ: Run, tmp_path: Path) -> None:
    filled(occ, tmp_path)
    occ("inbox", "add", "vip", store="s.db")
    two = ("--customer", PHONE, "--customer", "rosa@example.com")
    held = occ("hold", "add", "--name", "h", *two, "--reason", "case", store="s.db")
    assert "of 3 entries" in held.out
    assert f"'{PLUS}'" in held.err
    assert "'Rosa@Example.com'" in held.err
    assert (
        "of 0 entries"
        in occ("hold", "add", "--name", "i", *two, "--inbox", "vip", "--reason", "case", store="s.db").out
    )
    both = ("--inbox", "vip", "--inbox", "inbox", "--conversation", "t", "--conversation", "u")
    occ("hold", "add", "--name", "j", *both, "--reason", "case", store="s.db")
    assert (
        "of 2 entries"
        in occ("hold", "add", "--name", "k", "--entry", "e0", "--entry", "e3", "--reason", "x", store="s.db").out
    )
    table = occ("hold", "list", store="s.db").out
    assert f"customer {PHONE} or rosa@example.com" in table
    assert "inbox inbox or vip, conversation t or u" in table
    first, second, _, _ = json.loads(occ("hold", "list", "--format", "json", store="s.db").out)["holds"]
    assert (first["customer"], first["customers"]) == (None, [PHONE, "rosa@example.com"])
    assert (second["inbox"], second["inboxes"]) == ("vip", ["vip"])
    occ("ledger", "verify", store="s.db")
    assert "held by h" in occ("ledger", "erase", *two, "--reason", "asked", store="s.db", code=13).err
    occ("hold", "release", "h", "--reason", "settled", store="s.db")
    occ("hold", "release", "i", "--reason", "settled", store="s.db")
    occ("hold", "release", "j", "--reason", "settled", store="s.db")
    occ("hold", "release", "k", "--reason", "settled", store="s.db")
    assert "erased 3 records" in occ("ledger", "erase", *two, "--reason", "asked", store="s.db").out
    occ("ledger", "verify", store="s.db")


def test_what_an_erasure_cannot_reach_is_listed_and_exits_1(occ: Run, tmp_path: Path) -> None:
    filled(occ, tmp_path)
    occ("inbox", "add", f"of-{PHONE}", "--reason", f"{PLUS} asked", store="s.db")
    occ("hold", "add", "--name", f"for {PHONE}", "--since", "2030-01-01", "--reason", f"tel:{PHONE}", store="s.db")
    erased = occ("ledger", "erase", "--customer", PHONE, "--reason", "request 9", store="s.db", code=1)
    assert "not reached:\n  names of inboxes: 1\n" in erased.out
    assert "erased 2 records and 4 texts; on record as entry" in erased.out
    assert "(erased 1)" in occ("hold", "list", store="s.db").out
    again = occ("ledger", "erase", "--customer", PLUS, "--reason", "x", "--format", "json", store="s.db", code=1)
    document = json.loads(again.out)
    assert document["not_reached"] == [{"place": "names of inboxes", "count": 1}]
    assert (document["records"], document["texts"], document["entry"]) == (0, 0, None)
    occ("hold", "release", "(erased 1)", "--reason", "settled", store="s.db")
    assert "is no name" in occ("hold", "add", "--name", "(erased 2)", "--since", "2030-01-01", "--reason", "x",
                               store="s.db", code=2).err  # fmt: skip
    occ("ledger", "verify", store="s.db")


def test_the_lines_of_a_document_are_listed(occ: Run, tmp_path: Path) -> None:
    occ("set", "inbox", "--message", f"Call {PHONE}", "--receive", "off", store="s.toml")
    occ("set", "inbox", "--message", "Call us", store="s.toml")
    with (tmp_path / "s.toml").open("a") as document:
        document.write(f"# {PLUS} complained\n")
    erased = occ("ledger", "erase", "--customer", PHONE, "--reason", "request 9", store="s.toml", code=1)
    assert "not reached:\n  the document s.toml: 1\n" in erased.out
    assert PHONE.encode() not in (tmp_path / "s.ledger.db").read_bytes()
    occ("set", "inbox", "--send", "off", store="s.toml")
    occ("ledger", "verify", store="s.toml")


def test_a_csv_export_that_is_read_again_has_the_same_people_and_ids(occ: Run, tmp_path: Path) -> None:
    rows = [
        {"id": identity, "time": "2026-03-01T10:00:00Z", "inbox": "inbox", "direction": "receive", "name": name,
         "customer": customer, "conversation": conversation, "message": message}
        for identity, name, customer, conversation, message in (
            ("=e1", "=1+1.pdf", "+16505551234", "-7", "@x"), ("'=e2", "''+.pdf", "'=bob", "'tis", "a; \\n'\"b"),
            ("+e3", "C:\\new\\x5c.pdf", "\u202a+16505551234\u202c", "c", "line\nline\t\\u202e"),
        )
    ]  # fmt: skip
    (tmp_path / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")
    occ("ledger", "export", "--format", "csv", "--output", "out.csv", store="s.db")
    assert "'+16505551234" in (tmp_path / "out.csv").read_text()
    occ("ledger", "ingest", "csv", "out.csv", store="again.db")
    found = [
        json.loads(occ("ledger", "list", "--format", "json", store=store).out)["entries"]
        for store in ("s.db", "again.db")
    ]
    for before, after in zip(*found, strict=True):
        assert {**before, "source": "", "seq": 0} == {**after, "source": "", "seq": 0}
    held = occ("hold", "add", "--name", "h", "--customer", "+16505551234", "--reason", "case", store="again.db")
    assert "of 2 entries" in held.out


def test_a_csv_file_of_another_program_keeps_its_backslashes(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(
        "id,time,inbox,direction,name,customer\ne1,2026-03-01T10:00:00Z,inbox,receive,C:\\new.pdf,'+16505551234\n"
    )
    occ("ledger", "ingest", "csv", "in.csv", store="s.db")
    (entry,) = json.loads(occ("ledger", "list", "--format", "json", store="s.db").out)["entries"]
    assert (entry["name"], entry["customer"]) == ("C:\\new.pdf", "+16505551234")
