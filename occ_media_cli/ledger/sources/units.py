"""Times as numbers, in the unit that a mapping or a platform says. The one way for every source."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from occ_media_cli.ledger.entry import Unfit

TIME_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}
"""Microseconds in a unit."""

TIME_FORMS = (*TIME_UNITS, "ns", "s.micro", "s-or-ms", "iso", "mail")
"""How a nested mapping may say that times are written: `s.micro` is a text of seconds with a point (Slack), `s-or-ms`
seconds in some bodies and milliseconds in others (Meta), `iso` and `mail` are no numbers, and a number is refused."""

_MOST_SECONDS = 100_000_000_000
"""As seconds this is in the year 5138, and as milliseconds in 1973: no file of a platform is of either."""

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
        return int(Decimal(str(value)) / _PER_MILLISECOND[unit])
    except (InvalidOperation, OverflowError, ValueError):
        raise Unfit("bad time", f"{name} {value!s:.40} is not a time") from None


def _is_in_seconds(value: object) -> bool:
    try:
        return abs(Decimal(str(value))) < _MOST_SECONDS
    except InvalidOperation:
        return False
