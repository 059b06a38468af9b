"""Where a new store may be made: a name that was mistyped must not become an empty store that denies nothing."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, OccMediaError
from occ_media_cli.store import locate

if TYPE_CHECKING:
    from pathlib import Path

    from occ_media_cli.store.locate import Location

_DIGITS = "0123456789"

SHORTEST = 5
"""Letters of a name from which on a store one letter away is what was meant: `a.db` and `b.db` are two names."""


def check_new_place(location: Location, *, anew: bool = False) -> None:
    """NotFound for a store that is not there, where its name looks mistyped. anew: a new store is asked for by that
    name."""
    slip = find_slip(location, anew=anew)
    if slip is not None:
        raise slip


def find_slip(location: Location, *, anew: bool = False) -> NotFound | None:
    """What looks mistyped in the name of a store that is not there: its folder is missing, or a store one letter away
    stands beside it. None for the default place, which is nobody's typing."""
    if not location.explicit or os.path.lexists(location.path) or location.ledger.exists():
        return None
    folder = location.path.parent
    try:
        folder.stat()
    except FileNotFoundError:
        return NotFound(
            f"no folder {folder}; nothing was changed",
            file=str(location.path),
            hint="make the folder first, or name another place",
            topic=("no-folder", str(folder)),
        )
    except OSError:
        return None  # whoever makes the store says what is wrong
    near = None if anew else _near(location.path)
    if near is None:
        return None
    return NotFound(
        f"no such store, did you mean '{near}'? Nothing was changed",
        file=str(location.path),
        hint="name that one; where a new store is meant, make it first",
        topic=("near-store", str(near), str(location.path)),
    )


def _near(path: Path) -> Path | None:
    """The store one letter away from a name, in the same folder."""
    if len(path.stem) < SHORTEST:
        return None
    try:
        others = sorted(path.parent.iterdir())
    except OSError:
        return None
    from occ_media_cli.report.words import is_one_letter_away

    for other in others:
        numbered = path.stem.rstrip(_DIGITS) == other.stem.rstrip(_DIGITS)  # store1 and store2 are two on purpose
        if not numbered and is_one_letter_away(path.stem, other.stem) and _is_store(other):
            return other
    return None


def _is_store(path: Path) -> bool:
    """Whether a file is a document, or a SQLite file that this program made. The ledger of a document is no store."""
    kind = locate.kind_of(path)
    if locate.document_of(path) is not None or not path.is_file():
        return False
    if kind == "sqlite":
        from occ_media_cli.store.connect import APPLICATION_ID, connect

        with suppress(OccMediaError), closing(connect(path, writable=False)) as connection:
            return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)
    return kind == "toml"
