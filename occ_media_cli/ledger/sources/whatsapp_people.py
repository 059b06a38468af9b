"""Who is one person, as a webhook of WhatsApp says it: a telephone number and the id of a user, one of them changed.

Since 2026 a user may have a user name, and no number then. Pairs of both stand beside messages, in messages of either
side, in their history, in the address book of the business's telephone, and in notices of a change.
"""

from __future__ import annotations

from typing import Any

from occ_media_cli.ledger.entry import SamePerson
from occ_media_cli.ledger.sources.payload_values import object_of

BOOKS = ("contacts", "state_sync", "user_id_update")
"""Lists of a change that speak of people: beside messages, of the address book, and of changed ids."""

CLAIMS = frozenset({"from_user_id", "to_user_id", "recipient_user_id", "system"})
"""Members of a message or status that say more of who somebody is than the number."""

_CHANGES = ("user_changed_number", "customer_changed_number", "user_changed_user_id")


def people_of(value: dict[str, Any], own: str) -> tuple[SamePerson, ...]:
    """Who is one person by the lists of a change, or of a part of its history. own: the digits of your number."""
    found: list[SamePerson] = []
    for name in BOOKS:
        items = value.get(name)
        for item in items if isinstance(items, list) else ():
            about = object_of(item)
            found += _listed({**about, **object_of(about.get("contact"))}, own)
    return tuple(found)


def claims_of(kind: str, message: dict[str, Any], own: str, customer: str | None = None) -> list[SamePerson]:
    """Who is one person by a message or status itself: its two ids of one side, and a notice of an id that changed.

    customer: whom the message is with, where what stands around it says so; without your own number nothing tells
    which side of the message that is.
    """
    user, number = "recipient_user_id", "recipient_id"
    if kind == "receive":
        user, number = "from_user_id", "from"
    elif kind == "send":
        user, number = "to_user_id", "to"
    found = _linked(message.get(user), message.get(number), own)
    if customer is not None and own:
        found += _linked(message.get(user), customer, own)
        found += _linked(customer, message.get(number), own)
    if message.get("type") == "system":
        found += _changed(message, object_of(message.get("system")), own)
    return list(dict.fromkeys(found))


def digits_of(number: object) -> str:
    """The digits of a number, however it is written."""
    return "".join(filter(str.isdigit, number)) if isinstance(number, str) else ""


def _listed(about: dict[str, Any], own: str) -> list[SamePerson]:
    """What an item of a list says: a number and a user, and what the user was called before."""
    named = about.get("user_id")
    users = object_of(named)
    user = users.get("current") if users else named
    found = _linked(user, about.get("wa_id") or about.get("phone_number"), own)
    return found + _renamed(user, users.get("previous") or about.get("previous_user_id"))


def _changed(message: dict[str, Any], system: dict[str, Any], own: str) -> list[SamePerson]:
    found = []
    new = _text(system.get("wa_id")) or _text(system.get("new_wa_id"))
    if system.get("type") in _CHANGES:
        numbers = (_text(message.get("from")), new)
        if all(numbers) and numbers[0] != new and (not own or own not in map(digits_of, numbers)):
            found.append(SamePerson("", numbers, is_change=True))
    found += _linked(system.get("user_id"), new, own)
    return found + _renamed(system.get("user_id"), system.get("previous_user_id"))


def _renamed(user: object, former: object) -> list[SamePerson]:
    """That a user goes on under another id."""
    one, other = _text(user), _text(former)
    return [SamePerson(one, (other,), is_change=True)] if one and other and one != other else []


def _linked(user: object, number: object, own: str) -> list[SamePerson]:
    """That a user has a number, where both are told; none where the number is your own, or both are numbers or ids of
    users: then they may be two persons."""
    one, other = _text(user), _text(number)
    if not one or not other or _is_number(one) or not _is_number(other) or (own and digits_of(other) == own):
        return []
    return [SamePerson(one, (other,))]


def _is_number(text: str) -> bool:
    return text.removeprefix("+").replace(" ", "").replace("-", "").isdigit()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
