"""One content, however many entries: by sha256, and by MD5 where a source gives nothing else (Chatwoot, buckets)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.ledger import entries_sql as sql

if TYPE_CHECKING:
    import sqlite3

SHOWN = 20
"""How many places are named."""

MOST = 200
"""How many different hashes of one content are followed: more than two are a forgery of MD5."""

_HASHES = f"""
SELECT DISTINCT {sql.SHA256}, {sql.MD5} FROM {sql.FROM}
WHERE r.kind = 0 AND ({{}})"""

_PLACES = f"""
SELECT {{}} FROM {sql.FROM}
WHERE r.kind = 0 AND ({{}}) AND r.seq <> ?"""


@dataclass(frozen=True, slots=True)
class SamePlaces:
    """Where else a content is: how many other entries, and the sequence numbers of the first of them."""

    total: int
    first: Sequence[int]


def places(connection: sqlite3.Connection, seq: int) -> SamePlaces:
    """The other entries with the content of an entry.

    An entry that has a sha256 shares its content with every entry of that sha256, and with those that have only an MD5
    which an entry of that sha256 has. One that has only an MD5 shares it with every entry of that MD5, and with those
    of their sha256.
    """
    own, own_md5 = connection.execute(
        f"SELECT {sql.SHA256}, {sql.MD5} FROM {sql.FROM} WHERE r.seq = ?", (seq,)
    ).fetchone()
    contents = {bytes(own)} if own is not None else set()
    digests = {bytes(own_md5)} if own_md5 is not None else set()
    if not contents and not digests:
        return SamePlaces(0, ())
    while True:
        found = connection.execute(
            _HASHES.format(_condition(contents, digests)) + f" LIMIT {MOST}", (*contents, *digests)
        ).fetchall()
        more = {bytes(content) for content, _ in found if content is not None} if own is None else contents
        md5s = digests | {bytes(md5) for content, md5 in found if md5 is not None and content in more}
        if (more, md5s) == (contents, digests):
            break
        contents, digests = more, md5s
    condition = _condition(contents, digests)
    values = (*contents, *digests, seq)
    total = connection.execute(_PLACES.format("count(*)", condition), values).fetchone()[0]
    first = connection.execute(f"{_PLACES.format('r.seq', condition)} ORDER BY r.seq LIMIT {SHOWN}", values)
    return SamePlaces(int(total), [number for (number,) in first])


def _condition(contents: set[bytes], digests: set[bytes]) -> str:
    """Entries of these sha256, and those without one that have one of these MD5."""
    terms = [f"{sql.SHA256} IN ({', '.join('?' * len(contents))})"] if contents else []
    if digests:
        known = f"{sql.SHA256} IS NULL AND " if contents else ""
        terms.append(f"{known}{sql.MD5} IN ({', '.join('?' * len(digests))})")
    return " OR ".join(f"({term})" for term in terms)
