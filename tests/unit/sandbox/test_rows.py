"""Rows come out of a process with limits in their order, and whatever ends it is told in words."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.errors import MalformedInput
from occ_media_cli.sandbox.rows import Allowance, Stopped, give

LITTLE = Allowance(seconds=30, memory=64 << 20, file=1 << 20, row=1_000, rows=20_000, everything=1 << 20)


def endless() -> Iterator[Any]:
    yield ("a",)
    time.sleep(60)


def hungry() -> Iterator[Any]:
    yield (len(bytearray(4 << 30)),)  # more than any test before may have freed


def killed() -> Iterator[Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield ("a",)


def malformed() -> Iterator[Any]:
    yield ("a",)
    raise MalformedInput("it is no SELECT", hint="write one")


def crashing() -> Iterator[Any]:
    yield (1 // len(""),)


def test_rows_come_in_their_order() -> None:
    wanted = [(number, str(number) * 9, None, 0.5, b"\x00") for number in range(15_000)]
    assert list(give(lambda: iter(wanted), LITTLE)) == wanted


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (endless, "took too long and was stopped after 0.5 s"),
        (hungry, "needs more than 64 MiB of memory"),
        (killed, "ended by the system"),
        (crashing, "ended by the system"),
        (malformed, "it is no SELECT"),
        (lambda: iter([("x" * 1_001,)]), "a row has more than 1,000 bytes"),
        (lambda: ((number,) for number in range(20_001)), "more than 20,000 rows"),
        (lambda: (("x" * 900,) for _ in range(2_000)), "more than 1,048,576 bytes"),
        (lambda: iter([(Decimal(1),)]), "of the type Decimal"),
        (lambda: iter([(float("inf"),)]), "out of range"),
    ],
)
def test_what_ends_it_is_told(work: Callable[[], Iterator[Any]], words: str) -> None:
    with pytest.raises(Stopped, match=words):
        list(give(work, LITTLE._replace(seconds=0.5) if work is endless else LITTLE))


def test_the_time_counts_until_the_last_row_is_taken() -> None:
    found = give(lambda: (("x" * 900,) for _ in range(900)), LITTLE._replace(seconds=1))
    next(found)
    time.sleep(1.2)
    with pytest.raises(Stopped, match="took too long and was stopped after 1 s"):
        list(found)


def test_a_temporary_file_is_limited(tmp_path: Path) -> None:
    def writes() -> Iterator[Any]:
        with (tmp_path / "file").open("wb", buffering=0) as stream:
            for _ in range(3):
                yield (stream.write(b"x" * (1 << 19)),)

    with pytest.raises(Stopped):
        list(give(writes, LITTLE))
    assert (tmp_path / "file").stat().st_size == 1 << 20


def test_the_environment_does_not_go_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    assert list(give(lambda: iter([(os.environ.get("SECRET"),)]), LITTLE)) == [(None,)]
    assert os.environ["SECRET"] == "x"
