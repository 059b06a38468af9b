"""What was seen of each kind, told once for each value, and not more often than somebody reads."""

from __future__ import annotations

from collections.abc import Callable

from occ_media_cli.own_patterns import OwnPattern
from occ_media_cli.safety.found import Found
from occ_media_cli.safety.sensitive.codes import CODES, CONFIDENCES, SEVERITIES, Confidence
from occ_media_cli.safety.sensitive.issuers import is_published_test
from occ_media_cli.safety.sensitive.masked import mask_card, mask_iban, mask_key
from occ_media_cli.safety.sensitive.sighting import Sighting

MOST_TOLD = 50
"""Findings of one code and severity that are told one by one; the rest is one sentence with their number."""

MOST_COUNTED = 5_000
"""Values of high confidence after which a file is not searched for more of that code: it cannot get worse."""

_MORE = {
    "card-number": "card numbers",
    "iban": "account numbers",
    "secret-key": "keys",
    "classification": "classification words",
    "own-pattern": "matches of own patterns",
}


class Tally:
    """The findings of one file. Values are kept for the sake of telling each once, and go with it."""

    def __init__(self) -> None:
        self._found: list[Found] = []
        self._told: dict[tuple[str, str], int] = {}
        self._counted: dict[str, int] = {}
        self._more: dict[tuple[str, str], int] = {}
        self._seen: dict[tuple[str, str, str], tuple[int, Confidence]] = {}

    def is_full(self, code: str) -> bool:
        """Whether enough of a code was counted that is as grave as that code gets."""
        return self._counted.get(code, 0) >= MOST_COUNTED

    def tell(self, found: Found) -> None:
        """Tell something that is not a value."""
        self._found.append(found)

    def count_value(self, code: str, sighting: Sighting, where: Callable[[], str]) -> None:
        """Count a value, and ask where it stands if it is told; with more confidence it is told instead."""
        severity = SEVERITIES[code][sighting.confidence].value
        if sighting.confidence == "high":
            self._counted[code] = self._counted.get(code, 0) + 1
        self._tell(code, severity, sighting, where, "")

    def count_match(self, pattern: OwnPattern, sighting: Sighting, where: Callable[[], str]) -> None:
        """Count what an own pattern found; of it nothing is shown but its length."""
        message = f"'{pattern.name}': {len(sighting.value):,} characters that your pattern describes"
        self._tell("own-pattern", pattern.severity, sighting, where, message)

    def _tell(self, code: str, severity: str, sighting: Sighting, where: Callable[[], str], message: str) -> None:
        key = (code, sighting.kind, sighting.value)
        at, known = self._seen.get(key, (None, sighting.confidence))
        if at is not None and (at < 0 or CONFIDENCES.index(sighting.confidence) >= CONFIDENCES.index(known)):
            return
        if at is None and self._told.get((code, severity), 0) >= MOST_TOLD:
            self._seen[key] = (-1, sighting.confidence)
            self._more[code, severity] = self._more.get((code, severity), 0) + 1
            return
        words = message or f"{_words(code, sighting)} ({sighting.confidence} confidence)"
        found = Found(code, severity, words, where(), CODES[code].fix)
        if at is not None:
            self._found[at] = found
        else:
            self._told[code, severity] = self._told.get((code, severity), 0) + 1
            at = len(self._found)
            self._found.append(found)
        self._seen[key] = (at, sighting.confidence)

    def found(self) -> tuple[Found, ...]:
        """The findings in the order in which they stand in the file, then how many more of each there are."""
        rest = []
        for (code, severity), count in self._more.items():
            least = "at least " if self.is_full(code) else ""
            rest.append(Found(code, severity, f"{least}{count:,} more {_MORE[code]}", "", CODES[code].fix))
        return (*self._found, *rest)


def _words(code: str, sighting: Sighting) -> str:
    if code == "card-number":
        test = ", which is published for tests" if is_published_test(sighting.value) else ""
        return f"a card number of {sighting.kind}, {mask_card(sighting.value)}{test}"
    if code == "iban":
        return f"an account number, {mask_iban(sighting.value)}"
    if code == "secret-key":
        if sighting.kind == "private-key":
            return "a private key"
        return f"a key of fixed form ({sighting.kind.replace('-', ' ')}), {mask_key(sighting.value)}"
    return f"it is marked '{sighting.kind}'"
