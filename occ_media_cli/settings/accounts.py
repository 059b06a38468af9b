"""An account belongs to one inbox at a time, so that a file's account tells its inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import Refused
from occ_media_cli.settings import read

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from occ_media_cli.settings.timeline import Tile


def check_accounts(connection: sqlite3.Connection, changed: Iterable[int], since: int) -> None:
    """Refused where a changed inbox shares an account with another inbox at some moment from `since` on."""
    names = {number: name for name, number in read.inbox_ids(connection).items()}
    suspects = {number for number in changed if number in names and _has_accounts(connection, number, since)}
    if not suspects:
        return
    rows = {number: read.tiles(connection, number, since) for number in names}
    for number in sorted(suspects):
        for other, tiles in rows.items():
            shared = _shared(rows[number], tiles) if other != number else None
            if shared is not None:
                raise Refused(
                    f"{shared} already belongs to inbox '{names[other]}'; nothing was changed",
                    hint="take it out there first",
                    topic=("account", names[other], shared),
                )


def _has_accounts(connection: sqlite3.Connection, number: int, since: int) -> bool:
    return any(":" in channel for tile in read.tiles(connection, number, since) for channel in tile.settings.channels)


def _shared(left: list[Tile], right: list[Tile]) -> str | None:
    for one in left:
        for two in right:
            apart = (one.end is not None and one.end <= two.start) or (two.end is not None and two.end <= one.start)
            common = {channel for channel in one.settings.channels if ":" in channel}.intersection(
                two.settings.channels
            )
            if common and not apart:
                return min(common)
    return None
