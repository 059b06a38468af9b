"""The history of an inbox as a log: every version with what it changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli import windows
from occ_media_cli.settings import inbox_names, read, timeline
from occ_media_cli.settings.model import FIELDS
from occ_media_cli.settings.timeline import Tile
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from occ_media_cli.settings.model import InboxSettings, Version


@value
class HistoryEntry:
    """A version in the log.

    before: the settings that it was made from; None for the first of an inbox. They differ in what its change did from
    there on, and in nothing that others had changed. box: the length in milliseconds of the time-box that ends where
    this version starts, or None. anew: its change stated nothing from there on, and only wrote anew what others had
    stated, with its own in it. late: a change of the past.
    """

    version: Version
    before: InboxSettings | None
    box: int | None = None
    anew: bool = False
    late: bool = False


@value
class StatedThere:
    """What a change stated from a moment on, or until it: the names of the settings. box: the length in milliseconds of
    a time-box that ends there, or None. late: a change of the past."""

    settings: frozenset[str]
    box: int | None
    late: bool


@value
class Note:
    """Something else that happened to an inbox: `renamed to …`, `removed`."""

    inbox: str
    event: int
    ms: int
    text: str
    actor: str | None
    reason: str | None


Ends = Mapping[tuple[int, int], int | None]
"""The end of each version, by inbox id and number, as it was when the version was made."""


def entries(
    versions: Sequence[Version], ends: Ends, stated: Mapping[tuple[int, int], StatedThere]
) -> list[HistoryEntry]:
    """The versions of one inbox, in the order of their numbers, each with what it was made from.

    stated: by (event, moment), what the change of that event stated.
    """
    found: list[HistoryEntry] = []
    tiles: list[Tile] = []
    event: int | None = None
    last: Version | None = None
    last_end: int | None = None
    before_event: list[Tile] = []
    for version in versions:
        if version.event != event:
            event, before_event, last = version.event, list(tiles), None
        start = version.valid_from or 0
        end = ends.get((version.inbox_id or 0, version.number or 0), version.valid_to)
        there = stated.get((version.event or 0, start))
        tile = timeline.in_force(before_event, start)
        if last is not None and last_end == start and (there is not None or tile is None):
            origin: InboxSettings | None = last.settings
        else:
            origin = tile.settings if tile is not None else None
        anew, late = there is None, there is not None and there.late
        if there is not None and origin is not None:
            origin = replace(version.settings, **_only(origin, there.settings))
            if tile is not None and origin == version.settings and not version.confirmed:  # it goes on from before
                anew, origin = True, tile.settings
        found.append(
            HistoryEntry(version, origin, None if there is None else there.box, anew=anew, late=late and not anew)
        )
        tiles = _laid(tiles, Tile(start, end, version.settings, version.number))
        last, last_end = version, end
    return found


def _only(settings: InboxSettings, names: frozenset[str]) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in FIELDS if name in names}


def _laid(tiles: Iterable[Tile], new: Tile) -> list[Tile]:
    """The row of tiles with a new one on top."""
    kept = []
    for tile in tiles:
        if tile.end is not None and tile.end <= new.start:
            kept.append(tile)
            continue
        if tile.start < new.start:
            kept.append(Tile(tile.start, new.start, tile.settings, tile.version))
        if new.end is not None and (tile.end is None or tile.end > new.end):
            kept.append(Tile(max(tile.start, new.end), tile.end, tile.settings, tile.version))
    kept.append(new)
    return sorted(kept, key=lambda tile: tile.start)


@value
class Life:
    """The log of an inbox from its making to its removal, or of all inboxes.

    name: what the inbox is called now; None where the log is that of all. gone: it was removed.
    """

    entries: tuple[HistoryEntry, ...]
    notes: tuple[Note, ...]
    name: str | None = None
    gone: bool = False


def lives(connection: sqlite3.Connection, name: str | None, file: str) -> list[Life]:
    """The logs of the inboxes that have a name or once had it, in the order in which they got it; of all without one.

    file: the store, for the error. NotFound for a name that no inbox ever had.
    """
    if name is None:
        return [_life(connection, None)]
    found = []
    for number in read.ever_named(connection, name):
        called, removed = connection.execute("SELECT name, removed FROM inbox_state WHERE id = ?", (number,)).fetchone()
        found.append(_life(connection, number, called, gone=removed is not None))
    if not found:
        raise inbox_names.no_inbox(name, read.inbox_ids(connection), file)
    return found


def _life(connection: sqlite3.Connection, inbox: int | None, name: str | None = None, *, gone: bool = False) -> Life:
    versions, notes = log(connection, inbox)
    return Life(tuple(versions), tuple(notes), name, gone)


@value
class HistoryFilters:
    """Which lines of the log are looked at. by: whose change it was, whatever it says of capitals; `unknown` is who
    edited by hand. since, until: from when on it holds, in milliseconds, inclusive and exclusive. UsageError where no
    moment lies between them. limit: so many of the newest versions and notes."""

    by: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        windows.refuse_empty_window(self.since, self.until)

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return self != HistoryFilters()

    def chosen(self, found: Sequence[Life]) -> list[Life]:
        """The same logs with what matches; one of which nothing does is not there. An actor who made no change at all
        in them leaves nothing: `actors` says who did."""
        kept = [
            replace(
                life,
                entries=tuple(
                    each for each in life.entries if self._match(each.version.actor, each.version.valid_from or 0)
                ),
                notes=tuple(note for note in life.notes if self._match(note.actor, note.ms)),
            )
            for life in found
        ]
        if self.limit is not None:
            kept = _newest(kept, self.limit)
        return [life for life in kept if life.entries or life.notes]

    def _match(self, actor: str | None, moment: int) -> bool:
        who = UNKNOWN if actor is None else actor
        return (
            (self.by is None or self.by.casefold() == who.casefold())
            and (self.since is None or moment >= self.since)
            and (self.until is None or moment < self.until)
        )


UNKNOWN = "unknown"
"""What `by` calls somebody whom nobody knows."""


def actors(found: Iterable[Life]) -> list[str]:
    """Everybody who made one of the changes, by name."""
    named = {each.version.actor or UNKNOWN for life in found for each in life.entries}
    return sorted(named | {note.actor or UNKNOWN for life in found for note in life.notes})


def _newest(found: Sequence[Life], limit: int) -> list[Life]:
    """The logs with the last lines of all of them together."""
    places = [
        *((each.version.event or 0, each.version.number or 0) for life in found for each in life.entries),
        *((note.event, 0) for life in found for note in life.notes),
    ]
    first = sorted(places)[-limit] if limit <= len(places) else (0, 0)
    return [
        replace(
            life,
            entries=tuple(e for e in life.entries if (e.version.event or 0, e.version.number or 0) >= first),
            notes=tuple(note for note in life.notes if (note.event, 0) >= first),
        )
        for life in found
    ]


def log(connection: sqlite3.Connection, inbox: int | None) -> tuple[list[HistoryEntry], list[Note]]:
    """The log of one inbox, or of all: versions in the order of commits, and renames and removals."""
    by_inbox: dict[int, list[Version]] = {}
    for version in read.versions(connection, inbox):
        by_inbox.setdefault(version.inbox_id or 0, []).append(version)
    stated, ends = _stated(connection, inbox), _ends(connection, inbox)
    found = [entry for versions in by_inbox.values() for entry in entries(versions, ends, stated)]
    found.sort(key=lambda entry: (entry.version.event or 0, entry.version.number or 0))
    return found, _notes(connection, inbox)


def _stated(connection: sqlite3.Connection, inbox: int | None) -> dict[tuple[int, int], StatedThere]:
    rows = connection.execute(
        "SELECT e.seq, json_extract(d.value, '$.from'), json_extract(d.value, '$.until'),"
        " json_extract(e.body, '$.backdate') IS NOT NULL, (SELECT json_group_array(c.key) FROM json_each(d.value,"
        " '$.change') c) FROM event e, json_each(e.body, '$.deltas') d"
        " WHERE e.kind = 'setting' AND (? IS NULL OR json_extract(e.body, '$.inbox') = ?)",
        (inbox, inbox),
    )
    found: dict[tuple[int, int], StatedThere] = {}
    for seq, start, until, late, names in rows:
        settings = frozenset(json.loads(names))
        for moment, box in ((start, None), (until, until - start if until is not None else None)):
            if moment is not None:
                known = found.get((seq, moment), StatedThere(frozenset(), None, bool(late)))
                found[seq, moment] = StatedThere(known.settings | settings, box or known.box, known.late)
    return found


def _ends(connection: sqlite3.Connection, inbox: int | None) -> dict[tuple[int, int], int | None]:
    rows = connection.execute(
        "SELECT json_extract(e.body, '$.inbox'), json_extract(v.value, '$.version'), json_extract(v.value, '$.to')"
        " FROM event e, json_each(e.body, '$.versions') v"
        " WHERE e.kind = 'setting' AND (? IS NULL OR json_extract(e.body, '$.inbox') = ?)",
        (inbox, inbox),
    )
    return {(number, version): end for number, version, end in rows}


def _notes(connection: sqlite3.Connection, inbox: int | None) -> list[Note]:
    rows = connection.execute(
        "SELECT e.seq, e.kind, e.ms, json_extract(e.body, '$.name'), nullif(e.actor, ''), e.reason, i.id, i.name"
        " FROM event e"
        " JOIN inbox_state i ON i.id = json_extract(e.body, '$.inbox')"
        " WHERE e.kind IN ('inbox-add', 'inbox-rename', 'inbox-remove') AND (? IS NULL OR i.id = ?) ORDER BY e.seq",
        (inbox, inbox),
    )
    found: list[Note] = []
    called: dict[int, str | None] = {}
    for seq, kind, ms, name, actor, reason, number, name_now in rows:
        if kind != "inbox-add":
            text = "removed" if kind == "inbox-remove" else f"renamed from {called.get(number)} to {name}"
            found.append(Note(name_now, seq, ms, text, actor, reason))
        called[number] = name if name is not None else called.get(number)
    return found
