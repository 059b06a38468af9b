"""What a comment of Zendesk becomes in the ledger: an entry for each attachment of a public one.

Source: developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments (facts as of November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from occ_media_cli.ledger.entry import ALLOWED, MALWARE, Correction, EntryRow, Later, Unfit, deletions
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.body_files import Piece, nothing, refusing
from occ_media_cli.ledger.sources.file_names import name_of
from occ_media_cli.ledger.sources.inbox_choice import inbox_of
from occ_media_cli.ledger.sources.payload_values import from_seconds, id_of, needed_id, object_of, size_of, word_of
from occ_media_cli.ledger.sources.zendesk_people import ZendeskPeople

PROFILE = "zendesk"

REDACTED = "redacted.txt"
"""The file that Zendesk puts in the place of one that was redacted."""

PUBLIC = ("public", "is_public", "comment_public")
"""Members of a comment, in its several forms, one of which is false where it is a note among agents."""


class ZendeskTicket(NamedTuple):
    """What is known beside a comment. accounts: what may stand for the inbox: brand, group, address, channel.
    time, author: of the comments that have none of their own."""

    id: str | None = None
    requester: str | None = None
    accounts: tuple[str | None, ...] = ()
    time: object = None
    author: str | None = None
    users: tuple[object, ...] = ()

    @classmethod
    def read(cls, ticket: dict[str, Any]) -> ZendeskTicket:
        """What a ticket or a request says of its comments."""
        person = object_of(ticket.get("requester"))
        accounts = (id_of(ticket.get("brand_id")), id_of(ticket.get("group_id")), id_of(ticket.get("recipient")))
        return cls(
            id=id_of(ticket.get("id")),
            requester=id_of(ticket.get("requester_id")) or id_of(person.get("id")),
            accounts=(*accounts, id_of(object_of(ticket.get("via")).get("channel"))),
            time=ticket.get("created_at"),
            users=(person,),
        )


def pieces_of_comment(
    comment: object, about: ZendeskTicket, *, people: ZendeskPeople, options: Options, context: Context
) -> Iterator[Piece]:
    """A piece for each attachment of a public comment; one piece where it has none, or is a note among agents."""
    if not isinstance(comment, dict):
        yield Piece({"comments": [comment]}, refusing("bad value", "a comment is not an object"))
        return
    author = id_of(comment.get("author_id")) or id_of(object_of(comment.get("author")).get("id")) or about.author
    for user in (*about.users, comment.get("author")):
        people.learn(user)
    people.learn_all(comment.get("users"))
    people.learn_sender(comment, author)
    attachments = comment.get("attachments")
    if attachments is None and comment.get("attachment") is not None:
        attachments = [comment["attachment"]]
    if attachments is not None and not isinstance(attachments, list):
        yield Piece(comment, refusing("bad value", "attachments is not a list"))
        return
    if not attachments or any(comment.get(name) is False for name in PUBLIC):
        yield Piece(comment, nothing)
        return
    for each in attachments:
        yield Piece(comment, partial(_items, each, comment, about, people, options, context))


def first_comment(ticket: dict[str, Any]) -> dict[str, Any]:
    """The comment that a ticket began with, of one that has its attachments itself."""
    about = {"author_id": "submitter_id", "created_at": "created_at", "public": "is_public", "via": "via"}
    found = {name: ticket[field] for name, field in about.items() if ticket.get(field) is not None}
    requester = ticket.get("requester_id") or object_of(ticket.get("requester")).get("id")
    return {"author_id": requester, **found, "attachments": ticket["attachments"]}


def attachment_items(attachment: dict[str, Any]) -> Sequence[Later]:
    """What an attachment by itself comes to: that it is gone; Unfit for any other, of which nobody says the rest."""
    reason = _gone(attachment)
    if reason is None:
        raise Unfit("no comment", "an attachment by itself does not say who sent it, nor when: give its comment")
    return deletions([needed_id(attachment, "id")], reason, PROFILE)


def _gone(attachment: dict[str, Any]) -> str | None:
    if attachment.get("deleted") is True:
        return "deleted in Zendesk"
    return "redacted in Zendesk" if attachment.get("file_name") == REDACTED else None


def redacted_items(event: dict[str, Any]) -> Sequence[Later]:
    """What the event of an audit says of an attachment that was redacted."""
    return deletions([needed_id(event, "attachment_id")], "redacted in Zendesk", PROFILE)


def _items(
    attachment: object,
    comment: dict[str, Any],
    about: ZendeskTicket,
    people: ZendeskPeople,
    options: Options,
    context: Context,
) -> Sequence[EntryRow | Later]:
    if not isinstance(attachment, dict):
        raise Unfit("bad value", "an attachment is not an object")
    identity = needed_id(attachment, "id")
    reason = _gone(attachment)
    if reason is not None:
        return deletions([identity], reason, PROFILE)
    name = word_of(attachment, "file_name")
    author = id_of(comment.get("author_id")) or id_of(object_of(comment.get("author")).get("id")) or about.author
    if author is None:
        raise Unfit("no author_id", "author_id is missing")
    requester = about.requester or options.requester
    direction = people.direction(author, requester)
    is_bad = attachment.get("malware_scan_result") == MALWARE
    is_kept_back = is_bad and not attachment.get("malware_access_override")
    declared = word_of(attachment, "content_type") or None
    link = attachment.get("content_url")
    person = people.called(author)
    channel = id_of(object_of(comment.get("via")).get("channel"))
    row = EntryRow(
        id=identity,
        time=_time(comment, about),
        inbox=inbox_of(PROFILE, (*about.accounts, channel), options, context),
        channel=PROFILE,
        direction=direction,
        agent=person if direction == "send" else None,
        customer=person if direction == "receive" else people.called(requester),
        conversation=about.id or id_of(comment.get("ticket_id")) or id_of(comment.get("request_id")) or options.ticket,
        name=name_of(identity, name, link=link if isinstance(link, str) else None, declared=declared),
        declared=declared,
        size=size_of(attachment, "size"),
        outcome="blocked" if is_kept_back else "delivered",
        reason=MALWARE if is_kept_back else ALLOWED if is_bad else None,
    )
    return (_scanned(row),) if is_bad else (row,)


def _scanned(row: EntryRow) -> Later:
    """What a scan found in a file, or that somebody has allowed access to it since: it may be in the ledger as it was
    before. Zendesk does not say when either came, and bodies come in any order."""
    word = "override" if row.outcome == "delivered" else MALWARE
    fix = Correction(f"{row.id}:{word}", 0, row.id, outcome=row.outcome, reason=row.reason)
    newer = ALLOWED if row.reason == MALWARE else None
    return Later(fix, row, frozenset({PROFILE}), whole=True, once=True, is_undated=True, outdated_by=newer)


def _time(comment: dict[str, Any], about: ZendeskTicket) -> int | str:
    stamp = comment.get("created_at")
    stamp = about.time if stamp is None else stamp
    if stamp is None:
        raise Unfit("no created_at", "created_at is missing")
    return stamp if isinstance(stamp, str) else from_seconds(stamp, "timestamp")
