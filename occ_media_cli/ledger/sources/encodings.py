"""Text sources that are not UTF-8: read as what a mapping says they are, and a guess of what to write there.

Spreadsheets save CSV in the code page of the machine, and Excel's "Unicode text" is UTF-16 with a mark. The mark says
all that is to be known, so that is read without a mapping. A code page has none: the same bytes are Arabic in one and
Russian in another, so nothing is taken in by a guess; the guess is told to a person.
"""

from __future__ import annotations

import codecs
import re
from typing import IO

BLOCK = 65_536

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What stands first in a file of Excel's Unicode text. The second half of UTF-32's mark is NUL, and no CSV has one."""

_NO_TEXT = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"))
"""Codecs of Python that are no encodings of files, or make one text of many bytes."""

_PAGES = (
    (
        "windows-1256",
        "\u0627\u0644\u064a\u0645\u0648\u0646\u0631\u062a\u0628\u0629\u0623\u062d\u062f\u0639\u0633\u0641\u0647\u0643\u0642\u062c",
    ),
    ("windows-1255", "\u05d9\u05d5\u05d4\u05dc\u05d0\u05de\u05e8\u05d1\u05ea\u05e9"),
    ("windows-1251", "\u043e\u0435\u0430\u0438\u043d\u0442\u0441\u0440\u0432\u043b"),
    ("windows-1253", "\u03b1\u03bf\u03b9\u03b5\u03c4\u03c3\u03bd\u03b7\u03c5\u03c1"),
    ("cp874", "\u0e32\u0e19\u0e23\u0e2d\u0e01\u0e40\u0e07\u0e21\u0e22\u0e25"),
)
"""Code pages whose own letters fill their upper half, and the letters that their languages use most: ten, and
twenty of Arabic, whose page has letters of French among its own."""

_MOST = 0.9
_OFTEN = 0.4
"""The share of these letters in a text of the language is about 0.6, and in one of another page below 0.3."""

_MANY_BYTES = (
    ("shift_jis", r"[\u3000-\u30ff\u4e00-\u9fff]"),
    ("euc_kr", r"[\uac00-\ud7a3]"),
    ("gb18030", r"[\u4e00-\u9fff]"),
)
"""Encodings of more than a byte a character, and what their languages are written in."""

_MIXED_CASE = re.compile(r"[\u0430-\u044f][\u0410-\u042f]|[\u03b1-\u03ce][\u0391-\u03ab]")
"""A capital letter behind a small one, as where a text of another page is read as Russian or Greek."""

_ACCENTS = (
    r"[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
    r"\u2010-\u2026\u20ac\u00a1\u00a7\u00ab\u00b0\u00bb\u00bf]"
)

_HALF_LATIN = re.compile(r"[A-Za-z][\u3040-\u9fff]|[\u3040-\u9fff][A-Za-z]")
"""A letter of Latin beside one of Japanese: accents that are read as Shift JIS, whose second bytes may be ASCII."""


def is_encoding(name: str) -> bool:
    """Whether a name is that of an encoding of text, as Python and the IANA call them."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return bool(getattr(found, "_is_text_encoding", True)) and found.name.replace("_", "-") not in _NO_TEXT


class Recoded:
    """A stream of an encoding as a stream of UTF-8. Bytes that are no character in it stay what they are, so that their
    row is refused as one that cannot be read.

    start: what was read of the stream already.
    """

    def __init__(self, stream: IO[bytes], encoding: str, start: bytes = b"") -> None:
        self._stream, self._start = stream, start
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._rest = b""
        self._ended = False

    def read(self, size: int = BLOCK) -> bytes:
        """Bytes of UTF-8, more than asked where characters have more of them; none at the end."""
        while not self._ended:
            data, self._start = self._start or self._stream.read(size), b""
            self._ended = not data
            made = self._decoder.decode(data, final=self._ended).encode(errors="surrogateescape")
            if made:
                return made
        return b""


def likely_encoding(sample: bytes) -> str | None:
    """The encoding that bytes which are not UTF-8 most likely have, for a person to try; None where nothing is likely.

    sample: whole lines, some of them with letters beyond ASCII.
    """
    if not any(byte > 0x7F for byte in sample):
        return None
    if _share(sample, *_MANY_BYTES[0]) > _MOST:
        return _MANY_BYTES[0][0]
    if _has_accents(sample):
        return "windows-1252" if _share(sample, "windows-1252", _ACCENTS) > _MOST else None
    pages = {name: _share(sample, name, f"[{letters}]") for name, letters in _PAGES}
    best = max(pages, key=pages.__getitem__)
    if pages[best] > _OFTEN:
        return best
    return next((name for name, letters in _MANY_BYTES if _share(sample, name, letters) > _MOST), None)


def _share(sample: bytes, encoding: str, letters: str) -> float:
    """How many of the characters beyond ASCII are some letters; 0 where it cannot be the encoding."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    if _MIXED_CASE.search(text) or (encoding == "shift_jis" and _HALF_LATIN.search(text)):
        return 0.0
    text = text.lower()
    beyond = sum(ord(each) > 0x7F for each in text)
    return len(re.findall(letters, text)) / beyond if beyond else 0.0


def _has_accents(sample: bytes) -> bool:
    """Whether most bytes beyond ASCII stand among ASCII letters, as accents do in the languages of Latin letters.

    One that stands alone tells of no language: where all do, as in `ä.pdf`, they are taken for accents.
    """
    words = [word for word in re.findall(rb"[A-Za-z\x80-\xff]+", sample) if not word.isascii()]
    latin = [word for word in words if any(byte <= 0x7F for byte in word)]
    others = [word for word in words if len(word) > 1 and not any(byte <= 0x7F for byte in word)]
    return len(latin) > len(others) or not others
