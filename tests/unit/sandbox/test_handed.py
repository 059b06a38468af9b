"""Bytes that untrusted work hands back arrive whole, in order and bounded, and what goes wrong costs one file."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.sandbox import handed
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.handed import Ended, Handing


def work(fd: int, size: int, name: str) -> Iterator[tuple[Any, bytes | None]]:
    if name == "exit":
        ctypes.CDLL(None)._exit(3)  # as os._exit, which the measuring of coverage takes time for
    if name == "spin":
        while True:
            pass
    if name == "memory":
        yield "much", b"x" * (1 << 40)
    if name == "raise":
        yield "first", b"1"
        raise ValueError("odd bytes")
    for number in range(300):
        yield number, None if number % 3 else (b"%d" % number) * 1000 + os.pread(fd, size, 0)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    path = tmp_path / "a"
    path.write_bytes(b"words")
    fd = os.open(path, os.O_RDONLY)
    yield fd
    os.close(fd)


def taken(handing: Handing, fd: int, name: str) -> list[tuple[Any, bytes | None]]:
    found: list[tuple[Any, bytes | None]] = []
    for value, held in handing.work_on(fd, 5, name):
        found.append((value, None if held is None else os.pread(held, 1 << 20, 0)))
        if held is not None:
            os.close(held)
    return found


def test_everything_arrives_in_order(file: int) -> None:
    with Handing(Task(work)) as handing:
        for _ in range(3):  # one process for all of them
            found = taken(handing, file, "well")
            assert [value for value, _ in found] == list(range(300))
            assert found[3][1] == b"3" * 1000 + b"words"
            assert found[4][1] is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("exit", "looking at it ended early"),
        ("spin", "looking at it took longer than 0.3 s"),
        ("memory", "looking at it needs too much memory"),
        ("raise", r"looking at it failed \(ValueError\)"),
    ],
)
def test_what_goes_wrong_costs_that_file(file: int, name: str, reason: str) -> None:
    with Handing(Task(work, seconds=0.3)) as handing:
        assert len(taken(handing, file, "well")) == 300
        with pytest.raises(Ended, match=reason):
            taken(handing, file, name)
        assert len(taken(handing, file, "well")) == 300


def test_who_takes_nothing_holds_the_work_up(file: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed, "_AHEAD", 4)
    read, write = os.pipe()
    os.set_inheritable(write, True)

    def counted(fd: int, size: int, name: str) -> Iterator[tuple[Any, bytes | None]]:
        for number in range(100):
            yield number, b"x"

    before = len(list(Path("/proc/self/fd").iterdir()))
    with Handing(Task(counted)) as handing:
        given = handing.work_on(file, 5, "")
        held = [next(given)[1] for _ in range(3)]
        for each in held:
            assert each is not None
            os.close(each)
        given.close()  # left in the middle: the process goes, and the next file gets a new one
        assert len(taken(handing, file, "")) == 100
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    os.close(read)
    os.close(write)


def test_a_process_that_cannot_be_had_costs_that_file(file: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with Handing(Task(work)) as handing:
        with monkeypatch.context() as patched:
            patched.setattr(os, "fork", fork)
            with pytest.raises(Ended, match="no process could be started"):
                taken(handing, file, "well")
        assert len(taken(handing, file, "well")) == 300


def test_too_few_descriptors_are_told(file: int) -> None:
    """A descriptor that finds no room here is lost on its way; the result must not pass for one without bytes."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held: list[int] = []
    with Handing(Task(work)) as handing:
        assert len(taken(handing, file, "well")) == 300
        used = {int(path.name) for path in Path("/proc/self/fd").iterdir()}
        free = next(number for number in range(soft) if number not in used)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (free + 4, hard))
            with pytest.raises(Ended, match="too many files are open"):
                held.extend(each for _, each in handing.work_on(file, 5, "well") if each is not None)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for each in held:
            os.close(each)
        assert len(taken(handing, file, "well")) == 300
