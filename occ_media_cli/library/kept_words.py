"""The words that are kept beside the chain, held to the digests of them that are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.library.read_text import unpack_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def altered_words(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """The digest, and what is wrong, of each list of words that is not the one of its digest, and of each that is of no
    text that was proposed.

    One that is missing is no problem: an erasure may take it, and a long one is not kept.
    """
    for digest, packed, is_known in connection.execute(
        "SELECT digest, words, EXISTS (SELECT 1 FROM library_text t WHERE t.digest = w.digest) FROM library_words w"
        " ORDER BY digest"
    ):
        if not is_known:
            yield digest.hex(), "belongs to no text that was proposed"
        elif unpack_words(packed, digest.hex()) is None:
            yield digest.hex(), "is not the words of its digest"
