"""Do the files under a root agree with the ledger? This reads them, and changes neither a file nor an entry.

The files that a walk meets go into a temporary table, so that memory does not grow with the root.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.places.roots import parts, place_of_path
from occ_media_cli.places.safe_open import VANISHED, Kept
from occ_media_cli.places.storage import Content
from occ_media_cli.retention import stored_entries
from occ_media_cli.retention.purge import quarantine
from occ_media_cli.retention.root_result import CODES, RootResult, Wrong
from occ_media_cli.vocabulary import AWAY

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.storage import Storage

_SIDECAR = ".json"

Known = tuple[int, str, str, bytes | None, int | None]
"""An entry that names a place: its number, source, name, sha256 and size."""


Whose = tuple[int | None, str | None, str]
"""An entry's place in the chain, source and name; an orphan has a name only."""


def verify_removals(connection: sqlite3.Connection, storage: Storage) -> RootResult:
    """Walk the root, read every file that the ledger knows, and compare. The connection gets temporary tables."""
    stored_entries.teach(connection)
    result = RootResult()
    for table in _TABLES:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table.split()[0]}")
        connection.execute(f"CREATE TEMP TABLE {table}")
    _walk(connection, storage, result)
    _stored(connection, storage, result)
    _gone(connection, storage, result)
    _missing(connection, storage, result)
    _orphans(connection, result)
    _quarantine(connection, storage, result)
    for table in _TABLES:
        connection.execute(f"DROP TABLE temp.{table.split()[0]}")
    result.wrong.sort(key=lambda wrong: (CODES.index(wrong.code), wrong.path))
    return result


_TABLES = (
    "met (place TEXT, spelled TEXT, size INTEGER, known INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (place, spelled))"
    " WITHOUT ROWID",
    "blind (place TEXT PRIMARY KEY) WITHOUT ROWID",
    "missing (place TEXT NOT NULL, seq INTEGER, source TEXT, name TEXT, sha256 BLOB, size INTEGER)",
)
"""met: the files of a walk; spelled: how their name is spelled where that is not as in `place`, else empty, since two
names may differ in their Unicode form alone; blind: what it could not look at, and so nothing below; missing: files of
the ledger that are not at their place, once for each content that they may have."""


def _walk(connection: sqlite3.Connection, storage: Storage, result: RootResult) -> None:
    def met() -> Iterator[tuple[str, str, int | None]]:
        for found in storage.walk():
            if found.older:
                result.older += 1
                continue
            if found.skipped:
                result.skipped += 1
                continue
            if found.problem is not None:
                result.add_wrong(Wrong("unreadable", found.problem, found.shown or "(the root)"))
                place = "/".join(found.parts) if found.parts is not None else found.shown
                connection.execute("INSERT OR IGNORE INTO blind (place) VALUES (?)", (place_of_path(place),))
                continue
            result.files += 1
            result.bytes += found.size or 0
            if found.parts is None:
                result.add_wrong(Wrong("orphan", "its name is no text, so no entry can speak of it", found.shown))
                continue
            spelled = "/".join(found.parts)
            place = place_of_path(spelled)
            yield place, spelled if spelled != place else "", found.size

    connection.executemany("INSERT OR IGNORE INTO met (place, spelled, size) VALUES (?, ?, ?)", met())


def _stored(connection: sqlite3.Connection, storage: Storage, result: RootResult) -> None:
    """Files that should be there: each place once, with every content that the ledger knows for it."""
    query = (
        f"{stored_entries.WITH} SELECT {stored_entries.PLACE} AS place, r.seq, so.text, r.id, {sql.SHA256},"
        f" {sql.SIZE} FROM {stored_entries.SOURCE} WHERE {sql.STORED} ORDER BY place, r.seq"
    )
    place: str | None = None
    wanted: list[Known] = []
    for name, seq, source, identity, digest, size in connection.execute(query):
        if name != place and place is not None:
            _one(connection, storage, result, place, wanted)
            wanted = []
        place = name
        wanted.append((seq, source, identity or f"#{seq}", digest, size))
    if place is not None:
        _one(connection, storage, result, place, wanted)


def _one(
    connection: sqlite3.Connection,
    storage: Storage,
    result: RootResult,
    place: str,
    wanted: list[Known],
) -> None:
    whose = wanted[-1][:3]
    if parts(place) is None:
        result.add_wrong(Wrong("missing-bytes", "should be there and is gone", place, *whose))
        return
    there = [spelled for (spelled,) in connection.execute("SELECT spelled FROM met WHERE place = ?", (place,))]
    if not there:
        blind = _blind(connection, place)
        if blind is None:
            _miss(connection, place, wanted)
        elif blind != place:  # else it was said of the file itself
            result.add_wrong(Wrong("unreadable", f"'{blind or '(the root)'}' could not be looked at", place, *whose))
        return
    read = [(spelled, _content(storage, place, spelled)) for spelled in there]
    spelled, found = next((each for each in read if _is_one_of(each[1], wanted)), read[0])
    connection.execute("UPDATE met SET known = 1 WHERE place = ? AND spelled = ?", (place, spelled))
    if _is_one_of(found, wanted):
        result.right += 1
    elif isinstance(found, Kept) and found.code == "vanished":
        _miss(connection, place, wanted)
    elif isinstance(found, Kept):
        result.add_wrong(Wrong("unreadable", found.words, place, *whose))
    else:
        result.add_wrong(Wrong("changed-bytes", "is not what the ledger says", place, *whose))


def _content(storage: Storage, place: str, spelled: str) -> Content | Kept:
    """What a file of the walk holds now."""
    names = parts(spelled or place)
    return VANISHED if names is None else storage.content(names)


def _is_one_of(found: Content | Kept, wanted: Sequence[Known]) -> bool:
    if isinstance(found, Kept):
        return False
    return any((digest is None or digest == found[0]) and size in (None, found[1]) for *_, digest, size in wanted)


def _blind(connection: sqlite3.Connection, place: str) -> str | None:
    """The folder, or the place itself, that could not be looked at, so that it is not known whether the file
    is there."""
    names = place.split("/")
    above = ["/".join(names[:count]) for count in range(len(names) + 1)]
    marks = ", ".join("?" * len(above))
    row = connection.execute(f"SELECT place FROM blind WHERE place IN ({marks}) LIMIT 1", above).fetchone()
    return str(row[0]) if row is not None else None


def _miss(connection: sqlite3.Connection, place: str, wanted: list[Known]) -> None:
    connection.executemany(
        "INSERT INTO missing (place, seq, source, name, sha256, size) VALUES (?, ?, ?, ?, ?, ?)",
        ((place, *known) for known in wanted),
    )


def _missing(connection: sqlite3.Connection, storage: Storage, result: RootResult) -> None:
    """Files that are not at their place: moved where a file that no entry names has their bytes, else missing.

    Only files of the same size as a missing one are read.
    """
    candidates = connection.execute(
        "SELECT m.place, m.spelled FROM met m WHERE m.known = 0"
        " AND m.size IN (SELECT size FROM missing WHERE sha256 IS NOT NULL) ORDER BY m.place, m.spelled"
    ).fetchall()
    for stands, spelled in candidates:
        found = _content(storage, stands, spelled)
        if isinstance(found, Kept):
            continue
        places = connection.execute(
            "SELECT place, max(seq), source, name FROM missing WHERE sha256 = ? AND size = ? GROUP BY place", found
        ).fetchall()
        for place, *whose in places:
            result.add_wrong(Wrong("moved", f"its bytes stand at '{stands}'", place, *whose))
            connection.execute("DELETE FROM missing WHERE place = ?", (place,))
        if places:
            connection.execute("UPDATE met SET known = 1 WHERE place = ? AND spelled = ?", (stands, spelled))
    for place, *whose in connection.execute("SELECT place, max(seq), source, name FROM missing GROUP BY place"):
        result.add_wrong(Wrong("missing-bytes", "should be there and is gone", place, *whose))


def _gone(connection: sqlite3.Connection, storage: Storage, result: RootResult) -> None:
    """Files that should be gone, and are where they were, with the same bytes."""
    query = (
        f"{stored_entries.WITH} SELECT {stored_entries.PLACE} AS place, r.seq, so.text, r.id, {sql.SHA256},"
        f" {sql.SIZE}, m.known, m.spelled FROM {stored_entries.SOURCE}"
        f" CROSS JOIN met m ON m.place = {stored_entries.PLACE}"
        f" WHERE r.kind = 0 AND {sql.DELIVERED} AND ({sql.DELETED} IS NOT NULL"
        " OR r.seq IN (SELECT g.seq FROM removal g WHERE g.state <> 'restored'))"
    )
    for place, seq, source, identity, digest, size, known, spelled in connection.execute(query).fetchall():
        if not known and (digest, size) == _content(storage, place, spelled):
            connection.execute("UPDATE met SET known = 1 WHERE place = ? AND spelled = ?", (place, spelled))
            wrong = Wrong("surviving-bytes", "should be gone and is still there", place, seq, source, identity)
            result.add_wrong(wrong)


def _orphans(connection: sqlite3.Connection, result: RootResult) -> None:
    """Files that no entry speaks of. The sidecar of a file that is known belongs to it."""
    query = (
        "SELECT m.place FROM met m WHERE m.known = 0 AND NOT (m.place LIKE '%.json' AND EXISTS ("
        f" SELECT 1 FROM met f WHERE f.known = 1 AND f.place = substr(m.place, 1, length(m.place) - {len(_SIDECAR)})))"
        " ORDER BY m.place"
    )
    for (place,) in connection.execute(query):
        result.add_wrong(Wrong("orphan", "nobody knows it: no entry names it", place))


def _quarantine(connection: sqlite3.Connection, storage: Storage, result: RootResult) -> None:
    """Each file that waits must be the one that was taken, and no other file may wait."""
    names = set(storage.waiting())
    for item in quarantine.items(connection, storage, AWAY):
        contents = quarantine.contents(connection, item)
        path, whose = f"(quarantine) {item.name}", _whose(connection, item)
        if item.name not in names:
            if item.state == "quarantined":
                result.add_wrong(Wrong("missing-bytes", "should wait in quarantine and is gone", path, *whose))
            continue
        names.discard(item.name)
        if item.state == "removed":
            words = "should be gone and is still in quarantine"
            result.add_wrong(Wrong("surviving-bytes", words, path, *whose))
            continue
        _waits(storage.waits(item.name, contents), result, path, whose)
    for name in sorted(names):
        result.add_wrong(Wrong("orphan", "no purge on record put it there", f"(quarantine) {name}"))


def _whose(connection: sqlite3.Connection, item: quarantine.Item) -> Whose:
    """The first entry of a file in quarantine; an orphan has none, and its own name only."""
    if item.orphan is not None:
        return None, None, item.orphan.label
    first = quarantine.entries_of(connection, item)[0]
    return first.seq, first.source, first.name


def _waits(state: Content | Kept, result: RootResult, path: str, whose: Whose) -> None:
    if not isinstance(state, Kept) or state.code == "locked":
        result.waiting += 1
    elif state.code == "other-hash":
        result.add_wrong(Wrong("changed-bytes", state.words, path, *whose))
    else:
        result.add_wrong(Wrong("unreadable", state.words, path, *whose))
