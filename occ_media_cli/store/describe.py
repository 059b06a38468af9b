"""What a store is: its files, its size, how much is in it, and where its chain stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound
from occ_media_cli.store.facts import StoreFacts, read_store_facts
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.store.open import Store


@value
class StoreInfo:
    """A store. kind: `sqlite` or `toml`. mode: its permissions, such as `0600`. bytes: of all its files.

    contents: None for a document that no command has changed yet, which has no ledger.
    """

    path: str
    kind: str
    ledger: str
    mode: str
    bytes: int
    contents: StoreFacts | None


def describe_store(store: Store) -> StoreInfo:
    """Describe an open store; NotFound where there is none yet."""
    location, connection = store.location, store.connection
    if connection is None and not location.exists:
        hint = "the first change makes it"
        raise NotFound("no store yet", file=str(location.path), hint=hint, topic=("store-init",))
    files = {location.path, location.ledger}
    contents = read_store_facts(connection) if connection is not None else None
    return StoreInfo(
        path=str(location.path),
        kind=location.kind,
        ledger=str(location.ledger),
        mode=f"{location.path.stat().st_mode & 0o777:04o}",
        bytes=sum(path.stat().st_size for path in files if path.exists()),
        contents=contents,
    )
