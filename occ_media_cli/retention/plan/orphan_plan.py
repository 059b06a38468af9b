"""The plan of orphans: files that no entry speaks of, each read and named, in a plan of their own.

Other plans read no file. This one must: what is in the plan, and approved, is exactly these bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from occ_media_cli.places.safe_open import Kept
from occ_media_cli.retention import holds, orphans, retention_rows
from occ_media_cli.retention.claims import Claims
from occ_media_cli.retention.plan import saved
from occ_media_cli.retention.stored_rules import rules_in_force
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from occ_media_cli.places.storage import FoundObject, Parts, Storage
    from occ_media_cli.retention.orphans import Age

_BITS = 63
"""The bounds of a time in nanoseconds: some 292 years around 1970, as far as the store can count. A file may claim any.
"""

NO_TEXT = Kept("unsafe-path", "unsafe-path: its name is no text, so a plan cannot name it")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that no entry names by its place. orphan: the event that names it, 0 where it is not in the plan.

    size: as the walk saw it, until the file was read. kept: why it is not in the plan.
    """

    path: str
    size: int | None
    mtime: int | None
    sha256: bytes | None
    orphan: int
    kept: Kept | None


@dataclass(slots=True)
class Drafted:
    """A plan that was just saved, and what it left out. files: everything under the root that is a file; holds: those
    that name an entry, a customer or a conversation, which cannot be compared with a file that no entry names.

    The candidates are in the temporary table `candidate` until `close`.
    """

    connection: sqlite3.Connection
    plan: saved.Plan
    files: int
    summary: Mapping[str, int]
    holds: list[str] = field(default_factory=list)

    def candidates(self) -> Iterator[Candidate]:
        """Every file that no entry names, by its path."""
        query = "SELECT path, size, mtime, sha256, orphan, code, words FROM candidate ORDER BY path"
        for path, size, mtime, digest, orphan, code, words in self.connection.execute(query):
            yield Candidate(path, size, mtime, digest, orphan, Kept(code, words) if code is not None else None)

    def kept(self) -> list[tuple[str, str, int, int]]:
        """Why candidates stay: code, words, how many, and their bytes; what concerns one file alone is left out."""
        words = "CASE code WHEN 'claimed' THEN 'claimed: an entry or the library knows what it holds' ELSE words END"
        query = (
            f"SELECT code, {words} AS said, count(*), coalesce(sum(size), 0) FROM candidate WHERE code IS NOT NULL"
            " GROUP BY code, said ORDER BY count(*) DESC, said"
        )
        return self.connection.execute(query).fetchall()

    def close(self) -> None:
        """Drop the temporary table."""
        self.connection.execute("DROP TABLE IF EXISTS temp.candidate")


def make_orphan_plan(
    connection: sqlite3.Connection,
    storage: Storage,
    stamp: chain.Stamp,
    age: Age,
    progress: Callable[[int, int], None] | None = None,
) -> Drafted:
    """Find the orphans under a root, read them, and save those that may go as a plan.

    progress: called with the number of the file that is read, and how many there are.
    """
    claims = Claims(connection)
    connection.execute("DROP TABLE IF EXISTS temp.candidate")
    connection.execute(
        "CREATE TEMP TABLE candidate (number INTEGER PRIMARY KEY, path TEXT NOT NULL, size INTEGER, mtime INTEGER,"
        " sha256 BLOB, orphan INTEGER NOT NULL DEFAULT 0, code TEXT, words TEXT)"
    )
    try:
        files = _walk(connection, storage)
        claims.places(_places(connection))
        claims.catch_up()
        connection.execute("DELETE FROM candidate WHERE number IN (SELECT number FROM claim)")
        _read(connection, storage, progress)
        claims.contents(
            connection.execute(
                "SELECT number, sha256 FROM candidate WHERE sha256 IS NOT NULL AND code IS NULL"
            ).fetchall()
        )
        claims.catch_up()  # the whole ledger, while others may write
        with transaction(connection):
            claims.catch_up()
            blind = _decide(connection, claims, stamp, age)
            plan, summary = _save(connection, storage, stamp, age, files)
    finally:
        claims.close()
    return Drafted(connection, plan, files, summary, blind)


def _walk(connection: sqlite3.Connection, storage: Storage) -> int:
    """Every file under the root as a candidate; how many there are."""

    def met() -> Iterator[tuple[str, int | None, str | None, str | None]]:
        for found in storage.walk():
            if not found.older and not found.skipped:
                kept = NO_TEXT if found.parts is None else None
                if found.problem is not None:
                    kept = Kept("unreadable", f"unreadable: {found.problem}")
                path = "/".join(found.parts) if found.parts is not None else found.shown
                yield path, found.size, *((kept.code, kept.words) if kept is not None else (None, None))

    connection.executemany("INSERT INTO candidate (path, size, code, words) VALUES (?, ?, ?, ?)", met())
    return int(connection.execute("SELECT count(*) FROM candidate").fetchone()[0])


def _places(connection: sqlite3.Connection) -> Iterator[tuple[int, Parts]]:
    for number, path in connection.execute("SELECT number, path FROM candidate WHERE code IS NULL"):
        yield number, tuple(path.split("/"))


def _read(connection: sqlite3.Connection, storage: Storage, progress: Callable[[int, int], None] | None) -> None:
    """Read the content of each candidate. No transaction is open, however long this takes."""
    todo = connection.execute("SELECT number, path FROM candidate WHERE code IS NULL ORDER BY number").fetchall()
    for count, (number, path) in enumerate(todo, start=1):
        found: FoundObject | Kept = storage.examine_object(tuple(path.split("/")))
        if isinstance(found, Kept):
            _keep(connection, number, Kept(found.code, f"{found.code}: {found.words}"))
        elif found.mtime.bit_length() > _BITS:
            _keep(connection, number, Kept("unknown-age", "unknown-age: no calendar has the time of its mtime"))
        else:
            digest, size = found.content
            connection.execute(
                "UPDATE candidate SET size = ?, mtime = ?, sha256 = ? WHERE number = ?",
                (size, found.mtime, digest, number),
            )
        if progress is not None:
            progress(count, len(todo))


def _keep(connection: sqlite3.Connection, number: int, kept: Kept) -> None:
    connection.execute("UPDATE candidate SET code = ?, words = ? WHERE number = ?", (kept.code, kept.words, number))


def _decide(connection: sqlite3.Connection, claims: Claims, stamp: chain.Stamp, age: Age) -> list[str]:
    """Keep what a hold, a rule, its age or a claim keeps. Returns the holds that cannot be asked."""
    rules, _ = rules_in_force(connection)
    unreleased = holds.unreleased(connection)
    todo = connection.execute("SELECT number, mtime FROM candidate WHERE code IS NULL").fetchall()
    for number, mtime in todo:
        claimed = claims.find_claim(number)
        if claimed is not None:
            _keep(connection, number, Kept(claimed.code, f"claimed: {claimed.words}"))
            continue
        kept = orphans.find_reason_to_keep(mtime, rules, unreleased, stamp.now, age)
        if kept is not None:
            _keep(connection, number, kept)
    return [hold.name for hold in unreleased if not orphans.is_about_any_file(hold)]


def _save(
    connection: sqlite3.Connection, storage: Storage, stamp: chain.Stamp, age: Age, files: int
) -> tuple[saved.Plan, Mapping[str, int]]:
    """Name every orphan in the chain, then the plan, which names their digest."""
    seq, state = chain.head(connection)
    number = saved.next_number(connection)
    query = "SELECT number, path, size, mtime, lower(hex(sha256)) FROM candidate WHERE code IS NULL ORDER BY path"
    for candidate, path, size, mtime, digest in connection.execute(query).fetchall():
        body = {"number": number, "size": size, "mtime": mtime, "sha256": digest}
        event = chain.Event("orphan", body, stamp.now, None, {"path": path.split("/")})
        orphan = retention_rows.record(connection, event, stamp)
        connection.execute("UPDATE candidate SET orphan = ? WHERE number = ?", (orphan, candidate))
    removed, many, held, every = connection.execute(
        "SELECT count(*) FILTER (WHERE code IS NULL), coalesce(sum(size) FILTER (WHERE code IS NULL), 0),"
        " count(*) FILTER (WHERE code = 'held'), count(*) FROM candidate"
    ).fetchone()
    summary = {"keep": every - removed, "remove": removed, "held": held, "bytes": many}
    files_sha256, count = orphans.digest(connection, number)
    content: dict[str, Any] = {
        "kind": orphans.KIND,
        "root": dict(storage.value()),
        "scope": {"inbox": None, "customer": False},
        "created": stamp.now,
        "actor": stamp.actor,
        "older_than": age.words,
        "older_than_ms": age.ms,
        "ledger_seq": seq,
        "ledger_head": state.hex(),
        "policy_version": rules_in_force(connection)[1],
        "bases": [],
        "reasons": [],
        "files": count,
        "files_sha256": files_sha256,
        "population": files,
        "summary": summary,
    }
    return saved.record(connection, number, content, stamp), summary
