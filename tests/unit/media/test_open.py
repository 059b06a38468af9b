"""What is opened is a regular file, or there is a reason."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from occ_media_cli.media.open import NotReadable, open_regular


def why(path: Path) -> str:
    with pytest.raises(NotReadable) as caught:
        open_regular(os.fsencode(path))
    return str(caught.value)


def test_a_regular_file_is_opened_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    descriptor, found = open_regular(os.fsencode(tmp_path / "a"))
    os.close(descriptor)
    assert found.st_size == 5


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
    with pytest.raises(NotReadable, match="NUL"):
        open_regular(b"a\0b")
