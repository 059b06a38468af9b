"""Instagram: the bodies of the webhooks that an account receives, read through the mapping beside this file.

Links in them end after minutes, so that none is kept. Source: Meta's reference of webhook events (November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.ledger.entry import Batch
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.nested.reader import read_built_in


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The files of all messages, and what was unsent."""
    return read_built_in("instagram", name, options, context)
