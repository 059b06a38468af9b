"""What a store is: its files, its size, how much is in it, and where its chain stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.store.open import Store


@value
class StoreContents:
    """What is in the ledger of a store.

    created: milliseconds, None where nobody knows. chain_entries: the length of the chain; head: its last value in hex.
    """

    schema_version: int
    sqlite: str
    created: int | None
    inboxes: int
    settings_versions: int
    entries: int
    chain_entries: int
    head: str


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
    contents: StoreContents | None


def describe_store(store: Store) -> StoreInfo:
    """Describe an open store; NotFound where there is none yet."""
    location, connection = store.location, store.connection
    if connection is None and not location.exists:
        hint = "the first change makes it"
        raise NotFound("no store yet", file=str(location.path), hint=hint, topic=("store-init",))
    files = {location.path, location.ledger}
    contents = None
    if connection is not None:

        def one(query: str) -> object:
            return connection.execute(query).fetchone()[0]

        contents = StoreContents(
            schema_version=_number(one("PRAGMA user_version")),
            sqlite=str(one("SELECT sqlite_version()")),
            created=_optional(one("SELECT max(created) FROM store")),
            inboxes=_number(one("SELECT count(*) FROM inbox_state WHERE removed IS NULL")),
            settings_versions=_number(one("SELECT count(*) FROM setting_version")),
            entries=_number(one("SELECT count(*) FROM record WHERE kind = 0")),
            chain_entries=_number(one("SELECT max(seq) FROM head")),
            head=str(one("SELECT lower(hex(max(state))) FROM head") or ""),
        )
    return StoreInfo(
        path=str(location.path),
        kind=location.kind,
        ledger=str(location.ledger),
        mode=f"{location.path.stat().st_mode & 0o777:04o}",
        bytes=sum(path.stat().st_size for path in files if path.exists()),
        contents=contents,
    )


def _number(found: object) -> int:
    return int(found) if isinstance(found, int) else 0


def _optional(found: object) -> int | None:
    return found if isinstance(found, int) else None
