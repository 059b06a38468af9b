"""Who a customer is: one person writes, and is written, in several ways, and is matched by one form of the id.

The ledger keeps `customer` as the source says. Holds, erasures, plans and lists compare its canonical form, and take in
the aliases that are recorded for one person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.migrations.m0009_people import FEWEST, KNOWN_BY, MOST, SEPARATORS, canonical

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Set as AbstractSet

_ASCII = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DIGITS = "0123456789"

_FORMS = """
SELECT :form UNION SELECT b.canonical_customer FROM customer_alias a JOIN customer_alias b ON b.alias = a.alias
WHERE a.canonical_customer = :form"""

CANONICAL = canonical("r.customer")
"""SQL for the canonical form of the customer of r, a record."""


def canonical_customer(text: str) -> str:
    """The form of a customer's id by which people are matched; the text as it is where it is no number and no address.

    A telephone number of 7 to 15 digits is its digits, however it is grouped, with or without `+`, `tel:` or
    `whatsapp:`; `00` before a number stands for `+`. An e-mail address is folded to lower case, without spaces around
    it. Letters other than A to Z are left alone. The view `entry` says the same in SQL.
    """
    if _whole(text) and not _prefixed(text):
        return text
    trimmed = text.strip(" ")
    if "@" in trimmed[1:-1]:
        return trimmed.translate(_ASCII)
    bare = text.translate(_ASCII)
    for separator in SEPARATORS:
        bare = bare.replace(separator, "")
    if _whole(bare):
        if _prefixed(bare) and FEWEST <= len(bare) - 2 <= MOST:
            return bare[2:]
        if FEWEST <= len(bare) <= MOST:
            return bare
    return text


def _whole(text: str) -> bool:
    """Whether a text has no character that is not a digit."""
    return not text.strip(_DIGITS)


def _prefixed(text: str) -> bool:
    return text.startswith("00") and text[2:3] in tuple(_DIGITS[1:])


def forms_of(connection: sqlite3.Connection, customer: str) -> frozenset[str]:
    """Every canonical form of the person whom an id names: its own, and those of the aliases."""
    form = canonical_customer(customer)
    return frozenset(str(row[0]) for row in connection.execute(_FORMS, {"form": form}))


def of_person(connection: sqlite3.Connection, customer: str, *, raw: str = "r.customer") -> tuple[str, list[str]]:
    """SQL that is true for records of the person whom an id names, and its values, in their order.

    raw: SQL for the customer as the source wrote it. Characters are looked at first, and the form of few is worked out,
    so that ten million entries take seconds.
    """
    forms = sorted(forms_of(connection, customer))
    likely = " OR ".join([f"{raw} LIKE ?"] * len(forms))
    marks = ", ".join("?" * len(forms))
    patterns = ["%" + "%".join(form[:KNOWN_BY]) + "%" for form in forms]
    return f"(({likely}) AND {canonical(raw)} IN ({marks}))", [*patterns, *forms]


def spellings_of(connection: sqlite3.Connection, customer: str) -> frozenset[str]:
    """Every way in which entries write the person whom an id names: one pass over the ledger."""
    condition, values = of_person(connection, customer)
    found = connection.execute(f"SELECT DISTINCT r.customer FROM record r WHERE {condition}", values)
    return frozenset(str(row[0]) for row in found)


def also_written(spellings: AbstractSet[str], typed: str) -> str | None:
    """A sentence that names the other ways in which a person stands in the ledger; None where there is none."""
    others = sorted(spellings - {typed})
    if not others:
        return None
    shown = ", ".join(f"'{other}'" for other in others[:SHOWN])
    more = f" and {len(others) - SHOWN:,} more" if len(others) > SHOWN else ""
    return f"'{typed}' also stands in the ledger as {shown}{more}; all of them are covered"


SHOWN = 10
"""So many spellings are named."""
