"""Carrying over what ended in the approved library: a restore may lose an approval, and never lets a file pass again.

What a backup still allows and the replaced store did not any more (it was retired, or a newer version was approved) is
retired on the restored chain, from the moment at which it ended. Proposals are known by their id, which stands for
their content. What is about a proposal that the restored store does not have is remembered, for a later restore.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.ledger import remembered
from occ_media_cli.ledger.remembered import Memory
from occ_media_cli.library import library_rows
from occ_media_cli.retention.carried_events import read_origin
from occ_media_cli.store import canonical, chain

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from occ_media_cli.retention.two_stores import TwoStores

OF = library_rows.RETIRE
"""The kind of event that is remembered."""

_NEWER = "a newer version was approved"

_ENDED = f"""
SELECT p.proposal, f.document, r.event, min(x.ms, x.wall), x.reason FROM library_retirement r
JOIN library_proposal p ON p.event = r.proposal JOIN event x ON x.seq = r.event
JOIN library_file f ON f.event = r.proposal AND f.document = r.document
UNION
SELECT l.proposal, l.document, a.event, x.ms, '{_NEWER}' FROM library l
JOIN library_file n ON n.document = l.document AND n.event <> l.seq
JOIN library_approval a ON a.proposal = n.event JOIN event x ON x.seq = a.event
WHERE CASE WHEN l.approved_seq IS NULL THEN n.event > l.seq ELSE x.ms = l.replaced_ms END
ORDER BY 4, 3"""
"""Each document in a proposal that a retirement or the next approval ended, or that cannot be approved any more since
the approval of a later proposal: the event, and when."""

Key = tuple[str, int]
"""A document in a proposal: the id of that, and the number of this."""


@dataclass(frozen=True, slots=True)
class _End:
    """How it ended. origin: who did that and when, on the chain on which it was done first."""

    origin: Mapping[str, Any]
    since: int
    reason: str | None


def carry_library(stores: TwoStores, stamp: chain.Stamp) -> int:
    """End on the new store what ended on the old one, inside the caller's transaction; how many files of versions."""
    moment = max(stamp.now, stamp.wall)
    ended, there = _ends(stores.old, moment), _ends(stores.new, moment)
    remembered_before = {key for memory in remembered.memories(stores.new, (OF,)) for key in _keys(memory.about)}
    for memory in (*remembered.memories(stores.old, (OF,)), *remembered.memories(stores.new, (OF,))):
        for key in _keys(memory.about):
            ended.setdefault(key, _End(memory.origin, int(memory.about["since"]), memory.reason))
    places = {
        (proposal, document): event
        for proposal, document, event in stores.new.execute(
            "SELECT p.proposal, f.document, p.event FROM library_proposal p JOIN library_file f ON f.event = p.event"
        )
    }
    here: dict[str, tuple[_End, list[Key]]] = {}
    away: dict[str, tuple[_End, list[Key]]] = {}
    for key, end in ended.items():
        if (key in there and there[key].since <= end.since) or (key not in places and key in remembered_before):
            continue  # what the backup itself would end later, as after a fast clock, ends as it did
        same = canonical.text([dict(end.origin), end.since, end.reason])
        (here if key in places else away).setdefault(same, (end, []))[1].append(key)
    for end, keys in here.values():
        _end(stores.new, end, [(places[key], key[1]) for key in keys], stamp)
    for end, keys in away.values():
        about = {"ends": [list(key) for key in keys], "since": end.since}
        remembered.remember(stores.new, Memory(OF, end.origin, about, {}, end.reason), stamp)
    return sum(len(keys) for _, keys in here.values())


def _ends(connection: sqlite3.Connection, now: int) -> dict[Key, _End]:
    """What ended, or is to end after a moment, each with what ends it first.

    A retirement holds from when it is on record, so that what a lost approval would replace later has to end at once:
    else it would pass for longer than before the restore. Its reason says so.
    """
    found: dict[Key, _End] = {}
    for proposal, document, event, since, reason in connection.execute(_ENDED).fetchall():
        if (proposal, document) not in found:
            if since > now and reason == _NEWER:
                reason = f"a newer version was approved from {times.text(since)} on, and a restore lost that approval"
            found[proposal, document] = _End(read_origin(connection, event), since, reason)
    return found


def _keys(about: Mapping[str, Any]) -> list[Key]:
    return [(str(proposal), int(document)) for proposal, document in about["ends"]]


def _end(connection: sqlite3.Connection, end: _End, ends: list[tuple[int, int]], stamp: chain.Stamp) -> None:
    (name,) = connection.execute("SELECT name FROM library_document WHERE number = ?", (ends[0][1],)).fetchone()
    body = {"name": name, "version": None, "ends": [list(each) for each in ends], "carried": dict(end.origin)}
    library_rows.record(connection, chain.Event(library_rows.RETIRE, body, end.since, end.reason), stamp)
