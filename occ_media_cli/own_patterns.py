"""Patterns of the operator: what one must be, wherever it is written or run.

A document that was applied is scanned with later, and perhaps on another machine. So whoever takes a pattern in asks
for what every scan can run: Python's own engine can take forever for a few characters, and there a pattern that repeats
a repeat or refers back to a group is refused. A scan itself may have google-re2, where such a pattern takes no longer
than others (`safety/sensitive/own.py`).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from occ_media_cli.vocabulary import SEVERITIES

MOST_PATTERNS = 100
LONGEST_PATTERN = 1_000
LONGEST_NAME = 60

_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_MANY = 64
_MOST_TIMES = 1_000


class OwnPattern(NamedTuple):
    """What an operator looks for. severity: `error`, `warning` or `note`."""

    name: str
    pattern: str
    severity: str = "warning"


class PatternRefused(ValueError):
    """A pattern that is not run; the text says why, and never holds anything of a file."""


def check_pattern(own: OwnPattern) -> None:
    """Whether every scan can run a pattern. Raises `PatternRefused`; for those who take patterns in."""
    compiled(own)
    check_time(own)


def check_number(patterns: int) -> None:
    """Whether a scan runs so many. Raises `PatternRefused`."""
    if patterns > MOST_PATTERNS:
        raise PatternRefused(f"more than {MOST_PATTERNS} patterns")


def compiled(own: OwnPattern) -> re.Pattern[str]:
    """A pattern with its name and severity checked, for Python's own engine. Raises `PatternRefused`.

    Nothing is said yet about how long it may take.
    """
    if not own.name.strip() or len(own.name) > LONGEST_NAME or not own.name.isprintable():
        raise PatternRefused(f"the name of a pattern has 1 to {LONGEST_NAME} characters on one line")
    if own.severity not in SEVERITIES:
        raise PatternRefused(f"'{own.name}': its severity is one of {', '.join(SEVERITIES)}")
    if not own.pattern or len(own.pattern) > LONGEST_PATTERN:
        raise PatternRefused(f"'{own.name}': a pattern has 1 to {LONGEST_PATTERN:,} characters")
    try:
        with _unwarned():
            found = re.compile(own.pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternRefused(f"'{own.name}' is no pattern: {error}") from None
    if found.match("") is not None:
        raise PatternRefused(f"'{own.name}' matches a text without characters")
    return found


def check_time(own: OwnPattern) -> None:
    """Whether Python's own engine comes back from a pattern. Raises `PatternRefused`."""
    if (why := _runs_away(own.pattern)) is not None:
        raise PatternRefused(f"'{own.name}' could take forever: {why}")


def _runs_away(pattern: str) -> str | None:
    """Why Python's engine might not come back from a pattern, or None."""
    import re._parser as parser  # type: ignore[import-not-found]

    with _unwarned():
        return _repeats_in(parser.parse(pattern), 0)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without what a compiler says to programmers of letters that may mean something else some day (`[[a]`)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _repeats_in(parsed: Any, inside: int) -> str | None:
    for kind, value in parsed:
        name = str(kind)
        if name in _REPEATS:
            least, most, inner = value
            if int(most) > _MOST_TIMES and int(most) != int(_endless()):
                return f"a repeat of more than {_MOST_TIMES:,}"
            varies = int(most) - int(least) > 1 or int(most) > _MANY
            if varies and inside:
                return "a repeat inside of a repeat"
            found = _repeats_in(inner, inside + varies)
        elif name == "SUBPATTERN":
            found = _repeats_in(value[3], inside)
        elif name == "BRANCH":
            if inside:
                return "alternatives inside of a repeat"
            found = next((why for each in value[1] if (why := _repeats_in(each, inside)) is not None), None)
        elif name in ("GROUPREF", "GROUPREF_EXISTS"):
            return "a reference to a group"
        elif name in ("ASSERT", "ASSERT_NOT"):
            found = _repeats_in(value[1], inside)
        elif name == "ATOMIC_GROUP":
            found = _repeats_in(value, inside)
        else:
            found = None
        if found is not None:
            return found
    return None


def _endless() -> int:
    import re._constants as constants  # type: ignore[import-not-found]

    return int(constants.MAXREPEAT)
