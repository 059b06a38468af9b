"""A few of the cases of `proofs/fit_matrix.py`: real ways, real channels, and readers that are not ours."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proofs.fit_cases import CHANNELS, Case, documents, films, pictures, real_cases, sounds
from proofs.fit_matrix import run_cases
from proofs.fit_mutants import run_mutants

pytestmark = pytest.mark.no_cover

Make = Callable[[Path], Iterator[tuple[Path, str, str]]]

SMALL: dict[str, Make] = {
    "pictures": lambda folder: pictures(folder, 0.1),
    "documents": lambda folder: documents(folder, 0.12),
    "films": lambda folder: films(folder, 1, "176x144", FEW[1:2]),
    "sounds": lambda folder: sounds(folder, 1, FEW[2:3]),
}

FEW = ("late.mp4", "mpeg4.mp4", "speech.wav", "large.mp3")
"""One that is only repacked and one that is coded again, of films; every other name has its test beside the ways. Each
family is made to fit as it is in proofs with one of them, and mutated with all."""

HALVED = {"too large": 0.6}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OCC_MEDIA_STORE", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("family", SMALL)
def test_files_of_a_family_are_made_to_fit(family: str, place: Path) -> None:
    if family in ("films", "sounds") and shutil.which("ffmpeg") is None:
        pytest.skip("it needs ffmpeg")
    cases = [
        Case(path, kind, reason, CHANNELS[number % 2], HALVED.get(reason))
        for number, (path, kind, reason) in enumerate(SMALL[family](place))
    ]
    counts, said = run_cases(cases, place, show=False)
    assert counts["WRONG"] == counts["REFUSED"] == 0, said
    assert counts["made"] >= 0.7 * (len(cases) - counts["as it is"]), said


@pytest.mark.corpus
def test_real_files_are_made_to_fit(place: Path) -> None:
    cases = list(real_cases(place, 30_000, 50_000))[::21]
    if not cases:
        pytest.skip("the corpus is not here")
    counts, said = run_cases(cases, place, show=False)
    assert counts["WRONG"] == 0, said
    assert counts["made"] >= 0.8 * (len(cases) - counts["as it is"]), said


def test_mutants_cost_nobody_else(place: Path) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("it needs ffmpeg")
    counts, wrong = run_mutants(22, 3, place, FEW)
    assert wrong == []
    assert sum(counts.values()) == 22
