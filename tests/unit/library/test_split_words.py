"""Words: whatever a reader is promised changes a word, whatever is only set differently none."""

from __future__ import annotations

import random
import unicodedata

import pytest

from occ_media_cli.library.split_words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The price is €4.99.", ["the", "price", "is", "€", "4.99"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("1,234.50 1'234.50 1’234.50", ["1,234.50", "1'234.50", "1'234.50"]),
        ("−5 % or +5 ‰", ["-5", "%", "or", "+", "5", "‰"]),
        ("5-10 pieces, A-5, 2026-11-30", ["5", "10", "pieces", "a", "5", "2026", "11", "30"]),
        ("$.50 and .75", ["$", ".50", "and", ".75"]),
        ("owed (120.00) or ($ 12) or 120.00-", ["owed", "(", "120.00", "or", "(", "$", "12", "or", "120.00-"]),
        ("see (5 items) and (note)", ["see", "5", "items", "and", "note"]),
        ("- € 5 off - and on", ["-", "€", "5", "off", "and", "on"]),
        ("99¹ 5½ m²", ["99", "1", "5", "1", "⁄", "2", "m", "2"]),
        ("ＥＵＲ １２", ["eur", "12"]),
        ("don’t don't", ["don", "t", "don", "t"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("价格100元", ["价", "格", "100", "元"]),
        ("हिन्दी नमस्ते", ["हिन्दी", "नमस्ते"]),
        ("✓ yes ✗ no", ["✓", "yes", "✗", "no"]),
        ("version v2.1, end.5", ["version", "v2.1", "end", "5"]),
        ("٣٫٥ ٪", ["٣.٥", "%"]),
        ("x_y a/b", ["x", "y", "a", "b"]),
        ("", []),
        ("... -- ()", []),
    ],
)
def test_what_a_word_is(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4.99", "49.9"), ("4.99", "4,99"), ("4.99", "499"), ("€ 5", "$ 5"), ("€ 5", "£ 5"), ("5 €", "5"), ("5 %", "5"),
        ("5 %", "5 ‰"), ("-5", "5"), ("−5", "5"), ("– 5", "5"), ("(5.00)", "5.00"), ("5.00-", "5.00"), (".50", "50"),
        ("99¹", "991"), ("10²", "102"), ("½", "12"), ("1,000", "1000"), ("5 °C", "5 C"), ("≤ 5", "≥ 5"), ("✓", "✗"),
        ("☑", "☐"), ("कि", "की"), ("กี่", "กี้"), ("5 EUR", "5 USD"), ("₹5", "₨5"), ("1e5", "1e6"), ("007", "7"),
        ("-$5", "$5"), ("-.5", ".5"), ("(€ 5)", "€ 5"), ("30.11.2026", "30.12.2026"), ("\ue001", "\ue002"),
    ],
)  # fmt: skip
def test_what_changes_a_promise_changes_a_word(old: str, new: str) -> None:
    assert words_of(f"costs {old} now") != words_of(f"costs {new} now")


def test_words_hold_no_space_and_are_never_empty() -> None:
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x30000)]))
    for start in range(0, len(every), 997):
        for word in words_of(every[start : start + 997]):
            assert word
            assert not any(each.isspace() for each in word)


def test_a_raised_number_is_never_joined_to_one_before_it() -> None:
    """Each character that normalising makes digits of, but for the digits of other scripts and widths."""
    for code in range(0x110000):
        character = chr(code)
        made = unicodedata.normalize("NFKC", character)
        if unicodedata.category(character) != "Nd" and made != character and made[:1].isdecimal():
            assert words_of(f"99{character}")[0] == "99", hex(code)


def test_a_text_may_be_cut_at_the_end_of_a_line() -> None:
    rng = random.Random(7)
    for _ in range(3000):
        text = "".join(rng.choices("5 7.,'()-€%a\n\té½字", k=30))
        lines = text.splitlines(keepends=True)
        assert words_of(text) == [word for line in lines for word in words_of(line)], repr(text)
