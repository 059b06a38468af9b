"""Look for sensitive text in a file: the check itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.passage import Passage, UnreadText
from occ_media_cli.media.text.words import read_words
from occ_media_cli.own_patterns import OwnPattern
from occ_media_cli.safety.found import Found, Looked
from occ_media_cli.safety.sensitive.cards import find_cards
from occ_media_cli.safety.sensitive.class_words import find_class_words
from occ_media_cli.safety.sensitive.digits import as_seen
from occ_media_cli.safety.sensitive.ibans import find_ibans
from occ_media_cli.safety.sensitive.keys import find_keys
from occ_media_cli.safety.sensitive.labels import Label, labels_of
from occ_media_cli.safety.sensitive.nearby import CARD_WORDS, IBAN_WORDS, REACH
from occ_media_cli.safety.sensitive.own import OwnSearch, TooSlow
from occ_media_cli.safety.sensitive.sighting import Sighting
from occ_media_cli.safety.sensitive.tally import Tally
from occ_media_cli.values import EMPTY

_CARRIED = REACH + 100
"""Characters of the passage before that are looked at again, so that what was cut is seen whole and with its words."""


class OwnLabel(NamedTuple):
    """What an operator knows of a sensitivity label: its name, and `error`, `warning` or `note`; no severity for a
    label that is no finding."""

    name: str
    severity: str = "warning"


def sensitive_text(
    source: FileSource,
    type: str | None,  # noqa: A002 - a word of the field
    *,
    words: Sequence[str] | None = None,
    patterns: Sequence[OwnPattern] = (),
    labels: Mapping[str, OwnLabel] = EMPTY,
) -> Looked:
    """What the text of a file holds that must not leave.

    type: what `media.recognise` says. words: the classification words to look for; None for those built in. patterns:
    those of the operator. labels: by the GUID of a sensitivity label, in small letters; a label that is not among them
    is a fact and no finding.

    Codes are those of `codes.CODES`. A message ends with its confidence, and the severity follows from that by
    `codes.SEVERITIES`: a card number or a key is an error at high, a warning at medium and a note at low; an IBAN a
    warning, a warning and a note; a classification word a warning, then notes. An own pattern has its own. Messages
    hold masked values only. Facts: `labels`, the names of sensitivity labels (or their GUIDs), each on a line of its
    own; `characters`, how many were read.

    Raises `PatternRefused` for a pattern that cannot run, `PartMissing` for a PDF where pypdfium2 is missing.
    """
    tally = Tally()
    unread: list[tuple[str, str]] = []
    borne = labels_of(source, type)
    for label in borne:
        _tell_label(tally, label, labels)
    own = OwnSearch(patterns)
    characters, tail, finished = 0, "", True
    for each in read_words(source, type):
        if isinstance(each, UnreadText):
            unread.append((each.part, each.reason))
            tail = ""
            continue
        before = tail if each.goes_on else ""
        seen_text = as_seen(before + each.text)
        characters += len(each.text)
        for code, sighting in _sightings(seen_text.text, words, tally):
            if seen_text.place_of(sighting.end - 1) >= len(before):
                start = seen_text.place_of(sighting.start) - len(before)
                seen = _below_head(each, code, sighting, start) if each.has_heads else sighting
                tally.count_value(code, seen, _where(each, start))
        if patterns and finished:
            finished = _look_for_own(own, tally, each, before)
        tail = each.text[-_CARRIED:]
    if not finished:
        unread.append(("", "own patterns took too long"))
    names = [_name_of(label, labels) for label in borne]
    facts: list[tuple[str, bool | int | str]] = [("characters", characters)]
    if names:
        facts.append(("labels", "\n".join(names)))
    return Looked(tally.found(), tuple(unread), tuple(facts))


def _sightings(text: str, words: Sequence[str] | None, tally: Tally) -> Iterator[tuple[str, Sighting]]:
    for code, sightings in (
        ("card-number", find_cards(text)),
        ("iban", find_ibans(text)),
        ("secret-key", find_keys(text)),
        ("classification", find_class_words(text, words)),
    ):
        if tally.is_full(code):
            continue
        for sighting in sightings:
            yield code, sighting
            if tally.is_full(code):
                break


_HEADS = {"card-number": CARD_WORDS, "iban": IBAN_WORDS}


def _where(passage: Passage, start: int) -> Callable[[], str]:
    return lambda: passage.place_at(start).where


def _below_head(passage: Passage, code: str, sighting: Sighting, start: int) -> Sighting:
    """A sighting with the confidence that it has below its column's heading, which speaks of it as a word nearby."""
    words = _HEADS.get(code)
    if words is None or sighting.confidence == "high" or not words.places_in(passage.place_at(start).head):
        return sighting
    return sighting._replace(confidence="high")


def _look_for_own(own: OwnSearch, tally: Tally, passage: Passage, before: str) -> bool:
    """Whether the patterns of the operator came to an end in their time."""
    try:
        for pattern, sighting in own.find_in(before + passage.text):
            if sighting.end > len(before):
                tally.count_match(pattern, sighting, _where(passage, sighting.start - len(before)))
    except TooSlow:
        return False
    return True


def _name_of(label: Label, known: Mapping[str, OwnLabel]) -> str:
    own = known.get(label.guid)
    name = own.name if own is not None else label.name or label.guid
    return " ".join(name.split())


def _tell_label(tally: Tally, label: Label, known: Mapping[str, OwnLabel]) -> None:
    own = known.get(label.guid)
    if own is not None and own.severity:
        message = f"it bears the sensitivity label '{' '.join(own.name.split())}'"
        tally.tell(Found("classification", own.severity, message, label.where, "ask its owner before it is sent"))
