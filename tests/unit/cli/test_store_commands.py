"""`store`, `doctor`, `completion`, and the frame of the command line."""

from __future__ import annotations

import grp
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.unit.safety.antivirus.liars import Liar, exact

Run = Any  # the fixture `occ` of conftest.py


def ledger(folder: Path, store: str) -> Path:
    return folder / store.replace(".toml", ".ledger.db")


def test_init_makes_a_store_once(occ: Run, store: str, tmp_path: Path) -> None:
    assert occ("store", "init", store=store).out == f"store {store}, made\n"
    assert occ("store", "init", store=store).out == f"store {store}, is there already, and up to date\n"
    assert (tmp_path / store).stat().st_mode & 0o777 == 0o600
    assert ledger(tmp_path, store).stat().st_mode & 0o777 == 0o600
    found = json.loads(occ("store", "info", "--format", "json", store=store).out)
    assert (found["kind"], found["inboxes"], found["mode"]) == ("toml" if "toml" in store else "sqlite", 1, "0600")
    assert len(found["head"]) == 64
    assert "no such store" in occ("store", "info", store="no.db", code=11).err
    assert "no store yet" in occ("store", "info", code=11).err


def test_a_shared_store_belongs_to_its_group(occ: Run, store: str, tmp_path: Path) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    assert "there is no group" in occ("store", "init", "--group", "no-such-group", store=store, code=2).err
    assert "is not shared with group" in occ("store", "init", "--group", group, store=store, code=13).err
    occ("store", "init", "--group", group, store=f"team/{store}")
    folder = tmp_path / "team"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2770
    files = [path for path in folder.iterdir() if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o660}
    occ("set", "inbox", "--receive", "off", store=f"team/{store}")
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()} == {0o660}
    occ("store", "init", "--group", group, store=f"team/other-{store}")


def test_a_backup_holds_everything(occ: Run, store: str, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store=store)
    if store == "s.toml":
        text = (tmp_path / store).read_text() + "\n# a comment at the end\n"
        (tmp_path / store).write_text(text)
    before = (tmp_path / store).read_bytes() if store == "s.toml" else None
    done = occ("store", "backup", "b.backup", store=store)
    assert done.out.startswith("wrote b.backup, ")
    assert (tmp_path / "b.backup").stat().st_mode & 0o777 == 0o600
    occ("inbox", "remove", "vip", store=store, now="2026-03-03")
    for path in {tmp_path / store, ledger(tmp_path, store)}:
        path.unlink()
    for left in tmp_path.glob("*-wal"):
        left.unlink()
    occ("store", "restore", "b.backup", store=store)
    assert "vip" in occ("inbox", "list", store=store).out
    if before is not None:
        assert (tmp_path / store).read_bytes() == before
    kinds = [
        row["version"] for row in json.loads(occ("history", "vip", "--format", "json", store=store).out)["versions"]
    ]
    assert kinds == [1]
    occ("set", "vip", "--receive", "off", store=store)
    with closing(sqlite3.connect(ledger(tmp_path, store))) as connection:
        assert connection.execute("SELECT count(*) FROM event WHERE kind = 'store-restore'").fetchone() == (1,)


def test_every_change_can_be_proved(occ: Run, store: str, tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(
        "[inboxes.vip]\nreceive = false\n[inboxes.vip.box]\nuntil = 2026-06-01\nreceive = true\n"
        '[[retention.rule]]\nremove_after = "365d"\n[agents.mona]\nrole = "agent"\ninboxes = ["vip"]\n'
        '[rules.over-limit]\nseverity = "note"\n[channels.portal]\nbase = "web-widget"\n[store]\nsecond_person = false\n'
    )
    for words in (
        "store init", "apply f.toml", "set inbox --receive off --for 4h --reason why", "inbox tag inbox gold",
        "set vip --send off --inside", "agent deny mona send --inbox vip", "inbox rename vip keys",
        "preset apply text-only keys", "store backup b.backup", "inbox link inbox portal", "revert inbox --to 1",
        "inbox add old", "inbox remove old", "store restore b.backup --accept-loss tried", "inbox add new",
    ):  # fmt: skip
        occ(*words.split(), store=store)
    occ("set", "inbox", "--send", "off", "--backdate", "told late", store=store, now="2026-01-01")
    assert "ledger intact" in occ("ledger", "verify", store=store).out


def test_a_restore_asks_and_refuses(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.db")
    occ("store", "backup", "b.backup", store="s.db")
    assert occ("store", "restore", "b.backup", store="s.db", terminal=True, typed="n\n").out == "nothing was changed\n"
    assert "is the backup of a SQLite store" in occ("store", "restore", "b.backup", store="s.toml", code=2).err
    assert "no such file" in occ("store", "restore", "no", store="s.db", code=11).err
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to-pipe").symlink_to("pipe")
    for name in ("/dev/zero", ".", "pipe", "to-pipe"):
        err = occ("store", "restore", name, store="s.db", code=20).err
        assert err.startswith(f"error: {name}: not a backup of a store: not a regular file\nhelp: name a backup")
    (tmp_path / "empty").write_bytes(b"")
    assert "not a backup of a store" in occ("store", "restore", "empty", store="s.db", code=20).err
    data = bytearray((tmp_path / "b.backup").read_bytes())
    data[4096:40_960:7] = b"x" * len(data[4096:40_960:7])
    (tmp_path / "torn").write_bytes(data)
    occ("store", "restore", "torn", store="s.db", code=20)
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
    assert "another program" in occ("store", "restore", "other.db", store="s.db", code=10).err
    assert "another program" in occ("show", store="other.db", code=10).err
    assert "is a folder" in occ("store", "backup", ".", store="s.db", code=2).err
    assert "its folder does not exist" in occ("store", "backup", "no/where", store="s.db", code=2).err
    assert "vip" in occ("show", store="s.db").out


ROW = {"id": "w.1", "time": "2026-01-01T10:00:00Z", "inbox": "inbox", "direction": "receive", "name": "a.txt",
       "size": 3, "customer": "customer-77001-omar"}  # fmt: skip


def ingest(occ: Run, folder: Path, store: str, **row: object) -> None:
    (folder / "rows.ndjson").write_text(json.dumps({**ROW, **row}) + "\n")
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store=store)


def test_a_restore_lists_what_it_would_lose_and_changes_nothing(occ: Run, store: str, tmp_path: Path) -> None:
    ingest(occ, tmp_path, store)
    occ("store", "backup", "b.backup", store=store)
    assert "restored" in occ("store", "restore", "b.backup", store=store).out, "nothing came after it"
    occ("store", "backup", "b.backup", store=store)
    ingest(occ, tmp_path, store, id="w.2", customer="other")
    occ("hold", "add", "--name", "claim", "--inbox", "inbox", "--reason", "case 9", store=store)
    occ("ledger", "erase", "--customer", "nobody", "--reason", "request", store=store)
    occ("set", "inbox", "--receive", "off", store=store)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    err = occ("store", "restore", "b.backup", store=store, code=13).err
    assert "1  entries: w.2" in err
    assert "1  holds: claim (#" in err
    assert "1  settings changes: inbox (#" in err
    assert f"error: b.backup lacks what {store} has on record; nothing was changed" in err
    assert f"help: where that may be lost: occ-media --store {store} store restore b.backup --accept-loss REASON" in err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    assert "the reason is empty" in occ("store", "restore", "b.backup", "--accept-loss", " ", store=store, code=2).err
    out = occ("store", "restore", "b.backup", "--accept-loss", "disk failed", store=store).out
    assert "  1 hold placed again\n" in out
    found = json.loads(occ("hold", "list", "--format", "json", store=store).out)["holds"]
    assert [(hold["hold"], hold["reason"], hold["inbox"], hold["files"]) for hold in found] == [
        ("claim", "case 9", "inbox", 1)
    ]  # fmt: skip
    assert "ledger intact" in occ("ledger", "verify", store=store).out
    findings = occ("audit", "--rule", "store-rolled-back", store=store, code=1).out
    assert "disk failed (lost: entries: 1, holds: 1, settings changes: 1)" in " ".join(findings.split())
    assert json.loads(occ("show", "inbox", "--format", "json", store=store).out)["inboxes"][0]["receive"] is True


def test_a_restore_without_loss_is_no_finding(occ: Run, store: str, tmp_path: Path) -> None:
    ingest(occ, tmp_path, store)
    occ("store", "backup", "b.backup", store=store)
    occ("store", "restore", "b.backup", store=store)
    occ("audit", "--rule", "store-rolled-back", store=store)


def test_a_restore_does_erasures_again(occ: Run, store: str, tmp_path: Path) -> None:
    ingest(occ, tmp_path, store)
    occ("store", "backup", "b.backup", store=store)
    occ("ledger", "erase", "--customer", "customer-77001-omar", "--reason", "request 9", store=store)
    assert "1  erasures: erasure (#" in occ("store", "restore", "b.backup", store=store, code=13).err
    out = occ("store", "restore", "b.backup", "--accept-loss", "tried", store=store).out
    assert "  1 erasure done again; the backup itself still has the values\n" in out
    for path in tmp_path.glob(f"{ledger(tmp_path, store).name}*"):
        assert b"customer-77001-omar" not in path.read_bytes(), path
    assert "ledger intact" in occ("ledger", "verify", store=store).out
    with closing(sqlite3.connect(ledger(tmp_path, store))) as connection:
        assert connection.execute("SELECT reason FROM event WHERE kind = 'erasure'").fetchall() == [("request 9",)]


def test_a_backup_of_another_store_is_refused_and_holds_stay(occ: Run, tmp_path: Path) -> None:
    ingest(occ, tmp_path, "other.db", id="w.9", inbox="inbox")
    ingest(occ, tmp_path, "other.db")
    occ("store", "backup", "o.backup", store="other.db")
    ingest(occ, tmp_path, "s.db")
    occ("inbox", "add", "vip", store="s.db")
    occ("hold", "add", "--name", "one", "--entry", "w.1", "--reason", "case 1", store="s.db")
    occ("hold", "add", "--name", "vip", "--inbox", "vip", "--reason", "case 2", store="s.db")
    err = occ("store", "restore", "o.backup", store="s.db", code=13).err
    assert "o.backup is a backup of another store; of this one it has nothing:" in err
    done = occ("store", "restore", "o.backup", "--accept-loss", "moved", store="s.db")
    assert "note: hold vip: its inbox is not in the backup; it holds files of every inbox" in done.err
    found = json.loads(occ("hold", "list", "--format", "json", store="s.db").out)["holds"]
    assert [(hold["hold"], hold["entry"], hold["files"]) for hold in found] == [("one", "w.1", 1), ("vip", None, 2)]
    assert "ledger intact" in occ("ledger", "verify", store="s.db").out


def test_a_hold_of_an_entry_that_is_not_restored_waits_for_it(occ: Run, tmp_path: Path) -> None:
    ingest(occ, tmp_path, "s.db")
    occ("store", "backup", "b.backup", store="s.db")
    ingest(occ, tmp_path, "s.db", id="w.2", time="2026-01-05T10:00:00Z")
    occ("hold", "add", "--name", "one", "--entry", "w.2", "--reason", "case 1", store="s.db")
    done = occ("store", "restore", "b.backup", "--accept-loss", "tried", store="s.db")
    assert "its entry is not in the backup; it holds every file of that moment" in done.err
    assert json.loads(occ("hold", "list", "--format", "json", store="s.db").out)["holds"][0]["files"] == 0
    ingest(occ, tmp_path, "s.db", id="w.2", time="2026-01-05T10:00:00Z")
    assert json.loads(occ("hold", "list", "--format", "json", store="s.db").out)["holds"][0]["files"] == 1


def test_a_file_in_quarantine_is_known_after_a_restore_and_comes_back(occ: Run, tmp_path: Path) -> None:
    root = tmp_path / "media"
    root.mkdir()
    for name in ("a", "b"):
        (root / name).write_bytes(name.encode())
        ingest(occ, tmp_path, "s.db", id=f"w.{name}", size=1, path=name, sha256=sha256(name.encode()).hexdigest())
    occ("retention", "set", "inbox", "--remove-after", "30d", store="s.db")
    occ("store", "backup", "b.backup", store="s.db")
    plan = json.loads(occ("retention", "plan", "--root", "media", "--format", "json", store="s.db").out)["plan"]
    occ("--actor", "bob", "retention", "approve", plan, store="s.db")
    occ("retention", "purge", plan, "--root", "media", "--max-delete", "100%", "--grace", "1s", store="s.db")
    assert "2  removals: w.a, w.b" in occ("store", "restore", "b.backup", store="s.db", code=13).err
    out = occ("store", "restore", "b.backup", "--accept-loss", "tried", store="s.db").out
    assert "  2 entries on record again as purged\n" in out
    occ("retention", "restore", "w.a", "--root", "media", store="s.db")
    assert [path.name for path in root.iterdir() if path.is_file()] == ["a"]
    occ("retention", "purge", plan, "--root", "media", "--max-delete", "100%", store="s.db", code=13)
    time.sleep(1.1)  # the grace counts by the machine's clock, whatever --now says
    occ("retention", "purge", "--finish", "--root", "media", store="s.db", now="2099-01-01")
    assert "ledger intact: 2 entries" in occ("ledger", "verify", store="s.db").out
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        gone = connection.execute("SELECT id FROM entry WHERE deleted_ms IS NOT NULL").fetchall()
    assert gone == [("w.b",)]


def test_a_store_that_cannot_be_read_is_put_aside_only_with_a_reason(occ: Run, store: str, tmp_path: Path) -> None:
    ingest(occ, tmp_path, store)
    occ("store", "backup", "b.backup", store=store)
    with closing(sqlite3.connect(ledger(tmp_path, store))) as connection:
        connection.execute("CREATE TRIGGER hush BEFORE INSERT ON hold_state BEGIN SELECT RAISE(IGNORE); END")
    said = occ("hold", "add", "--name", "x", "--inbox", "inbox", "--reason", "y", store=store, code=10)
    assert "trigger hush was added" in said.err
    assert "DROP TRIGGER hush" in said.err
    assert "trigger hush was added" in occ("store", "restore", "b.backup", store=store, code=13).err
    done = occ("store", "restore", "b.backup", "--accept-loss", "forged", store=store)
    assert "its holds and erasures are not carried over" in done.err
    assert "forged" in occ("audit", "--rule", "store-rolled-back", store=store, code=1).out
    assert len(list(tmp_path.glob("*.before-restore-*"))) == (2 if store == "s.toml" else 1), "the document is kept too"


def test_a_backup_with_a_view_of_somebody_else_is_refused(occ: Run, tmp_path: Path) -> None:
    ingest(occ, tmp_path, "s.db")
    occ("store", "backup", "b.backup", store="s.db")
    with closing(sqlite3.connect(tmp_path / "b.backup")) as connection:
        connection.execute("DROP VIEW entry")
        connection.execute("CREATE VIEW entry AS SELECT 1 AS seq")
    assert "b.backup: view entry was changed" in occ("store", "restore", "b.backup", store="s.db", code=10).err


def test_a_store_that_changes_during_a_restore_is_left_alone(
    occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from occ_media_cli.retention import carried

    ingest(occ, tmp_path, "s.db")
    occ("store", "backup", "b.backup", store="s.db")
    real = carried.carry

    def late(*arguments: Any) -> Any:
        done = real(*arguments)
        with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
            connection.execute("UPDATE head SET seq = seq + 1")
            connection.commit()
        return done

    monkeypatch.setattr(carried, "carry", late)
    assert (
        "another command changed the store meanwhile" in occ("store", "restore", "b.backup", store="s.db", code=12).err
    )
    assert not list(tmp_path.glob("*before-restore*"))


def test_the_doctor_lists_what_a_killed_command_left(occ: Run, store: str, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store=store)
    (tmp_path / ".b.backup.0123456789abcdef.occ-media.tmp").write_bytes(b"everything")
    assert "problem  copy" in occ("doctor", store=store, code=1).out
    occ("inbox", "tag", "vip", "gold", store=store)
    assert "copy" not in occ("doctor", store=store).out


def test_the_store_before_a_killed_restore_gets_its_name_or_goes(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.db")
    occ("store", "backup", "b.backup", store="s.db")
    occ("store", "restore", "b.backup", store="s.db")
    [kept] = tmp_path.glob("*.before-restore-*")
    ending = ".0123456789abcdef.occ-media.tmp"
    hidden = tmp_path / f".{kept.name}{ending}"
    kept.rename(hidden)
    never = tmp_path / f".s.db.before-restore-7{ending}"
    other = tmp_path / f".other.db.before-restore-7{ending}"
    for path in (never, other):
        path.write_bytes(b"everything")
    occ("inbox", "tag", "vip", "gold", store="s.db")
    assert kept.exists()
    assert not hidden.exists()
    assert not never.exists()
    assert other.exists(), "it is for its own store to say"


def test_a_document_backup_fits_a_sqlite_store_too(occ: Run) -> None:
    occ("inbox", "add", "vip", store="s.toml")
    occ("store", "backup", "b.backup", store="s.toml")
    occ("store", "restore", "b.backup", store="new.db")
    assert "vip" in occ("show", store="new.db").out


def test_the_doctor_looks_at_everything(occ: Run, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / store
    monkeypatch.setenv("OCC_MEDIA_CLAMD", str(tmp_path / "none"))
    assert "not made yet" in occ("doctor", store=store).out
    occ("set", "inbox", "--receive", "off", store=store)
    found = json.loads(occ("doctor", "--format", "json", store=store).out)
    states = {check["what"]: check["state"] for check in found["checks"]}
    assert {"program", "store", "SQLite", "chain", "clock", "libmagic", "clamd"} <= set(states)
    assert states["clamd"] == "missing"
    path.chmod(0o644)
    assert "everybody on this host can open it" in occ("doctor", store=store, code=1).out
    path.chmod(0o600)
    with closing(sqlite3.connect(ledger(tmp_path, store))) as connection:
        connection.execute("UPDATE head SET seq = seq + 1")
        connection.commit()
    assert "problem  chain" in occ("doctor", store=store, code=1).out
    if store == "s.toml":
        path.write_text("[inboxes.vip\n")
        assert "s.toml:1: not TOML" in occ("doctor", store=store, code=1).out


def test_the_doctor_asks_clamd(occ: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with Liar(exact) as server:
        monkeypatch.setenv("OCC_MEDIA_CLAMD", server.address)
        assert "ok       clamd     ClamAV 1.4.6, signatures 27824, of 2026-11-29T" in occ("doctor").out
    with Liar(exact, honest=False) as server:
        monkeypatch.setenv("OCC_MEDIA_CLAMD", server.address)
        out = occ("doctor").out
        assert "no file is called clean: clamd says OK of what lies beyond its limits" in out
        assert "help: write 'AlertExceedsMax yes' into clamd.conf" in out
        assert "AlertEncryptedArchive is no, so some files stay not scanned" in out
    assert "no file can be scanned" in occ("doctor").out


def test_a_clock_that_runs_behind_is_a_problem(occ: Run, store: str, tmp_path: Path) -> None:
    occ("set", "inbox", "--receive", "off", store=store)
    with closing(sqlite3.connect(ledger(tmp_path, store))) as connection:
        (trigger,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'event_no_update'").fetchone()
        connection.executescript(f"DROP TRIGGER event_no_update; UPDATE event SET wall = wall + 99000000; {trigger};")
    assert "problem  clock" in occ("doctor", store=store, code=1).out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_valid(occ: Run, shell: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(occ("completion", shell).out, encoding="utf-8")
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this machine")
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes_commands_and_options(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "script").write_text(occ("completion", "bash").out, encoding="utf-8")

    def complete(*words: str) -> list[str]:
        line = " ".join(f"'{word}'" for word in words)
        program = (
            f"source ./script; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _occ_media; echo ${{COMPREPLY[@]}}"
        )
        done = subprocess.run(
            ["bash", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout.split()

    assert "inbox" in complete("occ-media", "in")
    assert complete("occ-media", "inbox", "ren") == ["rename"]
    assert complete("occ-media", "set", "vip", "--rec") == ["--receive"]


def test_the_frame_tells_what_was_mistyped(occ: Run) -> None:
    for words, error, help_text in (
        (["shwo"], "no command 'shwo' in occ-media, did you mean 'show'?", "Z show"),
        (["inbox", "ad"], "no command 'ad' in occ-media inbox, did you mean 'add'?", "Z inbox add"),
        (
            ["show", "--formt", "json"],
            "no option --formt in occ-media show, did you mean --format?",
            "show --format json",
        ),
        (["revert", "vip", "--to", "x"], "'x' is not a valid int", "occ-media revert --help"),
        (["inbox", "rename", "a"], "occ-media inbox rename needs NEW", "Z inbox rename a NEW"),
        (["--store", "x.txt", "show"], "the store 'x.txt' ends in neither .toml nor .db", "name it x.txt.db"),
        (["--actor", "a\tb", "show"], "--actor must be a name", "write --actor dana"),
        (["show", "--format", "jsn"], "--format 'jsn' is none of table, json", "show --format json"),
    ):
        done = occ(*words, code=2)
        assert error in done.err
        assert help_text in done.err
    assert "Usage: occ-media inbox" in occ("inbox", code=2).out
    assert "Usage: occ-media [OPTIONS]" in occ(code=2, now=None).out
    assert occ("--version", now=None).out.startswith("occ-media ")
    assert occ("show", "--version-x", code=2).out == ""
    assert occ("--no-color", "--quiet", "show").out != ""
    machine = json.loads(occ("show", "vip", "--format", "json", code=11).err)
    assert (machine["schema"], machine["code"]) == ("occ-media/error/1", 11)


def test_options_beat_the_environment(occ: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCC_MEDIA_STORE", "env.db")
    monkeypatch.setenv("OCC_MEDIA_NOW", "2026-01-01T00:00:00+02:00")
    occ("set", "inbox", "--receive", "off", now=None)
    occ("set", "inbox", "--send", "off", "--actor", "sam", now="2026-02-01")
    versions = json.loads(occ("history", "--format", "json").out)["versions"]
    assert [(item["valid_from"], item["actor"]) for item in versions] == [
        ("2025-12-31T22:00:00.000Z", "dana"), ("2025-12-31T22:00:00.000Z", "dana"), ("2026-02-01T00:00:00.000Z", "sam")
    ]  # fmt: skip
    assert "OCC_MEDIA_NOW 'someday' is not a time" in _with_now(occ, monkeypatch, "someday")


def _with_now(occ: Run, monkeypatch: pytest.MonkeyPatch, moment: str) -> str:
    monkeypatch.setenv("OCC_MEDIA_NOW", moment)
    return str(occ("show", now=None, code=2).err)


def test_read_only_refuses_every_changing_command(occ: Run, store: str, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store=store)
    occ("store", "backup", "b.backup", store=store)
    (tmp_path / "f.toml").write_text("[inboxes.new]\n")
    (tmp_path / "h.ndjson").write_text('{"name": "vip", "valid_from": "2025-01-01", "send": false}\n')
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    for words in (
        "set vip --send off", "revert vip --to 1", "inbox add x", "inbox rename vip x", "inbox remove vip",
        "inbox link vip telegram", "inbox unlink vip telegram", "inbox tag vip t", "inbox untag vip t", "apply f.toml",
        "agent add a --role owner", "agent remove a", "agent allow a send --inbox vip", "agent deny a send --inbox vip",
        "preset apply text-only vip", "store init", "store restore b.backup", "history import h.ndjson",
    ):  # fmt: skip
        assert "--read-only refuses every change" in occ("--read-only", *words.split(), store=store, code=13).err, words
        assert "--read-only refuses every change" in occ(*words.split(), "--read-only", store=store, code=13).err, words
    for words in ("show", "history", "inbox list", "agent list", "export", "plan f.toml", "store info", "doctor"):
        occ("--read-only", *words.split(), store=store)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


EVERYTHING_WITH_OUTPUT = (
    "show", "history", "export", "inbox list", "agent list", "preset list", "drift f.toml", "plan f.toml", "types",
    "channels", "check f.toml", "fit f.toml", "store info", "ledger list", "ledger stats", "ledger verify",
    "ledger checkpoint", "ledger export", "audit", "rules list", "rules explain over-limit", "report settings",
    "retention show", "hold list",
)  # fmt: skip


def test_a_hyphen_as_output_is_standard_output(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.db")
    occ("export", "--output", "f.toml", store="s.db")
    before = set(tmp_path.iterdir())
    codes = {"check f.toml": 1}
    for words in EVERYTHING_WITH_OUTPUT:
        plain = occ(*words.split(), "--read-only", store="s.db", code=codes.get(words, 0))
        dash = occ(*words.split(), "--read-only", "--output", "-", store="s.db", code=codes.get(words, 0))
        said, told = (re.sub(r'"wall": "[^"]+"', "", done.out) for done in (dash, plain))
        assert (said, dash.err) == (told, plain.err), words
        assert set(tmp_path.iterdir()) <= before | {tmp_path / "home"}, words
    occ("export", "--output", "./-", store="s.db")
    assert (tmp_path / "-").read_bytes() == (tmp_path / "f.toml").read_bytes()


@pytest.mark.parametrize(
    ("words", "why", "help_text"),
    [
        ("show --format xlsx --output -", "format xlsx is not text", "--output report.xlsx"),
        ("ledger export --format parquet --output -", "format parquet cannot go to standard output", "--output FILE"),
        ("audit --bundle -", "--bundle cannot go to standard output", "name a file with --bundle"),
        (
            "audit --write-baseline -",
            "--write-baseline cannot go to standard output",
            "name a file with --write-baseline",
        ),
    ],
)
def test_what_cannot_go_to_standard_output_says_so(
    occ: Run, tmp_path: Path, words: str, why: str, help_text: str
) -> None:
    occ("inbox", "add", "vip", store="s.db")
    done = occ(*words.split(), store="s.db", code=2, terminal=True)
    assert done.out == ""
    assert why in done.err
    assert help_text in done.err
    assert not (tmp_path / "-").exists()


def test_a_workbook_is_not_written_over_a_screen(occ: Run) -> None:
    occ("inbox", "add", "vip", store="s.db")
    said = occ("show", "--format", "xlsx", store="s.db", code=2, terminal=True).err
    assert "format xlsx is not text; nothing was written" in said
    assert "--output" in said


def test_what_contradicts_itself_says_which_part_to_leave_out(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello\n")
    occ("inbox", "add", "vip", store="s.db")
    words = ("check", "a.txt", "--agent", "kim", "--direction", "receive", "--inbox", "vip")
    assert "help: leave one of them out" in occ(*words, store="s.db", code=2).err


def test_a_restore_shows_how_far_the_verification_is(
    occ: Run, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from occ_media_cli.cli import progress
    from occ_media_cli.ledger.verify import chain_check

    ingest(occ, tmp_path, store)
    occ("store", "backup", "b.backup", store=store)
    monkeypatch.setattr(chain_check, "_EVERY", 1)
    monkeypatch.setattr(progress, "FIRST_AFTER", 0)
    monkeypatch.setattr(progress, "EACH_PIPED", 0)
    assert "verifying the backup" in occ("store", "restore", "b.backup", store=store).err
    assert "verifying the backup" not in occ("-q", "store", "restore", "b.backup", store=store).err


def test_a_hold_that_was_released_since_is_told(occ: Run, store: str, tmp_path: Path) -> None:
    ingest(occ, tmp_path, store)
    occ("hold", "add", "--name", "claim", "--inbox", "inbox", "--reason", "case 1", store=store)
    occ("store", "backup", "b.backup", store=store)
    occ("hold", "release", "claim", "--reason", "settled", store=store)
    said = occ("store", "restore", "b.backup", "--accept-loss", "tried", store=store).err
    assert "note: hold claim: dana released it at " in said
    assert "claim" in occ("hold", "list", store=store).out
    said = occ("store", "restore", "b.backup", "--accept-loss", "again", store=store).err
    assert said.count("note: hold claim: dana released it at ") == 1, "a later restore tells it too"
