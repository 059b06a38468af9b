"""What a store adds to a scan, from its document to what is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import StoreInvalid

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
        ("B-[0-9]{6}", "(a", "is none"),
        ('severity = "error"', 'severity = "bad"', "severity"),
        ("[store.patterns.badge]", "[store.labels.nonsense]\nname = 'x'\n[store.patterns.badge]", "no GUID"),
        ('["house secret"]', f'["{"x" * 61}"]', "1 to 60 characters"),
    ],
)
def test_what_cannot_be_looked_for_is_said_before_anything_is(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(StoreInvalid) as caught:
        found(tmp_path, STORE.replace(old, new), "x")
    assert words in caught.value.what
