"""Who acts and when, for the record of a command that takes long."""

from __future__ import annotations

from time import monotonic

import pytest

from occ_media_cli import times
from occ_media_cli.store import chain, who
from occ_media_cli.values import replace

LONG_AGO = times.wall() - 7 * times.DAY


def begun(seconds: float | None, now: int = LONG_AGO) -> chain.Stamp:
    """The stamp of a command that began so long ago, when the machine's clock said LONG_AGO."""
    return who.stamp("dana", now=now, wall=LONG_AGO, read=None if seconds is None else monotonic() - seconds)


def test_a_command_that_ran_long_reads_the_clock_again() -> None:
    late = who.renewed(begun(61))
    assert late.now == late.wall >= LONG_AGO + 7 * times.DAY
    assert late.actor == "dana"
    assert who.renewed(late) is late


@pytest.mark.parametrize("seconds", [1, None])
def test_a_short_one_and_one_without_a_clock_of_its_own_keep_theirs(seconds: float | None) -> None:
    stamp = begun(seconds)
    assert who.renewed(stamp) is stamp


def test_a_time_that_was_asked_for_stays() -> None:
    late = who.renewed(begun(61, now=5))
    assert (late.now, late.wall >= LONG_AGO + 7 * times.DAY) == (5, True)


def test_the_stamp_of_now_knows_when_it_read_the_clock() -> None:
    stamp = who.stamp("dana")
    assert stamp.read is not None
    assert who.renewed(replace(stamp, read=stamp.read - 61)) is not stamp
    assert who.stamp("dana", wall=5).read is None
