"""Recording that the bytes of entries are gone: a correction of each, in the transaction that the caller has open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from occ_media_cli.ledger import totals
from occ_media_cli.ledger.append.corrections import TARGET
from occ_media_cli.ledger.append.writer import chain_record
from occ_media_cli.ledger.dictionary import Words
from occ_media_cli.store import chain, record
from occ_media_cli.vocabulary import CORRECTION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

SOURCE = "retention"
"""The kind that stands before the ids of these corrections."""


@dataclass(slots=True)
class _End:
    """The end of the chain, as `chain_record` moves it. A Writer would open a transaction of its own."""

    connection: sqlite3.Connection
    words: Words
    seq: int
    state: bytes


def removed(connection: sqlite3.Connection, entries: Iterable[int], ms: int, because: str) -> list[int]:
    """Correct entries, given by their place in the chain, to say that their bytes were deleted at a moment.

    because: what names the removal, such as a plan; with the entry it makes the id of the correction. An entry that
    says so already is left alone. Returns the places of the corrections.
    """
    end = _End(connection, Words(connection), *chain.head(connection))
    (secret,) = connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()
    prefix = record.key_prefix(bytes(secret), CORRECTION, SOURCE)
    totals.catch_up(connection)
    made = []
    for entry in entries:
        row = connection.execute(TARGET, (entry,)).fetchone()
        _, entry_ms, inbox, direction, ext, sender, *values = row
        before = totals.CountedState(*values)
        if before.deleted is not None:
            continue
        identity = f"{because}:{entry}"
        public: dict[str, object] = {
            "key": record.key_of(prefix, identity),
            "kind": CORRECTION, "source": SOURCE, "ms": ms, "inbox": inbox, "direction": direction,
            "deleted": ms, "corrects": entry,
        }  # fmt: skip
        seq = chain_record(end, public, {"id": identity})
        connection.execute("INSERT INTO recent_key (key, seq) VALUES (?, ?)", (public["key"], seq))
        connection.execute(
            "INSERT INTO amendment (seq, last, deleted) VALUES (?, ?, ?) ON CONFLICT (seq) DO UPDATE SET"
            " last = excluded.last, deleted = excluded.deleted",
            (entry, seq, ms),
        )
        after = replace(before, deleted=ms)
        totals.move(connection, (entry_ms, inbox, direction, ext), sender, before, after)
        made.append(seq)
    chain.save_head(connection, end.seq, end.state)
    return made
