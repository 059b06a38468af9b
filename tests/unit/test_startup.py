"""Start-up is a feature: what each frequent command loads, by name, so that a slow import cannot slip in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.media.build import VALID

HEAVY = {
    "rich", "tomlkit", "sqlite_utils", "magic", "msgspec", "pygments", "asyncio", "multiprocessing", "email",
    "http", "xml", "unittest", "ssl", "socket", "zipfile", "tomllib", "sqlite3", "html", "csv", "concurrent", "logging",
    "importlib.metadata", "zoneinfo", "occ_media_cli.store.customer_ids",
    "occ_media_cli.time_words", "occ_media_cli.time_zones",
}  # fmt: skip
"""Packages and modules that cost more than a millisecond; each command lists the ones that it may load."""

BUDGET = {
    "version": (["--version"], set()),
    "set-sqlite": (["--store", "s.db", "set", "inbox", "--receive", "off"], {"sqlite3"}),
    "set-toml": (["--store", "t.toml", "set", "inbox", "--receive", "off"], {"sqlite3"}),
    "show-sqlite": (["--store", "s.db", "show"], {"sqlite3"}),
    "show-toml": (["--store", "t.toml", "show"], {"sqlite3"}),
    "show-verbose": (["-v", "--store", "s.db", "show"], {"sqlite3", "logging"}),
    "check": (["check", "a.png"], {"magic", "socket"}),
}

PROGRAM = """
import json, sys
before = set(sys.modules)
sys.argv = ["occ-media", *json.loads(sys.argv[1])]
from occ_media_cli.__main__ import main
code = main()
sys.stderr.write("\\n" + json.dumps(sorted(set(sys.modules) - before)))
raise SystemExit(code)
"""


def loaded(arguments: list[str], cwd: Path) -> set[str]:
    """The modules that a run adds to a bare interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(arguments)],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=60, env={"PATH": os.environ["PATH"], "HOME": str(cwd)},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores")
    (folder / "a.png").write_bytes(VALID["png"])
    for store in ("s.db", "t.toml"):
        subprocess.run(
            [sys.executable, "-m", "occ_media_cli", "--store", store, "set", "inbox", "--send", "off"],
            cwd=folder, check=True, capture_output=True, timeout=60,
        )  # fmt: skip
    return folder


@pytest.mark.parametrize("name", BUDGET)
def test_a_command_loads_only_what_it_needs(stores: Path, name: str) -> None:
    arguments, allowed = BUDGET[name]
    modules = loaded(arguments, stores)
    heavy = {item for item in HEAVY if item in modules}
    assert heavy == allowed


def test_the_version_loads_nothing_of_the_program(stores: Path) -> None:
    ours = {name for name in loaded(["--version"], stores) if name.startswith(("occ_media_cli", "typer"))}
    assert ours == {"occ_media_cli", "occ_media_cli.__main__"}


@pytest.mark.parametrize("name", ["set-sqlite", "show-sqlite"])
def test_only_the_typed_command_is_built(stores: Path, name: str) -> None:
    modules = {item for item in loaded(BUDGET[name][0], stores) if item.startswith("occ_media_cli.cli.")}
    other = "show" if name.startswith("set") else "set"
    assert f"occ_media_cli.cli.{other}" not in modules


def test_a_verification_loads_no_numpy_where_it_is_installed(stores: Path) -> None:
    assert not {"numpy", "pandas"} & loaded(["--store", "s.db", "ledger", "verify"], stores)
