"""What a mail becomes in the ledger: an entry for each file in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from occ_media_cli.ledger.entry import EntryRow, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.email_people import (
    OwnAddresses,
    agent_of,
    mailbox_of,
    recipient_of,
    sender_of,
)
from occ_media_cli.ledger.sources.file_names import name_of, numbered
from occ_media_cli.ledger.sources.mail_dates import moment_of_mail
from occ_media_cli.ledger.sources.mail_folders import DRAFTS, SENT, says
from occ_media_cli.media.unpack.encoded_words import decode_words
from occ_media_cli.media.unpack.mime_headers import Headers
from occ_media_cli.vocabulary import Direction

_DIGITS = 32
"""Hex digits of the hash of a mail that stand for the Message-ID that it does not have."""

_LONGEST_ID = 998
"""Letters of a Message-ID: one line of a mail."""


@dataclass(slots=True)
class MailFile:
    """A file in a mail. declared: the type that its header states, or that it has where that says nothing; None for a
    file in the text, which has no header."""

    name: str | None
    declared: str | None
    size: int | None = None
    sha256: str | None = None
    detected: str | None = None


@dataclass(slots=True)
class ReadMail:
    """A mail that was read. sha256: of all its bytes. problem: why it could not be read."""

    place: str
    line: int
    headers: Headers
    sha256: str = ""
    files: list[MailFile] = field(default_factory=list)
    problem: Unfit | None = None
    is_sent: bool = False
    is_draft: bool = False
    mtime: int | None = None


def rows_of(mail: ReadMail, options: Options, context: Context, own: OwnAddresses) -> Iterator[EntryRow | Unfit]:
    """The entry of each file of a mail, or why it cannot be one."""
    headers = mail.headers
    sender = sender_of(headers)
    is_sent = mail.is_sent or _is_labelled(headers, SENT) or (sender is not None and own.has(sender))
    direction: Direction = "send" if is_sent else options.direction or "receive"
    is_sent = direction == "send"
    mailbox = mailbox_of(headers, context.inboxes, options.inbox, is_sent=is_sent)
    moment = moment_of_mail(headers)
    if moment is None and options.time == "mtime":
        moment = mail.mtime
    identity = _message_id(headers) or f"sha256:{mail.sha256[:_DIGITS]}"
    if mailbox is not None and mailbox.address is not None:
        identity = f"{mailbox.address}:{identity}"
    for own_id, file in zip(numbered(identity, len(mail.files)), mail.files, strict=True):
        shown = f"{mail.place}: {file.name or own_id}"
        if moment is None:
            yield Unfit("no time", f"{shown}: the mail has no Date with an offset, and no Received that tells it")
        elif mailbox is None:
            yield Unfit("unknown inbox", f"{shown}: no address of the mail is linked to an inbox, or in the map")
        else:
            yield EntryRow(
                id=own_id,
                time=moment,
                inbox=mailbox.inbox,
                channel=mailbox.channel,
                direction=direction,
                agent=agent_of(headers, context.inboxes) if is_sent else None,
                customer=recipient_of(headers, own) if is_sent else sender,
                conversation=_thread(headers),
                name=name_of(own_id, file.name, declared=file.declared),
                declared=file.declared,
                detected=file.detected,
                size=file.size,
                sha256=file.sha256,
            )


def is_draft(headers: Headers) -> bool:
    """Whether a mail says that it was not sent: by the labels of a box from Google, or by the header that Outlook and
    Thunderbird write into a draft and take out when they send it."""
    says_so = (headers.first("x-unsent") or "").strip() == "1" or headers.first("x-mozilla-draft-info") is not None
    if says_so and headers.first("received") is None:  # a mail that came says what its sender likes
        return True
    return _is_labelled(headers, DRAFTS)


def _is_labelled(headers: Headers, folders: frozenset[str]) -> bool:
    labels = decode_words(headers.first("x-gmail-labels") or "")
    return says((label.strip(' "') for label in labels.split(",")), folders)


def _message_id(headers: Headers) -> str | None:
    """The Message-ID without its brackets, blanks and control characters; None where there is none."""
    text = headers.first("message-id") or ""
    _, bracket, inner = text.partition("<")
    if bracket:
        text = inner.partition(">")[0]
    return "".join(letter for letter in text if letter.isprintable() and letter != " ")[:_LONGEST_ID] or None


def _thread(headers: Headers) -> str | None:
    """The thread of Gmail that a mail belongs to."""
    text = headers.first("x-gm-thrid") or ""
    return text if text.isascii() and text.isalnum() and len(text) <= 40 else None
