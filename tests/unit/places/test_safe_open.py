"""What is opened is a regular file, or there is a reason."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from occ_media_cli.places.safe_open import Kept, Opened, open_below, open_named, open_root


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def why(path: Path) -> str:
    kept = open_named(os.fsencode(path))
    assert isinstance(kept, Kept)
    return kept.words


def test_a_regular_file_is_opened_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    opened = open_named(os.fsencode(tmp_path / "a"))
    assert isinstance(opened, Opened)
    os.close(opened.fd)
    assert opened.found.st_size == 5


def test_links_pipes_sockets_folders_and_devices_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(tmp_path)  # the path of a socket is short
        listening.bind("socket")
        assert why(tmp_path / "socket") == "it is a socket"
    assert why(tmp_path / "link") == "it is a symbolic link, which is not followed"
    assert why(tmp_path / "pipe") == "it is a FIFO"
    assert why(tmp_path) == "it is a folder"
    assert why(Path("/dev/null")) == "it is a device"
    assert why(tmp_path / "gone") == "there is no such file"
    assert why(tmp_path / "a" / "b") == "there is no such file"
    assert why(tmp_path / ("x" * 300)) == "its name is too long"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "a").chmod(0)
    assert why(tmp_path / "a") == "permission denied"


def test_a_nul_in_a_name_is_refused() -> None:
    assert open_named(b"a\0b") == Kept("unsafe-path", "its name has a NUL")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "root" / "a" / "b").mkdir(parents=True)
    (tmp_path / "root" / "a" / "b" / "c.txt").write_bytes(b"123")
    (tmp_path / "out.txt").write_bytes(b"outside")
    (tmp_path / "root" / "up").symlink_to("..")
    (tmp_path / "root" / "out").symlink_to("../out.txt")
    descriptor = open_root(tmp_path / "root")
    yield descriptor
    os.close(descriptor)


def below(root: int, path: str, device: int | None = None) -> str | int:
    """The size of what a path leads to below a root, or the code for which it was refused."""
    held = open_files()
    opened = open_below(root, path.split("/"), device=device)
    if isinstance(opened, Opened):
        os.close(opened.fd)
    assert open_files() == held
    return opened.code if isinstance(opened, Kept) else opened.found.st_size


def test_a_file_below_a_root_is_opened_without_a_link_on_the_way(root: int) -> None:
    assert below(root, "a/b/c.txt") == 3
    assert below(root, "up/out.txt") == "link"
    assert below(root, "up/root/a/b/c.txt") == "link"
    assert below(root, "out") == "link"
    assert below(root, "a/b/c.txt/d") == "link"  # a file where a folder should be
    assert below(root, "a/none/c.txt") == "vanished"
    assert below(root, "a/b") == "not-regular"


@pytest.mark.parametrize("path", ["../out.txt", "a/../../out.txt", "a/..", "..", ".", "", "/etc/passwd", "a//b/c.txt"])
def test_a_path_that_leaves_its_root_or_names_no_file_is_refused(root: int, path: str) -> None:
    assert below(root, path) == "unsafe-path"
    assert (
        open_below(root, None)
        == open_below(root, ())
        == Kept("unsafe-path", "its path leaves the root or names no file")
    )


def test_names_that_no_file_can_have_are_refused(root: int) -> None:
    assert below(root, "a/b\0/c") == below(root, "a/c\0") == "unsafe-path"
    assert below(root, "a/\ud800/c") == below(root, "\ud800") == "unsafe-path"
    assert below(root, "x" * 300) == below(root, "x" * 300 + "/y") == "unreadable"


def test_another_device_is_refused_for_one_who_asks_for_that(root: int) -> None:
    device = os.fstat(root).st_dev
    assert below(root, "a/b/c.txt", device) == 3
    assert below(root, "a/b/c.txt", device + 1) == "other-device"
    top = open_root("/")
    try:
        if Path("/proc").stat().st_dev != os.fstat(top).st_dev:
            assert below(top, "proc/version", os.fstat(top).st_dev) == "other-device"
            assert below(top, "proc/version") == 0
    finally:
        os.close(top)


def test_a_name_in_another_form_of_unicode_is_found_where_only_one_file_has_it(tmp_path: Path) -> None:
    one, two = "Zo\u00eb", "Zoe\u0308"
    (tmp_path / two).mkdir()
    (tmp_path / two / "a").write_bytes(b"1")
    root = open_root(tmp_path)
    try:
        opened = open_below(root, (one, "a"))
        assert isinstance(opened, Opened)
        os.close(opened.fd)
        (tmp_path / two / "link\u00eb").symlink_to("a")
        assert open_below(root, (one, "linke\u0308")) == Kept("link", "it is a symbolic link, which is not followed")
        assert open_below(root, (one, "\u00eb")) == Kept("vanished", "there is no such file")
        mixed = "e\u0308\u00eb"
        for name in ("\u00ebe\u0308", "e\u0308e\u0308"):
            (tmp_path / name).write_bytes(b"2")
        assert open_below(root, (mixed,)) == Kept("vanished", "there is no such file")  # it may mean either
    finally:
        os.close(root)
