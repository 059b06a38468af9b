"""The envelope of a WhatsApp webhook: entries, their changes, and the messages and statuses in them.

Whatever stands at a place where something else is expected is given as unknown, so that it is refused and counted: a
file may be in it. Only what is known to carry none is passed over, and that is counted too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from occ_media_cli.ledger.entry import SamePerson
from occ_media_cli.ledger.sources.whatsapp_people import CLAIMS, claims_of, digits_of, people_of

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
    own = digits_of(named.get("display_phone_number"))
    empty = True
    people = people_of(value, own)
    for part in _parts(value, field, account, own):
        empty = False
        yield part._replace(people=(*people, *part.people)) if people else part
        people = ()
    if empty:
        yield _without_lists(value, field)._replace(people=people)


def _parts(value: dict[str, Any], field: object, account: str, own: str) -> Iterator[EnvelopePart]:
    for name, kind in LISTS.items():
        for part in _listed(value, name, kind, account):
            if field == "history" and part.kind == "receive":
                yield _told(part, own, None)
            else:
                yield _claiming(part, own)
    for chunk in _listed(value, "history", "nothing", account):
        yield from _chunk(chunk, own) if chunk.kind == "nothing" else (chunk,)


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
    chunk_people = people_of(chunk.value, own)
    for thread in _listed(chunk.value, "threads", "nothing", chunk.account):
        empty = False
        if thread.kind == "unknown":
            yield thread
            continue
        customer = thread.value.get("id")
        people = (*chunk_people, *people_of(thread.value, own))
        chunk_people = ()
        messages = list(_listed(thread.value, "messages", "receive", chunk.account))
        for part in messages:
            told = _told(part, own, customer if isinstance(customer, str) else None)
            yield told._replace(people=(*people, *told.people))
            people = ()
        if not messages:
            is_empty = isinstance(thread.value.get("messages"), list)
            thread = thread._replace(people=people)
            yield thread if is_empty else thread._replace(kind="unknown", detail="a thread has no list of messages")
    if empty:
        is_known = any(isinstance(chunk.value.get(name), list) for name in ("threads", "errors"))
        yield chunk if is_known else chunk._replace(kind="unknown", detail="a history has neither threads nor errors")


def _told(part: EnvelopePart, own: str, customer: str | None) -> EnvelopePart:
    """A message of the history, of the business where it is from its own number."""
    if part.kind == "receive" and own and digits_of(part.value.get("from")) == own:
        part = part._replace(kind="send")
    return _claiming(part._replace(customer=customer), own)


def _claiming(part: EnvelopePart, own: str) -> EnvelopePart:
    """A piece with what it says of who somebody is."""
    if part.kind == "unknown" or (part.customer is None and not CLAIMS & part.value.keys()):
        return part
    return part._replace(people=claims_of(part.kind, part.value, own, part.customer))
