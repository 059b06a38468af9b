"""Patterns of the operator: checked before they run, and bounded in time while they do.

Where google-re2 is installed they run in it, in time that grows with the text alone. Python's own engine can take
forever for a few characters: there a pattern that repeats a repeat or refers back to a group is refused, and a clock
stops the rest. What it did not finish is told, and such a file is never called clean.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any, NamedTuple

from occ_media_cli.safety.sensitive.sighting import Sighting
from occ_media_cli.vocabulary import SEVERITIES

MOST_PATTERNS = 100
LONGEST_PATTERN = 1_000
LONGEST_NAME = 60

SECONDS = 2.0
"""Seconds that all own patterns together may take for one file."""

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


class TooSlow(Exception):
    """Patterns took longer than they may."""


def check_pattern(own: OwnPattern) -> None:
    """Whether a pattern can be run. Raises `PatternRefused`; for those who take patterns in."""
    _compiled(own)


def _compiled(own: OwnPattern) -> Any:
    if not own.name.strip() or len(own.name) > LONGEST_NAME or not own.name.isprintable():
        raise PatternRefused(f"the name of a pattern has 1 to {LONGEST_NAME} characters on one line")
    if own.severity not in SEVERITIES:
        raise PatternRefused(f"'{own.name}': its severity is one of {', '.join(SEVERITIES)}")
    if not own.pattern or len(own.pattern) > LONGEST_PATTERN:
        raise PatternRefused(f"'{own.name}': a pattern has 1 to {LONGEST_PATTERN:,} characters")
    try:
        compiled = re.compile(own.pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternRefused(f"'{own.name}' is no pattern: {error}") from None
    if compiled.match("") is not None:
        raise PatternRefused(f"'{own.name}' matches a text without characters")
    linear = _linear(own.pattern)
    if linear is not None:
        return linear
    if (why := _runs_away(own.pattern)) is not None:
        raise PatternRefused(f"'{own.name}' could take forever: {why}")
    return compiled


def _linear(pattern: str) -> Any:
    """The pattern in google-re2, or None where that is not installed or does not take it."""
    try:
        import re2  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    try:
        options = re2.Options()
        options.log_errors = False
        return re2.compile(pattern, options)
    except re2.error:
        return None


def _runs_away(pattern: str) -> str | None:
    """Why Python's engine might not come back from a pattern, or None."""
    import re._parser as parser  # type: ignore[import-not-found]

    return _repeats_in(parser.parse(pattern), 0)


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


class OwnSearch:
    """All patterns of an operator over the passages of one file. Raises `PatternRefused` for one that cannot run."""

    def __init__(self, patterns: Sequence[OwnPattern], seconds: float = SECONDS) -> None:
        if len(patterns) > MOST_PATTERNS:
            raise PatternRefused(f"more than {MOST_PATTERNS} patterns")
        self._patterns = [(own, _compiled(own)) for own in patterns]
        self._left = seconds

    def find_in(self, text: str) -> Iterator[tuple[OwnPattern, Sighting]]:
        """Where each pattern matches, pattern by pattern. Raises `TooSlow` when the file's time is over."""
        for own, compiled in self._patterns:
            begin = time.monotonic()
            with _Clock(self._left):
                found = [match.span() for match in compiled.finditer(text) if match.end() > match.start()]
            self._left -= time.monotonic() - begin
            yield from ((own, Sighting(start, end, "high", own.name, text[start:end])) for start, end in found)
            if self._left <= 0:
                raise TooSlow


class _Clock:
    """Stops what runs inside of it after some seconds of processor time, where the process lets itself be told.

    Python's engine asks for signals while it matches. A worker has one thread; in any other thread the whole file's
    time limit is what stops it.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = max(seconds, 0.001)
        self._before: Any = None

    def __enter__(self) -> None:
        try:
            self._before = signal.signal(signal.SIGVTALRM, self._stop)
        except ValueError:  # not the main thread
            return
        signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, self._before)

    @staticmethod
    def _stop(_: int, __: FrameType | None) -> None:
        raise TooSlow
