"""What of a value may be seen: enough for its owner to find it in the document, too little for anybody to use it."""

from __future__ import annotations

from occ_media_cli.safety.sensitive.key_forms import key_forms

_SHOWN = 4


def mask_card(digits: str) -> str:
    """The last four digits of a card number, as on receipts (PCI DSS 3.4.1 allows the first six beside them)."""
    return f"…{digits[-_SHOWN:]}"


def mask_iban(iban: str) -> str:
    """The country and the last four characters of an account number."""
    return f"{iban[:2]}…{iban[-_SHOWN:]}"


def mask_key(value: str) -> str:
    """The fixed beginning of a key, which every key of its kind has, and its length."""
    beginning = max((each for each, _ in key_forms() if value.startswith(each)), key=len, default="")
    return f"{beginning}… of {len(value):,} characters"
