"""A worker starts clean, whatever its parent holds, and ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool


def jobs(folder: Path, names: list[str]) -> Iterator[Job]:
    (folder / "file").write_bytes(b"content")
    for name in names:
        yield Job(os.open(folder / "file", os.O_RDONLY), 7, name, name)


def run(task: Task, folder: Path, names: list[str]) -> dict[str, Any]:
    with Pool(task) as pool:
        return {job.tag: result for job, result in pool.run(jobs(folder, names))}


def eat(_fd: int, _size: int, name: str) -> str:
    """Some memory, as every honest file needs; a hungry one takes more, and a greedy one more than any heap has free."""
    return f"{name} {len(bytearray({'hungry': 120, 'greedy': 2048}.get(name, 20) << 20)) >> 20}"


@pytest.fixture
def grown() -> Iterator[None]:
    """This process with three gigabytes of address space more, as a reader of Parquet files may have."""
    held = mmap(-1, 3 << 30)
    yield
    held.close()


@pytest.mark.usefixtures("grown")
def test_a_parent_that_has_grown_takes_nothing_from_its_workers(tmp_path: Path) -> None:
    found = run(Task(eat, memory=60 << 20), tmp_path, ["a", "greedy", "b"])
    assert found == {"a": "a 20", "greedy": Failed("looking at it needs too much memory"), "b": "b 20"}


def test_the_limits_are_those_of_the_task(tmp_path: Path) -> None:
    assert run(Task(eat, memory=200 << 20), tmp_path, ["hungry"]) == {"hungry": "hungry 120"}
    slow = Task(lambda *_: time.sleep(60), doing="scanning it", seconds=0.2)
    assert run(slow, tmp_path, ["a"]) == {"a": Failed("scanning it took longer than 0.2 s")}


def held(fd: int, _size: int, _name: str) -> list[str]:
    """What a worker has open, beside the file that it looks at and the listing itself."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        if int(entry.name) != fd and entry.is_symlink():
            found.append(str(entry.readlink()).partition("[")[0])
    return sorted(found)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are listed in /proc on Linux only")
def test_a_worker_has_nothing_open_but_its_channel(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "secret", os.O_CREAT | os.O_RDWR)
    high = os.dup2(descriptor, 900)
    try:
        assert run(Task(held), tmp_path, ["a"]) == {"a": ["/dev/null", "/dev/null", "/dev/null", "socket:"]}
    finally:
        os.close(descriptor)
        os.close(high)


def test_a_worker_knows_nothing_of_the_environment_and_has_no_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()

    def about(*_: object) -> tuple[list[str], int]:
        threads = Path("/proc/self/task")
        return list(os.environ), len(list(threads.iterdir())) if threads.exists() else 1

    try:
        (environment, threads) = run(Task(about), tmp_path, ["a"])["a"]
    finally:
        waiting.set()
        thread.join()
    assert set(environment) <= {"OCC_MEDIA_DEBUG"}
    assert threads == 1
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "secret"


PARENT = """
import os, sys, time
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Job, Pool

def work(fd, size, name):
    open(sys.argv[1], "w").write(str(os.getpid()))
    time.sleep(600)

with Pool(Task(work, seconds=600)) as pool:
    list(pool.run([Job(os.open("/dev/null", os.O_RDONLY), 0, "a")]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a busy worker ends with its time")
def test_a_busy_worker_ends_with_its_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(note)])
    worker = int(_when_written(note))
    parent.send_signal(signal.SIGKILL)
    parent.wait(30)
    deadline = time.monotonic() + 30
    while _runs(worker):
        assert time.monotonic() < deadline, "the worker outlived its parent"
        time.sleep(0.02)


def _when_written(note: Path) -> str:
    deadline = time.monotonic() + 60
    while not (note.exists() and note.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return note.read_text()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
