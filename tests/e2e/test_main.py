from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from occ_media_cli import __version__
from tests.e2e.program import occ_media


def with_ours(folder: Path) -> str:
    """A path that finds a folder first, and then what this run of the tests finds."""
    return f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"


SEE = "2026-03-01T10:00:00Z"


def test_the_version_is_answered_before_anything_is_loaded(tmp_path: Path) -> None:
    assert occ_media("--version", cwd=tmp_path).out == f"occ-media {__version__}\n"
    assert occ_media("--quiet", "--version", cwd=tmp_path).out == f"occ-media {__version__}\n"
    assert not list(tmp_path.iterdir())


def test_a_bare_call_prints_the_commands_and_is_usage(tmp_path: Path) -> None:
    result = occ_media(code=2, cwd=tmp_path)
    assert result.out.partition("Most used:\n")[2].startswith("  set ")
    assert "How long it stays:" in result.out


@pytest.mark.parametrize(
    ("arguments", "what", "hint"),
    [
        (("sett", "x"), "no command 'sett' in occ-media, did you mean 'set'?", "occ-media set x"),
        (("set", "inbox", "--recieve", "off"), "no option --recieve in occ-media set, did you mean --receive?", "occ-media set inbox --receive off"),
        (("set", "inbox", "--recieve=off"), "no option --recieve in occ-media set, did you mean --receive?", "occ-media set inbox --receive=off"),
        (("set", "inbox", "--no-receive"), "no option --no-receive in occ-media set, did you mean --receive off?", "occ-media set inbox --receive off"),
        (("set", "inbox", "--rec", "off"), "no option --rec in occ-media set, did you mean --receive?", "occ-media set inbox --receive off"),
        (("set", "inbox", "--receive"), "--receive of occ-media set needs a value: on or off", "occ-media set inbox --receive on; or: occ-media set inbox --receive off"),
        (("list",), "no command 'list' in occ-media, did you mean 'inbox list', 'agent list', ", "occ-media show; or: occ-media inbox list"),
        (("ingest", "csv", "x"), "no command 'ingest' in occ-media, did you mean 'ledger ingest'?", "occ-media ledger ingest csv x"),
        (("show", "--format", "yaml"), "--format 'yaml' is none of", "write --format one of table, json, ndjson, csv, markdown, html or xlsx"),
        (("set", "inbox"), "nothing to set", "occ-media show inbox"),
        (("set", "inbox", "--receive", "of"), "--receive 'of' is neither on nor off, did you mean 'off'?", "help: occ-media set inbox --receive off"),
        (("--store", "my store.db", "set", "vip", "--send=of", "--reason", "of"), "--send 'of' is neither", "help: occ-media --store 'my store.db' set vip --send off --reason of"),
        (("set", "vip", "--reason", "of", "--receive", "of", "--receive=of", "--all"), "--receive 'of'", "help: occ-media set vip --reason of --receive off --receive off --all"),
        (("set", "vip", "--receive", "on", "--receive", "off"), "--receive is given twice", "write --receive on or --receive off, not both"),
        (("set", "inbox", "--receive", "off", "--for", "90"), "--for '90' has no unit", "--for 90h; or: occ-media set inbox --receive off --for 90m; or: "),
        (("--now", "2026-03-01T10", "show"), "--now '2026-03-01T10' is not a time", "write 2026-12-07, "),
        (("set", "inbox", "--send", "off", "--until", "mondy 9:00"), "--until 'mondy 9:00' is not a time, a date, a duration or a named span, did you mean 'monday 9:00'?", "occ-media set inbox --send off --until 'monday 9:00'"),
        (("--tz", "Europe/Berlin", "set", "inbox", "--send", "off", "--until=2027-03-28 02:30"), "--until '2027-03-28 02:30' is never in Europe/Berlin", "occ-media --tz Europe/Berlin set inbox --send off --until=2027-03-28T01:30:00+01:00; or: occ-media --tz Europe/Berlin set inbox --send off --until=2027-03-28T03:30:00+02:00"),
        (("--store", "x.txt", "show"), "the store 'x.txt' ends in neither .toml nor .db", "name it x.txt.db"),
        (("--actor", " ", "show"), "--actor must be a name", "write --actor dana"),
    ],
)  # fmt: skip
def test_a_slip_is_answered_in_two_lines(tmp_path: Path, arguments: tuple[str, ...], what: str, hint: str) -> None:
    result = occ_media(*arguments, code=2, cwd=tmp_path)
    assert result.out == ""
    first, second = result.err.splitlines()
    assert first.startswith(f"error: {what}")
    assert second.startswith("help: ")
    assert hint in second


def test_global_options_stand_before_or_after_and_a_flag_beats_the_environment(tmp_path: Path) -> None:
    env = {"OCC_MEDIA_STORE": "env.db", "OCC_MEDIA_ACTOR": "eve", "OCC_MEDIA_NOW": "2026-01-01"}
    occ_media(
        "--store", "a.db", "set", "inbox", "--receive", "off", "--actor", "kim", "--now", SEE, cwd=tmp_path, env=env
    )
    shown = json.loads(occ_media("show", "--store", "a.db", "--format", "json", cwd=tmp_path).out)["inboxes"][0]
    assert (shown["actor"], shown["valid_from"]) == ("kim", "2026-03-01T10:00:00.000Z")
    occ_media("set", "inbox", "--receive", "off", cwd=tmp_path, env=env)
    shown = json.loads(occ_media("show", "--format", "json", cwd=tmp_path, env=env).out)["inboxes"][0]
    assert (shown["actor"], shown["valid_from"]) == ("eve", "2026-01-01T00:00:00.000Z")


def test_a_machine_format_gets_a_machine_error(tmp_path: Path) -> None:
    result = occ_media("show", "--store", "no.db", "--format", "json", code=11, cwd=tmp_path)
    assert result.out == ""
    assert json.loads(result.err) == {
        "schema": "occ-media/error/1", "code": 11, "error": "no such store", "file": "no.db", "line": None,
        "help": "a changing command makes it, such as: occ-media --store no.db inbox add NAME",
    }  # fmt: skip


def test_an_error_shows_controls_and_never_obeys_them(tmp_path: Path) -> None:
    result = occ_media("show", "--store", "\x1b[31mred\u202e.db", code=11, cwd=tmp_path)
    assert "\x1b" not in result.err
    assert "\u202e" not in result.err
    assert "\\x1b" in result.err


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m occ_media_cli --help | head -1"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("Usage")
    assert done.stderr == ""


def test_a_bug_is_one_line_with_code_70(tmp_path: Path) -> None:
    # A working directory whose store is a folder is nothing that the program foresees as a store.
    (tmp_path / "sitecustomize.py").write_text("import os\nos.uname = None\n", encoding="utf-8")
    result = occ_media("set", "inbox", "--send", "off", code=70, cwd=tmp_path, env={"PYTHONPATH": with_ours(tmp_path)})
    assert result.err.splitlines()[0].startswith("error: a bug in occ-media: TypeError")
    assert "OCC_MEDIA_DEBUG=1" in result.err


def test_a_trace_comes_only_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os\nos.uname = None\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "occ_media_cli", "set", "inbox", "--send", "off"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": with_ours(tmp_path), "OCC_MEDIA_DEBUG": "1"},
    )  # fmt: skip
    assert done.returncode == 70
    assert "Traceback" in done.stderr
