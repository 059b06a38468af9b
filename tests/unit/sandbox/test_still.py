"""Copies that stand still."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

import pytest

from occ_media_cli.sandbox.still import Changing, Filling, StillCopies


@pytest.mark.parametrize("in_memory", [0, 1000])
def test_a_copy_keeps_its_bytes_whatever_is_written_to_the_file(tmp_path: Path, in_memory: int) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"before" * 10)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 60) as mapped:
        copies = StillCopies(in_memory)
        held = copies.copy(file.fileno(), 60)
        mapped[:5] = b"after"
        assert os.pread(held, 100, 0) == b"before" * 10
        copies.close(held)


def test_nobody_writes_to_a_copy_in_memory() -> None:
    copies = StillCopies()
    with Path("/proc/self/status").open("rb") as file:
        content = file.read()
    fd = os.memfd_create("a")
    os.write(fd, content)
    held = copies.copy(fd, len(content))
    for change in (lambda: os.pwrite(held, b"x", 0), lambda: os.ftruncate(held, 1), lambda: os.write(held, b"x")):
        with pytest.raises(PermissionError):
            change()
    copies.close(held)
    os.close(fd)


@pytest.mark.parametrize("size", [5, 7])
def test_a_file_that_has_another_size_by_now_is_told(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"sixsix")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with path.open("rb") as file, pytest.raises(Changing, match="it was changed"):
        StillCopies().copy(file.fileno(), size)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_memory_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 60)
    copies = StillCopies(100)
    with path.open("rb") as file:
        for _ in range(5):
            first, second = copies.copy(file.fileno(), 60), copies.copy(file.fileno(), 60)
            names = [str(Path(f"/proc/self/fd/{each}").readlink()) for each in (first, second)]
            assert [name.startswith("/memfd:") for name in names] == [True, False]
            assert all(name.endswith("(deleted)") for name in names)
            copies.close(first)
            copies.close(second)


@pytest.mark.parametrize("pieces", [[], [b"abc"], [b"abc", b"", b"d" * 20], [b"x" * 11, b"y"]])
def test_bytes_that_come_in_pieces_are_one_file(pieces: list[bytes]) -> None:
    filling = Filling(in_memory=10)
    for piece in pieces:
        filling.write(piece)
    held = filling.finish()
    assert os.pread(held, 100, 0) == b"".join(pieces)
    assert filling.size == os.fstat(held).st_size
    os.close(held)


def test_bytes_that_are_given_up_leave_nothing_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for many in (1, 100):
        filling = Filling(in_memory=10)
        filling.write(b"x" * many)
        filling.drop()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
