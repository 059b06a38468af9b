"""Two channels made one: nothing cancels out unsaid, and nothing clips."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from occ_media_cli.convert.goal import Goal
from tests.unit.convert.films import NEEDS_FFMPEG, fit, loudness, made_by_ffmpeg

pytestmark = NEEDS_FFMPEG


def stereo(path: Path, left: str, right: str) -> Path:
    return made_by_ffmpeg(path, "-f", "lavfi", "-i", f"aevalsrc='{left}|{right}':s=48000:d=1.2")


def peak(path: Path) -> float:
    """The highest sample, 1 being full scale."""
    words = ["ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-"]
    from array import array

    return max(map(abs, array("f", subprocess.run(words, check=True, capture_output=True, timeout=60).stdout)))


def test_sides_that_cancel_out_leave_one_of_them(tmp_path: Path, engine: str) -> None:
    sound = stereo(tmp_path / "a.wav", ".4*sin(2764*t)", "-.6*sin(2764*t)")
    made, copy = fit(sound, Goal("ogg", 100_000, advice=("mono",)), "sound")
    assert "mono of its right side alone, since both sides cancel each other out" in made.changes
    assert loudness(copy) == pytest.approx(loudness(sound), abs=1.0)


def test_a_passage_that_cancels_out_counts(tmp_path: Path, one_engine: str) -> None:
    sound = stereo(tmp_path / "a.wav", ".4*sin(2764*t)", ".4*sin(2764*t)*(1-2*gt(t,0.6))")
    made, _ = fit(sound, Goal("ogg", 100_000, advice=("mono",)), "sound")
    assert any("side alone" in each for each in made.changes)


def test_what_stands_in_the_channel_of_the_lowest_tones_alone_is_not_lost(tmp_path: Path, engine: str) -> None:
    sound = tmp_path / "a.wav"
    made_by_ffmpeg(sound, "-f", "lavfi", "-i", "aevalsrc='0|0|0|.8*sin(377*t)|0|0':d=1.2:c=5.1")
    made, copy = fit(sound, Goal("ogg", 100_000, advice=("mono",)), "sound")
    assert "mono of its channel 4 of 6 alone, since a mix of them would hardly be heard" in made.changes
    assert peak(copy) == pytest.approx(0.8, abs=0.15)


@pytest.mark.parametrize("kind", ["ogg", "m4a"])
def test_loud_sides_do_not_clip(tmp_path: Path, one_engine: str, kind: str) -> None:
    sound = stereo(tmp_path / "a.wav", ".9*sin(2764*t)", ".9*sin(2764*t)")
    made, copy = fit(sound, Goal(kind, 100_000, advice=("mono",)), "sound")
    assert peak(copy) <= 1.0
    assert any("so that nothing clips" in each for each in made.changes)


def test_one_side_that_speaks_stays_as_loud(tmp_path: Path, one_engine: str) -> None:
    sound = stereo(tmp_path / "a.wav", "0", ".4*sin(2764*t)")
    made, copy = fit(sound, Goal("ogg", 100_000, advice=("mono",)), "sound")
    assert "mono" in made.changes
    assert loudness(copy) == pytest.approx(loudness(sound), abs=1.0)
