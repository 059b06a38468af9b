"""A second person: whether two names stand for two people, and whether the store asks for them.

What deletes or publishes needs somebody else's approval than that of who asked for it. An actor's name is what a person
types, so it proves nothing alone; these rules only see to it that one name is not taken for two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.settings.read import section
from occ_media_cli.store.actor_names import are_read_alike, refuse_unclear_name

if TYPE_CHECKING:
    import sqlite3


class Actor(NamedTuple):
    """Who did something: the name that was given, and the user of the operating system."""

    actor: str
    os_user: str


def is_same_person(one: str, other: str) -> bool:
    """Whether two actor names stand for one person: those that are read alike do."""
    return are_read_alike(one, other)


def refuse_unclear_approver(actor: str) -> None:
    """Refused for a name that may be read as another: a second person beside that one would be none.

    Whoever enters a name is told at once (`who.check_actor`); this is for names that came another way.
    """
    refuse_unclear_name(actor, "the actor's name")


def is_asked_for(connection: sqlite3.Connection) -> bool:
    """Whether the store asks for another approver than the one who asked; it does unless it was told otherwise."""
    return section(connection, "store").get("second_person") is not False


GOVERNED = {"plan": "approval", "library-propose": "library-approve"}
"""The events that ask for what needs a second person, each with the event that approves it. The view `agreement` of an
audit has every pair of them, and the rule `self-approval` finds those of one person."""


def is_refused(connection: sqlite3.Connection, asked: str, approver: str) -> bool:
    """Whether somebody may not approve what was asked for, because one person would have done both."""
    return is_asked_for(connection) and is_same_person(approver, asked)


def name_both(approver: str, asked: str) -> str:
    """Who may not approve because they asked, with the name on record where that is another one, read alike."""
    return approver if approver == asked else f"{approver} ({asked} on record, read alike)"


def describe_two_people(first: Actor, approvers: Iterable[Actor]) -> str:
    """How sure it is that two people agreed, in the words that a certificate prints.

    `yes` only where a second name came from a second user of the operating system.
    """
    others = [person for person in approvers if not is_same_person(person.actor, first.actor)]
    if any(person.os_user != first.os_user for person in others):
        return "yes"
    return "two names, one OS user" if others else "NO: the store did not ask for a second person"
