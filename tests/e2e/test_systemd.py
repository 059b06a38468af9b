"""The unit files of docs/systemd: known to systemd, and their commands do what the documentation says."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.clock import machine_clock
from tests.e2e.program import occ_media
from tests.e2e.test_retention import entries

UNITS = Path(__file__).parents[2] / "docs" / "systemd"
NAMES = sorted(path.name for path in UNITS.iterdir())


def commands(name: str) -> list[list[str]]:
    """The command lines of a unit, without the program."""
    lines = [line for line in (UNITS / name).read_text().splitlines() if line.startswith("ExecStart=")]
    return [shlex.split(line.partition("=")[2])[1:] for line in lines]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
@pytest.mark.parametrize("name", NAMES)
def test_systemd_takes_the_units(tmp_path: Path, name: str) -> None:
    for other in NAMES:
        text = (UNITS / other).read_text().replace("/usr/local/bin/occ-media", sys.executable)
        (tmp_path / other).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_units_work_quietly_and_fail_where_a_file_was_kept(tmp_path: Path) -> None:
    entries(tmp_path)

    def run(*arguments: str, code: int = 0, actor: str = "dana", now: str = "2026-03-20") -> str:
        clock = machine_clock(f"{now} 00:00:00")
        return occ_media("--store", "s.db", "--actor", actor, *arguments, cwd=tmp_path, code=code, env=clock).out

    def unit(name: str, now: str, codes: list[int]) -> list[str]:
        said = []
        for command, code in zip(commands(name), codes, strict=True):
            said.append(run(*[str(tmp_path / "media") if word == "/srv/media" else word for word in command],
                            code=code, actor="timer", now=now))  # fmt: skip
        return said

    run("set", "vip", "--create", "--send", "off", now="2026-01-01")
    run("ledger", "ingest", "ndjson", "rows.ndjson")
    run("retention", "set", "default", "--remove-after", "30d")
    (planned,) = unit("occ-media-plan.service", "2026-03-20", [0])
    plan = planned.split()[planned.split().index("plan") + 1].rstrip(",")
    run("retention", "approve", plan, actor="sam")
    run("retention", "purge", plan, "--root", "media", "--quiet")
    assert unit("occ-media-finish.service", "2026-03-21", [0, 0])[0] == ""
    run("hold", "add", "--name", "claim", "--entry", "e0", "--reason", "r")
    said = unit("occ-media-finish.service", "2026-03-28", [1, 0])
    assert said[0].splitlines()[0] == "kept     0.pdf: held: claim (in quarantine)"
