"""Running the real program: another process, a scrubbed environment, the exit code stated each time.

`run` is the one way in. It asks a warm process (`warm.py`) to fork, unless a run depends on how an interpreter starts;
with `OCC_MEDIA_TESTS=exec` in the environment every run starts an interpreter of its own, as a shell would.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.clock import clock_variables

ENVIRONMENT = {"COLUMNS": "80", "TERM": "dumb", "TZ": "UTC", "LC_ALL": "C.UTF-8", "OCC_MEDIA_ACTOR": "dana"}
"""What every run is told unless its test says otherwise."""

AT_START = ("LD_", "PYTHON", "LC_", "LANG", "COVERAGE")
"""Variables that the interpreter or the loader reads when a process starts, and a fork would not notice."""

TIMEOUT = 120
"""Seconds after which a run is killed and its test fails."""

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run printed."""

    out: str
    err: str


def occ_media(
    *arguments: str,
    code: int = 0,
    cwd: Path,
    input: str | None = None,
    env: Mapping[str, str] | None = None,
) -> Result:
    """Run `occ-media` in a folder, which is its home too, and insist on its exit code."""
    environment = {**ENVIRONMENT, "PATH": os.environ["PATH"], "HOME": str(cwd), **(env or {})}
    done = run(arguments, cwd=cwd, env=environment, input=input)
    shown = f"$ occ-media {' '.join(arguments)}\n{done.stdout}{done.stderr}"
    assert done.returncode == code, f"{done.returncode}, not {code}\n{shown}"
    assert "Traceback" not in done.stderr, shown
    return Result(done.stdout, done.stderr)


def run(
    words: Sequence[str], *, cwd: Path, env: Mapping[str, str], input: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `occ-media` with these words in this environment alone; coverage is measured beside it."""
    measuring = {key: value for key, value in os.environ.items() if key.startswith("COVERAGE")}
    clock = _standing_clock(env)
    needs_start = any(
        key.startswith(AT_START) and ENVIRONMENT.get(key) != value and key not in clock for key, value in env.items()
    )
    if needs_start or "LC_ALL" not in env or os.environ.get("OCC_MEDIA_TESTS") == "exec":
        return subprocess.run(
            [sys.executable, "-m", "occ_media_cli", *words],
            cwd=cwd, env={**env, **measuring}, input=input or "", capture_output=True, text=True, check=False,
            timeout=TIMEOUT,
        )  # fmt: skip
    return _warm(bool(clock)).run(words, cwd, {**env, **measuring}, (input or "").encode())


def _standing_clock(env: Mapping[str, str]) -> Mapping[str, str]:
    """What loads a clock that stands still (clock.py); empty where the run has the machine's own, or one that goes on.

    Such a clock asks the environment for the moment each time, so that one warm process forks for all moments.
    """
    clock = clock_variables(env["FAKETIME"]) if env.get("FAKETIME", "@")[0].isdigit() else {}
    return clock if clock.items() <= env.items() else {}


@functools.cache
def _warm(clock: bool) -> _Warm:
    """The warm process for this test process: started at the first run, and gone when our end of its door is.

    clock: one whose clock stands at the moment that a run names.
    """
    return _Warm({**clock_variables("2026-03-02 10:00:00"), "FAKETIME_NO_CACHE": "1"} if clock else {})


class _Warm:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._turn = threading.Lock()
        self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        subprocess.run(
            [sys.executable, "-m", "tests.e2e.warm", str(theirs.fileno())],
            cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": ENVIRONMENT["LC_ALL"], "TZ": ENVIRONMENT["TZ"], **environment},
            check=True, timeout=TIMEOUT,
        )  # fmt: skip
        theirs.close()

    def run(
        self, words: Sequence[str], cwd: Path, env: Mapping[str, str], input: bytes
    ) -> subprocess.CompletedProcess[str]:
        """One run in a fork."""
        request = json.dumps({"words": [*words], "folder": str(cwd), "environment": dict(env)}).encode()
        (theirs_in, typing), (reading_out, theirs_out), (reading_err, theirs_err) = os.pipe(), os.pipe(), os.pipe()
        with self._turn, ThreadPoolExecutor(3) as pool:
            socket.send_fds(self._door, [request], [theirs_in, theirs_out, theirs_err])
            for stream in (theirs_in, theirs_out, theirs_err):
                os.close(stream)
            process = int(self._answer())
            pool.submit(_write, typing, input)
            texts = [pool.submit(_read, stream) for stream in (reading_out, reading_err)]
            self._door.settimeout(TIMEOUT)
            try:
                code = int(self._answer())
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                self._door.settimeout(None)
                self._answer()
                raise subprocess.TimeoutExpired(words, TIMEOUT) from None
            self._door.settimeout(None)
            return subprocess.CompletedProcess(words, code, *(text.result(TIMEOUT) for text in texts))

    def _answer(self) -> bytes:
        answer = self._door.recv(64)
        if not answer:
            raise RuntimeError("the warm process ended")
        return answer


def _write(stream: int, text: bytes) -> None:
    with suppress(BrokenPipeError), open(stream, "wb") as pipe:
        pipe.write(text)


def _read(stream: int) -> str:
    with open(stream, encoding="utf-8") as pipe:
        return pipe.read()
