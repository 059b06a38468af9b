"""The second 60 of a minute, which a clock shows at 23:59 UTC alone, on the days that have a leap second."""

from __future__ import annotations


class NoLeapSecond(ValueError):
    """A time whose second is 60, in a minute that has no such second."""

    def __init__(self, value: str) -> None:
        super().__init__(f"'{value}' has a second 60 where there is none: a leap second is at 23:59:60 UTC alone")


def refuse_leap_second(value: str, second: str, milliseconds: int) -> None:
    """NoLeapSecond where a time with a second 60 is in a minute that has none. milliseconds: of its second 59."""
    if second == "60" and milliseconds // 60_000 % 1_440 != 1_439:
        raise NoLeapSecond(value)
