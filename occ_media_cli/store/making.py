"""Making a store: whole, and under its name only when the command that makes it goes through.

So a command that is killed or refused leaves none, and whoever finds an empty file knows that something cut it off.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete
from occ_media_cli.store import atomic, lock, migrate, temporary
from occ_media_cli.store.connect import connect, roll_back

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location


class Unnamed:
    """A new store in a file in the making beside its place: what is still without its name when the block ends is
    removed.

    connection: open to change it until `give_name` closes it. Incomplete where no file can be made there. The file is
    made before SQLite could do so, which would leave it readable for all.
    """

    def __init__(self, location: Location, stamp: Stamp) -> None:
        self._path, self._place = location.ledger, Path(os.path.realpath(location.ledger))
        with _explained(location.ledger), ExitStack() as stack:
            stack.enter_context(_folder(location))
            self._file = stack.enter_context(temporary.beside(self._place))
            self.connection = connect(self._file, writable=True)
            stack.callback(lambda: self.connection.close())
            migrate.upgrade(self.connection, self._file, stamp)
            self._stack = stack.pop_all()

    def __enter__(self) -> Unnamed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def give_name(self) -> bool:
        """Close the file and give it the name of the store; False where another command made one under it since."""
        self.connection.close()
        with _explained(self._path):
            named = self._name()
            self._stack.close()  # before the store is opened: closing any file of it would drop the locks of SQLite
            atomic.sync_folder(self._place.parent)
        return named

    def _name(self) -> bool:
        try:
            self._place.hardlink_to(self._file)
        except FileExistsError:
            return False
        except (
            OSError
        ):  # a file system without hard links: the name is taken first, by a file that the new one replaces
            try:
                os.close(os.open(self._place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
            except FileExistsError:
                return False
            self._file.rename(self._place)
        return True


@contextmanager
def only_maker(location: Location) -> Iterator[None]:
    """Keep out others that would make the same SQLite store, whose work would be lost; there is a store when they come
    in, or still none."""
    with _explained(location.path), _folder(location), ExitStack() as stack:
        try:
            stack.enter_context(lock.exclusive(location.path, kept=False))
        except Incomplete as problem:
            raise problem.__cause__ or problem from None
        yield


@contextmanager
def alone_with(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A store that no other process has open, and none opens before the block ends; None where that cannot be had.

    SQLite leaves the write-ahead log only where nobody else has the store open, and without that log a transaction may
    keep readers out too. Who waits for it finds a file without a name, which SQLite refuses to write to.
    """
    import sqlite3

    with closing(connect(path, writable=True)) as connection:
        connection.execute("PRAGMA busy_timeout=0")
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            alone = None
        else:
            alone = connection
        try:
            yield alone
        finally:
            roll_back(connection)
            if path.exists():
                with suppress(sqlite3.OperationalError):
                    connection.execute("PRAGMA journal_mode=WAL")


@contextmanager
def _folder(location: Location) -> Iterator[None]:
    """The folder of the default place, made where it is missing, and gone again where nothing came into it."""
    made = []
    if not location.explicit:
        folder = location.path.absolute().parent
        made = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):  # not empty
            for each in made:
                each.rmdir()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise Incomplete(
            f"the store cannot be made: {(problem.strerror or str(problem)).lower()}",
            file=str(path),
            hint="name another place",
            topic=("other-place",),
        ) from problem
