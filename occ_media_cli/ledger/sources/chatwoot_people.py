"""Who a contact of Chatwoot is: one person under a number, an address, an id of your own and those of channels."""

from __future__ import annotations

import re
from collections.abc import Iterable

from occ_media_cli.ledger.entry import SamePerson

COLUMNS = "k.id, k.phone_number, k.email, k.identifier, {sources}"
"""What the query of attachments reads of the contact of a conversation."""

SOURCES = "(SELECT array_agg(DISTINCT ci.source_id) FROM contact_inboxes ci WHERE ci.contact_id = k.id)"
"""The ids that the channels of a contact's inboxes give it, in databases that keep them."""

_MADE_HERE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""An id that Chatwoot itself made for a visitor of a site: nobody else knows it, and it opens the conversation."""


def called(contact: int) -> str:
    """What stands for a contact of whom nothing else is known; it is also the one id that no other contact has."""
    return f"contact:{contact}"


def person_of(
    contact: int | None,
    phone: str | None,
    email: str | None,
    identifier: str | None,
    sources: Iterable[str | None] | None,
) -> SamePerson | None:
    """Under which ids a contact is known; None where nothing is told of it."""
    given = (phone, email, identifier, *sorted(filter(None, sources or ())))
    ids = dict.fromkeys(text.strip() for text in given if text and text.strip())
    known = tuple(text for text in ids if not _MADE_HERE.fullmatch(text))
    return SamePerson(called(contact), known) if contact is not None and known else None
