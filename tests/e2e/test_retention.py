from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.clock import machine_clock
from tests.e2e.program import Result, occ_media
from tests.unit.retention.store import tree

NEW_YEAR = ("--now", "2026-01-01")


@pytest.fixture(params=["s.db", "s.toml"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    name = str(request.param)
    occ_media("set", "vip", "--create", "--send", "off", "--store", name, *NEW_YEAR, cwd=tmp_path)
    return tmp_path, name


def entries(folder: Path, count: int = 4) -> None:
    """Files under `media` and the rows that speak of them: e0 the oldest, a month between each."""
    rows = []
    for number in range(count):
        data = b"x" * (number + 1)
        path = folder / "media" / f"{number}.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        rows.append(
            {
                "id": f"e{number}", "time": f"2026-0{number + 1}-01T00:00:00Z", "inbox": "vip", "direction": "receive",
                "name": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "path": path.name,
                "customer": f"c-{number}",
            }
        )  # fmt: skip
    (folder / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))


BAD = ("", "0", "0d", "-5d", "90", "90days", "1.5d", "101000w", "99999999999d", "٣d", "1 d")


def test_a_mistyped_duration_is_refused_with_the_fix_and_changes_nothing(tmp_path: Path) -> None:
    occ_media("set", "inbox", "--send", "off", "--store", "s.db", cwd=tmp_path)
    before = (tmp_path / "s.db").read_bytes()
    for number, value in enumerate(BAD):
        option = ("--remove-after", "--keep-for")[number % 2]
        done = occ_media("retention", "set", "default", f"{option}={value}", "--store", "s.db", cwd=tmp_path, code=2)
        assert done.err.startswith(f"error: {option} '{value}' ")
        assert f"help: occ-media retention set default {option}" in done.err or "help: write " in done.err
    assert (tmp_path / "s.db").read_bytes() == before


def test_a_refused_rule_makes_no_store(tmp_path: Path) -> None:
    occ_media("retention", "set", "default", "--remove-after", "0d", "--store", "s.db", cwd=tmp_path, code=2)
    occ_media("retention", "set", "default", "--category", "images", "--remove-after", "1d", "--store", "s.db",
              cwd=tmp_path, code=2)  # fmt: skip
    occ_media("retention", "set", "default", "--store", "s.db", cwd=tmp_path, code=2)
    occ_media("retention", "plan", "--root", ".", "--store", "s.db", cwd=tmp_path, code=11)
    assert list(tmp_path.iterdir()) == []


def test_rules_are_set_shown_and_taken_away(place: tuple[Path, str]) -> None:
    folder, name = place

    def run(*arguments: str, code: int = 0) -> str:
        return occ_media("retention", *arguments, "--store", name, cwd=folder, code=code).out

    run("set", "default", "--remove-after", "365d", "--keep-for", "90d")
    out = run("set", "vip", "--category", "image", "--remove-after", "90d")
    assert out == "retention, version 2, vip, image\n  remove after  none -> 90d\nchange 8\n"
    assert "keep for      90d" in run("set", "default", "--remove-after", "52w")
    assert run("set", "default", "--remove-after", "52w") == "retention, version 3, default, nothing changed\n"
    assert json.loads(run("show", "--format", "json"))["rules"][0] == {
        "inbox": None, "category": None, "direction": None, "remove_after": "52w", "keep_for": "90d",
    }  # fmt: skip
    run("unset", "default", "--remove-after")
    run("unset", "vip", code=2)
    run("unset", "vip", "--category", "image")
    document = json.loads(run("show", "--format", "json"))
    assert document["version"] == 5
    assert [rule["keep_for"] for rule in document["rules"]] == ["90d"]
    run("unset", "default")
    assert run("show") == "No retention rules: every file is kept\n"
    assert "did you mean 'vip'" in occ_media(
        "retention", "set", "vpi", "--remove-after", "1d", "--store", name, cwd=folder, code=11
    ).err  # fmt: skip


def test_a_plan_is_saved_printed_and_touches_no_file(place: tuple[Path, str]) -> None:
    folder, name = place
    entries(folder)
    occ_media("ledger", "ingest", "ndjson", "rows.ndjson", "--store", name, cwd=folder)
    occ_media("retention", "set", "default", "--remove-after", "30d", "--store", name, cwd=folder)
    before = tree(folder / "media")
    plan = ("retention", "plan", "--root", "media", "--store", name, "--now", "2026-03-20")
    document = json.loads(occ_media(*plan, "--format", "json", cwd=folder).out)
    assert {key: document[key] for key in ("schema", "created", "actor", "summary")} == {
        "schema": "occ-media/plan/1", "created": "2026-03-20T00:00:00.000Z", "actor": "dana",
        "summary": {"keep": 2, "remove": 2, "held": 0, "bytes": 3},
    }  # fmt: skip
    assert document["files"][0] == {
        "entry": "e0", "source": "ndjson", "path": "0.pdf", "sha256": hashlib.sha256(b"x").hexdigest(), "size": 1,
        "decision": "remove", "reasons": [{"code": "due", "message": "older than 30d (default)"}],
        "expires": "2026-01-31T00:00:00.000Z",
    }  # fmt: skip
    lines = occ_media(*plan, cwd=folder).out.splitlines()
    assert lines[0].split() == ["remove", "2", "files", "3", "bytes"]
    assert "not due yet; the next 1 on 2026-03-31T00:00:00.000Z" in lines[3]
    assert lines[-1].endswith(", for media; nothing has been removed")
    assert "Nothing is due; the next 1 file on 2026-01-31" in occ_media(*plan[:-1], "2026-01-30", cwd=folder).out
    occ_media(*plan, "--format", "csv", "--output", "plan.csv", cwd=folder)
    assert (folder / "plan.csv").read_text().count("\n") == 3
    occ_media(*plan, "--read-only", cwd=folder, code=13)
    occ_media("retention", "plan", "--root", "", "--store", name, cwd=folder, code=2)
    occ_media("retention", "plan", "--root", "missing", "--store", name, cwd=folder, code=2)
    assert tree(folder / "media") == before


def test_a_rule_that_was_written_by_hand_counts_in_the_next_plan(tmp_path: Path) -> None:
    occ_media("set", "vip", "--create", "--send", "off", "--store", "s.toml", *NEW_YEAR, cwd=tmp_path)
    entries(tmp_path)
    occ_media("ledger", "ingest", "ndjson", "rows.ndjson", "--store", "s.toml", cwd=tmp_path)
    with (tmp_path / "s.toml").open("a") as document:
        document.write('\n[[retention.rule]]\ninbox = "vip"\nremove_after = "30d"\n')
    plan = ("retention", "plan", "--root", "media", "--store", "s.toml", "--now", "2026-12-20", "--format", "json")
    assert json.loads(occ_media(*plan, cwd=tmp_path).out)["summary"]["remove"] == 4


def test_a_plan_warns_of_a_root_that_no_purge_would_touch(place: tuple[Path, str]) -> None:
    folder, name = place
    for root, why in ((".", "contains a home"), ("/", "root of the file system")):
        assert why in occ_media("retention", "plan", "--root", root, "--store", name, cwd=folder).err


def test_from_a_plan_to_a_certificate(place: tuple[Path, str]) -> None:
    """The whole way as people type it: two persons, a hold in between, quarantine, the end of the grace."""
    folder, name = place
    entries(folder)

    def run(*arguments: str, code: int = 0, now: str = "2026-03-20", actor: str = "dana") -> str:
        done = occ_media(
            "--store", name, "--actor", actor, *arguments, cwd=folder, code=code, env=machine_clock(f"{now} 00:00:00")
        )
        return done.out + (done.err if code else "")

    run("ledger", "ingest", "ndjson", "rows.ndjson")
    run("retention", "set", "default", "--remove-after", "10d")
    plan = json.loads(run("retention", "plan", "--root", "media", "--format", "json"))
    assert plan["summary"]["remove"] == 3
    known = plan["plan"]
    purge = ("retention", "purge", known, "--root", "media", "--max-delete", "100%")
    assert "is not approved; nothing was removed" in run(*purge, code=13)
    assert "cannot approve it too" in run("retention", "approve", known, code=13)
    assert run("retention", "approve", known, actor="sam").startswith(f"plan {known} is approved by sam: 3 files")
    assert "(75%), over the limit 50%; nothing was removed" in run(*purge[:-2], code=13)
    assert run("hold", "add", "--name", "claim", "--entry", "e1", "--reason", "a claim").startswith(
        "hold claim: 1 file,"
    )
    assert run(*purge, code=1).splitlines() == [
        "kept     1.pdf: held: claim",
        f"plan {known}: 2 files, 4 bytes, moved into quarantine until 2026-03-27T00:00:00.000Z; 1 file kept",
    ]
    assert sorted(path.name for path in (folder / "media").iterdir()) == [".occ-media-quarantine", "1.pdf", "3.pdf"]
    before = tree(folder)
    for dry in (("explain", "e1"), ("verify", "--root", "media", "--read-only"), ("show",), ("certificate", known)):
        run("retention", *dry)
    assert {k: v for k, v in tree(folder).items() if not k.startswith(name.split(".")[0])} == {
        k: v for k, v in before.items() if not k.startswith(name.split(".")[0])
    }  # fmt: skip
    run("retention", "restore", "e2", "--root", "media")
    finish = ("retention", "purge", "--finish", "--root", "media")
    assert run(*finish, now="2026-03-26") == (
        "0 files, 0 bytes, removed for good; 1 wait, the next until 2026-03-27T00:00:00.000Z\n"
    )
    assert run(*finish, now="2026-03-27") == "1 file, 1 byte, removed for good\n"
    assert run(*finish, "--quiet", now="2026-03-28") == ""
    assert run("retention", "verify", "--root", "media", now="2026-03-28") == (
        "3 files, 9 bytes, under media: 3 as the ledger says\n"
    )
    (folder / "media" / "1.pdf").unlink()
    assert "missing-bytes: 1 file" in run("retention", "verify", "--root", "media", code=1, now="2026-03-28")
    for kind in ("json", "html"):
        run("retention", "certificate", known, "--format", kind, "--output", f"c.{kind}")
        for stored in (name, "nowhere.db"):
            checked = occ_media("--store", stored, "retention", "verify", "--certificate", f"c.{kind}", cwd=folder)
            assert checked.out.endswith("holds; every record recomputed\n")
    broken = (folder / "c.json").read_text().replace('"sam"', '"kim"')
    (folder / "c.json").write_text(broken)
    assert "does NOT hold" in run("retention", "verify", "--certificate", "c.json", code=1)
    assert run("hold", "list").splitlines()[1].split()[:2] == ["claim", "1"]
    run("hold", "release", "claim", "--reason", "settled")
    assert "No holds" in run("hold", "list")
    assert "ledger intact" in run("ledger", "verify")


def test_a_hold_is_refused_with_the_fix_and_makes_no_store(tmp_path: Path) -> None:
    add = ("hold", "add", "--name", "h", "--reason", "r", "--store", "s.db")
    occ_media(*add, cwd=tmp_path, code=2)
    occ_media(*add, "--inbox", "vip", cwd=tmp_path, code=11)
    occ_media(*add, "--customer", "c-1", cwd=tmp_path, code=11)
    assert list(tmp_path.iterdir()) == []
    occ_media("set", "vip", "--create", "--send", "off", "--store", "s.db", cwd=tmp_path)
    assert "did you mean 'vip'" in occ_media(*add, "--inbox", "vpi", cwd=tmp_path, code=11).err
    assert "no entry 'e9'" in occ_media(*add, "--entry", "e9", cwd=tmp_path, code=11).err
    occ_media(*add, "--inbox", "vip", "--read-only", cwd=tmp_path, code=13)
    assert "no entry is in its scope yet" in occ_media(*add, "--customer", "c-1", cwd=tmp_path).err
    assert (
        "no hold 'x'"
        in occ_media("hold", "release", "x", "--reason", "r", "--store", "s.db", cwd=tmp_path, code=11).err
    )


def test_files_that_no_entry_names_go_by_a_plan_of_their_own(place: tuple[Path, str]) -> None:
    import os

    folder, name = place
    entries(folder)
    store = ("--store", name)
    occ_media("ledger", "ingest", "ndjson", "rows.ndjson", *store, cwd=folder)
    lost = folder / "media" / "lost.pdf"
    lost.write_bytes(b"nobody knows me")
    os.utime(lost, (1_770_000_000, 1_770_000_000))
    assert "orphan: 1 file" in occ_media("retention", "verify", "--root", "media", *store, cwd=folder, code=1).out
    plan = ("retention", "plan", "--orphans", "--root", "media", "--actor", "dana", "--now", "2026-09-01", *store)
    assert "not older than 365d" in occ_media(*plan, "--older-than", "365d", cwd=folder).out
    made = json.loads(occ_media(*plan, "--format", "json", cwd=folder).out)
    assert (made["kind"], [item["path"] for item in made["files"]]) == ("orphans", ["lost.pdf"])
    rows = occ_media(*plan, "--format", "csv", cwd=folder).out.splitlines()
    assert rows[1].startswith("remove,#")
    for wrong in (("--inbox", "vip"), ("--customer", "c-1")):
        assert "nobody knows" in occ_media(*plan, *wrong, cwd=folder, code=2).err
    occ_media("retention", "plan", "--older-than", "3d", "--root", "media", *store, cwd=folder, code=2)
    explain = ("retention", "explain", "--now", "2026-09-01", "--read-only", *store)
    assert occ_media(*explain, "lost.pdf", cwd=folder).out.splitlines()[-1].startswith("lost.pdf may go now; plan ")
    assert json.loads(occ_media(*explain, "lost.pdf", "--format", "json", cwd=folder).out)["entries"][0]["may_go"]
    assert (
        f"look for files that no entry names: occ-media --store {name} retention plan --root DIR --orphans"
        in occ_media(*explain, "found.pdf", cwd=folder, code=11).err
    )
    purge = ("retention", "purge", made["plan"], "--root", "media", *store)
    assert "not approved" in occ_media(*purge, cwd=folder, code=13).err
    occ_media("retention", "approve", made["plan"], "--actor", "sam", *store, cwd=folder)
    assert "1 file, 15 bytes, moved" in occ_media(*purge, cwd=folder).out
    occ_media("retention", "verify", "--root", "media", *store, cwd=folder)
    occ_media("retention", "restore", made["files"][0]["entry"], "--root", "media", *store, cwd=folder)
    assert lost.read_bytes() == b"nobody knows me"
    page = occ_media("retention", "certificate", made["plan"], "--format", "html", *store, cwd=folder).out
    assert "ORPHANS" in page
    (folder / "c.html").write_text(page)
    occ_media("retention", "verify", "--certificate", "c.html", cwd=folder)
    occ_media("ledger", "verify", *store, cwd=folder)


def test_no_clock_that_a_command_names_removes_a_file_early(tmp_path: Path) -> None:
    """`OCC_MEDIA_NOW` says 2099: the plan is a what-if, the purge keeps what a rule keeps, and no grace ends early."""
    clock = machine_clock("2026-04-20 00:00:00")

    def run(*arguments: str, code: int = 0, actor: str = "dana", **env: str) -> Result:
        return occ_media("--store", "s.db", "--actor", actor, *arguments, cwd=tmp_path, code=code, env={**clock, **env})

    entries(tmp_path)
    late = {"OCC_MEDIA_NOW": "2099-01-01"}
    run("set", "vip", "--create", "--send", "off")
    run("ledger", "ingest", "ndjson", "rows.ndjson")
    run("retention", "set", "default", "--remove-after", "30d", "--keep-for", "60d")
    made = run("retention", "plan", "--root", "media", **late)
    words = "what-if: as of 2099-01-01T00:00:00.000Z, later than this machine's clock, 2026-04-20T00:00:00.000Z;"
    assert words in made.out
    plan = made.out.split("plan ")[1][:16]
    assert json.loads(run("retention", "plan", "--root", "media", "--format", "json", **late).out)["what_if"] is True
    approved = run("retention", "approve", plan, actor="sam")
    assert approved.out.startswith(f"plan {plan}: {words}")
    assert "two names, one OS user" in approved.err
    purge = ("retention", "purge", plan, "--root", "media", "--max-delete", "100%")
    done = run(*purge, code=1, **late).out.splitlines()
    assert [line.split(": ")[0] for line in done[:2]] == ["kept     2.pdf", "kept     3.pdf"]
    assert "kept-for" in done[0]
    assert "2 files, 3 bytes, moved into quarantine until 2026-04-27T00:00:00.000Z; 2 files kept" in done[2]
    finish = ("retention", "purge", "--finish", "--root", "media")
    assert run(*finish, **late).out.startswith("0 files, 0 bytes, removed for good; 2 wait")
    clock = machine_clock("2026-04-27 00:00:00")
    assert run(*finish, **late).out.startswith("2 files, 3 bytes, removed for good")
    said = run("retention", "certificate", plan).out
    assert "two names, one OS user" in said
    assert "2099-01-01T00:00:00.000Z; 2026-04-20T00:00:00.000Z by the machine's clock" in said


def test_a_change_of_the_past_is_refused_without_a_reason_and_a_release_is_now(tmp_path: Path) -> None:
    def run(*arguments: str, code: int = 0, now: str = "2026-03-01") -> Result:
        return occ_media("--store", "s.db", "--now", now, *arguments, cwd=tmp_path, code=code)

    run("set", "vip", "--create", "--send", "off", now="2026-01-01")
    run("retention", "set", "default", "--remove-after", "30d")
    for change in (("set", "default", "--remove-after", "20d"), ("unset", "default")):
        refused = run("retention", *change, code=13, now="2026-02-01")
        assert "the retention rules were last changed at 2026-03-01T00:00:00.000Z" in refused.err
        assert "--backdate REASON" in refused.err
    run("retention", "set", "default", "--remove-after", "20d", "--backdate", "recorded late", now="2026-02-01")
    hold = ("hold", "add", "--name", "h", "--inbox", "vip", "--reason", "r")
    run(*hold)
    run("hold", "release", "h", "--reason", "oops", now="2026-01-15")
    released = json.loads(run("hold", "list", "--all", "--format", "json").out)["holds"][0]["released"]
    assert released > "2026-02-01T00:00:00.000Z"
    assert "--backdate REASON" in run(*hold, code=13, now="2026-01-15").err
    run(*hold, "--backdate", "recorded late", now="2026-01-15")


def test_what_was_changed_in_quarantine_is_not_brought_back(tmp_path: Path) -> None:
    entries(tmp_path, 1)
    store = ("--store", "s.db")
    occ_media("set", "vip", "--create", "--send", "off", *store, cwd=tmp_path)
    occ_media("ledger", "ingest", "ndjson", "rows.ndjson", *store, cwd=tmp_path)
    occ_media("retention", "set", "default", "--remove-after", "1d", *store, cwd=tmp_path)
    made = occ_media("retention", "plan", "--root", "media", "--format", "json", *store, cwd=tmp_path)
    plan = json.loads(made.out)["plan"]
    occ_media("retention", "approve", plan, "--actor", "sam", *store, cwd=tmp_path)
    occ_media("retention", "purge", plan, "--root", "media", "--max-delete", "100%", *store, cwd=tmp_path)
    (waiting,) = (tmp_path / "media" / ".occ-media-quarantine").iterdir()
    waiting.unlink()
    waiting.symlink_to("/etc/passwd")
    said = occ_media("retention", "restore", "e0", "--root", "media", *store, cwd=tmp_path, code=1).out
    assert said.startswith(f"e0 stays in quarantine as {waiting.name}, on record: not-regular: ")
    assert not (tmp_path / "media" / "0.pdf").is_symlink()
    assert "kept: not-regular" in occ_media("retention", "certificate", plan, *store, cwd=tmp_path).out


def test_an_altered_ledger_loses_no_file_and_nobody_approves_on_it(place: tuple[Path, str]) -> None:
    folder, name = place
    entries(folder, 2)
    occ_media("ledger", "ingest", "ndjson", "rows.ndjson", "--store", name, cwd=folder)
    occ_media("retention", "set", "default", "--remove-after", "30d", "--store", name, cwd=folder)
    planned = occ_media("retention", "plan", "--root", "media", "-f", "json", "--store", name, cwd=folder)
    plan = json.loads(planned.out)["plan"]
    occ_media("retention", "approve", plan, "--actor", "lee", "--store", name, cwd=folder)
    occ_media("hold", "add", "--name", "h", "--inbox", "vip", "--reason", "r", "--store", name, cwd=folder)
    with closing(sqlite3.connect(folder / name.replace(".toml", ".ledger.db"))) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for trigger, _ in triggers:
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE hold_state SET released = event")
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()
    purge = ("retention", "purge", plan, "--root", "media", "--max-delete", "100%", "--store", name)
    done = occ_media(*purge, cwd=folder, code=10)
    assert "the ledger was altered: hold_state, column released, entry " in done.err
    assert "; nothing was removed\nhelp: change nothing; copy the store file" in done.err
    done = occ_media("retention", "approve", plan, "--actor", "kim", "--store", name, cwd=folder, code=10)
    assert "; nothing was approved\n" in done.err
    erase = ("ledger", "erase", "--customer", "c-1", "--reason", "request 7", "--store", name)
    done = occ_media(*erase, "-f", "json", cwd=folder, code=10)
    assert json.loads(done.err)["error"].endswith("; nothing was erased")
    assert sorted(path.name for path in (folder / "media").rglob("*")) == ["0.pdf", "1.pdf"]
