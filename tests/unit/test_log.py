"""The log of a run: nothing without it, every step with it, and never a value that belongs to a person."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from occ_media_cli import log
from occ_media_cli.store.migrate import LATEST
from tests.e2e import program
from tests.unit.cli.conftest import NOW
from tests.unit.media.build import VALID

LINE = re.compile(r"(info|debug) \d+\.\d{3}s \w+: .+")
SECRETS = ("4479000", "ann@people", "c-secret", "w.secret", "passport", "agent-secret", "because-secret", "Dear-secret")
"""Parts of every value that belongs to a person in the store below."""

ENTRY = {
    "id": "w.secret.1", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "receive", "customer": "+4479000111",
    "conversation": "c-secret", "agent": "agent-secret", "name": "passport\n::error::x\x1b[31m.pdf", "declared": "application/pdf",
    "size": 99999999, "path": "passport.pdf",
}  # fmt: skip
ENTRIES = [
    ENTRY,
    {**ENTRY, "id": "w.secret.2", "customer": "ann@people.example", "direction": "send"},
    {"id": "w.secret.3"},
]


def run(folder: Path, *words: str, env: dict[str, str] | None = None) -> tuple[int, str, list[str], list[str]]:
    """Exit code, stdout, the lines of the log, and every other line of stderr."""
    environment = {**program.ENVIRONMENT, "PATH": os.environ["PATH"], "HOME": str(folder), **(env or {})}
    done = program.run(["--now", NOW, "--store", "s.db", *words], cwd=folder, env=environment)
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    return (
        done.returncode,
        done.stdout,
        [x for x in lines if LINE.fullmatch(x)],
        [x for x in lines if not LINE.fullmatch(x)],
    )


JOURNEY = [
    ("inbox", "add", "vip"),
    ("set", "vip", "--receive", "off", "--message", "Dear-secret customer", "--reason", "because-secret"),
    ("ledger", "ingest", "ndjson", "e.ndjson"),
    ("hold", "add", "--name", "h1", "--customer", "+4479000111", "--reason", "because-secret"),
    ("customer", "alias", "add", "+4479000111", "ann@people.example", "--reason", "because-secret"),
    ("retention", "set", "default", "--remove-after", "1d", "--reason", "because-secret"),
    ("show", "--format", "json"),
    ("ledger", "show", "w.secret.1", "--format", "json"),
    ("ledger", "verify", "--format", "json"),
    ("check", ".", "--include", "*.pdf", "--format", "json"),
    ("audit", "--format", "json"),
    ("retention", "plan", "--root", ".", "--format", "csv"),
    ("ledger", "erase", "--customer", "ann@people.example", "--reason", "because-secret"),
    ("ledger", "show", "w.secret.9"),
]
"""Commands in an order that works: with a hostile file name, a refused row, a message, reasons and two ids of a person."""


def folder(path: Path) -> Path:
    path.mkdir()
    (path / "e.ndjson").write_text("".join(json.dumps(entry) + "\n" for entry in ENTRIES))
    (path / "passport.pdf").write_bytes(VALID["pdf"])
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[tuple[int, str, list[str], list[str]], ...]]:
    """Each command three times, in three stores: without the log, with `-v`, and with all of it."""
    base = tmp_path_factory.mktemp("logs")
    places = [folder(base / name) for name in ("without", "steps", "everything")]
    return [
        (
            run(places[0], *words), run(places[1], *words, "-v"),
            run(places[2], *words, env={"OCC_MEDIA_LOG": "debug", "GITHUB_ACTIONS": "true"}),
        )
        for words in JOURNEY
    ]  # fmt: skip


def same(text: str) -> str:
    """A text without what two stores of the same content differ in: their secrets, ids, heads and clocks."""
    return re.sub(
        r"/\S+?/(without|steps|everything)\b|[0-9a-f]{12,64}|\d{4}-\d\d-\d\dT[\d:.]+Z|\bplan [\w-]+", "x", text
    )


def test_without_it_nothing_is_logged(runs: list[tuple[tuple[int, str, list[str], list[str]], ...]]) -> None:
    assert [lines for (_, _, lines, _), *_ in runs if lines] == []


def test_with_it_the_exit_code_and_stdout_stay(runs: list[tuple[tuple[int, str, list[str], list[str]], ...]]) -> None:
    assert {code for (code, _, _, _), *_ in runs} == {0, 3, 11, 13}
    for words, (without, steps, everything) in zip(JOURNEY, runs, strict=True):
        assert without[0] == steps[0] == everything[0], (words, everything)
        assert same(without[1]) == same(steps[1]), words
        assert same("\n".join(without[3])) == same("\n".join(steps[3])), words


def test_no_line_holds_a_value_of_a_person(runs: list[tuple[tuple[int, str, list[str], list[str]], ...]]) -> None:
    told = [line for _, *logged in runs for _, _, lines, _ in logged for line in lines]
    assert len(told) > 200
    assert [line for line in told if any(secret in line for secret in SECRETS)] == []
    assert [line for line in told if "::" in line or "\x1b" in line] == []


def test_the_lines_say_which_step_took_how_long(runs: list[tuple[tuple[int, str, list[str], list[str]], ...]]) -> None:
    steps = "\n".join(line for _, logged, _ in runs for line in logged[2])
    for words in (
        f"store: opened s.db (sqlite, schema {LATEST}) for reading", f"store: opened s.db (sqlite, schema {LATEST}) for changing",
        "settings: settings read, took", "settings: change committed, took", "ingest: commit of 3 rows, took",
        "audit: rule over-limit, took", "verify: chain hashed again, took", "sandbox: worker 1 of", "walk: ",
        "report: json rendered and written, took", "cli: exit code 0", "cli: exit code 11",
    ):  # fmt: skip
        assert words in steps, words
    assert "debug" not in steps
    assert "store: schema compared, took" in "\n".join(line for _, _, logged in runs for line in logged[2])


def test_a_path_is_said_as_the_user_named_it_and_cannot_move_a_cursor(tmp_path: Path) -> None:
    name = "s\x1b[31m.db"
    done = subprocess.run(
        [sys.executable, "-m", "occ_media_cli", "-v", "--store", name, "inbox", "add", "vip"],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )  # fmt: skip
    assert "\x1b" not in done.stderr
    assert str(tmp_path) not in done.stderr


def test_another_word_in_the_environment_is_a_usage_error(tmp_path: Path) -> None:
    code, out, lines, others = run(tmp_path, "show", env={"OCC_MEDIA_LOG": "loud"})
    assert (code, out, lines) == (2, "", [])
    assert others[0] == "error: OCC_MEDIA_LOG is neither info nor debug"


def test_only_the_process_that_began_the_log_writes(capfd: pytest.CaptureFixture[str]) -> None:
    log.begin(log.STEPS)
    try:
        log.note("test", "before")
        child = os.fork()
        if not child:
            log.note("test", "a worker, with bytes of somebody else")
            os._exit(0)
        os.waitpid(child, 0)
        with pytest.raises(ValueError, match="no"), log.step("test", "a step of {} rows", 3_000):
            raise ValueError("no name in it")
    finally:
        log.begin(log.OFF)
    told = capfd.readouterr().err
    assert re.fullmatch(
        r"info \d\.\d{3}s test: before\ninfo \d\.\d{3}s test: a step of 3,000 rows, stopped after \d\.\d{3}s by ValueError\n",
        told,
    )
