"""What of a value may be seen: enough for its owner to find it in the document, too little for anybody to use it."""

from __future__ import annotations

import re

from occ_media_cli.safety.sensitive.cards import find_cards
from occ_media_cli.safety.sensitive.digits import as_seen
from occ_media_cli.safety.sensitive.ibans import find_ibans
from occ_media_cli.safety.sensitive.issuers import issuer_of, passes_luhn
from occ_media_cli.safety.sensitive.key_forms import key_beginnings
from occ_media_cli.safety.sensitive.keys import find_keys

_SHOWN = 4


def mask_card(digits: str) -> str:
    """The last four digits of a card number, as on receipts (PCI DSS 3.4.1 allows the first six beside them)."""
    return f"…{digits[-_SHOWN:]}"


def mask_iban(iban: str) -> str:
    """The country and the last four characters of an account number."""
    return f"{iban[:2]}…{iban[-_SHOWN:]}"


def mask_key(value: str) -> str:
    """The fixed beginning of a key, which every key of its kind has, and its length."""
    beginning = max((each for each in key_beginnings() if value.startswith(each)), key=len, default="")
    return f"{beginning}… of {len(value):,} characters"


_WORTH_A_LOOK = re.compile(r"[0-9]{3}|[\w.~+/=-]{12}")
_DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ \t._/,\u00a0-]?[0-9]){11,18}(?![0-9])")
_NO_DIGITS = re.compile("[^0-9]+")
_MIXED = re.compile("(?=.*[0-9])(?=.*[A-Za-z])")
_JOINTS = str.maketrans(dict.fromkeys("./\\!:›", " "))


def mask_values(text: str) -> str:
    """A name or sentence with every card number, account number and key in it masked: what somebody chose, such as
    the name of a sheet, of a member or of a label, may hold one. Here what stands around a value does not matter."""
    if _WORTH_A_LOOK.search(text) is None and text.isascii():
        return text
    plain, moved = as_seen(text)
    if moved:
        masked = mask_values(plain)
        return text if masked == plain else masked
    found: list[tuple[int, int, str]] = []
    for seen in (plain, plain.translate(_JOINTS)):
        found += [(each.start, each.end, mask_key(each.value)) for each in find_keys(seen)]
        found += [(each.start, each.end, mask_iban(each.value)) for each in find_ibans(seen)]
        found += [(each.start, each.end, mask_card(each.value)) for each in find_cards(seen)]
    for beginning in key_beginnings():
        if len(beginning) >= _SHOWN and beginning in plain:
            for match in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(beginning)}[\w.+/=-]{{16,}}", plain, re.ASCII):
                if _MIXED.search(match.group()[len(beginning) :]) is not None:
                    found.append((*match.span(), mask_key(match.group())))
    for match in _DIGITS.finditer(plain):
        digits = _NO_DIGITS.sub("", match.group())
        if passes_luhn(digits) and (issuer := issuer_of(digits)) is not None and not issuer.weak:
            found.append((*match.span(), mask_card(digits)))
    pieces, at = [], 0
    for start, end, mask in sorted(found):
        if start >= at:
            pieces += [text[at:start], mask]
            at = end
    return "".join([*pieces, text[at:]])
