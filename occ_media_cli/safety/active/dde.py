"""Fields of Word that act, and links to other programs (DDE).

The text of a field is cut into runs, and its words can be made by fields inside of it: `QUOTE 68 68 69` is `DDE`.
"""

from __future__ import annotations

import re

from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.links import judge_plain_link
from occ_media_cli.safety.active.targets import TargetKind, classify, hide_unprintable, is_remote, names_program

_DDE = re.compile(r"\s*\"?\s*(?:DDE|DDEAUTO)(?![A-Za-z0-9_.])", re.IGNORECASE)
_DDE_INSIDE = re.compile(r"(?<![A-Za-z0-9_])DDEAUTO\s+\S", re.IGNORECASE)
_SPEAKS = re.compile(
    r"\s*(?:XE|TC|TOC|REF|PAGEREF|HYPERLINK|TITLE|SUBJECT|KEYWORDS|COMMENTS|STYLEREF)\b", re.IGNORECASE
)
"""Fields whose words are shown and do nothing."""

_FETCHES = re.compile(r"\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|RD|HYPERLINK|DATABASE)\b(.*)",
                      re.IGNORECASE | re.DOTALL)  # fmt: skip
_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|“([^”]*)”|(\S+)')
_QUOTE = re.compile(r"\s*QUOTE\b(.*)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"(?<!\S)(?:0x([0-9A-Fa-f]{1,6})|(\d{1,7}))(?!\S)")
_NAMING = ("l", "o", "t")
"""Switches of a link that a word follows which is no target."""

_BLANKS = re.compile(r"\s{2,}")
_LETTERS_A_STEP = 64
_MOST_ARGUMENTS = 64
_MOST_NESTED = 64


class Fields:
    """The fields of one text, put together from where each begins, what it says, and where its result begins and ends.

    A field inside of another gives its words to it, as `QUOTE` does.
    """

    def __init__(self, look: Inspection, where: str) -> None:
        self._look, self._where = look, where
        self._open: list[list[str]] = []
        self._result: list[bool] = []
        self._told: set[str] = set()

    def begin(self) -> None:
        """A field begins."""
        if len(self._open) < _MOST_NESTED:
            self._open.append([])
            self._result.append(False)

    def says(self, text: str) -> None:
        """Words of the field that is open, or of none: then they are judged by themselves at the end."""
        if not self._open:
            self.begin()
        if not self._result[-1]:
            self._open[-1].append(text)

    def separate(self) -> None:
        """Its words end, and its result begins."""
        if self._result:
            self._result[-1] = True

    def end(self) -> None:
        """The field ends."""
        if not self._open:
            return
        text = _BLANKS.sub(" ", "".join(self._open.pop()))
        if not self._look.step(self._where, len(text) // _LETTERS_A_STEP):
            text = ""
        self._result.pop()
        self.judge(text)
        if self._open and not self._result[-1]:
            self._open[-1].append(unquoted(text))

    def close(self) -> None:
        """The text ends; what is open is judged as it stands."""
        while self._open:
            self.end()

    def judge(self, text: str) -> None:
        """What one field does."""
        text = _BLANKS.sub(" ", text)
        if text in self._told:
            return
        if len(self._told) < 1000:
            self._told.add(text)
        look, where = self._look, self._where
        plain = text.replace("\0", "")
        if _DDE.match(plain) or (_DDE_INSIDE.search(plain) and not _SPEAKS.match(plain)):
            what = "that starts a program" if names_program(plain) else "that asks another program"
            look.tell("dde-program", f"a DDE field {what}", where)
            return
        if (fetches := _FETCHES.match(plain)) is None:
            return
        word = fetches[1].upper()
        named = False
        for number, argument in enumerate(_ARGUMENT.finditer(fetches[2])):
            if number >= _MOST_ARGUMENTS:
                look.pass_over(where, "a field has more arguments than are looked at")
                return
            if named and word == "HYPERLINK":
                named = False
                continue  # a place in the document, a frame, or words to show
            raw = argument[1] or argument[2] or argument[3] or ""
            if argument[3] and raw.startswith("\\") and not raw.startswith("\\\\"):
                named = raw[1:2].lower() in _NAMING
                continue  # a switch
            judge_field_target(look, word, raw.replace("\\\\", "\\"), where)


def judge_field_target(look: Inspection, word: str, path: str, where: str) -> None:
    """What a field that fetches something does with one of its arguments."""
    unc = path.startswith("\\") and not path.startswith("\\\\") and path.count("\\") >= 2 and len(path) > 4
    target = classify("\\" + path if unc else path)
    if word == "HYPERLINK":
        judge_plain_link(look, path, where)
    elif is_remote(target):
        look.tell("remote-object", f"a field {word} that fetches from {target.shown}", where)
    elif target.kind is TargetKind.PROGRAM:
        look.tell("program-link", f"a field {word} that leads to {target.shown}", where)
    elif target.kind is TargetKind.LOCAL and ("\\" in path or "/" in path):
        look.tell("local-link", f"a field {word} that reads a file of the computer", where)


def unquoted(text: str) -> str:
    """The words that a field gives to the one around it: the letters that `QUOTE` has as numbers, else its text."""
    quote = _QUOTE.match(text)
    if quote is None:
        return text
    numbers = list(_NUMBER.finditer(quote[1]))
    if not numbers:
        return quote[1].strip().strip('"“”')
    letters = (int(hit[1], 16) if hit[1] else int(hit[2]) for hit in numbers)
    return "".join(chr(letter) for letter in letters if letter < 0x110000)


def judge_dde(look: Inspection, service: str, topic: str, where: str) -> None:
    """A link of a workbook to another program: `service|topic`. One that is not running is started by Excel."""
    if names_program(service) or names_program(topic) or re.search(r"[\\/]", service):
        look.tell("dde-program", f"a link (DDE) that starts a program ({_shown(service)})", where)
    else:
        look.tell("dde-data", f"a link (DDE) that asks {_shown(service)} for data", where)


def _shown(service: str) -> str:
    return hide_unprintable(service)[:40] or "a program"
