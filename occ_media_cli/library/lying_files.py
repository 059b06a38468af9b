"""Files of a proposal where they lay when it was proposed: whether what lies there now is what would be approved."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.library.proposals import WITHDRAWN
from occ_media_cli.media.travel import digest_of
from occ_media_cli.places.safe_open import Kept, Opened, open_named

if TYPE_CHECKING:
    import sqlite3


class LyingFile(NamedTuple):
    """A file at the path of a proposal. proposed: its sha256 there; found: that of what lies there now, None where it
    could not be read, or is a link to these very bytes, for the reason in why."""

    path: str
    proposed: str
    found: str | None
    why: str = ""


def look_where_they_lay(connection: sqlite3.Connection, event: int) -> list[LyingFile]:
    """The files of a proposal that are not where they lay as they were, those that somebody withdrew left out."""
    rows = connection.execute(
        f"SELECT DISTINCT f.path, f.sha256 FROM library_file f WHERE f.event = ? AND NOT {WITHDRAWN} ORDER BY f.place",
        (event,),
    )
    looked = [_look(str(path), str(sha256)) for path, sha256 in rows.fetchall()]
    return [each for each in looked if each.found != each.proposed]


def _look(path: str, proposed: str) -> LyingFile:
    if not path.startswith("/"):
        return LyingFile(path, proposed, None, "where it lay is not on record any more")
    opened = open_named(os.fsencode(path))
    if not isinstance(opened, Kept):
        return LyingFile(path, proposed, *_digest(opened))
    if not os.path.islink(path):  # noqa: PTH114 - a text on record
        return LyingFile(path, proposed, None, opened.words)
    # Whoever looks at the path sees what the link leads to, and would take it for what was proposed.
    behind = open_named(os.fsencode(os.path.realpath(path)))
    found = None if isinstance(behind, Kept) else _digest(behind)[0]
    return LyingFile(path, proposed, None if found == proposed else found, opened.words)


def _digest(opened: Opened) -> tuple[str | None, str]:
    """The sha256 of an open file, which is closed, and why there is none."""
    try:
        return digest_of(opened.fd), ""
    except OSError as problem:
        return None, problem.strerror or "it cannot be read"
    finally:
        os.close(opened.fd)
