"""What goes in an erasure: the rows that are about some people, and the free texts that name them.

Both are put into the working tables of `ledger.erase`: `temp.going` and `temp.said`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from occ_media_cli.ledger.customers import forms_of, written_as, written_so
from occ_media_cli.ledger.mentions import Mention, People
from occ_media_cli.store import canonical as canonical_json
from occ_media_cli.store import free_texts
from occ_media_cli.store.customer_ids import forms_of_id

if TYPE_CHECKING:
    import sqlite3

_CORRECTIONS = (
    "INSERT OR IGNORE INTO temp.going (seq)"
    " SELECT c.seq FROM record r JOIN record c ON c.corrects = r.seq JOIN temp.going g ON g.seq = r.seq"
    " WHERE c.salt IS NOT NULL"
)
"""SQL for the corrections of records that are about a person."""


def collect_rows(connection: sqlite3.Connection, customers: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Add to what goes all that is about some people or names them; returns the ways in which they are written, and the
    forms of their ids."""
    whose = list(customers)
    forms = frozenset(form for customer in whose for form in forms_of(connection, customer))
    spellings = {*whose, *written_as(connection, forms)}
    aliases = connection.execute("SELECT customer FROM customer_alias").fetchall()
    spellings |= {str(text) for (text,) in aliases if forms & forms_of_id(text)}
    condition, values = written_so(spellings)
    connection.execute(f"INSERT OR IGNORE INTO temp.going (seq) SELECT r.seq FROM record r WHERE {condition}", values)
    connection.execute(_CORRECTIONS)
    naming = [
        (seq,)
        for seq, personal in connection.execute("SELECT seq, personal FROM event WHERE personal IS NOT NULL")
        if any(forms & forms_of_id(text) for _, text in free_texts.each_string(json.loads(personal)))
    ]
    connection.executemany("INSERT OR IGNORE INTO temp.going VALUES (?)", naming)
    return frozenset(spellings), forms


def gather_texts(connection: sqlite3.Connection, people: People, now: int) -> None:
    """Add to what goes every free text that names the people, and the paths of files that no entry names.

    Texts of settings that are in force at `now` or later stay, here and wherever the ledger repeats them: what
    customers read does not change because somebody is forgotten.
    """
    keeping = _in_force(connection, people, now)
    taken: list[tuple[int, str, bytes]] = []
    for seq, kind, reason, text, places in connection.execute(
        "SELECT e.seq, e.kind, e.reason, e.body, json_group_array(json_array(t.place, hex(t.salt)))"
        " FROM event e JOIN free_text t ON t.seq = e.seq WHERE t.salt IS NOT NULL GROUP BY e.seq"
    ):
        body = None
        for place, salt in json.loads(places):
            if place == free_texts.REASON:
                said = reason
            else:
                body = json.loads(text) if body is None else body
                said = free_texts.text_at(body, place)
                if said in keeping.get((kind, body.get("inbox"), body.get("section")), ()) and place != "/backdate":
                    continue
            if people.mention_in(said) is Mention.NAMED:
                taken.append((seq, place, canonical_json.commit_to(bytes.fromhex(salt), said)))
    connection.executemany("INSERT OR IGNORE INTO temp.said VALUES (?, ?, ?)", taken)
    for seq, personal in connection.execute(
        "SELECT seq, personal FROM event WHERE kind = 'orphan' AND personal IS NOT NULL"
    ).fetchall():
        if any(people.mention_in(part) is Mention.NAMED for _, part in free_texts.each_string(json.loads(personal))):
            connection.execute("INSERT OR IGNORE INTO temp.going VALUES (?)", (seq,))


def _in_force(
    connection: sqlite3.Connection, people: People, now: int
) -> Mapping[tuple[str, object, object], set[str]]:
    """The texts of settings in force, or planned, that name the people: by kind of event, inbox and section."""
    found: dict[tuple[str, object, object], set[str]] = {}

    def add(key: tuple[str, object, object], value: str) -> None:
        named = {text for _, text in free_texts.each_string(json.loads(value)) if people.mention_in(text)}
        if named:
            found.setdefault(key, set()).update(named)

    for inbox, text in connection.execute(
        "SELECT inbox, value FROM setting_version WHERE superseded_by IS NULL"
        " AND (valid_to IS NULL OR (valid_to > ? AND valid_to > valid_from))",
        (now,),
    ):
        add(("setting", inbox, None), text)
    for section, text in connection.execute("SELECT section, value FROM config"):
        add(("config", None, section), text)
    return found
