"""Who a customer is: one person writes, and is written, in several ways, and is matched by the forms of the id.

The ledger keeps `customer` as the source says. `store.customer_ids` says how an id is read, `store.persons` keeps whose
it is. Here is what holds, erasures, plans and lists ask of them: everything that means a person, and the records that
write the person so. Views, rules and reports ask `PERSON`, which is one key for each person.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from occ_media_cli.report.words import plural
from occ_media_cli.store import persons
from occ_media_cli.store.customer_ids import bare_form, forms_of_id, has_two_forms
from occ_media_cli.store.migrations.m0009_people import KNOWN_BY, canonical
from occ_media_cli.store.migrations.m0011_persons import person

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Set as AbstractSet

PERSON = person("r.customer")
"""SQL for the key of the person who is the customer of r, a record: one for all ids and all ways to write them."""


_HELD_SPELLINGS = "(SELECT spelling FROM hold_spelling WHERE released_ms IS NULL)"

OF_HELD_PERSON = f"r.customer IN {_HELD_SPELLINGS} OR {canonical('r.customer')} IN {_HELD_SPELLINGS}"
"""SQL that is true at least where an unreleased hold names the person who is the customer of r: it costs less than
`PERSON`, for texts that then ask `entries_sql.HELD`."""


def key_of_person(connection: sqlite3.Connection, customer: str) -> str:
    """What `PERSON` says, for an id that may stand nowhere in the store yet."""
    bare = bare_form(customer)
    known = persons.persons_of(connection, (customer, bare))
    return known[bare] if known[customer] == customer else known[customer]


def forms_of(connection: sqlite3.Connection, customer: str) -> frozenset[str]:
    """Every form of the person whom an id names: of its own, of the aliases, and of the ways in which the store writes
    them."""
    own = forms_of_id(customer)
    keys = set(persons.persons_of(connection, (customer, *own)).values())
    return frozenset((*own, *keys, *persons.spellings_of(connection, keys)))


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

    forms: as `forms_of` says, which knows the ids whose forms SQL cannot say. For the others SQL looks for the letters
    and digits of a form in their order, which few ids have; what it finds is compared here. So ten million entries take
    seconds.
    """
    sought = (form for form in forms if not has_two_forms(form))
    patterns = {"%".join(["", *filter(_plain, form[:KNOWN_BY]), ""]) for form in sought} - {"%"}
    tests = ["r.customer IN (SELECT value FROM json_each(?))", *["r.customer LIKE ?"] * len(patterns)]
    found = connection.execute(
        f"SELECT DISTINCT r.customer FROM record r WHERE {' OR '.join(tests)}",
        (json.dumps(sorted(forms)), *sorted(patterns)),
    )
    return frozenset(str(text) for (text,) in found if not forms.isdisjoint(forms_of_id(text)))


def _plain(letter: str) -> bool:
    return letter.isalnum()


def also_written(spellings: AbstractSet[str], typed: str) -> str | None:
    """A sentence that names the other ways in which a person stands in the ledger; None where there is none."""
    others = sorted(spellings - {typed})
    if not others:
        return None
    shown = ", ".join(f"'{other}'" for other in others[:SHOWN])
    more = f" and in {plural(len(others) - SHOWN, 'more way')}" if len(others) > SHOWN else ""
    return f"'{typed}' also stands in the ledger as {shown}{more}; all of them are covered"


SHOWN = 10
"""So many spellings are named."""
