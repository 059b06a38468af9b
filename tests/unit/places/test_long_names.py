"""Long names, cut where a person would."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from occ_media_cli.places.long_names import longest_in, shorten

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e9\U0001f1ea"
SYLLABLE = "\u0915\u094d\u0937\u093e"
HANGUL = "\u1100\u1161\u11a8"


@pytest.mark.parametrize(
    ("name", "most", "wanted"),
    [
        ("photo", 5, "photo"), ("photo", 4, "phot"), ("aé", 2, "a"), ("aé", 3, "aé"),
        ("ae\u0301x", 3, "a"), ("ae\u0301x", 4, "ae\u0301"), ("a👍🏽", 5, "a"), ("a❤\ufe0f!", 4, "a"),
        (f"a{FAMILY}b", 16, "a"), (f"a{FAMILY}b", 19, f"a{FAMILY}"), (f"{FLAG}{FLAG}", 12, FLAG),
        (f"{FLAG}{FLAG}", 4, FLAG[0]), (f"a{SYLLABLE}", 7, "a"), (f"a{HANGUL}", 9, "a"),
        ("a" + "\u0301" * 9, 6, "a\u0301\u0301"), (os.fsdecode(b"a\xff\xfe"), 2, os.fsdecode(b"a\xff")),
    ],
)  # fmt: skip
def test_what_is_read_as_one_letter_stays_whole(name: str, most: int, wanted: str) -> None:
    assert shorten(name, most) == wanted


def test_characters_are_counted_too() -> None:
    assert shorten("ééé", 100, 2) == "éé"
    assert shorten("ae\u0301e\u0301", 100, 4) == "ae\u0301"


def test_every_cut_is_text_again_and_in_its_room() -> None:
    name = f"Ä{FAMILY}é{FLAG}{SYLLABLE}{HANGUL}ก\u0e33❤\ufe0f" * 8
    for most in range(1, len(name.encode()) + 1):
        short = shorten(name, most)
        assert len(os.fsencode(short)) <= most
        assert name.startswith(short), "no half character"


def test_a_folder_says_how_long_its_names_are(tmp_path: Path) -> None:
    assert longest_in(tmp_path / "new" / "below") == longest_in(tmp_path) == 255
