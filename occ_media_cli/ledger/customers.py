"""Who a customer is: one person writes, and is written, in several ways, and is matched by the forms of the id.

The ledger keeps `customer` as the source says. The views compare its canonical form, which SQL can say on every engine.
Holds, erasures, plans and lists also compare the bare form, which Python alone can say: it knows the digits and the
spaces of all scripts. They take in the aliases that are recorded for one person.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from occ_media_cli.store.migrations.m0009_people import FEWEST, KNOWN_BY, MOST, SEPARATORS, canonical

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Set as AbstractSet

_ASCII = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DIGITS = "0123456789"

SEPARATING = "+()[]./_,- \t\n\r\v\f\u2212\u00b7\u2022\u2044\u2215"
"""What may stand between the digits of a number, once a text is plain."""

_UNWRITTEN = frozenset("\u2800\u3164\u034f\ufe0e\ufe0f\u20e3")
"""Blanks that count as letters or marks, and what makes a digit a key on a screen; nobody sees them either."""

_SCHEME = re.compile(
    r"(?:tel|callto|sms|smsto|whatsapp|wa|sip|sips|mailto|viber|signal|skype)\s*:(?://)?", re.IGNORECASE
)
_WHATSAPP = re.compile(r"(?<=\d)(?::\d{1,3})?@(?:s\.whatsapp\.net|c\.us)\Z", re.IGNORECASE)
_TRUNK = re.compile(r"(?<=[0-9])([^0-9()]*)\(([^0-9()]*)0([^0-9()]*)\)")
"""`(0)` behind the code of a country: it is dialled within the country alone."""

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


class _Plain(dict[int, str]):
    """For `str.translate`: a digit of any script as one of ASCII, one kind of space and of dash, nothing unseen."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        digit, kind = unicodedata.decimal(letter, None), unicodedata.category(letter)
        if digit is not None:
            plain = str(digit)
        elif kind == "Cf" or letter in _UNWRITTEN:
            plain = ""
        else:
            plain = " " if kind in ("Zs", "Zl", "Zp") else "-" if kind == "Pd" else letter
        self[code] = plain
        return plain


_PLAIN = _Plain()
_STRANGE = re.compile("[^\\x00-\\x9f\\xa1-\\xac\\xae-\\u02ff\\u0370-\\u052f]")
"""All but the letters of Latin, Greek and Cyrillic: only of such does `_PLAIN` change anything."""

_SQUEEZE = str.maketrans("", "", SEPARATING)


def plain_text(text: str) -> str:
    """A text as people read it: digits, spaces, dashes and letters of one kind, and no characters that nobody sees."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_PLAIN) if _STRANGE.search(text) else text)


def squeeze(plain: str) -> str:
    """A plain text without what may stand between digits."""
    return plain.translate(_SQUEEZE)


def without_trunk(text: str) -> str:
    """A text of the same length, with a blank in the place of the 0 of `+49 (0) 151`: nobody dials it from abroad."""
    return _TRUNK.sub(lambda found: f"{found[1]}({found[2]} {found[3]})", text) if "(" in text else text


def bare_form(text: str) -> str:
    """The form of an id without everything in which programs and people differ, whoever wrote it.

    A telephone number is its digits, whatever their script and whatever spaces, dashes, points, strokes, commas and
    characters that nobody sees stand between them, without `(0)`, `tel:`, `whatsapp:` and the like,
    `@s.whatsapp.net` and `@c.us`. An e-mail address is without `mailto:`, percent signs and unseen characters, in lower
    case. Every other id is in NFC.
    """
    plain = plain_text(unquote(text) if "%" in text else text).strip()
    linked = False
    while (scheme := _SCHEME.match(plain)) is not None:
        plain, linked = plain[scheme.end() :], True
    number = canonical_customer(squeeze(without_trunk(_WHATSAPP.sub("", plain))))
    if is_number(number):
        return number
    if "@" in plain[1:-1]:
        return canonical_customer(plain.partition("?")[0] if linked else plain)
    return unicodedata.normalize("NFC", text)


def is_number(form: str) -> bool:
    """Whether a form is that of a telephone number."""
    return FEWEST <= len(form) <= MOST and form.isascii() and form.isdigit()


@lru_cache(maxsize=20_000)
def forms_of_id(text: str) -> frozenset[str]:
    """The forms of one id, the canonical and the bare one; two ids that share one are the same person's."""
    form = canonical_customer(text)
    return frozenset((form,)) if form == text and is_number(form) else frozenset((form, bare_form(text)))


def forms_of(connection: sqlite3.Connection, customer: str) -> frozenset[str]:
    """Every form of the person whom an id names: of its own, and of those of the aliases."""
    aliases: dict[int, set[str]] = {}
    for alias, text in connection.execute("SELECT alias, customer FROM customer_alias"):
        aliases.setdefault(alias, set()).update(forms_of_id(text))
    found = set(forms_of_id(customer))
    while near := [alias for alias, forms in aliases.items() if not found.isdisjoint(forms)]:
        for alias in near:
            found |= aliases.pop(alias)
    return frozenset(found)


_BEYOND = "length(r.customer) <> length(CAST(r.customer AS BLOB))"
"""SQL that is true for a customer with characters beyond ASCII."""


def of_person(connection: sqlite3.Connection, customer: str, *, raw: str = "r.customer") -> tuple[str, list[str]]:
    """SQL that is true for records of the person whom an id names, and its values, in their order.

    raw: SQL for the customer as the source wrote it. The spellings are looked for first, so that it is true for what
    the ledger holds now: ask it where it is used, in one transaction where others write.
    """
    return written_so(written_as(connection, forms_of(connection, customer)), raw=raw)


def written_so(spellings: AbstractSet[str], *, raw: str = "r.customer") -> tuple[str, list[str]]:
    """SQL that is true for records that write their customer in one of some ways, and its values."""
    return f"{raw} IN (SELECT value FROM json_each(?))", [json.dumps(sorted(spellings))]


def spellings_of(connection: sqlite3.Connection, customer: str) -> frozenset[str]:
    """Every way in which entries write the person whom an id names: one pass over the ledger."""
    return written_as(connection, forms_of(connection, customer))


def written_as(connection: sqlite3.Connection, forms: AbstractSet[str]) -> frozenset[str]:
    """Every way in which entries write ids of some forms.

    SQL looks for the letters and digits of a form in their order, for signs of a percent-encoded id and for characters
    beyond ASCII, which few ids have; what it finds is compared here. So ten million entries take seconds.
    """
    patterns = {"%".join(["", *filter(_plain, form[:KNOWN_BY]), ""]) for form in forms if form.isascii()} - {"%"}
    tests = ["r.customer IN (SELECT value FROM json_each(?))", _BEYOND, "instr(r.customer, '%')"]
    tests += ["r.customer LIKE ?"] * len(patterns)
    found = connection.execute(
        f"SELECT DISTINCT r.customer FROM record r WHERE {' OR '.join(tests)}",
        (json.dumps(sorted(forms)), *sorted(patterns)),
    )
    return frozenset(str(text) for (text,) in found if not forms.isdisjoint(forms_of_id(text)))


def _plain(letter: str) -> bool:
    return letter.isalnum()


_ODD = (
    f"{_BEYOND} OR r.customer GLOB '*[%/,_:(\x01-\x1f\x7f]*'"
    " OR (instr(r.customer, '@') > 0 AND (r.customer LIKE '%@c.us' OR r.customer LIKE '%@s.whatsapp.net'))"
)
"""SQL that is true for every customer whose bare form may be another one than the canonical form."""


def oddly_written_as(connection: sqlite3.Connection, forms: AbstractSet[str]) -> frozenset[str]:
    """Those of `written_as` that no canonical form leads to, for very many forms: the cost is that of one pass."""
    found = connection.execute(f"SELECT DISTINCT r.customer FROM record r WHERE {_ODD}")
    return frozenset(str(text) for (text,) in found if not forms.isdisjoint(forms_of_id(text)))


def unseen_by_views(connection: sqlite3.Connection, customer: str) -> list[str]:
    """The spellings of a person in entries whose canonical form does not lead to the id: what the views of the store
    take for somebody else, until a hold names them too."""
    near = connection.execute(
        "SELECT b.canonical_customer FROM customer_alias a JOIN customer_alias b ON b.alias = a.alias"
        " WHERE a.canonical_customer = ?",
        (canonical_customer(customer),),
    )
    known = {canonical_customer(customer), *(str(form) for (form,) in near)}
    apart: dict[str, str] = {}
    for text in sorted(spellings_of(connection, customer)):
        form = canonical_customer(text)
        if form not in known:
            apart.setdefault(form, text)
    return list(apart.values())


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
