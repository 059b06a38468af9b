"""Where a new store may be made: a name that was mistyped must not become an empty store that denies nothing."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, OccMediaError, Slip
from occ_media_cli.report.words import is_numbered_apart, is_one_letter_away, question
from occ_media_cli.store import locate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from occ_media_cli.store.locate import Location

SHORTEST = 5
"""Letters of a name from which on no store is made one letter away from another: `team.db` and `tram.db` are two."""

SHORTEST_SWAPPED = 4
"""The same where two letters are in the wrong order, or capitals: of four, that is hardly ever another word."""

SHORTEST_ASKED = 3
"""Letters from which on one that is asked for, and not made, may be another one; `a.db` has too many neighbours."""


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
        of = f" for the store of {location.variable}" if location.variable else ""
        return NotFound(
            f"no folder {folder}{of}; nothing was changed",
            file=str(location.path),
            hint="make the folder first, or name another place",
            topic=("no-folder", str(folder)),
        )
    except OSError:
        return None  # whoever makes the store says what is wrong
    near = [] if anew else _near(location.path, _is_refused)
    if not near:
        return None
    return NotFound(
        f"{location.none_there}{question(*map(str, near))} Nothing was changed",
        file=str(location.path),
        hint=f"name {_that(near)}; where a new store is meant, make it first",
        topic=("near-store", str(location.path)) if len(near) == 1 else ("near-stores", str(location.path)),
        slip=_slip(location, near),
    )


def find_meant(location: Location, undone: str = "") -> NotFound | None:
    """The error for a store that is not there, and that no command makes then, where a store whose name is a slip away
    stands beside it; None where none does. undone: a sentence on what was not done."""
    near = _near(location.path, _is_slip) if location.explicit else []
    if not near:
        return None
    return NotFound(
        f"{location.none_there}{question(*map(str, near))} {undone}".rstrip(),
        file=str(location.path),
        hint=f"name {_that(near)}",
        topic=("store-there",) if len(near) == 1 else ("stores-there",),
        slip=_slip(location, near),
    )


def _that(near: Sequence[Path]) -> str:
    return "that one" if len(near) == 1 else "the one that is meant"


def _slip(location: Location, near: Sequence[Path]) -> Slip | None:
    return Slip(str(location.path), (str(near[0]),), ("store",)) if len(near) == 1 else None


def _near(path: Path, is_meant: Callable[[str, str], bool]) -> list[Path]:
    """The stores in the same folder that a name may have meant; those of its own kind come alone, where there are any.

    is_meant: whether the first word, without its ending, may have meant the second.
    """
    try:
        others = sorted(path.parent.iterdir())
    except OSError:
        return []
    near = [other for other in others if other != path and is_meant(path.stem, other.stem) and _is_store(other)]
    return [other for other in near if locate.kind_of(other) == locate.kind_of(path)] or near


def _is_slip(name: str, other: str) -> bool:
    """Whether a name may be a slip of another, the other ending included, where a wrong guess does no harm."""
    if name == other:
        return True
    return len(name) >= SHORTEST_ASKED and is_one_letter_away(name, other) and not is_numbered_apart(name, other)


def _is_refused(name: str, other: str) -> bool:
    """Whether a name is so surely a slip of another that no store is made under it."""
    swapped = sorted(name.casefold()) == sorted(other.casefold())
    return name != other and len(name) >= (SHORTEST_SWAPPED if swapped else SHORTEST) and _is_slip(name, other)


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
