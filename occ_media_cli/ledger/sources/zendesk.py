"""Zendesk: comments of tickets with their attachments, in each form in which its API and its exports give them.

A page of comments, a ticket or request with its audit, a list of audits, the ticket events of an incremental export
(`include=comment_events`), and the full JSON export (a ticket a line). An attachment has a number of its own in the
whole account, which is the id of its entry: the same file read in another form is the same entry. Notes among agents
are nobody's files. Source: developer.zendesk.com/api-reference/ticketing (facts as of November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from occ_media_cli.ledger.entry import Batch
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.body_files import Piece, nothing, read_bodies, refusing
from occ_media_cli.ledger.sources.payload_values import id_of, object_of
from occ_media_cli.ledger.sources.zendesk_entries import (
    ZendeskTicket,
    attachment_items,
    first_comment,
    pieces_of_comment,
    redacted_items,
)
from occ_media_cli.ledger.sources.zendesk_people import ZendeskPeople

FILELESS = frozenset({
    "brands", "groups", "organizations", "tags", "ticket_fields", "ticket_metrics", "upload", "users",
})  # fmt: skip
"""Answers about something else than what was said in a ticket; an upload is not shared yet."""


REDACTION = "AttachmentRedactionEvent"
"""The event of an audit that says which attachment was redacted."""


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The attachments of all comments."""
    return read_bodies(name, context, partial(_pieces, options=options, context=context))


def _pieces(body: dict[str, Any], *, options: Options, context: Context) -> Iterator[Piece]:
    people = ZendeskPeople(body.get("users"), options)
    people.learn(body.get("user"))
    for piece in _parts(body, people, options, context):
        said = people.said()
        yield piece._replace(people=said) if said else piece


def _parts(body: dict[str, Any], people: ZendeskPeople, options: Options, context: Context) -> Iterator[Piece]:
    take = partial(pieces_of_comment, people=people, options=options, context=context)
    ticket = object_of(body.get("ticket")) or object_of(body.get("request"))
    is_ticket = not ticket and ("requester_id" in body or "requester" in body)  # a line of the full export
    if not is_ticket:
        yield from _in_no_comment(body)
    if ticket:
        yield from _ticket(ticket, _listed(body, "audit", "audits"), take, _listed(body, "comment", "comments"), people)
    elif isinstance(body.get("tickets"), list):
        for each in _listed(body, "", "tickets"):
            yield from _ticket(each, [], take, [], people)
    elif isinstance(body.get("ticket_events"), list):
        for each in _listed(body, "", "ticket_events"):
            yield from _audit(each, ZendeskTicket(), take, people)
    elif "audits" in body or "audit" in body:
        for each in _listed(body, "audit", "audits"):
            yield from _audit(each, ZendeskTicket(), take, people)
    elif is_ticket:
        yield from _ticket(body, [], take, [], people)
    elif "comments" in body or "comment" in body:
        found = _listed(body, "comment", "comments")
        for each in found:
            yield from take(each, ZendeskTicket(options.ticket, options.requester))
        if not found:
            yield Piece(body, nothing)
    elif isinstance(body.get("attachment"), dict) and "upload" not in body:
        yield Piece(body, partial(attachment_items, body["attachment"]))
    elif any(name in body for name in FILELESS):
        yield Piece(body, nothing)
    elif body.get("attachments"):
        return  # each was refused
    else:
        yield Piece(body, refusing("no ticket", "has neither comments nor a ticket, audits or ticket events"))


def _ticket(ticket: Any, audits: list[Any], take: Any, comments: list[Any], people: ZendeskPeople) -> Iterator[Piece]:
    """The comments of a ticket: its own, those beside it, and those of its audits."""
    if not isinstance(ticket, dict):
        yield Piece([ticket], refusing("bad value", "a ticket is not an object"))
        return
    about = ZendeskTicket.read(ticket)
    people.learn_ticket(ticket)
    own = [*_listed(ticket, "comment", "comments"), *comments, *_listed(ticket, "latest_comment")]
    if ticket.get("attachments"):
        own.append(first_comment(ticket))
    for each in own:
        yield from take(each, about)
    for each in audits:
        yield from _audit(each, about, take, people)
    if not own and not audits:
        yield Piece(ticket, nothing)


def _audit(audit: Any, about: ZendeskTicket, take: Any, people: ZendeskPeople) -> Iterator[Piece]:
    """The comments of an audit or of a ticket event, at its moment where they have none of their own."""
    if not isinstance(audit, dict):
        yield Piece([audit], refusing("bad value", "an audit or ticket event is not an object"))
        return
    ticket = id_of(audit.get("ticket_id"))
    stamp = audit.get("created_at")
    about = about._replace(
        id=about.id or ticket, time=audit.get("timestamp") if stamp is None else stamp,
        author=id_of(audit.get("author_id")) or id_of(audit.get("updater_id")),
    )  # fmt: skip
    for name in ("author", "user"):
        people.learn(audit.get(name))
    people.learn_all(audit.get("users"))
    people.learn_sender(audit, about.author)
    yield from _in_no_comment(audit)
    events = _listed(audit, "", "events", "child_events")
    found = [each for each in events if _is_comment(each)]
    for each in found:
        yield from take(each, about)
    gone = [each for each in events if REDACTION in (object_of(each).get("type"), object_of(each).get("event_type"))]
    for each in gone:
        yield Piece(each, partial(redacted_items, each))
    if not found and not gone:
        yield Piece(audit, nothing)


def _in_no_comment(body: dict[str, Any]) -> Iterator[Piece]:
    """Attachments that stand where nothing says who sent them, nor when."""
    for each in _listed(body, "", "attachments"):
        yield Piece({"attachments": [each]}, partial(attachment_items, object_of(each)))


def _is_comment(event: object) -> bool:
    found = object_of(event)
    return "Comment" in (found.get("type"), found.get("event_type")) or bool(found.get("attachments"))


def _listed(value: dict[str, Any], one: str, *several: str) -> list[Any]:
    """What stands under one of some names, as a list; anything that is none of it is refused where it is taken."""
    found = [value[one]] if value.get(one) is not None else []
    for name in several:
        items = value.get(name)
        if items is not None:
            found += items if isinstance(items, list) else [items]
    return found
