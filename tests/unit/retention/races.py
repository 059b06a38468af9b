"""Attackers against a purge: links and folders that flip while it works, and holds that arrive meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from occ_media_cli.places.folder import Folder
from occ_media_cli.places.safe_open import Kept
from occ_media_cli.places.storage import Taken

INSIDE = b"inside"


@dataclass
class Counts:
    """How races ended. escaped: files outside the root that were touched, which must stay 0."""

    taken: int = 0
    kept: int = 0
    escaped: int = 0


def flip(root: Path, outside: Path) -> None:
    """Turn `file` into a link and back, and `folder` into a link outside and back, as fast as possible, for ever."""
    folder, aside, link = root / "folder", root / "aside", root / "link"
    file, spare = folder / "file", folder / "spare"
    while True:
        for step in (
            lambda: link.symlink_to(outside), lambda: folder.rename(aside), lambda: link.rename(folder),
            folder.unlink, lambda: aside.rename(folder), lambda: spare.symlink_to(outside / "file"),
            lambda: spare.rename(file), file.unlink,
        ):  # fmt: skip
            with suppress(OSError):
                step()


def put(root: Path, data: bytes = INSIDE) -> None:
    """Make the file that is to be purged anew, in the real folder wherever the flipper has it."""
    for folder in (root / "folder", root / "aside"):
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                temporary = os.open(
                    "new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600, dir_fd=descriptor
                )
                os.write(temporary, data)
                os.close(temporary)
                os.rename("new", "file", src_dir_fd=descriptor, dst_dir_fd=descriptor)
            finally:
                os.close(descriptor)
            return


def _outside_again(outside: Path) -> os.stat_result:
    """Put back what escaped, so that the next round can be lost too."""
    (outside / "file").write_bytes(INSIDE)
    return (outside / "file").stat()


def by_path(root: Path, name: str) -> Taken | Kept:
    """The careless way, for comparison: look at the path, then rename the path."""
    path = root / "folder" / "file"
    try:
        if path.is_symlink() or path.parent.is_symlink() or path.read_bytes() != INSIDE:
            return Kept("link", "")
        (root / ".occ-media-quarantine").mkdir(exist_ok=True)
        path.rename(root / ".occ-media-quarantine" / name)
    except OSError:
        return Kept("vanished", "")
    return Taken(name, (b"", 0))


def race(folder: Path, rounds: int, *, careful: bool = True) -> Counts:
    """Take a file again and again while it and its folder flip. The file outside has the very bytes that are wanted.

    careful: False takes it by its path instead, which shows that the race can be lost.
    """
    root, outside = folder / "root", folder / "outside"
    (root / "folder").mkdir(parents=True)
    outside.mkdir()
    (outside / "file").write_bytes(INSIDE)  # the same content: only where it is keeps it
    before = (outside / "file").stat()
    wanted = {(sha256(INSIDE).digest(), len(INSIDE))}
    flipper = subprocess.Popen([sys.executable, __file__, str(root), str(outside)])
    storage = Folder(str(root), locked=True)
    storage.settle = lambda: None  # type: ignore[method-assign]  # a power cut is not what is raced here
    counts = Counts()
    try:
        for number in range(rounds):
            put(root)
            name = f"race-{number}"
            result = storage.take(("folder", "file"), wanted, name) if careful else by_path(root, name)
            if isinstance(result, Taken):
                counts.taken += 1
                found = (root / ".occ-media-quarantine" / result.name).lstat()
                if found.st_ino == before.st_ino:
                    counts.escaped += 1
                    before = _outside_again(outside)
                (root / ".occ-media-quarantine" / result.name).unlink()
            else:
                assert isinstance(result, Kept)
                counts.kept += 1
                if result.code == "stranded":
                    with suppress(OSError):
                        (root / ".occ-media-quarantine" / f"race-{number}").unlink()
            if number % 500 == 0:
                for descriptor in storage._moved.values():
                    os.close(descriptor)
                storage._moved.clear()
            after = (outside / "file").stat()
            if (after.st_ino, after.st_nlink, after.st_ctime_ns) != (
                before.st_ino,
                before.st_nlink,
                before.st_ctime_ns,
            ):
                counts.escaped += 1
                before = after
    finally:
        flipper.kill()
        flipper.wait()
        storage.close()
    assert sorted(path.name for path in outside.iterdir()) == ["file"]
    return counts


if __name__ == "__main__":
    flip(Path(sys.argv[1]), Path(sys.argv[2]))
