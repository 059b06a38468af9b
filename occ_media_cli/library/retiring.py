"""Retiring a document or a version of it: from now on it cannot be sent. One person is enough: stopping is safe."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.library import library_rows
from occ_media_cli.library.library_documents import find_documents, nameless_documents, no_version
from occ_media_cli.library.library_names import key_of
from occ_media_cli.library.library_states import STATE
from occ_media_cli.library.proposals import deciding
from occ_media_cli.library.same_bytes import sendable_otherwise
from occ_media_cli.settings import past
from occ_media_cli.store import chain
from occ_media_cli.store.reasons import refuse_unfit

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.library_documents import Document
    from occ_media_cli.store.open import Store


@dataclass(frozen=True, slots=True)
class Retired:
    """What a retirement ended: approved versions and proposals that waited, each a document with its version. since:
    from when on, in milliseconds; what is approved for later ends when it would begin. still: documents and versions
    by which some of the same bytes may be sent all the same, those of versions that were over before among them.
    nameless: documents whose names an erasure took, which stay approved and may have lain below the name."""

    name: str
    ended: tuple[tuple[str, str], ...]
    withdrawn: tuple[tuple[str, str], ...]
    since: int
    still: tuple[tuple[str, str], ...] = ()
    nameless: tuple[str, ...] = ()


_ENDS_LATER = "l.approved_seq IS NULL AND l.lost_seq IS NULL AND l.retired_ms > :now"
"""SQL for whether a proposal was withdrawn, under a fast clock, from a later moment on: it is withdrawn again."""


def retire(
    store: Store,
    name: str,
    reason: str,
    stamp: chain.Stamp,
    *,
    version: str | None = None,
    backdate: str | None = None,
    dry_run: bool = False,
) -> Retired:
    """End a document, or all documents below a name, and withdraw what of them waits for approval.

    It holds from the moment at which it is recorded, by the machine's clock, or from an earlier one that the stamp
    says, and never from before the approval that it ends: no clock that was or is wrong keeps anybody from stopping.
    What ends by a retirement that is not in force yet, ends again. Where nothing is left to end, nothing is recorded.
    backdate: why it is of the past, for the record alone. Raises UsageError for an empty reason, NotFound for an
    unknown document or version.
    """  # fmt: skip
    refuse_unfit(reason, topic=("library-reason",))
    refuse_unfit(backdate)
    connection = store.ledger
    with deciding(connection, stamp, dry_run=dry_run) as stamp:
        since = min(stamp.now, stamp.wall)
        found = find_documents(connection, name)
        rows = connection.execute(
            f"SELECT DISTINCT l.seq, l.document, l.name, l.version, l.approved_seq IS NOT NULL,"
            f" CASE WHEN {_ENDS_LATER} THEN 'proposed' ELSE {STATE} END"
            " FROM library l WHERE l.document IN (SELECT value FROM json_each(:numbers)) ORDER BY l.seq, l.document",
            {"numbers": json.dumps([document.number for document in found]), "now": since},
        ).fetchall()
        if version is not None:
            labels = [row[3] for row in rows]
            rows = [row for row in rows if key_of(row[3]) == key_of(version)]
            if not rows:
                raise no_version(name, version, labels, hint="see what there is")
        over = {(row[0], row[1]) for row in rows if row[4]}
        rows = [row for row in rows if row[5] in ("proposed", "approved", "approved-later")]
        ended = {(row[0], row[1]) for row in rows}
        result = Retired(
            found[0].name if len(found) == 1 else name,
            tuple(dict.fromkeys((row[2], row[3]) for row in rows if row[4])),
            tuple(dict.fromkeys((row[2], row[3]) for row in rows if not row[4])),
            since,
            sendable_otherwise(connection, over | ended, since),
            _nameless_below(connection, name, found, since),
        )
        if not rows:
            return result
        body = {
            "name": result.name, "version": version, "ends": [[row[0], row[1]] for row in rows],
            **past.recorded(backdate),
        }  # fmt: skip
        if not dry_run:
            library_rows.record(connection, chain.Event(library_rows.RETIRE, body, stamp.now, reason), stamp)
        return result


def _nameless_below(connection: sqlite3.Connection, name: str, found: list[Document], now: int) -> tuple[str, ...]:
    """Documents without a name that may have lain below a name of several; none where it is that of a document."""
    if key_of(name) in {key_of(each.name) for each in found}:
        return ()
    return nameless_documents(connection, name, now, {each.number for each in found}, new=False)
