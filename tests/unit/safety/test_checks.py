"""The list of the checks of a scan: each has its room, its codes and a family, and is asked in a worker."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

import occ_media_cli.safety
from occ_media_cli.media.codes import CODES as OF_MEDIA
from occ_media_cli.safety.checks import CHECKS, Check
from occ_media_cli.safety.codes import CODES, family_of
from occ_media_cli.safety.found import Found, Looked
from occ_media_cli.safety.inner_look import make_look
from occ_media_cli.safety.scan_request import ScanRequest
from occ_media_cli.vocabulary import SCAN_CHECKS

pytest.importorskip("pikepdf")

NO_CHECKS = {"antivirus", "strip"}
"""Rooms of `safety` that are asked otherwise."""


def test_the_list_is_that_of_the_words_and_of_the_rooms() -> None:
    assert tuple(CHECKS) == SCAN_CHECKS
    rooms = {path.parent.name for path in Path(occ_media_cli.safety.__path__[0]).glob("*/__init__.py")}
    assert set(CHECKS) == rooms - NO_CHECKS


def test_each_code_belongs_to_one_check_and_to_a_family_that_checks_and_audits_know() -> None:
    counted = Counter(code for check in CHECKS.values() for code in check.codes)
    assert set(counted.values()) == {1}
    assert set(counted) <= set(CODES)
    for check in CHECKS.values():
        assert check.family in OF_MEDIA
        assert {family_of(code) for code in check.codes} == {check.family}


def test_a_worker_asks_the_checks_of_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A further row is all that a further check needs."""
    saw = Looked((Found("macro", "warning", "seen", "somewhere"),))
    row = Check("letters", "active-content", {}, lambda _, path: lambda *_: saw if path == "a.txt" else Looked())
    monkeypatch.setitem(CHECKS, "letters", row)  # type: ignore[arg-type]  # a word of its own
    (tmp_path / "a.txt").write_text("words")
    fd = os.open(tmp_path / "a.txt", os.O_RDONLY)
    try:
        _, _, said, _ = make_look(ScanRequest(checks=("letters",)))(fd, 5, "a.txt")  # type: ignore[arg-type]  # as above
    finally:
        os.close(fd)
    assert said == [("letters", ([tuple(saw.found[0])], [], []))]
