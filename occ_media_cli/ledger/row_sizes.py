"""The size that a row states, in bytes: read exactly, or refused. The one way for every source and for the gate.

A spreadsheet shows a large number as `1.23457E+08` and exports what it shows: the digits that it left out are gone. So
a text counts only where all its digits stand in it. `34567.0` does: programs of data analysis (pandas) write a column
of whole numbers in this way as soon as one of them is missing, to the last digit.
"""

from __future__ import annotations

import re
from decimal import Decimal

from occ_media_cli.decoding import Fraction
from occ_media_cli.ledger.entry import LARGEST, Unfit
from occ_media_cli.report import safe

UNITS = {"bytes": 1, "kB": 1_000, "KiB": 1_024, "MB": 1_000_000, "MiB": 1_048_576}
"""The units in which a mapping may say that sizes are."""

LONGEST_SHOWN = 40
"""Of a list or an object so many characters are shown."""

_WHOLE = re.compile(r"[0-9]{1,19}(?:\.0)?", re.ASCII)
_OF_A_UNIT = re.compile(r"[0-9]{1,19}(?:\.[0-9]{1,19})?", re.ASCII)
_ROUNDED = re.compile(r"[+-]?\d[\d.,]*[eE][+-]?\d+")


class FewBits(str):
    """A number of a column whose type does not hold all digits of one so large. type: what the column is called."""

    __slots__ = ("type",)
    type: str

    @classmethod
    def show_rounded(cls, value: float, kind: str) -> FewBits:
        """A number, shown as what was rounded."""
        found = cls(f"{value:e}")
        found.type = kind
        return found


def size(value: object, unit: str = "bytes") -> int:
    """The bytes of a size as a row states it, a text or a number, in a unit; Unfit, with the reason, for any other.

    A number of a typed column, a whole one or one that comes to a whole one, counts as it is.
    """
    text = value.written if isinstance(value, Fraction) else value
    if isinstance(text, str):
        pattern = _WHOLE if unit == "bytes" else _OF_A_UNIT
        number = Decimal(text) if pattern.fullmatch(text) else None
    elif isinstance(text, int | float | Decimal) and not isinstance(text, bool):
        number = Decimal(str(text))
    else:
        number = None
    found = number * UNITS[unit] if number is not None and number.is_finite() else None
    if found is None or not 0 <= found <= LARGEST or found != int(found):
        raise not_a_size(value, unit)
    return int(found)


def not_a_size(value: object, unit: str = "bytes") -> Unfit:
    """Why a value is no size, with what to do about it where its form tells."""
    written = value.written if isinstance(value, Fraction) else value
    shown = as_written(value) + ("" if unit == "bytes" else f" {unit}")
    advice = ""
    if isinstance(value, FewBits):
        advice = f"; the column is {value.type}, which rounds numbers of this size: write it as int64"
    elif isinstance(written, str) and _ROUNDED.fullmatch(written.strip()):
        advice = "; it was rounded, as a spreadsheet does: show the column as whole numbers and export it again"
    elif isinstance(value, str) and any(letter.isdigit() for letter in value) and _is_other_form(value):
        advice = "; write it in the digits 0 to 9 alone"
    return Unfit("bad size", f"size {shown} is not a whole number of bytes from 0 to {LARGEST:,}{advice}")


def as_written(value: object) -> str:
    """A value of a row, to name it in a reason: a text in quotes, anything else as JSON has it, long ones cut."""
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Fraction):
        return value.written
    if isinstance(value, float | Decimal):
        return str(value)
    text = safe.json(value) if isinstance(value, dict | list | bool | int) else type(value).__name__
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _is_other_form(text: str) -> bool:
    """Whether it has digits and signs alone, in a form that is not taken: `+3`, `1,000`, `1_000`, ` 3 `, `٣`."""
    return not text.startswith("-") and not _OF_A_UNIT.fullmatch(text) and not any(map(str.isalpha, text))
