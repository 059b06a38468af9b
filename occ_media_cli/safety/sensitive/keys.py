"""Keys of services and private keys in a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from math import log2

from occ_media_cli.safety.sensitive.key_forms import UNSURE, KeyForm, forms_of, is_for_tests, key_beginnings
from occ_media_cli.safety.sensitive.sighting import Sighting

_HEADER = re.compile("-----BEGIN[ A-Za-z0-9_-]{0,100}?PRIVATE KEY(?: BLOCK)?-----", re.IGNORECASE)
_BODY = re.compile(r"(?:[A-Za-z0-9+/=\s:,.()\"'\\]|-(?!-)){64}")
_BEGIN = "-----BEGIN"
_JWT = re.compile(
    r"eyJ(?<![A-Za-z0-9_]eyJ)[a-zA-Z0-9]{16,4000}+\.ey[a-zA-Z0-9/\\_-]{17,8000}\."
    r"(?:[a-zA-Z0-9/\\_-]{10,2000}={0,2})?(?![\w-])",
    re.ASCII,
)
_JWT_BEGINS = "eyJ"

_LONG = re.compile(r"[\w.~+/=-]{12,}", re.ASCII)
"""What could hold a key at all: texts have few such words, and a hundred beginnings are looked for in these alone."""

_EXAMPLES = re.compile(r"EXAMPLE$|abcdefghijklmnopqrstuvwxyz|(?i:x{10})")
"""What stands in documentation in the place of a key."""

PUBLISHED = frozenset((
    "f56e323494a6ffc2", "2037abcaffb2b777", "3f370c9dd8225c63", "e4a5542bb7fd7b67",
    "a19f89ab3555eac1", "0b476bdf9acf2123", "eb540d2b6ee2a0a4", "37f8f09bdf12c2f2",
    "8731261cb72d8626", "49f777db995e8260", "27a9a42931dff7eb", "dc0fcf046c61640c",
    "4c98242dcadc8b29", "ea9bb1082cf95663", "3a8b61d0f636b007", "a6c814bc555ae62c",
))  # fmt: skip
"""Digests of keys that examples and browsers show to everybody."""


def find_keys(text: str) -> Iterator[Sighting]:
    """Every key of a text, form by form; medium for keys of a test and those that are public by design."""
    long = "\n".join(_LONG.findall(text))
    for beginning in key_beginnings():
        if beginning not in long:
            continue
        for form in forms_of(beginning):
            for match in form.pattern.finditer(text):
                if _is_real(match.group(), form):
                    sure = form.name not in UNSURE and not is_for_tests(beginning)
                    yield Sighting(*match.span(), "high" if sure else "medium", form.name, match.group())
    yield from _private_keys(text)
    yield from _web_tokens(text)


def _is_real(value: str, form: KeyForm) -> bool:
    if _EXAMPLES.search(value) is not None or entropy(value) <= form.least:
        return False
    return sha256(value.encode()).hexdigest()[:16] not in PUBLISHED


def entropy(value: str) -> float:
    """Bits a character, by how often each occurs in the value itself (Shannon)."""
    size = len(value)
    return -sum(count / size * log2(count / size) for count in Counter(value).values())


def _private_keys(text: str) -> Iterator[Sighting]:
    at = text.find(_BEGIN)
    while at >= 0:
        header = _HEADER.match(text, at)
        if header is not None and _BODY.match(text, header.end()) is not None:
            yield Sighting(at, header.end(), "high", "private-key", header.group())
        at = text.find(_BEGIN, header.end() if header is not None else at + len(_BEGIN))


def _web_tokens(text: str) -> Iterator[Sighting]:
    if _JWT_BEGINS in text:
        for match in _JWT.finditer(text):
            if entropy(match.group()) > _LEAST_JWT:
                yield Sighting(*match.span(), "medium", "jwt", match.group())


_LEAST_JWT = 3.0
