"""A second person: whether two names stand for two people, and whether the store asks for them.

What deletes or publishes needs somebody else's approval than that of who asked for it. An actor's name is what a person
types, so it proves nothing alone; these rules only see to it that one name is not taken for two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.errors import Refused
from occ_media_cli.settings.read import section

if TYPE_CHECKING:
    import sqlite3

_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
"""Scripts with letters that look like those of another of them, as Latin and Cyrillic `a` do, Latin and Greek `o`."""


_READ_AS = str.maketrans("аеіјорсѕухԁһԛԝοανικρυτ", "aeijopcsyxdhqwoavikput")  # that they look alike is the point
"""What a person reads where a whole name is written in Cyrillic or Greek letters that look like Latin ones."""


class Actor(NamedTuple):
    """Who did something: the name that was given, and the user of the operating system."""

    actor: str
    os_user: str


def fold_name(name: str) -> str:
    """A name in the form in which two that stand for one person are equal: letter case, width, spaces and what is
    invisible make no second person."""
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def is_same_person(one: str, other: str) -> bool:
    """Whether two actor names stand for one person: those that are read alike do."""
    return fold_name(one).translate(_READ_AS) == fold_name(other).translate(_READ_AS)


def refuse_unclear_name(actor: str) -> None:
    """Refused for a name that mixes scripts whose letters look alike, or that shows nothing.

    `sam` with a Cyrillic letter in the middle reads like `sam`, and would be a second person beside it.
    """
    scripts = {script for letter in fold_name(actor) if (script := _script(letter)) is not None}
    if len(scripts) > 1:
        mixed = " and ".join(sorted(script.capitalize() for script in scripts))
        raise Refused(
            f"the actor's name {actor!a} mixes {mixed} letters, which look alike; nothing was changed",
            hint="write the name in letters of one script",
        )
    if not fold_name(actor):
        raise Refused(f"the actor's name {actor!a} shows nothing; nothing was changed", hint="give a name")


def _script(letter: str) -> str | None:
    first = unicodedata.name(letter, "").split(" ")[0]
    return first if first in _ALIKE else None


def is_asked_for(connection: sqlite3.Connection) -> bool:
    """Whether the store asks for another approver than the one who asked; it does unless it was told otherwise."""
    return section(connection, "store").get("second_person") is not False


def describe_two_people(first: Actor, approvers: Iterable[Actor]) -> str:
    """How sure it is that two people agreed, in the words that a certificate prints.

    `yes` only where a second name came from a second user of the operating system.
    """
    others = [person for person in approvers if not is_same_person(person.actor, first.actor)]
    if any(person.os_user != first.os_user for person in others):
        return "yes"
    return "two names, one OS user" if others else "NO: the store did not ask for a second person"
