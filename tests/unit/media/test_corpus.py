"""The labelled samples that are kept outside of the project."""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from occ_media_cli.media.judge import problems_of
from occ_media_cli.media.recognise import recognise
from occ_media_cli.vocabulary import Severity

SHARED = Path(os.environ.get("OCC_MEDIA_SHARED") or Path(__file__).parents[4] / "shared")
CORPUS = SHARED / "corpus"

_NOTHING_PLAYS = frozenset(
    ("valid/6a2833df10.m4a", "valid/00f448e83a.mp4", "valid/55d6242323.mp4")  # headers: no sample in any track
)
"""Labelled `accept` for what they say they are; nothing in them can be played, so that the right verdict is `damaged`."""

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the labelled corpus is not beside this checkout"),
]


def accepted(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        known = recognise(descriptor, os.fstat(descriptor).st_size, path.name)
    finally:
        os.close(descriptor)
    return not any(each.severity is Severity.ERROR for each in problems_of(known, path.name))


def test_what_is_valid_passes_and_what_is_not_does_not() -> None:
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong = []
    with (CORPUS / "MANIFEST.tsv").open() as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            if row["path"] in _NOTHING_PLAYS:
                assert not accepted(CORPUS / row["path"]), row["path"]
                continue
            expect = "trunc" if row["class"].startswith("trunc-") else row["expect"]
            total[expect] += 1
            if accepted(CORPUS / row["path"]):
                passed[expect] += 1
                if expect == "reject":
                    wrong.append(row["path"])
    assert wrong == []
    assert passed["accept"] >= 0.996 * total["accept"]
    assert passed["trunc"] <= 0.15 * total["trunc"]
