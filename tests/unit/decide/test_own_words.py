"""What a store adds to a scan, from its document to what is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import OccMediaError, StoreInvalid
from occ_media_cli.safety.sensitive import own
from occ_media_cli.settings import sections

pytest.importorskip("pypdfium2")

STORE = """
[inboxes.vip]
send = true

[store]
classification = ["house secret"]

[store.patterns.badge]
pattern = "B-[0-9]{6}"
severity = "error"
"""


def found(folder: Path, store: str, text: str) -> set[str]:
    (folder / "s.toml").write_text(store)
    (folder / "t.txt").write_text(text)
    desk = OccMedia(folder / "s.toml")
    (file,) = desk.scan(folder / "t.txt", only=["sensitive"])
    return {problem.code for problem in file.problems}


def test_words_and_patterns_of_a_store_are_looked_for(tmp_path: Path) -> None:
    text = "badge B-123456\nHouse Secret\n"
    assert found(tmp_path, STORE, text) == {"own-pattern", "classification"}
    assert found(tmp_path, "[inboxes.vip]\n", text) == set()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("B-[0-9]{6}", "(a+)+b", "could take forever"),
        ("B-[0-9]{6}", "(a", "is no pattern"),
        ('severity = "error"', 'severity = "bad"', "severity"),
        ("[store.patterns.badge]", "[store.labels.nonsense]\nname = 'x'\n[store.patterns.badge]", "no GUID"),
        ('["house secret"]', f'["{"x" * 61}"]', "1 to 60 characters"),
    ],
)
def test_what_cannot_be_looked_for_is_said_before_anything_is(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(StoreInvalid) as caught:
        found(tmp_path, STORE.replace(old, new), "x")
    assert words in caught.value.what


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("B-[0-9]{6}", "(a+)+$", "could take forever: a repeat inside of a repeat"),
        ("B-[0-9]{6}", "(a|aa)+$", "could take forever"),
        ("B-[0-9]{6}", r"(\\w)\\1", "could take forever"),
        ("B-[0-9]{6}", "a*", "matches a text without characters"),
        ("B-[0-9]{6}", "a" * 1001, "1 to 1,000 characters"),
        ("badge", "b" * 61, "1 to 60 characters"),
        (
            'severity = "error"',
            "\n".join(f'[store.patterns.p{n}]\npattern = "B"' for n in range(100)),
            "more than 100 patterns",
        ),
    ],
)
@pytest.mark.parametrize("with_re2", [False, True])
def test_what_no_scan_could_run_is_not_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: str, with_re2: bool
) -> None:
    """Whatever is installed here: the store may be scanned with elsewhere."""
    if with_re2:
        monkeypatch.setattr(own, "_linear", re.compile)
    desk = OccMedia(tmp_path / "s.db")
    (tmp_path / "d.toml").write_text(STORE.replace(old, new))
    with pytest.raises(OccMediaError) as caught:
        desk.apply(tmp_path / "d.toml")
    assert words in caught.value.what
    (tmp_path / "d.toml").write_text(STORE)
    desk.apply(tmp_path / "d.toml")


def test_a_pattern_that_an_older_version_took_is_refused_when_a_scan_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = OccMedia(tmp_path / "s.db")
    (tmp_path / "d.toml").write_text(STORE.replace("B-[0-9]{6}", "(a+)+$"))
    with monkeypatch.context() as older:
        older.setattr(sections, "check_pattern", lambda _: None)
        desk.apply(tmp_path / "d.toml")
    (tmp_path / "t.txt").write_text("aaa")
    with pytest.raises(StoreInvalid, match="could take forever"):
        desk.scan(tmp_path / "t.txt", only=["sensitive"])
    (tmp_path / "d.toml").write_text(STORE)
    desk.apply(tmp_path / "d.toml")
    desk.scan(tmp_path / "t.txt", only=["sensitive"])
