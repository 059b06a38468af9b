"""Which files a store consists of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from occ_media_cli import environment
from occ_media_cli.errors import Slip, UsageError
from occ_media_cli.user_defaults import read_defaults
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    from occ_media_cli.store.rehearsal import Rehearsal

SQLITE_SUFFIXES = (".db", ".sqlite", ".sqlite3")
DOCUMENT_SUFFIX = ".toml"
_LEDGER_SUFFIX = ".ledger.db"
"""The end of the name of the SQLite file beside a document."""

JOURNALS = ("-wal", "-journal")
"""What SQLite puts behind the name of a file for the files in which it keeps changes that are not in it yet."""

SIDES = (*JOURNALS, "-shm")
"""What it puts there for every file that it works with: the journals, and the index of the first."""

HERE = ("occ-media.toml", "occ-media.db")
"""The stores that are looked for in the current folder, where none is named."""


@value
class Location:
    """A store by its files.

    path: what the user names. kind: decided by its suffix. ledger: the SQLite file (the same file for a SQLite store,
    `X.ledger.db` beside `X.toml`, and where that is a link beside the file that it leads to). explicit: named by an
    option or the environment, so that a missing file is an error for a reading command. variable: the one of the
    environment that names it; empty where none does. rehearsal: what a command works in that only says what it would
    do; nothing of the store may be changed then, nor any file made.
    """

    path: Path
    kind: Literal["sqlite", "toml"]
    ledger: Path
    explicit: bool
    variable: str = ""
    rehearsal: Rehearsal | None = None

    @property
    def document(self) -> Path | None:
        """The TOML document, where there is one."""
        return self.path if self.kind == "toml" else None

    @property
    def files(self) -> tuple[tuple[Path, str], ...]:
        """Every file that the store is made of or works with, there or not, with its part in words."""
        return self.parts("the store")

    def parts(self, called: str) -> tuple[tuple[Path, str], ...]:
        """The same in words of a caller, who calls the store so."""
        from occ_media_cli.store import lock

        whole = [(self.path, f"is the document of {called}" if self.kind == "toml" else f"is {called}")]
        of_ledger = document_of(self.path)
        if self.kind == "toml":
            whole.append((self.ledger, f"is the ledger of {called}"))
        elif of_ledger is not None and of_ledger.exists():  # one that is gone may be written anew from its ledger
            whole.append((of_ledger, f"is the document of {called}"))
        own = f"is a working file of {called}"
        try:
            names = dict.fromkeys(name for path, _ in whole for name in (path, path.resolve()))
        except (OSError, RuntimeError):  # links in a circle: nothing can be there, and opening it says so
            return tuple(whole)
        working = [
            file
            for path in names
            for file in (
                *beside(path),
                lock.file_of(path),
                lock.of_purges(path),
            )
        ]
        return (*whole, *((path, own) for path in working))

    @property
    def none_there(self) -> str:
        """That it is not there, in words; who typed no name of it learns where that comes from."""
        return f"no such store, which {self.variable} names" if self.variable else "no such store"

    @property
    def exists(self) -> bool:
        """Whether the file that the user names is there."""
        return self.path.exists()


def _ledger_of(document: Path) -> Path:
    """The ledger of a document: beside the file itself, where links lead to that, so that all of them are one store.

    One that a version before this began beside the link is used for as long as the file has none.
    """
    if not document.is_symlink():
        return document.with_suffix(_LEDGER_SUFFIX)
    target = Path(os.path.realpath(document))
    ledger = ledger_beside(target)
    if not document.is_absolute() and target.is_relative_to(Path.cwd()):
        ledger = ledger.relative_to(Path.cwd())
    own = document.with_suffix(_LEDGER_SUFFIX)
    return own if own.exists() and not ledger.exists() else ledger


def ledger_beside(file: Path) -> Path:
    """The ledger of the file that is a document, which may have any name where links lead to it."""
    if file.suffix == DOCUMENT_SUFFIX:
        return file.with_suffix(_LEDGER_SUFFIX)
    return file.with_name(file.name + _LEDGER_SUFFIX)


def second_ledger(location: Location) -> Path | None:
    """Another ledger beside the link to a document that has its ledger beside the file; None for all but such."""
    if location.kind != "toml" or not location.path.is_symlink():
        return None
    own = location.path.with_suffix(_LEDGER_SUFFIX)
    if not own.exists() or not location.ledger.exists() or own.samefile(location.ledger):
        return None
    return own


def is_looked_for(name: str) -> bool:
    """Whether a file of a name would be taken for a store of this folder, or for a part of one; case is none where file
    systems know none."""
    plain = name.casefold()
    return plain in HERE or any(plain == here + side for here in HERE for side in SIDES)


def beside(path: Path, sides: Sequence[str] = SIDES) -> tuple[Path, ...]:
    """Where SQLite keeps what it works with beside a file, there or not."""
    return tuple(path.with_name(path.name + side) for side in sides)


def document_of(path: Path) -> Path | None:
    """The document, there or not, of which a file is the ledger by its name; None for any other file."""
    if not path.name.endswith(_LEDGER_SUFFIX):
        return None
    return path.with_name(path.name.removesuffix(_LEDGER_SUFFIX) + DOCUMENT_SUFFIX)


def kind_of(path: Path) -> Literal["sqlite", "toml"] | None:
    """The kind of store that a file is by its name; None where it cannot be one."""
    if path.suffix == DOCUMENT_SUFFIX:
        return "toml"
    return "sqlite" if path.suffix in SQLITE_SUFFIXES else None


def at(path: Path, *, explicit: bool, what: str = "the store") -> Location:
    """The store at a path, which the caller calls `what`. A suffix that is neither TOML nor SQLite is a usage error."""
    kind = kind_of(path)
    if kind is not None:
        return Location(path, kind, _ledger_of(path) if kind == "toml" else path, explicit)
    from occ_media_cli.report.meant import endings_meant
    from occ_media_cli.report.words import or_words, question

    meant = endings_meant(str(path), (*SQLITE_SUFFIXES, DOCUMENT_SUFFIX), capitals=True)
    if meant:
        raise UsageError(
            f"{what} '{path}' ends in neither .toml nor .db{question(*meant)}",
            hint=f"name it {or_words(meant)}",
            slip=Slip(str(path), meant, ("store",)) if len(meant) == 1 else None,
        )
    raise UsageError(
        f"{what} '{path}' ends in neither .toml nor .db",
        hint=f"name it {path.name or 'occ-media'}.db for SQLite, or {path.name or 'occ-media'}.toml for a document",
    )


def locate(option: str | None) -> Location:
    """The named store, else OCC_MEDIA_STORE, else occ-media.toml or occ-media.db here, else the user's own."""
    named = environment.option_or(option, "the store", "OCC_MEDIA_STORE")
    if named.value:
        return replace(at(Path(named.value), explicit=True, what=named.by), variable=named.by if named.variable else "")
    for name in HERE:
        if Path(name).exists():
            return at(Path(name), explicit=False)
    return locate_default()


def locate_default() -> Location:
    """The store of a user who names none, in a folder without one: that of their defaults, else one in their data."""
    defaults = read_defaults()
    if defaults.store is not None:
        by = f"store of {defaults.file}"
        path = Path(defaults.store).expanduser()
        if not path.is_absolute():
            raise UsageError(f"{by} '{defaults.store}' names no folder", hint="write it whole: it begins with / or ~")
        return replace(at(path, explicit=True, what=by), variable=by)
    data = os.environ.get("XDG_DATA_HOME")
    base = Path(data) if data and Path(data).is_absolute() else Path("~/.local/share").expanduser()
    return at(base / "occ-media" / "occ-media.db", explicit=False)
