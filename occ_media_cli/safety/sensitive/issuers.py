"""Which payment card numbers are issued at all: the first digits of each scheme and the lengths of its numbers.

Source: ISO/IEC 7812 and the ranges that the schemes publish. A number outside of them is no card, whatever its check
digit says; nine of ten random numbers fall here.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Issuer(NamedTuple):
    """One range of numbers.

    first, last: the range of its first six digits. lengths: how many digits a number has. weak: so many other numbers
    look like this that a word nearby has to say that it is a card.
    """

    first: int
    last: int
    scheme: str
    lengths: tuple[int, ...]
    weak: bool = False


_LONG = (16, 17, 18, 19)
_MAESTRO = (12, 13, 14, 15, 16, 17, 18, 19)


def _range(prefixes: str, scheme: str, lengths: tuple[int, ...], *, weak: bool = False) -> list[Issuer]:
    """prefixes: `51-55 2221-2720`, each of up to six digits."""
    found = []
    for prefix in prefixes.split():
        low, _, high = prefix.partition("-")
        found.append(Issuer(int(low.ljust(6, "0")), int((high or low).ljust(6, "9")), scheme, lengths, weak))
    return found


_STRONG = [
    *_range("4", "Visa", (13, 16, 19)),
    *_range("51-55 222100-272099", "Mastercard", (16,)),
    *_range("34 37", "American Express", (15,)),
    *_range("300-305 3095", "Diners Club", (14, 16, 17, 18, 19)),
    *_range("36", "Diners Club", (14, 15, 16, 17, 18, 19)),
    *_range("38-39", "Diners Club", (14, 16, 17, 18, 19)),
    *_range("6011 644-649 65", "Discover", _LONG),
    *_range("352800-358999", "JCB", _LONG),
    *_range("62 810-817", "UnionPay", _LONG),
    *_range("2200-2204", "Mir", _LONG),
    *_range("5018 5020 5038 5893 6304 6759 676100-676399", "Maestro", _MAESTRO),
    *_range("5019", "Dankort", (16,)),
    *_range("508", "RuPay", (16,)),
    *_range("9792", "Troy", (16,)),
    *_range("506099-506198", "Verve", (16, 18, 19)),
    *_range("507865-507964", "Verve", (16, 18, 19)),
    *_range("5078", "Meeza", (16,)),
    *_range("636", "InterPayment", _LONG),
    *_range("637-639", "InstaPayment", (16,)),
    *_range("9860", "Humo", (16,)),
    *_range("8600", "Uzcard", (16,)),
    *_range("604001-604200", "UkrCard", _LONG),
    *_range("588845 968201-968209", "Mada", (16,)),
]
_WEAK = [
    *_range("50 56-58 6390 67", "Maestro", _MAESTRO, weak=True),
    *_range("0604", "Maestro", _MAESTRO, weak=True),
    *_range("1800 2131", "JCB", (15,), weak=True),
    *_range("1", "UATP", (15,), weak=True),
    *_range("60 63 82 353 356", "RuPay", (16,), weak=True),
]


def _boundaries() -> tuple[list[int], list[tuple[Issuer, ...]]]:
    """The points at which the set of issuers changes, and that set from each point on: the strong ones first."""
    issuers = [*_STRONG, *_WEAK]
    points = sorted({0, *(each.first for each in issuers), *(each.last + 1 for each in issuers)})
    return points, [tuple(each for each in issuers if each.first <= point <= each.last) for point in points]


_POINTS, _SETS = _boundaries()
STARTS = frozenset(str(each.first).zfill(6)[0] for each in _STRONG + _WEAK) | {"2", "3", "5", "6"}
"""The digits that an issued number begins with."""


def issuer_of(digits: str) -> Issuer | None:
    """Whose number it is, by its first six digits and its length; None for a number that nobody issues."""
    for issuer in _SETS[bisect_right(_POINTS, int(digits[:6])) - 1]:
        if len(digits) in issuer.lengths:
            return issuer
    return None


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_DIGIT = bytes.maketrans(b"0123456789", bytes(range(10)))
_TWICE = bytes.maketrans(b"0123456789", bytes(_DOUBLED))


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    backwards = digits.encode("ascii")[::-1]
    return (sum(backwards[::2].translate(_DIGIT)) + sum(backwards[1::2].translate(_TWICE))) % 10 == 0


_TESTS = frozenset((
    "4111111111111111", "4242424242424242", "4012888888881881", "4222222222222", "4000056655665556",
    "4000000000000002", "5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222",
    "378282246310005", "371449635398431", "378734493671000", "6011111111111117", "6011000990139424",
    "30569309025904", "38520000023237", "3530111333300000", "3566002020360505", "6200000000000005",
    "5019717010103742", "6331101999990016", "6759649826438453",
))  # fmt: skip


def is_published_test(digits: str) -> bool:
    """Whether a number is one of those that payment providers print in their manuals; nobody's account is behind it."""
    return digits in _TESTS
