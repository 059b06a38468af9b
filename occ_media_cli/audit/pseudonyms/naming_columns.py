"""The columns of the views that say whom a ledger names, and the free texts that may name them: each as SQL, with a
faster text for SQLite where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WHO: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "customer": (
        ("SELECT DISTINCT e.customer FROM entry e WHERE e.customer IS NOT NULL",
         "SELECT DISTINCT customer FROM record WHERE customer IS NOT NULL"),
        ("SELECT h.customer FROM hold h WHERE h.customer IS NOT NULL", None),
        # Of a hold on several, `hold` has all in one text.
        ("SELECT DISTINCT h.canonical_customer FROM hold_scope h WHERE h.canonical_customer IS NOT NULL", None),
        ("SELECT a.customer FROM customer_alias a", None),
    ),
    "agent": (
        ("SELECT DISTINCT e.agent FROM entry e WHERE e.agent IS NOT NULL",
         "SELECT w.text FROM word w WHERE w.code IN (SELECT r.agent FROM record r WHERE r.agent <> 0)"),
        ("SELECT DISTINCT a.agent FROM agent_version a", None),
        ("SELECT DISTINCT c.actor FROM change c WHERE c.actor <> ''", None),
        ("SELECT DISTINCT c.os_user FROM change c WHERE c.os_user IS NOT NULL", None),
        ("SELECT DISTINCT s.owner FROM suppression s WHERE s.owner IS NOT NULL", None),
    ),
    "conversation": (
        ("SELECT DISTINCT e.conversation FROM entry e WHERE e.conversation IS NOT NULL",
         "SELECT DISTINCT conversation FROM record WHERE conversation IS NOT NULL"),
        ("SELECT DISTINCT h.conversation FROM hold_scope h WHERE h.conversation IS NOT NULL", None),
        ("SELECT h.conversation FROM hold h WHERE h.conversation IS NOT NULL", None),
    ),
    "host": (("SELECT DISTINCT c.host FROM change c WHERE c.host IS NOT NULL", None),),
    "entry": (("SELECT s.entry FROM suppression s WHERE s.entry IS NOT NULL", None),),
}  # fmt: skip
"""Where names stand, each with a faster text for SQLite; a name of two kinds is one of the first."""

PERSONS = (
    ("SELECT DISTINCT e.customer, e.canonical_customer FROM entry e WHERE e.customer <> e.canonical_customer",
     "SELECT spelling, person FROM person_spelling"),
    ("SELECT a.customer, a.canonical_customer FROM customer_alias a WHERE a.customer <> a.canonical_customer", None),
)  # fmt: skip
"""Ways to write a customer, with the key of the person where it is another text."""

TEXTS = (
    ("SELECT DISTINCT c.reason FROM change c WHERE c.reason IS NOT NULL", None),
    ("SELECT DISTINCT f.reason FROM flag f WHERE f.reason IS NOT NULL", None),
    ("SELECT h.hold FROM hold h", None),
    ("SELECT h.reason FROM hold h WHERE h.reason IS NOT NULL", None),
    ("SELECT h.released_reason FROM hold h WHERE h.released_reason IS NOT NULL", None),
    ("SELECT s.reason FROM suppression s WHERE s.reason IS NOT NULL", None),
    ("SELECT DISTINCT s.message FROM setting s WHERE s.message IS NOT NULL", None),
    ("SELECT DISTINCT s.messages FROM setting s WHERE s.messages <> '{}'", None),
    ("SELECT DISTINCT s.description FROM setting s WHERE s.description <> ''", None),
    ("SELECT DISTINCT s.reason FROM setting s WHERE s.reason IS NOT NULL", None),
    ("SELECT DISTINCT s.detail FROM scan s WHERE s.detail IS NOT NULL", None),
    ("SELECT DISTINCT f.detail FROM scan_fact f WHERE f.detail IS NOT NULL", None),
    ("SELECT DISTINCT e.reason FROM entry e WHERE e.reason IS NOT NULL",
     "SELECT w.text FROM word w WHERE w.code IN (SELECT r.reason FROM record r)"),
    ("SELECT DISTINCT e.message FROM entry e WHERE e.message IS NOT NULL",
     "SELECT DISTINCT r.message FROM record r WHERE r.message IS NOT NULL"),
    ("SELECT DISTINCT e.channel FROM entry e WHERE e.channel IS NOT NULL",
     "SELECT w.text FROM word w WHERE w.code IN (SELECT r.channel FROM record r)"),
)  # fmt: skip
"""Free texts, in which names of files and ids of entries are looked for."""

_TRIMMED = "lower(trim({0}, :signs)) IN (SELECT value FROM json_each(:words))"
"""True for a name among the words of the free texts. Whoever asks binds them (a JSON array) and the signs to trim."""
_BASE = "CASE WHEN instr({0}, '/') > 0 THEN replace({0}, rtrim({0}, replace({0}, '/', '')), '') ELSE {0} END"
_STEM = "rtrim({0}, replace({0}, '.', ''))"
_UNLIKE = (
    "length({0}) <> length(CAST({0} AS BLOB)) OR {0} GLOB '*[%:]*'"
    " OR ({0} NOT GLOB '*[A-Za-z]*' AND {0} GLOB '*[^0-9]*')"
)
"""True for every name whose key (`known_people.keys`) may be more than its lower case without signs at its ends."""


def _matches(column: str, *parts: str) -> str:
    asked = " OR ".join(_TRIMMED.format(part.format(column)) for part in ("{0}", *parts))
    return f"{column} IS NOT NULL AND ({asked} OR {_UNLIKE.format(column)})"


_BASE_STEM = _STEM.replace("{0}", f"({_BASE})")

ENTRIES = (
    ("entry", "SELECT DISTINCT e.id FROM entry e WHERE e.id IS NOT NULL",
     f"SELECT r.id FROM record r WHERE r.kind = 0 AND {_matches('r.id')}"),
    ("file", "SELECT DISTINCT e.name FROM entry e WHERE e.name IS NOT NULL",
     f"SELECT r.name FROM record r WHERE r.kind = 0 AND {_matches('r.name', _BASE, _BASE_STEM)}"),
    ("file", "SELECT DISTINCT e.path FROM entry e WHERE e.path IS NOT NULL",
     f"SELECT r.path FROM record r WHERE r.kind = 0 AND {_matches('r.path')} UNION ALL"
     " SELECT r.path FROM record r WHERE r.kind = 0 AND substr('/' || r.path, -length(r.name) - 1) IS NOT '/' || r.name"
     f" AND {_matches('r.path', _BASE, _BASE_STEM)}"),
)  # fmt: skip
"""Ids and file names of all entries. The text for SQLite gives those that may be among some words, and few others; a
path that ends in the name of its entry has no other one."""

_HELD = "hold_scope s JOIN hold h ON h.number = s.number JOIN entry e ON e.seq = s.entry_seq"

ABOUT = (
    "SELECT f.reason, e.id, e.name, e.path FROM flag f JOIN entry e ON e.seq = f.entry_seq",
    f"SELECT h.reason, e.id, e.name, e.path FROM {_HELD}",
    f"SELECT h.hold, e.id, e.name, e.path FROM {_HELD}",
    f"SELECT h.released_reason, e.id, e.name, e.path FROM {_HELD} WHERE h.released_reason IS NOT NULL",
    "SELECT p.reason, p.entry, NULL, NULL FROM suppression p WHERE p.entry IS NOT NULL",
)
"""Free texts, and what the entry is called that each is about: the text is often told where the entry is not."""
