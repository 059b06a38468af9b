"""What a word of a document is, for ever: a word that came out differently would be found in nothing on record.

What counts as a word is chosen so that whatever changes what a reader is promised changes a word. Numbers stay whole,
with their decimals and their sign; currencies, percent, degrees, ticks and crosses are words of their own. What only
sets or joins words (spaces, punctuation, invisible marks, large and small letters, wide and narrow forms) is none. How
a document looks, its pictures and its colours are no words either: the same words are not the same document.
"""

from __future__ import annotations

import re
import unicodedata

_SCRIPTS_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana and Han: each of their characters is a word, as nothing says where one ends."""

_RAISED = re.compile("([²³¹¼-¾⁰-ⁿ₀-₟⅐-⅟↉①-⓿❶-➓㈠-㋿㍘-㍰㏠-㏾\U0001f100-\U0001f10a])")
"""Numbers that normalising would join to those before them: a price with a footnote would be another price."""

_SIGNS = frozenset("%‰‱٪")
_DASHES = "-‐‑‒–—―−"
_ALIKE = dict.fromkeys(_DASHES, "-") | {"\n": "\n", "\t": "\n", "’": "'", "‘": "'", "٪": " % ", "٫": ".", "٬": "'"}

_WORD = re.compile(
    r"""
    (?: (?<![^\s(]) - (?=[.,]?\d) )?          # a sign, where no word stands before it
    (?: (?<![^\s(-]) [.,] (?=\d) )?           # .50
    [^\s.,'()-]+ (?: (?<=\d)[.,'](?=\d)[^\s.,'()-]+ )*
    (?: (?<=\d)-(?!\S) )?                     # 120.00-, as some programs write what is owed
    | \( (?=[ ]*(?:[^\w\s()][ ]*)?\d[\d.,']*[ ]*(?:[^\w\s()][ ]*)?\))   # (120.00), likewise
    | (?<![^\s(]) - (?=[ ]*(?:[^\w\s()-][ ]*)?\d)                       # - € 5
    """,
    re.VERBOSE,
)
"""A word, in text that `_Characters` made ready: nothing is left in it but words, spaces, lines and `. , ' ( ) -`.
It looks beyond no end of a line, so that a text may come in pieces that are cut there."""


class _Characters(dict[int, str]):
    """What becomes of each character, found once for each."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _becomes(chr(code))
        return found


def _becomes(character: str) -> str:
    alike = _ALIKE.get(character)
    if alike is not None:
        return alike
    if character in ".,'()-":
        return character
    if character in _SIGNS:
        return f" {character} "
    kind = unicodedata.category(character)
    if kind == "Cf" or character in "\ufffe\uffff":  # soft hyphens, joiners, marks of direction
        return ""
    if kind[0] in "PZ" or kind in ("Cc", "Cs"):
        return " "
    if kind[0] == "S" or _SCRIPTS_WITHOUT_SPACES.match(character):
        return f" {character} "
    return character


_CHARACTERS = _Characters()


def words_of(text: str) -> list[str]:
    """The words of a text, in their order. Pure; none holds a space or is empty."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _RAISED.sub(r" \1 ", text))
    return _WORD.findall(text.casefold().translate(_CHARACTERS))
