"""What is in the library: one row for each file of each version, with its state at a moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from occ_media_cli.library.asked_inboxes import asked_inboxes
from occ_media_cli.library.library_documents import names_together
from occ_media_cli.library.library_names import key_of
from occ_media_cli.library.library_scope import named_scopes, reach_of, scope_of
from occ_media_cli.library.library_states import STATE, STATES, recorded_apart
from occ_media_cli.library.recorded import RecordedLibrary
from occ_media_cli.settings import second_person
from occ_media_cli.settings.second_person import Actor

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from occ_media_cli.store.open import Store


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A file of a version. Times are milliseconds. inboxes: names, each with when it was removed; None for every
    inbox. retired, replaced: when that is or will be. replaces: the version that it took or would take the place of.
    two_people: how sure it is that two people agreed, None before an approval. recorded: when the approval was made, by
    the machine's clock, where its own time is another one."""

    name: str
    version: str
    state: str
    sha256: str
    size: int
    type: str
    path: str
    inboxes: tuple[tuple[str, int | None], ...] | None
    tags: tuple[str, ...]
    expires: int | None
    proposal: str
    proposed_by: str
    proposed: int
    approved_by: str | None
    approved: int | None
    retired_by: str | None
    retired: int | None
    reason: str | None
    replaced: int | None
    replaces: str | None
    two_people: str | None
    recorded: int | None = None


@dataclass(frozen=True, slots=True)
class LibraryFilters:
    """Which files to list: those in any of some states, for any of some inboxes (by number) or tags, of documents whose
    name fits any of some patterns, that end by a moment, by whatever is on record; of one proposal, by its id.
    unrecorded: inboxes for which nothing is by their tags."""

    states: tuple[str, ...] = ()
    inboxes: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ends_by: int | None = None
    proposal: str | None = None
    unrecorded: frozenset[int] = frozenset()


def filters_of(
    store: Store,
    *,
    states: Sequence[str] = (),
    inboxes: Sequence[str] = (),
    tags: Sequence[str] = (),
    names: Sequence[str] = (),
    ends_by: int | None = None,
    now: int,
) -> LibraryFilters:
    """Filters by the names that people use. NotFound for an inbox that is not there and for a tag of nobody."""
    if store.connection is None:
        return LibraryFilters(tuple(states))
    scope = scope_of(store.connection, (), tags, now, str(store.location.path))
    asked = asked_inboxes(store, inboxes, now)
    return LibraryFilters(tuple(states), asked.numbers, scope.tags, tuple(names), ends_by, unrecorded=asked.unrecorded)


_SELECT = f"""SELECT l.seq, l.document, l.name, l.version, {STATE} AS state, l.sha256, l.size, l.type, l.path,
  l.everywhere, l.expires_ms, l.proposal, l.proposed_by, o.os_user, l.proposed_ms, l.approved_by, y.os_user,
  l.approved_ms, l.approved_seq, l.retired_by, l.retired_ms, l.retired_reason, l.replaced_ms,
  y.wall
FROM library l JOIN event o ON o.seq = l.seq LEFT JOIN event y ON y.seq = l.approved_seq
JOIN library_document d ON d.number = l.document
WHERE :proposal IS NULL OR l.proposal = :proposal ORDER BY d.key, l.seq, l.place"""


def list_library(connection: sqlite3.Connection, now: int, filters: LibraryFilters) -> Iterator[LibraryFile]:
    """The files, by document and in the order in which they were proposed. StoreInvalid where what the store has of
    them is not what was recorded."""
    RecordedLibrary(connection).refuse_any_altered()
    return _list(connection, now, filters)


def _list(connection: sqlite3.Connection, now: int, filters: LibraryFilters) -> Iterator[LibraryFile]:
    scopes = named_scopes(connection)
    before = _before(connection)
    reach = reach_of(connection, filters.inboxes, now, filters.unrecorded)
    together = names_together(connection) if filters.names else {}
    agreed: dict[tuple[Actor, Actor], str] = {}
    for row in connection.execute(_SELECT, {"now": now, "proposal": filters.proposal}):
        (seq, document, name, version, state, sha256, size, kind, path, everywhere, expires, proposal, proposer, user,
         proposed, approver, other, approved, approval, retirer, retired, reason, replaced, made) = row  # fmt: skip
        inboxes, tags = scopes.get(seq, ((), ()))
        ends = (expires,) if approver is None else (expires, replaced, retired)
        if not _fits(filters, (name, *together.get(document, ())), state, ends, tags, bool(everywhere), seq, reach):
            continue
        people = None
        if approver is not None:
            pair = Actor(proposer, user), Actor(approver, other)
            if pair not in agreed:
                agreed[pair] = second_person.describe_two_people(pair[0], [pair[1]])
            people = agreed[pair]
        yield LibraryFile(
            name, version, state, sha256, size, kind, path, None if everywhere else inboxes, tags, expires, proposal,
            proposer, proposed, approver, approved, retirer, retired, reason, replaced,
            _replaces(before.get(document, ()), (now + 1, 0) if approved is None else (approved, approval), seq),
            people, recorded_apart(approved, made),
        )  # fmt: skip


def _fits(
    filters: LibraryFilters, names: Sequence[str], state: str, ends: Sequence[int | None], tags: Sequence[str],
    everywhere: bool, seq: int, reach: set[int],
) -> bool:  # fmt: skip
    if state not in (filters.states or STATES):
        return False
    if filters.names and not any(_matches(name, each) for name in names for each in filters.names):
        return False
    if filters.inboxes and not (everywhere or seq in reach):
        return False
    if filters.tags and not set(filters.tags) & set(tags):
        return False
    if filters.ends_by is None:
        return True
    soon = any(ends_by(end, filters.ends_by) for end in ends)
    return soon and state in ("proposed", "approved", "approved-later")


def ends_by(expires: int | None, moment: int) -> bool:
    """Whether something ends by a moment, which is included: 30 days from now is within 30 days."""
    return expires is not None and expires <= moment


def _matches(name: str, pattern: str) -> bool:
    """Whether a name fits a pattern, in any case; one without a wildcard is also all that is below it."""
    key, wanted = key_of(name), key_of(pattern)
    return fnmatchcase(key, wanted) or (not re.search(r"[*?\[]", wanted) and key.startswith(f"{wanted}/"))


def _before(connection: sqlite3.Connection) -> dict[int, list[tuple[tuple[int, int], int, str]]]:
    """The approved proposals of each document: approval (its valid time and its event), proposal and version, in the
    order in which they stand."""
    found: dict[int, list[tuple[tuple[int, int], int, str]]] = {}
    for document, begins, approval, seq, version in connection.execute(
        "SELECT DISTINCT f.document, e.ms, a.event, f.event, p.version FROM library_file f"
        " JOIN library_approval a ON a.proposal = f.event JOIN library_proposal p ON p.event = f.event"
        " JOIN event e ON e.seq = a.event ORDER BY e.ms, a.event"
    ):
        found.setdefault(document, []).append(((begins, approval), seq, version))
    return found


def _replaces(before: Sequence[tuple[tuple[int, int], int, str]], approval: tuple[int, int], seq: int) -> str | None:
    """The version that was approved last before this one was. approval: as in `_before`; of one that waits, now."""
    earlier = [version for when, other, version in before if other != seq and when < approval]
    return earlier[-1] if earlier else None
