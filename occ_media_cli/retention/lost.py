"""The records that a store would lose if an older copy of it were put back.

Both are chains. Where they come from one store they have a beginning in common, and a link that is equal in both says
that everything up to it is: so the last common entry is found by halving. What stands behind it would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger import remembered
from occ_media_cli.library import library_rows
from occ_media_cli.settings import setting_rows
from occ_media_cli.store import chain
from occ_media_cli.vocabulary import ENTRY_STEPS, ORPHAN_STEPS

if TYPE_CHECKING:
    import sqlite3

EXAMPLES = 3
"""How many of a kind are named."""

REMOVALS = (*ENTRY_STEPS[:2], *ORPHAN_STEPS[:2])
"""The events that say that bytes were taken away or are gone for good."""

_KINDS = {
    "hold": "holds", "hold-release": "releases of holds", "erasure": "erasures", "store-restore": "restores",
    **dict.fromkeys(REMOVALS, "removals"), **dict.fromkeys(setting_rows.KINDS, "settings changes"),
    **dict.fromkeys(library_rows.KINDS, "library changes"),
}  # fmt: skip
_EVIDENCE = ("entries", "corrections", "decisions", "holds", "releases of holds", "erasures", "removals",
             "library changes")  # fmt: skip
_RECORDS = ("entries", "corrections", "decisions")
_ORDER = ("entries", "holds", "releases of holds", "erasures", "removals", "library changes",
          "settings changes", "corrections",
          "decisions", "restores", "other records")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """How many records of one kind would be lost, and some of them in words."""

    name: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """The records that a restore would lose. common: the last entry that both chains have; same_store: whether both
    come from one store."""

    common: int
    same_store: bool
    kinds: tuple[Kind, ...]

    def __bool__(self) -> bool:
        """Whether anything would be lost."""
        return bool(self.kinds)

    @property
    def is_evidence(self) -> bool:
        """Whether what would be lost must not go without a reason: what was shared, held, erased, removed or
        approved.

        The rest, such as settings, which a restore is often made to take back, is listed and on record, and an audit
        reports the restore all the same.
        """
        return not self.same_store or any(kind.name in _EVIDENCE for kind in self.kinds)

    def words(self) -> str:
        """`3 entries, 1 holds`, for the record."""
        return ", ".join(f"{kind.name}: {kind.count:,}" for kind in self.kinds)


def compare(old: sqlite3.Connection, new: sqlite3.Connection) -> Loss:
    """Find the records of the old store that the new one does not have."""
    same = secret(old) == secret(new)
    common = _common(old, new) if same else 0
    found: dict[str, tuple[int, list[str]]] = {}
    for name, example in _behind(old, common):
        count, examples = found.setdefault(name, (0, []))
        if len(examples) < EXAMPLES:
            examples.append(example)
        found[name] = (count + 1, examples)
    return Loss(
        common, same, tuple(Kind(name, found[name][0], tuple(found[name][1])) for name in _ORDER if name in found)
    )


def secret(connection: sqlite3.Connection) -> bytes:
    """The secret of a store, by which it is told from every other store."""
    return bytes(connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()[0])


def _common(old: sqlite3.Connection, new: sqlite3.Connection) -> int:
    low, high = 0, min(chain.head(old)[0], chain.head(new)[0])
    while low < high:
        middle = (low + high + 1) // 2
        link = _link(old, middle)
        if link is not None and link == _link(new, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _link(connection: sqlite3.Connection, seq: int) -> bytes | None:
    row = connection.execute(
        "SELECT link FROM event WHERE seq = :seq UNION ALL SELECT link FROM record WHERE seq = :seq", {"seq": seq}
    ).fetchone()
    return None if row is None else bytes(row[0])


def _behind(connection: sqlite3.Connection, common: int) -> Iterator[tuple[str, str]]:
    """Each record behind a place in the chain: its kind, and itself in words."""
    inboxes = dict(connection.execute("SELECT id, name FROM inbox_state"))
    for seq, kind, identity in connection.execute(
        "SELECT seq, kind, id FROM record WHERE seq > ? ORDER BY seq", (common,)
    ):
        yield _RECORDS[kind], identity or f"#{seq}"
    query = (
        "SELECT seq, kind, CASE WHEN kind = 'plan-part' THEN '{}' ELSE body END FROM event WHERE seq > ? ORDER BY seq"
    )
    for seq, kind, text in connection.execute(query, (common,)):
        if kind in ("store", remembered.KIND):
            # The beginning of a store, which is lost when another store replaces it, is no person's work; and what is
            # remembered is never lost.
            continue
        name = _KINDS.get(kind, "other records")
        body = json.loads(text)
        if name == "removals":
            for item in body["files"]:
                yield name, _file(connection, item)
        else:
            yield name, _words(seq, kind, body, inboxes)


def _file(connection: sqlite3.Connection, item: dict[str, Any]) -> str:
    for entry in item.get("entries", ()):
        row = connection.execute("SELECT id FROM record WHERE seq = ?", (entry,)).fetchone()
        if row is not None and row[0] is not None:
            return str(row[0])
    return str(item["name"])


def _words(seq: int, kind: str, body: dict[str, Any], inboxes: dict[int, str]) -> str:
    inbox = body.get("inbox")
    about = body.get("name") or body.get("section") or (inboxes.get(inbox) if isinstance(inbox, int) else None)
    return f"{about} (#{seq})" if about else f"{kind} (#{seq})"
