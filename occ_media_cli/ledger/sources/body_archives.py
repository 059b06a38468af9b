"""A ZIP file whose members have bodies, read member by member as a folder is read file by file."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.sources import Context
from occ_media_cli.ledger.sources.body_files import BodyPlace

if TYPE_CHECKING:
    from zipfile import ZipFile


def is_archive(name: str) -> bool:
    """Whether a file is a ZIP file, by how it begins."""
    try:
        with Path(name).open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


class BodyArchive(BodyPlace):
    """A ZIP file, open while it is read. A member that cannot be read is one refused row."""

    def __init__(self, name: str, context: Context) -> None:
        import zipfile

        super().__init__(context)
        try:
            self._archive: ZipFile = zipfile.ZipFile(name)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as problem:
            raise MalformedInput(
                f"the archive is broken ({str(problem).lower()}); nothing was recorded",
                file=name,
                hint="fetch the file again, or unpack it and name the folder",
            ) from problem
        except OSError as problem:
            raise Incomplete(
                f"cannot be read: {(problem.strerror or 'unknown problem').lower()}; nothing was recorded",
                file=name,
                hint="name a file that you may read",
            ) from problem

    def __enter__(self) -> BodyArchive:
        names = (info.filename for info in self._archive.infolist() if not info.is_dir())
        paths = (name.encode("utf-8", "surrogateescape") for name in names)
        for path in sorted(paths):
            self.look_at(path)
        return self

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        self._archive.close()

    @contextmanager
    def stream(self, path: bytes) -> Iterator[IO[bytes]]:
        """The bytes of one member; MalformedInput where it cannot be read."""
        import zipfile

        try:
            with self._archive.open(path.decode("utf-8", "surrogateescape")) as stream:
                yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as problem:
            raise MalformedInput(f"the member cannot be read: {str(problem).lower()}") from problem
