"""Programs with limits, and the folder that goes whatever happens."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from occ_media_cli.sandbox.program import ProgramTooSlow, Ran, find_program, run_program
from occ_media_cli.sandbox.scratch import scratch_folder

MEMORY = 1 << 30


def run(
    script: str, files: tuple[int, ...] = (), seconds: float = 20.0, most_out: int = 1_000, written: int = 1_000
) -> Ran:
    return run_program(["/bin/sh", "-c", script], files, seconds, most_out, written, MEMORY)


def test_a_program_gets_its_files_and_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "word")
    (tmp_path / "a").write_text("text")
    with (tmp_path / "a").open() as file:
        ran = run(f"cat /proc/self/fd/{file.fileno()}; env; cat; echo wrong >&2; exit 3", (file.fileno(),))
    assert ran.code == 3
    assert ran.out.startswith(b"text")
    assert b"word" not in ran.out
    assert ran.said == "wrong\n"


def test_a_program_ends_with_its_time_and_takes_with_it_what_it_started(tmp_path: Path) -> None:
    with pytest.raises(ProgramTooSlow):
        run(f"(sleep 60 & echo $! > {tmp_path}/pid; wait)", seconds=0.5)
    process = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not Path(f"/proc/{process}").exists() or " Z " in Path(f"/proc/{process}/stat").read_text():
            break
        time.sleep(0.02)
    else:
        pytest.fail("what it started goes on")


def test_a_program_writes_no_more_than_it_may(tmp_path: Path) -> None:
    assert run("yes", most_out=5_000).flooded
    assert run(f"yes > {tmp_path}/big", written=4_096).code != 0
    assert (tmp_path / "big").stat().st_size <= 4_096
    assert len(run("yes a >&2 & sleep 0.2; kill $!", seconds=10).said) <= 65_536


def test_a_program_is_known_by_its_full_path() -> None:
    assert Path(find_program("sh") or "").is_absolute()
    assert find_program("no-such-program") is None


def test_the_folder_goes_with_its_context_and_with_its_maker(tmp_path: Path) -> None:
    with scratch_folder() as folder:
        (Path(folder) / "a").write_text("a")
        assert Path(folder).stat().st_mode & 0o777 == 0o700
    assert not Path(folder).exists()
    script = (
        "from occ_media_cli.sandbox.scratch import scratch_folder\nimport time\n"
        "with scratch_folder() as folder:\n    open(folder + '/a', 'w').close()\n    print(folder, flush=True)\n    time.sleep(60)"
    )
    maker = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert maker.stdout is not None
    folder = maker.stdout.readline().strip()
    assert Path(folder).exists()
    maker.send_signal(signal.SIGKILL)
    maker.wait()
    maker.stdout.close()
    for _ in range(200):
        if not Path(folder).exists():
            return
        time.sleep(0.02)
    pytest.fail("the folder is still there")
