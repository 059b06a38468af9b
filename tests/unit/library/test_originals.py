"""Whether a file of the library still lies where it lay."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from occ_media_cli.library import originals
from occ_media_cli.library.originals import Originals

CONTENT = b"Coffee 3.50"
DIGEST = sha256(CONTENT).hexdigest()


def test_only_these_bytes_lie_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CONTENT)
    look = Originals()
    assert look.lies(str(path), 11, DIGEST)
    path.write_bytes(b"Coffee 9.99")
    os.utime(path, ns=(1, 1))
    assert not look.lies(str(path), 11, DIGEST)
    path.write_bytes(b"Coffee 3.50 and more")
    assert not look.lies(str(path), 11, DIGEST)
    path.unlink()
    assert not look.lies(str(path), 11, DIGEST)
    os.mkfifo(path)
    assert not look.lies(str(path), 11, DIGEST)
    path.unlink()
    (tmp_path / "b.txt").write_bytes(CONTENT)
    path.symlink_to(tmp_path / "b.txt")
    assert not look.lies(str(path), 11, DIGEST)


def test_one_original_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CONTENT)
    look = Originals()
    read: list[int] = []
    digest_of = originals.digest_of
    monkeypatch.setattr(originals, "digest_of", lambda *given: read.append(1) or digest_of(*given))
    assert [look.lies(str(path), 11, DIGEST), look.lies(str(path), 11, DIGEST), look.lies(str(path), 11, "00")] == [
        True,
        True,
        False,
    ]
    assert len(read) == 1
