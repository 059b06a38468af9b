"""Times as numbers, in the unit that a mapping or a platform says. The one way for every source."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from occ_media_cli.ledger.entry import Unfit

TIME_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}
"""Microseconds in a unit."""

TIME_FORMS = (*TIME_UNITS, "ns", "s.micro", "s-or-ms", "iso", "mail")
"""How a nested mapping may say that times are written: `s.micro` is a text of seconds with a point (Slack), `s-or-ms`
seconds in some bodies and milliseconds in others (Meta), `iso` and `mail` are no numbers, and a number is refused."""

EARLIEST = 100_000_000_000
"""Milliseconds, in March 1973. Seconds that are read as milliseconds, the days of a spreadsheet that are read as
seconds, and a 0 for no time at all give less: a file of 1970 would be due for removal at once."""

_PER_MILLISECOND = {"s": Decimal("0.001"), "s.micro": Decimal("0.001"), "ms": Decimal(1), "us": Decimal(1_000),
                    "ns": Decimal(1_000_000)}  # fmt: skip


def to_milliseconds(value: object, unit: str | None, name: str) -> int:
    """Milliseconds of a number of some unit; Unfit where there is none, or none that fits. Finer digits are cut."""
    if unit == "s-or-ms":
        unit = "s" if _is_in_seconds(value) else "ms"
    if unit not in _PER_MILLISECOND:
        why = "its unit is not stated" if unit is None else "times are texts, as the mapping says"
        raise Unfit("bad time", f"{name} {value!s:.40} is a number, and {why}")
    try:
        found = int(Decimal(str(value)) / _PER_MILLISECOND[unit])
    except (InvalidOperation, OverflowError, ValueError):
        raise Unfit("bad time", f"{name} {value!s:.40} is not a time") from None
    return checked_number(found, value, unit, name)


def checked_number(found: int, value: object, unit: str, name: str) -> int:
    """The milliseconds that a number came to; Unfit where they lie around 1970, so that it counts something else.

    Of numbers alone: a text that says 1970 says so, and a number says it by mistake.
    """
    if -EARLIEST < found < EARLIEST:
        raise Unfit("bad time", f"{name} {value!s:.40} in {unit} is in the year 1970, so that its unit is another one")
    return found


def _is_in_seconds(value: object) -> bool:
    try:
        return abs(Decimal(str(value))) < EARLIEST  # as seconds it is in the year 5138
    except InvalidOperation:
        return False
