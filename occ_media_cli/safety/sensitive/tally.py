"""What was seen of each kind, told once for each value, and not more often than somebody reads."""

from __future__ import annotations

from hashlib import blake2b

from occ_media_cli.media.text.passage import Passage
from occ_media_cli.safety.found import Found
from occ_media_cli.safety.sensitive.codes import CODES, CONFIDENCES, SEVERITIES, Confidence
from occ_media_cli.safety.sensitive.issuers import is_published_test
from occ_media_cli.safety.sensitive.masked import mask_card, mask_iban, mask_key
from occ_media_cli.safety.sensitive.own import OwnPattern
from occ_media_cli.safety.sensitive.sighting import Sighting

MOST_TOLD = 50
"""Findings of one code that are told one by one; the rest is one sentence with their number."""

MOST_COUNTED = 10_000
"""Values of one code in one file after which the rest of it is not searched for that code: nobody counts on."""

_MORE = {
    "card-number": "card numbers",
    "iban": "account numbers",
    "secret-key": "keys",
    "classification": "classification words",
    "own-pattern": "matches of own patterns",
}


class Tally:
    """The findings of one file. Values are kept as digests, for the sake of telling each once."""

    def __init__(self) -> None:
        self._found: list[Found] = []
        self._told: dict[str, int] = {}
        self._counted: dict[str, int] = {}
        self._more: dict[str, dict[str, int]] = {}
        self._seen: dict[bytes, tuple[int, Confidence]] = {}

    def is_full(self, code: str) -> bool:
        """Whether enough of a code was counted."""
        return self._counted.get(code, 0) >= MOST_COUNTED

    def wants_place(self, code: str) -> bool:
        """Whether the next finding of a code is still told by itself."""
        return self._told.get(code, 0) < MOST_TOLD

    def put(self, found: Found) -> None:
        """Tell something that is not a value."""
        self._found.append(found)

    def add(self, code: str, sighting: Sighting, where: str) -> None:
        """Count a value; seen again with more confidence, it is told with that."""
        self._counted[code] = self._counted.get(code, 0) + 1
        severity = SEVERITIES[code][sighting.confidence]
        message = f"{_words(code, sighting)} ({sighting.confidence} confidence)"
        self._tell(Found(code, severity.value, message, where, CODES[code].fix), sighting.value, sighting.confidence)

    def add_own(self, pattern: OwnPattern, sighting: Sighting, passage: Passage, start: int) -> None:
        """Count what an own pattern found; of it nothing is shown but its length."""
        code = "own-pattern"
        self._counted[code] = self._counted.get(code, 0) + 1
        where = passage.place_at(start).where if self.wants_place(code) else ""
        message = f"'{pattern.name}': {len(sighting.value):,} characters that your pattern describes"
        self._tell(
            Found(code, pattern.severity, message, where, CODES[code].fix), f"{pattern.name}\0{sighting.value}", "high"
        )

    def _tell(self, found: Found, value: str, confidence: Confidence) -> None:
        digest = blake2b(f"{found.code}\0{value}".encode("utf-8", "replace"), digest_size=16).digest()
        before = self._seen.get(digest)
        if before is not None:
            at, known = before
            if at >= 0 and CONFIDENCES.index(confidence) < CONFIDENCES.index(known):
                self._found[at] = found
                self._seen[digest] = (at, confidence)
            return
        if self._told.get(found.code, 0) < MOST_TOLD:
            self._told[found.code] = self._told.get(found.code, 0) + 1
            self._seen[digest] = (len(self._found), confidence)
            self._found.append(found)
        else:
            self._seen[digest] = (-1, confidence)
            more = self._more.setdefault(found.code, {})
            more[found.severity] = more.get(found.severity, 0) + 1

    def found(self) -> tuple[Found, ...]:
        """The findings in the order in which they stand in the file, then how many more of each there are."""
        rest = []
        for code, more in self._more.items():
            for severity, count in more.items():
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
