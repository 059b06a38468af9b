"""Untrusted text as a cell of csv, and back: no spreadsheet takes it for a formula, and no character is lost."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from occ_media_cli.report.safe import terminal

if TYPE_CHECKING:
    from re import Match, Pattern

_FORMULA_START = frozenset("=+-@\t\r\n\0\u2212")
_SKIPPED_BEFORE_FORMULA = frozenset({"Cf", "Zs", "Cc", "Mn"})


def _starts_formula(text: str) -> bool:
    for character in text:
        if character in _FORMULA_START or unicodedata.normalize("NFKC", character)[:1] in _FORMULA_START:
            return True
        if unicodedata.category(character) not in _SKIPPED_BEFORE_FORMULA:
            return False
    return False


_APOSTROPHE, _BACKSLASH = "'", r"\x5c"


def _is_guarded(text: str) -> bool:
    """Whether a cell of this text gets a `'`: one that a spreadsheet would compute, and one that looks guarded."""
    return _starts_formula(text.lstrip(_APOSTROPHE))


@cache
def _escape() -> Pattern[str]:
    import re

    return re.compile(r"\\(?:([tnr])|x([0-9a-f]{2})|u([0-9a-f]{4})|U(000[0-9a-f]{5}|0010[0-9a-f]{4}))")


def write_cell(text: str) -> str:
    """Text for one csv cell, quoting included: no spreadsheet takes it for a formula, and `read_cell` reads it back.

    A cell that starts with `= + - @`, TAB, CR, LF or NUL, also after BOM, zero-width characters and spaces and also in
    full-width forms, gets a leading `'`; so does one that starts so behind `'`. Where a text itself has what looks like
    an escape, its backslash is one. Cells with a separator of any country are quoted, so that none can be split.
    """
    if not text:
        return ""
    shown = terminal(_escape().sub(_escaped, text) if "\\" in text else text)
    first = shown[0]
    if not (first.isascii() and first.isalnum()) and _is_guarded(text):
        shown = _APOSTROPHE + shown
    if "," in shown or ";" in shown or '"' in shown or "|" in shown or first == " " or shown[-1] == " ":
        return '"' + shown.replace('"', '""') + '"'
    return shown


def read_cell(cell: str) -> str:
    """The text of a cell that `write_cell` wrote, its quotes read by the reader of the file."""
    return _unescape(unguarded(cell))


def unguarded(cell: str) -> str:
    """A cell without the `'` that `write_cell` puts where a spreadsheet would compute; every other cell as it is."""
    return cell[1:] if cell.startswith(_APOSTROPHE) and _is_guarded(_unescape(cell[1:])) else cell


def _unescape(cell: str) -> str:
    return _escape().sub(_meant, cell) if "\\" in cell else cell


def _meant(escape: Match[str]) -> str:
    """The character that an escape of `write_cell` stands for; the text itself where that writes no such one."""
    short = escape[1]
    letter = {"t": "\t", "n": "\n", "r": "\r"}[short] if short else chr(int(escape[2] or escape[3] or escape[4], 16))
    return letter if escape[0] in (_BACKSLASH, terminal(letter)) else escape[0]


def _escaped(found: Match[str]) -> str:
    return found[0] if _meant(found) == found[0] else _BACKSLASH + found[0][1:]
