"""The envelope of a WhatsApp webhook: entries, their changes, and the messages and statuses in them.

Whatever stands at a place where something else is expected is given as unknown, so that it is refused and counted: a
file may be in it. Only what is known to carry none is passed over, and that is counted too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from occ_media_cli.ledger.entry import SamePerson
from occ_media_cli.ledger.sources.payload_values import object_of

LISTS = {"messages": "receive", "message_echoes": "send", "statuses": "status"}
"""The lists of a change that its files are in, and what stands in each."""

CARRYING = frozenset({"messages", "message_echoes", "smb_message_echoes", "standby", "history"})
"""Fields of a webhook whose changes have messages or statuses, or say by `errors` why they have none."""

FILELESS = frozenset({
    "account_alerts", "account_offboarded", "account_reconnected", "account_review_update", "account_settings_update",
    "account_update", "automatic_events", "business_capability_update", "business_status_update",
    "business_username_update", "calls", "flows",
    "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
    "message_template_components_update", "message_template_quality_update", "message_template_status_update",
    "messaging_handovers", "partner_solutions", "payment_configuration_update", "phone_number_name_update",
    "phone_number_quality_update", "security", "smb_app_state_sync", "template_category_update",
    "template_correct_category_detection", "tracking_events", "user_id_update", "user_preferences",
})  # fmt: skip
"""Fields whose changes speak of accounts, templates, calls and the like: none of them brings a file."""


class EnvelopePart(NamedTuple):
    """A piece of a webhook.

    kind: a message of a customer, one of the business, a status; `nothing` carries no file, and of `unknown` nobody
    can tell. customer: whom the message is with, where the envelope says it. detail: why it is unknown. people: who is
    one person, as the envelope says beside it.
    """

    kind: Literal["receive", "send", "status", "nothing", "unknown"]
    value: Any
    account: str = ""
    customer: str | None = None
    detail: str = ""
    people: Sequence[SamePerson] = ()


def parts_of(body: dict[str, Any]) -> Iterator[EnvelopePart]:
    """All pieces of a body, in its order; at least one."""
    entries = body.get("entry")
    if entries is None and any(isinstance(body.get(name), list) for name in LISTS):
        yield from _change(body, "messages")  # of before the Cloud API: the content of one change, and no account
        return
    if not isinstance(entries, list) or not entries:
        yield EnvelopePart("unknown", body, detail="has no entry with changes: not the body of a webhook")
        return
    for entry in entries:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list) or not changes:
            yield EnvelopePart("unknown", entry, detail="an entry has no list of changes: not the body of a webhook")
            continue
        for change in changes:
            if isinstance(change, dict) and isinstance(change.get("value"), dict):
                yield from _change(change["value"], change.get("field"))
            else:
                yield EnvelopePart("unknown", change, detail="a change has no value that is an object")


def _change(value: dict[str, Any], field: object) -> Iterator[EnvelopePart]:
    metadata = value.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    account = str(named.get("phone_number_id") or "")
    own = _digits(named.get("display_phone_number"))
    empty = True
    people = _contacts(value.get("contacts"), own)
    for name, kind in LISTS.items():
        for part in _listed(value, name, kind, account):
            if people or _CLAIMS & part.value.keys():
                part = part._replace(people=(*people, *_claims(part, own)))
                people = ()
            empty = False
            yield _told(part, own, None) if field == "history" and part.kind == "receive" else part
    for chunk in _listed(value, "history", "nothing", account):
        empty = False
        yield from _chunk(chunk, own) if chunk.kind == "nothing" else (chunk,)
    if empty:
        yield _without_lists(value, field)


def _without_lists(value: dict[str, Any], field: object) -> EnvelopePart:
    """A change in which neither a message nor a status stands."""
    if any(isinstance(value.get(name), list) for name in (*LISTS, "history", "errors")) or (
        isinstance(field, str) and field in FILELESS
    ):
        return EnvelopePart("nothing", value)
    if isinstance(field, str) and field in CARRYING:
        return EnvelopePart(
            "unknown", value, detail=f"a change of the field '{field}' has no {', '.join(LISTS)} or errors"
        )
    return EnvelopePart("unknown", value, detail=f"the field {field!r:.60} of a change is not known")


def _listed(value: dict[str, Any], name: str, kind: Any, account: str) -> Iterator[EnvelopePart]:
    """The objects of a list by its name; what is no list, and what is no object in it, is unknown."""
    found = value.get(name)
    if found is None:
        return
    if not isinstance(found, list):
        yield EnvelopePart("unknown", {name: found}, account, detail=f"'{name}' is not a list")
        return
    for item in found:
        if isinstance(item, dict):
            yield EnvelopePart(kind, item, account)
        else:
            yield EnvelopePart(
                "unknown", {name: [item]}, account, detail=f"'{name}' has something that is not an object"
            )


def _chunk(chunk: EnvelopePart, own: str) -> Iterator[EnvelopePart]:
    """The messages of a piece of the history from before the number came to the Cloud API."""
    empty = True
    for thread in _listed(chunk.value, "threads", "nothing", chunk.account):
        empty = False
        if thread.kind == "unknown":
            yield thread
            continue
        customer = thread.value.get("id")
        messages = list(_listed(thread.value, "messages", "receive", chunk.account))
        for part in messages:
            yield _told(part, own, customer if isinstance(customer, str) else None)
        if not messages:
            is_empty = isinstance(thread.value.get("messages"), list)
            yield thread if is_empty else thread._replace(kind="unknown", detail="a thread has no list of messages")
    if empty:
        is_known = any(isinstance(chunk.value.get(name), list) for name in ("threads", "errors"))
        yield chunk if is_known else chunk._replace(kind="unknown", detail="a history has neither threads nor errors")


def _told(part: EnvelopePart, own: str, customer: str | None) -> EnvelopePart:
    """A message of the history, of the business where it is from its own number."""
    if part.kind == "receive" and own and _digits(part.value.get("from")) == own:
        return part._replace(kind="send", customer=customer)
    return part._replace(customer=customer)


def _digits(number: object) -> str:
    return "".join(filter(str.isdigit, number)) if isinstance(number, str) else ""


_CLAIMS = frozenset({"from_user_id", "to_user_id", "recipient_user_id", "system"})
"""Members of a message or status that say more of who somebody is than the number."""


def _contacts(contacts: object, own: str) -> tuple[SamePerson, ...]:
    """Who is one person by the list of contacts that stands beside the messages of a change. own: your number."""
    if not isinstance(contacts, list):
        return ()
    found = []
    for contact in contacts:
        if isinstance(contact, dict) and "user_id" in contact:
            found += _linked(contact.get("user_id"), contact.get("wa_id"), own)
    return tuple(found)


def _claims(part: EnvelopePart, own: str) -> list[SamePerson]:
    """Who is one person by a message itself: its two ids of one side, and a system notice of an id that changed."""
    message = part.value
    if part.kind == "receive":
        found = _linked(message.get("from_user_id"), message.get("from"), own)
    elif part.kind == "send":
        found = _linked(message.get("to_user_id"), message.get("to"), own)
    else:
        found = _linked(message.get("recipient_user_id"), message.get("recipient_id"), own)
    system = object_of(message.get("system")) if message.get("type") == "system" else {}
    if system.get("type") in ("user_changed_number", "customer_changed_number"):
        numbers = (_text(message.get("from")), _text(system.get("wa_id")) or _text(system.get("new_wa_id")))
        if all(numbers) and (not own or own not in map(_digits, numbers)):
            found.append(SamePerson("", numbers, is_change=True))
    user, former = _text(system.get("user_id")), _text(system.get("previous_user_id"))
    if user and former:
        found.append(SamePerson(user, (former,), is_change=True))
    return found


def _linked(user: object, number: object, own: str) -> list[SamePerson]:
    """That a user has a number, where both are told; none where the number is your own."""
    one, other = _text(user), _text(number)
    if not one or not other or one == other or (own and _digits(other) == own):
        return []
    return [SamePerson(one, (other,))]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
