"""Conditions of a mapping: whether a value is there, and which of some words it is.

    message                    it is there: not null, not false, no empty text; 0 and [] are there
    !message.is_deleted        it is not
    type = 'image'             and !=, for texts, numbers, true and false alike
    type in ['image', 'file']  and not in
    Author starts ['+', 'whatsapp:']     and not starts
    sender in @agents          what the caller says

Where a path leads to several values, one that fits is enough; for != and not in, none may.
"""

from __future__ import annotations

from dataclasses import dataclass

from occ_media_cli.ledger.sources.nested.path import SAID, Path, parse_path, split_outside

MOST_WORDS = 1_000
"""Words in a condition."""

EXAMPLE = "write path, !path, path = 'word', path != 'word', path in ['a', 'b'] or path starts 'word'"


@dataclass(frozen=True, slots=True)
class Condition:
    """kind: `there`, `in` or `starts`. negative: it must not be so. said: which of `SAID` has the words."""

    path: Path
    kind: str = "there"
    negative: bool = False
    words: tuple[str, ...] = ()
    said: str = ""


Conditions = tuple[tuple[Condition, ...], ...]
"""All must hold; of those that stand together in a tuple one is enough."""


def parse_condition(text: str) -> Condition:
    """The condition of a text; ValueError says what is wrong in it, and what would be right."""
    written = text.strip()
    negative = written.startswith("!")
    if negative and written[1:].strip():
        if _operator(written[1:]) is not None:
            raise ValueError(f"has ! and a comparison; {EXAMPLE}")
        return Condition(parse_path(written[1:]), negative=True)
    found = _operator(written)
    if found is None:
        return Condition(parse_path(written))
    left, kind, negative, right = found
    path = parse_path(left)
    if right.startswith("@"):
        if right[1:] not in SAID or kind == "starts":
            raise ValueError(f"compares with '{right:.40}', which is none of {', '.join(f'@{name}' for name in SAID)}")
        return Condition(path, kind, negative, said=right[1:])
    return Condition(path, kind, negative, _words(right))


_OPERATORS = (("!=", "in", True), ("=", "in", False), (" not in ", "in", True), (" in ", "in", False),
              (" not starts ", "starts", True), (" starts ", "starts", False))  # fmt: skip


def _operator(text: str) -> tuple[str, str, bool, str] | None:
    """The path, kind and other side of a comparison that stands in a text."""
    bare = _without_quoted(text)
    for mark, kind, negative in _OPERATORS:
        at = bare.find(mark)
        if at >= 0:
            return text[:at], kind, negative, text[at + len(mark) :].strip()
    return None


def _without_quoted(text: str) -> str:
    """The text with what stands in quotes blanked out, so that no operator is found in it."""
    found, quote = [], ""
    for letter in text:
        if quote:
            found.append(letter if letter == quote else "x")
            quote = "" if letter == quote else quote
        else:
            quote = letter if letter in "'\"" else ""
            found.append(letter)
    return "".join(found)


def _words(text: str) -> tuple[str, ...]:
    if text.startswith("["):
        if not text.endswith("]"):
            raise ValueError("has a list that does not end; write ['a', 'b']")
        inside = text[1:-1].strip().removesuffix(",")
        parts = split_outside(inside, ",") if inside else []
    else:
        parts = [text]
    if len(parts) > MOST_WORDS:
        raise ValueError(f"has {len(parts):,} words, and {MOST_WORDS:,} are the most")
    return tuple(map(_word, parts))


def _word(text: str) -> str:
    word = text.strip()
    if len(word) >= 2 and word[0] == word[-1] and word[0] in "'\"" and word[0] not in word[1:-1]:
        return word[1:-1]
    if word in ("true", "false") or (word.removeprefix("-").isascii() and word.removeprefix("-").isdigit()):
        return word
    raise ValueError(f"compares with {word:.40} as it stands; write a word in quotes: '{word.strip(chr(39)):.40}'")
