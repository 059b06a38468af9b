"""The words of one group of Rich Text as Word reads them: fields, names of files, whatever stands inside of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from occ_media_cli.safety.active.dde import Fields
from occ_media_cli.safety.active.inspection import Inspection

TOKEN = re.compile(
    rb"([{}])|\\bin(\d{1,9}) ?|\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?|"
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\([^a-z])|([^\\{}\r\n]+)"
)
NAMES = frozenset((b"template", b"mmdatasource", b"mmheadersource", b"mmodsosrc", b"hlsrc", b"sv"))
"""Destinations whose words are the name of a file or a place."""

_SKIPPED = frozenset((
    b"fldrslt", b"datafield", b"pict", b"bkmkstart", b"bkmkend", b"nonshppict", b"shppict", b"object", b"objdata",
    b"fldtype", b"atnid", b"atnauthor", b"annotation", b"footnote", b"stylesheet", b"fonttbl", b"colortbl", b"info",
))  # fmt: skip
"""Destinations whose words are none of those around them."""

_BLANKS = frozenset((b"tab", b"par", b"line", b"emspace", b"enspace", b"qmspace", b"cell", b"row"))


class GroupWords:
    """What is read from a word of a destination up to the end of its group.

    A group that begins with `\\*` is passed over by a reader that does not know its word, and what stands behind `\\u`
    by one that knows that; which do is not known, so that a field is judged in each of these ways.

    judge: what is done with the words of a name.
    """

    def __init__(self, look: Inspection, where: str, judge: Callable[[bytes, str, str], None]) -> None:
        self._look, self._where, self._judge = look, where, judge
        self._fields = tuple(Fields(look, where) for _ in range(4))
        self._names: list[tuple[int, bytes, list[str]]] = []
        self._opened: list[int] = []
        self._depth = 0
        self._skipped = self._starred = -1

    def read(self, data: bytes, begin: int, word: bytes) -> int:
        """Returns where the group ends."""
        self._begin(word)
        counts, count, left, star, at = [1], 1, 0, False, begin
        size = len(data)
        while at < size:
            hit = TOKEN.match(data, at)
            if hit is None:
                at += 1
                continue
            if not self._look.step(self._where, 2):
                break
            at = hit.end()
            brace, binary, quoted, wide, name, number, symbol, text = hit.groups()
            if brace == b"{":
                self._depth, left, star = self._depth + 1, 0, False
                counts.append(count)
            elif brace is not None:
                self._end_of_group()
                if self._depth < 0:
                    break
                left, count = 0, counts.pop() if len(counts) > 1 else 1
            elif binary is not None:
                at += int(binary)
            elif name == b"uc":
                count = min(int(number or 1), 32)
            elif left and (quoted is not None or name is not None or symbol not in (None, b"*")):
                left -= 1
                if quoted is not None:
                    self._say(bytes((int(quoted, 16),)).decode("cp1252", "replace"), instead=True)
            elif quoted is not None:
                self._say(bytes((int(quoted, 16),)).decode("cp1252", "replace"))
            elif wide is not None:
                self._say(chr(int(wide) % 0x10000))
                left = count
            elif symbol == b"*":
                star = True
                continue
            elif name is not None:
                self._word(name, star=star)
            elif symbol in (b"\\", b"{", b"}", b"~", b"_", b"-"):
                self._say({b"~": " ", b"_": "-", b"-": ""}.get(symbol, symbol.decode()))
            elif text is not None:
                passed = min(left, len(text))
                left -= passed
                self._say(text[:passed].decode("cp1252", "replace"), instead=True)
                self._say(text[passed:].decode("cp1252", "replace"))
            star = False
        self._close()
        return at

    def _begin(self, word: bytes) -> None:
        if word in NAMES:
            self._names.append((self._depth, word, []))
            return
        for fields in self._fields:
            fields.begin()
        self._opened.append(self._depth)

    def _word(self, name: bytes, *, star: bool) -> None:
        if name == b"fldinst" or name in NAMES:
            if self._skipped < 0:
                self._begin(name)
        elif name in _BLANKS:
            self._say(" ")
        elif name in _SKIPPED and self._skipped < 0:
            self._skipped = self._depth
        elif star and self._starred < 0 and self._depth:
            self._starred = self._depth

    def _say(self, text: str, *, instead: bool = False) -> None:
        """instead: it stands for those who do not know the letter before it."""
        if self._skipped >= 0 or not text:
            return
        if self._names:
            if not instead:
                self._names[-1][2].append(text)
        elif self._opened:
            for number, fields in enumerate(self._fields):
                if (number & 1 or self._starred < 0) and (number & 2 or not instead):
                    fields.says(text)

    def _end_of_group(self) -> None:
        if self._depth == self._skipped:
            self._skipped = -1
        if self._depth == self._starred:
            self._starred = -1
        if self._opened and self._depth == self._opened[-1]:
            self._opened.pop()
            for fields in self._fields:
                fields.end()
        while self._names and self._names[-1][0] >= self._depth:
            self._name()
        self._depth -= 1

    def _name(self) -> None:
        _, word, parts = self._names.pop()
        text = "".join(parts)
        if self._look.step(self._where, 2 + len(text) // 64):
            self._judge(word, text, self._where)

    def _close(self) -> None:
        for fields in self._fields:
            fields.close()
        while self._names:
            self._name()
