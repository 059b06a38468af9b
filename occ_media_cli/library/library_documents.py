"""Documents of the library by name: which there are, and which one was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.library.library_names import key_of
from occ_media_cli.report.unknown_name import unknown_name

if TYPE_CHECKING:
    import sqlite3


class Document(NamedTuple):
    """A document. number: stable, whatever becomes of its name."""

    number: int
    name: str


def known_names(connection: sqlite3.Connection) -> list[str]:
    """The names of documents, and those of several together."""
    rows = connection.execute(
        "SELECT name FROM library_document UNION SELECT name FROM library_proposal WHERE several = 1 ORDER BY 1"
    )
    return [str(name) for (name,) in rows]


def find_documents(connection: sqlite3.Connection, name: str) -> list[Document]:
    """The document of a name, or those below it: `guides` is also all documents `guides/…`. NotFound with the nearest
    name, or with the first to choose from."""
    key = key_of(name)
    rows = connection.execute(
        "SELECT number, name FROM library_document WHERE key = :key OR substr(key, 1, length(:key) + 1) = :key || '/'"
        " ORDER BY key",
        {"key": key},
    ).fetchall()
    if not rows:
        raise no_document(connection, name)
    return [Document(*row) for row in rows]


def no_document(connection: sqlite3.Connection, name: str) -> Exception:
    """The error for a name of nothing in the library."""
    known = known_names(connection)
    hint = "see what there is" if known else "propose the first"
    topic = ("library",) if known else ("first-proposal",)
    return unknown_name(f"no document '{name}' in the library", name, known, hint=hint, topic=topic)
