"""What the library has of the documents whose files are to be proposed, and whether they may be under that name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.errors import Refused, UsageError
from occ_media_cli.library.library_documents import nameless_documents
from occ_media_cli.library.library_names import key_of
from occ_media_cli.library.library_states import IS_APPROVED

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.proposed_files import LookedFile


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file with the name of its document."""

    document: str
    file: LookedFile


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What the library has of a document. number: None for a new one. approved_now: the contents that may be sent, with
    scope and expiry; approved: the contents of each approved version, by the key of its label."""

    number: int | None
    name: str
    approved_now: frozenset[tuple[str, tuple[int, ...], tuple[str, ...], int | None]]
    approved: dict[str, frozenset[str]]


def known_documents(connection: sqlite3.Connection, names: Iterable[str], now: int) -> dict[str, KnownDocument]:
    """What the library has of some documents, by key."""
    found: dict[str, KnownDocument] = {}
    for name in names:
        key = key_of(name)
        row = connection.execute("SELECT number, name FROM library_document WHERE key = ?", (key,)).fetchone()
        if row is None:
            found[key] = KnownDocument(None, name, frozenset(), {})
            continue
        versions: dict[str, set[str]] = {}
        current = set()
        for seq, version, sha256, expires, is_current in connection.execute(
            f"SELECT seq, version, sha256, expires_ms, {IS_APPROVED}"
            " FROM library l WHERE document = :number AND approved_seq IS NOT NULL",
            {"now": now, "number": row[0]},
        ):
            versions.setdefault(key_of(version), set()).add(sha256)
            if is_current:
                scope = connection.execute(
                    "SELECT inbox, tag FROM library_scope WHERE event = ? ORDER BY position", (seq,)
                ).fetchall()
                inboxes = tuple(inbox for inbox, _ in scope if inbox is not None)
                current.add((sha256, inboxes, tuple(tag for _, tag in scope if tag is not None), expires))
        approved = {label: frozenset(contents) for label, contents in versions.items()}
        found[key] = KnownDocument(row[0], row[1], frozenset(current), approved)
    return found


def number_documents(
    connection: sqlite3.Connection, wanted: Sequence[WantedFile], known: dict[str, KnownDocument]
) -> dict[str, int]:
    """The number of each document, by key; new ones get the next."""
    (newest,) = connection.execute("SELECT coalesce(max(number), 0) FROM library_document").fetchone()
    found: dict[str, int] = {}
    for each in wanted:
        key = key_of(each.document)
        if key not in found:
            number = known[key].number
            if number is None:
                newest += 1
                number = newest
            found[key] = number
    return found


def nameless_beside(
    connection: sqlite3.Connection, name: str, wanted: Iterable[WantedFile], known: dict[str, KnownDocument], now: int
) -> tuple[str, ...]:
    """Approved documents without a name of which files may be a new version; none that is proposed here itself."""
    numbers = {known[key_of(each.document)].number for each in wanted}
    return nameless_documents(connection, name, now, numbers, new=None in numbers)


def refuse_other_bytes(wanted: Sequence[WantedFile], known: dict[str, KnownDocument], version: str) -> None:
    """Refused where a version is approved with other bytes than the files that are to be of it."""
    found: dict[str, set[str]] = {}
    for each in wanted:
        found.setdefault(key_of(each.document), set()).add(each.file.sha256)
    for key, contents in found.items():
        approved = known[key].approved.get(key_of(version))
        if approved is not None and approved != contents:
            raise Refused(
                f"version {version} of '{known[key].name}' is approved with other bytes; nothing was changed",
                hint="give the new files another version",
                topic=("library-version",),
            )


def refuse_taken_name(connection: sqlite3.Connection, name: str, *, several: bool) -> None:
    """UsageError for the name of another kind of thing: it is that of a document or of several together, so that an
    approval of it is of one thing."""
    kind = "SELECT 1 FROM library_document WHERE key = ?" if several else (
        "SELECT 1 FROM library_proposal WHERE several = 1 AND key = ?"
    )  # fmt: skip
    if connection.execute(kind, (key_of(name),)).fetchone():
        what = "one document" if several else "several documents together"
        raise UsageError(f"'{name}' is the name of {what}; nothing was changed", hint="give it another name")
