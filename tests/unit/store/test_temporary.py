"""Files in the making: locked while they are written, and cleared when nobody writes them any more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from occ_media_cli.store import locate, temporary
from occ_media_cli.store import open as opening
from occ_media_cli.store.chain import Stamp

STAMP = Stamp(1, 1, "dana", "os", "host", "test")
KILLED = """
import os, signal, sys
from pathlib import Path
from occ_media_cli.store import locate, temporary
with temporary.beside(Path(sys.argv[1]), home=Path(sys.argv[2])) as made:
    made.write_bytes(b"everything")
    for side in locate.beside(made):
        side.write_bytes(b"everything")
    print(made, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def killed(target: Path, home: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(target), str(home)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == -9, done.stderr
    return Path(done.stdout.strip())


def test_a_file_in_the_making_is_for_its_owner_and_goes_when_it_is_not_renamed(tmp_path: Path) -> None:
    with temporary.beside(tmp_path / "b.backup") as made:
        assert made.stat().st_mode & 0o777 == 0o600
        assert made.name.startswith(".b.backup.")
        assert made.name.endswith(temporary.SUFFIX)
        assert temporary.left(tmp_path) == [], "somebody is writing it"
        temporary.sweep(tmp_path)
        assert made.exists()
    with temporary.beside(tmp_path / "b.backup") as made:
        made.rename(tmp_path / "b.backup")
    assert names(tmp_path) == ["b.backup"]
    with temporary.beside(tmp_path / ("ä" * 127)) as made:
        assert made.exists()


def test_what_a_killed_command_left_is_found_and_removed(tmp_path: Path) -> None:
    left = killed(tmp_path / "b.backup", tmp_path / "s.db")
    assert temporary.left(tmp_path) == [left]
    with opening.changing(locate.at(tmp_path / "s.db", explicit=True), STAMP):
        assert [name for name in names(tmp_path) if not name.startswith("s.db")] == []


def test_a_side_file_alone_is_removed_too(tmp_path: Path) -> None:
    (tmp_path / f".s.db.0123456789abcdef{temporary.SUFFIX}-wal").write_bytes(b"everything")
    temporary.sweep(tmp_path)
    assert names(tmp_path) == []


def test_a_copy_in_another_folder_is_found_through_its_note(tmp_path: Path) -> None:
    home, away = tmp_path / "home", tmp_path / "away"
    home.mkdir()
    away.mkdir()
    killed(away / "b.backup", home / "s.db")
    assert len(names(away)) == 4
    assert len(temporary.left(home)) == 1
    temporary.sweep(home)
    assert names(home) == names(away) == []
    with temporary.beside(away / "b.backup", home=home / "s.db") as made:
        temporary.sweep(home)
        assert made.exists()
        assert len(names(home)) == 1
    assert names(home) == names(away) == []


def test_a_note_cannot_name_anything_else(tmp_path: Path) -> None:
    home, away = tmp_path / "home", tmp_path / "away"
    home.mkdir()
    away.mkdir()
    (away / "precious").write_bytes(b"x")
    name = f".b.0123456789abcdef{temporary.SUFFIX}"
    (home / name).write_bytes(b"occ-media copy " + os.fsencode(away / "precious"))
    temporary.sweep(home)
    assert names(away) == ["precious"]
    (home / name).symlink_to(away / "precious")
    os.mkfifo(home / f".c.0123456789abcdef{temporary.SUFFIX}")
    temporary.sweep(home)
    assert (away / "precious").read_bytes() == b"x"


def test_other_files_stay(tmp_path: Path) -> None:
    for name in (".s.db.1.tmp", "s.occ-media.tmp", ".s.occ-media.tmp.txt"):
        (tmp_path / name).touch()
    before = names(tmp_path)
    temporary.sweep(tmp_path, tmp_path / "no-such-folder")
    assert names(tmp_path) == before


def test_a_file_that_is_swept_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = temporary.fcntl.flock
    taken: list[int] = []

    def late(descriptor: int, how: int) -> None:
        if not taken:
            taken.append(descriptor)
            for path in tmp_path.iterdir():
                path.unlink()
        lock(descriptor, how)

    monkeypatch.setattr(temporary.fcntl, "flock", late)
    with temporary.beside(tmp_path / "b") as made:
        assert made.exists()
