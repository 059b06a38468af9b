"""The machine's clock for the real program: it has no option for it, so libfaketime stands in front of the system's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest


@cache
def _library() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def machine_clock(moment: str) -> dict[str, str]:
    """The environment in which a command finds the machine's clock at `2026-03-20 00:00:00` UTC, standing still.

    What files say of their times is left alone, and so is the clock that time-outs use.
    The test is skipped where libfaketime is missing (Debian: faketime).
    """
    if _library() is None:
        pytest.skip("libfaketime is not on this machine: apt-get install faketime")
    return clock_variables(moment)


def clock_variables(moment: str) -> dict[str, str]:
    """The same where it is known to be on the machine."""
    return {
        "LD_PRELOAD": str(_library()), "FAKETIME": moment, "NO_FAKE_STAT": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
