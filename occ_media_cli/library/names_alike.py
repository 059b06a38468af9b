"""Names of documents, and versions of one document, that a person reads as one though the library has them as two.

Whoever proposes a new version under such a name begins another document, and the old one stays approved beside it. It
is told, not refused: only a person knows whether two were meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.library.library_names import is_erased, key_of
from occ_media_cli.library.library_states import IS_APPROVED
from occ_media_cli.store.actor_names import readings_in_any_typeface

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


class AlikeName(NamedTuple):
    """Two names that are read alike, or two versions, each with its document. is_approved: whether the other one may be
    sent now, if any inbox may."""

    name: str
    other: str
    is_approved: bool

    def in_words(self) -> str:
        """What a person has to know."""
        ends = ", which stays approved" if self.is_approved else ""
        return f"{_shown(self.name)} reads like {_shown(self.other)}{ends}"


def _shown(name: str) -> str:
    """A name so that what tells it from another is seen, as far as it is no letter of a keyboard."""
    return name if name.isascii() else ascii(name)


def names_alike(connection: sqlite3.Connection, asked: Iterable[tuple[str, str]], now: int) -> tuple[AlikeName, ...]:
    """What else the library has that is read as any of some versions. asked: names of documents, or of several
    together, each with a version; they need not be on record yet."""
    names, labels = _on_record(connection, now)
    wanted: dict[str, dict[str, str]] = {}
    shown: dict[str, str] = {}
    for name, version in asked:
        shown.setdefault(key_of(name), name)
        wanted.setdefault(key_of(name), {}).setdefault(key_of(version), version)
    for key, name in shown.items():
        names.setdefault(key, (name, False))
    found = _pairs(shown, names)
    for key, versions in wanted.items():
        known = {**{each: (label, False) for each, label in versions.items()}, **labels.get(key, {})}
        name = shown[key]
        found += [
            AlikeName(f"{name} {each.name}", f"{name} {each.other}", each.is_approved)
            for each in _pairs(versions, known)
        ]
    return tuple(found)


Known = dict[str, tuple[str, bool]]
"""Names by their keys, and whether what has the name may be sent."""


def _on_record(connection: sqlite3.Connection, now: int) -> tuple[Known, dict[str, Known]]:
    """The names of documents and of several together, and the versions of each, as far as no erasure took them."""
    names: Known = {}
    labels: dict[str, Known] = {}
    for name, together, several, version, approved in connection.execute(
        f"SELECT DISTINCT l.name, p.name, p.several, l.version, {IS_APPROVED} FROM library l"
        " JOIN library_proposal p ON p.event = l.seq",
        {"now": now},
    ):
        for each in (name, together) if several else (name,):
            if is_erased(each):
                continue
            key = key_of(each)
            names[key] = (each, bool(approved) or names.get(key, ("", False))[1])
            of_name = labels.setdefault(key, {})
            label = key_of(version)
            if not is_erased(version):
                of_name[label] = (version, bool(approved) or of_name.get(label, ("", False))[1])
    return names, labels


def _pairs(wanted: dict[str, str], known: Known) -> list[AlikeName]:
    """Each of some names with those that are read like it, each two once."""
    by_reading: dict[str, list[str]] = {}
    ways = {key: readings_in_any_typeface(name) for key, (name, _) in known.items()}
    for key, read in ways.items():
        for way in read:
            by_reading.setdefault(way, []).append(key)
    found: dict[frozenset[str], AlikeName] = {}
    for key, name in wanted.items():
        for other in sorted({each for way in ways[key] for each in by_reading[way] if each != key}):
            found.setdefault(frozenset((key, other)), AlikeName(name, *known[other]))
    return list(found.values())
