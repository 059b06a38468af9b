"""International bank account numbers in a text (ISO 13616): country, structure, check digits by mod 97."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from occ_media_cli.safety.sensitive.nearby import IBAN_WORDS, Nearby
from occ_media_cli.safety.sensitive.sighting import Sighting

_STRUCTURES = (
    "AD8n12c AE19n AL8n16c AT16n AZ4c20n BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n CY8n16c "
    "CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n "
    "GR7n16c GT4c20c HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c "
    "LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD2c18c ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a "
    "NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n "
    "SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c "
    "DZ22n AO21n BJ2c22n BF2c22n CM23n CV21n CF23n TD23n KM23n CG23n CI2c22n GQ23n GA23n GW2c19n IR22n MG23n ML2c22n "
    "MA24n MZ21n NE2c22n SN2c22n TG2c22n"
)
"""The account part of each country: so many letters (a), digits (n), or either (c); those of the registry, then those
that banks use without it."""

_BREAK = "(?:[ \u00a0\u2009\u202f_/\t-]|[ \t]?\r?\n[ \t>]{0,3})?"
"""What may stand between any two letters of one: a blank, or the end of a line."""

_START = re.compile(
    "[0-9]{2}(?<=[A-Za-z]{2}[0-9]{2})"
    f"(?={_BREAK}[A-Za-z0-9]{{1,4}}{_BREAK}[A-Za-z0-9]{{1,4}}{_BREAK}[A-Za-z0-9]{{3}})"
)
"""The check digits, since a text has far fewer digits than letters; the country stands before them."""
_PARTS = re.compile("([0-9]+)([anc])")
_KINDS = {"a": "[A-Z]", "n": "[0-9]", "c": "[A-Z0-9]"}
_BLANKS = str.maketrans("", "", " \u00a0\u2009\u202f_/\t-\r\n>")
_WORD_BEFORE = re.compile("[A-Za-z]{2,12}$")
_VALUES = {ord(letter): str(value) for value, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}


@cache
def _countries() -> dict[str, str]:
    return {each[:2]: each[2:] for each in _STRUCTURES.split()}


@cache
def _pattern(country: str) -> re.Pattern[str]:
    """Exactly the letters and digits of one country, with single blanks anywhere between, in large or small letters."""
    parts = [_KINDS[kind] for count, kind in _PARTS.findall(_countries()[country]) for _ in range(int(count))]
    return re.compile(f"{country}{_BREAK}[0-9]{_BREAK}[0-9]{''.join(_BREAK + part for part in parts)}(?![A-Za-z0-9])",
                      re.IGNORECASE)  # fmt: skip


def passes_mod97(iban: str) -> bool:
    """Whether the two check digits fit (ISO 7064). iban: large letters and digits without blanks."""
    return int((iban[4:] + iban[:4]).translate(_VALUES)) % 97 == 1


def find_ibans(text: str) -> Iterator[Sighting]:
    """Every IBAN of a text, in order: high with a word nearby, medium without one or in small letters."""
    words = Nearby(text, IBAN_WORDS)
    known = _countries()
    behind = 0
    for begin in _START.finditer(text):
        start = begin.start() - 2
        country = text[start : start + 2].upper()
        if start < behind or country not in known:
            continue
        if text[max(0, start - 1) : start].isalnum() and not _follows_word(text, start):
            continue
        match = _pattern(country).match(text, start)
        if match is None:
            continue
        if match.group().count("\n") > 1:
            continue
        written = match.group().translate(_BLANKS)
        value = written.upper()
        if not passes_mod97(value) or not (written == value or written == written.lower()):
            continue
        behind = match.end()
        near = words.is_near(start, behind) or _follows_word(text, start)
        yield Sighting(start, behind, "high" if near and written == value else "medium", country, value)


def _follows_word(text: str, start: int) -> bool:
    """Whether it stands right behind a word of banks: `IBANDE89…`."""
    word = _WORD_BEFORE.search(text, max(0, start - 12), start)
    return word is not None and IBAN_WORDS.is_one(word.group())
