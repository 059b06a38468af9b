"""WhatsApp Cloud API: the bodies of the webhooks that a business receives.

Every media message is an entry; a status `failed` corrects the entry that it speaks of, or is an attempt of its own
where media could not be sent. Media ids can be fetched for 7 days: the statistics of the ledger count those without a
path. Source: Meta's reference of the `messages` webhook (facts as of November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from occ_media_cli.ledger.entry import Batch
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.body_files import Piece, read_bodies
from occ_media_cli.ledger.sources.whatsapp_entries import entries_of, is_mistyped
from occ_media_cli.ledger.sources.whatsapp_envelope import parts_of


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The media messages and statuses of all bodies."""

    mistyped = 0

    def pieces(body: dict[str, Any]) -> Iterator[Piece]:
        nonlocal mistyped
        for part in parts_of(body):
            mistyped += is_mistyped(part)
            yield Piece(part.value, partial(entries_of, part, options, context), people=part.people)

    yield from read_bodies(name, context, pieces)
    if mistyped:
        context.notes.append(
            f"messages with a media object that their type does not speak of; each is taken as a file: {mistyped:,}"
        )
