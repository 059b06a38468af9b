"""No file can take the program down: a crash, a hang or a hunger for memory costs that file only."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.sandbox import still
from occ_media_cli.sandbox.child import Task, allow_seconds
from occ_media_cli.sandbox.pool import Failed, Job, Pool


def work(fd: int, size: int, name: str) -> Any:
    if name == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if name == "exit":
        ctypes.CDLL(None)._exit(3)  # as os._exit, which the measuring of coverage takes time for
    if name == "hang":
        time.sleep(60)
    if name == "spin":
        while True:
            pass
    if name == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    if name == "memory":
        return len(b"x" * (1 << 40))
    if name == "raise":
        raise ValueError("odd bytes")
    return name, os.pread(fd, size, 0)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def children() -> set[str]:
    """Processes that this one started and did not wait for; servers of other tests may be among them."""
    return {
        child for thread in Path("/proc/self/task").iterdir() for child in (thread / "children").read_text().split()
    }


def jobs(folder: Path, names: list[str]) -> Iterator[Job]:
    for number, name in enumerate(names):
        path = folder / str(number)
        path.write_text(f"content {number}")
        fd = os.open(path, os.O_RDONLY)
        yield Job(fd, os.fstat(fd).st_size, name, number)


def run(folder: Path, names: list[str], workers: int = 2, seconds: float = 0.4) -> list[Any]:
    with Pool(Task(work, seconds=seconds), workers=workers) as pool:
        results = list(pool.run(jobs(folder, names)))
    assert [job.tag for job, _ in results] == list(range(len(names)))
    return [result for _, result in results]


def test_results_come_in_order_and_from_the_right_file(tmp_path: Path) -> None:
    names = [f"n{number}" for number in range(300)]
    assert run(tmp_path, names) == [(name, f"content {number}".encode()) for number, name in enumerate(names)]


def test_nothing_is_left_open_and_nobody_is_left_running(tmp_path: Path) -> None:
    gc.collect()  # what other tests of this process left open is closed now, not in between
    before, others = open_files(), children()
    run(tmp_path, ["a", "crash", "b"] * 5)
    assert open_files() == before
    assert children() <= others, "a worker was not waited for"


def test_only_the_guilty_file_is_lost(tmp_path: Path) -> None:
    names = [f"n{number}" for number in range(60)]
    for place, name in ((3, "crash"), (20, "exit"), (31, "raise"), (40, "memory"), (59, "crash")):
        names[place] = name
    results = run(tmp_path, names)
    lost = {number: result.reason for number, result in enumerate(results) if isinstance(result, Failed)}
    assert lost == {
        3: "looking at it was ended by SIGSEGV",
        20: "looking at it ended early",
        31: "odd bytes",
        40: "looking at it needs too much memory",
        59: "looking at it was ended by SIGSEGV",
    }


def test_a_file_that_hangs_is_given_up_in_time(tmp_path: Path) -> None:
    begin = time.monotonic()  # of a minute that each would hang, so that a busy machine does not matter
    results = run(tmp_path, ["a", "hang", "spin", "b"])
    assert [isinstance(result, Failed) for result in results] == [False, True, True, False]
    assert {results[1].reason, results[2].reason} == {"looking at it took longer than 0.4 s"}
    assert time.monotonic() - begin < 50


def test_a_worker_that_was_stopped_is_given_up_too(tmp_path: Path) -> None:
    results = run(tmp_path, ["a", "stop", "b"], workers=1)
    assert isinstance(results[1], Failed)
    assert results[2][0] == "b"


def test_a_caller_who_leaves_early_closes_everything(tmp_path: Path) -> None:
    before = open_files()
    with Pool(Task(work), workers=2) as pool:
        results = pool.run(jobs(tmp_path, ["a"] * 200))
        next(results)
        results.close()
    assert open_files() == before


def test_no_jobs_give_no_results_and_start_nobody() -> None:
    with Pool(Task(work)) as pool:
        assert list(pool.run([])) == []


def test_a_worker_that_was_ended_while_idle_blames_no_file(tmp_path: Path) -> None:
    with Pool(Task(work), workers=1) as pool:
        assert len(list(pool.run(jobs(tmp_path, ["a", "b"])))) == 2
        os.kill(pool._workers[0].pid, signal.SIGKILL)
        results = [result for _, result in pool.run(jobs(tmp_path, ["c", "d", "e"]))]
    assert [result[0] for result in results] == ["c", "d", "e"]


def test_a_descriptor_above_1023_is_waited_for(tmp_path: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 1_200:
        pytest.skip("so many files may not be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1_200), hard))
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(1_030)]
    try:
        assert run(tmp_path, ["a", "b"]) == [("a", b"content 0"), ("b", b"content 1")]
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_work_may_write_a_file_that_is_handed_over(tmp_path: Path) -> None:
    def work(_fd: int, _size: int, name: str, out: int) -> int:
        allow_seconds(0.4)
        if name == "late":
            time.sleep(20)
        if name == "endless":
            while True:
                os.write(out, b"x" * 100_000)
        return os.write(out, name.encode())

    waited: list[int] = []
    names = ("first", "late", "endless", "last")
    outs = {name: still.unnamed_file() for name in names}
    (tmp_path / "a").write_bytes(b"a")
    jobs = [Job(os.open(tmp_path / "a", os.O_RDONLY), 1, name, name, None, outs[name]) for name in names]
    task = Task(work, "making it", seconds=30.0, written=1_000_000)
    with Pool(task, workers=2, batch=1, waiting=lambda: waited.append(1)) as pool:
        done = {job.tag: result for job, result in pool.run(jobs)}
    assert done["late"] == Failed("making it took longer than 0.4 s")
    assert done["endless"] == Failed("file too large")
    assert os.pread(outs["first"], 99, 0) == b"first"
    assert os.pread(outs["last"], 99, 0) == b"last"
    assert waited
    for out in outs.values():
        os.close(out)
