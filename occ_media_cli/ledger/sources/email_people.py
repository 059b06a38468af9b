"""Who wrote a mail to whom: addresses of its headers, which way it went, and the inbox that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.media.unpack.encoded_words import decode_words
from occ_media_cli.media.unpack.mime_headers import Headers

if TYPE_CHECKING:
    from occ_media_cli.ledger.inboxes import KnownInboxes

CHANNEL = "email"
PROFILES = (CHANNEL, "email-gmail", "email-exchange-online")
"""The channels whose links name the address of an inbox."""

_ROLES = frozenset((
    "abuse", "admin", "billing", "contact", "customerservice", "feedback", "hello", "help", "helpdesk", "hostmaster",
    "info", "mail", "mailer-daemon", "newsletter", "no-reply", "noreply", "donotreply", "do-not-reply", "office",
    "orders", "postmaster", "sales", "service", "support", "team", "ticket", "tickets", "webmaster",
))  # fmt: skip
"""What stands before the @ of addresses that are no person's."""

_ARRIVED = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_LEFT = ("from", "sender", "reply-to")
_INNER_COMMENT = re.compile(r"\([^()]{0,500}\)")
_LONGEST = 320
"""Letters of an address (RFC 3696)."""


class Mailbox(NamedTuple):
    """The inbox of a mail, the channel that links it, and the address that told it, None where the caller named it."""

    inbox: str
    channel: str
    address: str | None


class OwnAddresses:
    """Addresses and domains of the company's own, as the caller names them. customers: addresses that are none of them,
    though the domain is."""

    def __init__(self, named: Sequence[str], customers: Sequence[str] = ()) -> None:
        folded = [each.strip().lower() for each in named]
        self._addresses = {each for each in folded if "@" in each[1:]}
        self._domains = {each.removeprefix("@") for each in folded if "@" not in each[1:]}
        self._customers = {each.strip().lower() for each in customers}

    def has(self, address: str) -> bool:
        """Whether an address is one of them, or of one of the domains."""
        if address in self._customers:
            return False
        return address in self._addresses or address.rpartition("@")[2] in self._domains


def addresses_in(headers: Headers, name: str) -> list[str]:
    """The addresses of all fields of a name, in lower case and in their order."""
    found: list[str] = []
    for text in headers.all(name):
        own = list(_addresses(text))
        found += own or list(_addresses(decode_words(text)))
    return found


def sender_of(headers: Headers) -> str | None:
    """The first address of From."""
    return next(iter(addresses_in(headers, "from")), None)


def recipient_of(headers: Headers, own: OwnAddresses) -> str | None:
    """The first address that a mail of the company's went to and that is no own one."""
    sender = sender_of(headers)
    for name in ("to", "cc", "bcc"):
        for address in addresses_in(headers, name):
            if not own.has(address) and address != sender:
                return address
    return None


def agent_of(headers: Headers, inboxes: KnownInboxes) -> str | None:
    """The person of the company who wrote it; None where the address is an inbox's, or nobody's in particular."""
    sender = sender_of(headers)
    if sender is None or sender.partition("@")[0] in _ROLES or _linked(sender, inboxes) is not None:
        return None
    return sender


def mailbox_of(headers: Headers, inboxes: KnownInboxes, inbox: str | None, *, is_sent: bool) -> Mailbox | None:
    """The inbox that the first known address names: of where a mail arrived, or of who sent it; else `inbox`."""
    for name in _LEFT if is_sent else _ARRIVED:
        for address in addresses_in(headers, name):
            found = _linked(address, inboxes)
            if found is not None:
                return Mailbox(*found, address)
    return Mailbox(inbox, CHANNEL, None) if inbox is not None else None


def _linked(address: str, inboxes: KnownInboxes) -> tuple[str, str] | None:
    for profile in PROFILES:
        found = inboxes.account(profile, address)
        if found is not None:
            return found, profile
    return None


def _addresses(text: str) -> Iterator[str]:
    """The addresses of a list: names, comments, groups and routes are passed over."""
    found: list[str] = []
    angle: str | None = None
    at = 0
    while at <= len(text):
        letter = text[at : at + 1]
        if letter == '"':
            end = _end_of_quote(text, at + 1)
            found.append(text[at:end])
            at = end
            continue
        if letter == "(":
            at = _end_of_comment(text, at)
            continue
        if letter == "<":
            end = text.find(">", at)
            end = len(text) if end < 0 else end
            angle = angle or _INNER_COMMENT.sub("", text[at + 1 : end]).rpartition(":")[2]
            at = end + 1
            continue
        if letter in ("", ",", ";"):
            address = _plain(angle if angle is not None else "".join(found))
            if address is not None:
                yield address
            found, angle = [], None
        elif letter == ":":
            found = []
        else:
            found.append(letter)
        at += 1


def _end_of_quote(text: str, at: int) -> int:
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def _end_of_comment(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        depth += (text[at] == "(") - (text[at] == ")")
        at += 2 if text[at] == "\\" else 1
        if not depth:
            break
    return min(at, len(text))


def _plain(text: str) -> str | None:
    words = [word for word in text.split() if "@" in word] if not text.startswith('"') else [text.strip()]
    if not words:
        return None
    address = "".join(letter for letter in words[0].strip("<>'.,") if letter.isprintable()).lower()
    local, _, domain = address.rpartition("@")
    return address if local and domain and len(address) <= _LONGEST else None
