"""Documents of the library by name: which there are, and which one was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.library.library_names import key_of
from occ_media_cli.library.library_states import IS_APPROVED
from occ_media_cli.report.unknown_name import unknown_name
from occ_media_cli.store.free_texts import ERASED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence


class Document(NamedTuple):
    """A document. number: stable, whatever becomes of its name."""

    number: int
    name: str


_PARTS = """SELECT f.document FROM library_file f JOIN library_proposal p ON p.event = f.event
WHERE p.several = 1 AND """

_TOGETHER = f"{_PARTS}(p.key = :key OR substr(p.key, 1, length(:key) + 1) = :key || '/')"
"""SQL for the documents that were proposed together under a name, or under one below it."""

_ABOVE = f"{_PARTS}substr(:key, 1, length(p.key) + 1) = p.key || '/'"
"""SQL for the documents that were proposed together under a name that this one is below."""

_OF_A_NAME = f"{_PARTS}substr(p.name, 1, length(:erased)) <> :erased"
"""SQL for the documents that were proposed together under a name that nobody erased."""


def known_names(connection: sqlite3.Connection) -> list[str]:
    """The names of documents, and those of several together."""
    rows = connection.execute(
        "SELECT name FROM library_document UNION SELECT name FROM library_proposal WHERE several = 1 ORDER BY 1"
    )
    return [str(name) for (name,) in rows]


def known_versions(connection: sqlite3.Connection) -> list[str]:
    """What versions of documents are called."""
    return [str(version) for (version,) in connection.execute("SELECT DISTINCT version FROM library_proposal")]


def names_together(connection: sqlite3.Connection) -> dict[int, list[str]]:
    """Of documents whose own names an erasure took: the names under which they were proposed with others, by number."""
    found: dict[int, list[str]] = {}
    for number, name in connection.execute(
        "SELECT DISTINCT d.number, p.name FROM library_document d JOIN library_file f ON f.document = d.number"
        " JOIN library_proposal p ON p.event = f.event WHERE p.several = 1"
        " AND substr(d.name, 1, length(:erased)) = :erased ORDER BY d.number, p.event",
        {"erased": ERASED[:-1]},
    ):
        found.setdefault(number, []).append(f"{name}/{ERASED}")
    return found


def find_documents(connection: sqlite3.Connection, name: str) -> list[Document]:
    """The document of a name, or those below it: `guides` is also all documents `guides/…`, and those that were
    proposed together as `guides`, whose own names an erasure may have taken. NotFound with the nearest name, or with
    the first to choose from."""
    key = key_of(name)
    rows = connection.execute(
        "SELECT number, name FROM library_document WHERE key = :key OR substr(key, 1, length(:key) + 1) = :key || '/'"
        f" OR number IN ({_TOGETHER}) ORDER BY key",
        {"key": key},
    ).fetchall()
    if not rows:
        raise no_document(connection, name)
    return [Document(*row) for row in rows]


def nameless_documents(
    connection: sqlite3.Connection, name: str, now: int, known: Collection[int | None], *, new: bool
) -> tuple[str, ...]:
    """What is left of the names of documents that an erasure took and that may be sent at a moment if any inbox may:
    those that were proposed together under a name, below it, or under one that it is below.

    Nobody can say of them by their names whether they are what is meant. known: the numbers of those that are meant,
    which are left out. new: whether the name is that of a document that was not there before; then each of which
    nothing says under which name it was proposed may be the same one too.
    """  # fmt: skip
    rows = connection.execute(
        "SELECT DISTINCT d.number, d.name FROM library l JOIN library_document d ON d.number = l.document"
        " WHERE substr(d.name, 1, length(:erased)) = :erased"
        f" AND {IS_APPROVED} AND (d.number IN ({_TOGETHER}) OR d.number IN ({_ABOVE})"
        f" OR (:new AND d.number NOT IN ({_OF_A_NAME}))) ORDER BY d.number",
        {"key": key_of(name), "erased": ERASED[:-1], "now": now, "new": new},
    )
    return tuple(str(left) for number, left in rows if number not in known)


def no_document(connection: sqlite3.Connection, name: str) -> Exception:
    """The error for a name of nothing in the library."""
    known = known_names(connection)
    hint = "see what there is" if known else "propose the first"
    topic = ("library",) if known else ("first-proposal",)
    return unknown_name(f"no document '{name}' in the library", name, known, hint=hint, topic=topic)


def no_version(name: str, version: str, labels: Sequence[str], *, hint: str) -> Exception:
    """The error for a version that a document does not have. labels: those that it has."""
    text = f"no version '{version}' of '{name}'"
    return unknown_name(text, version, sorted(set(labels)), hint=hint, topic=("library",))
