"""A folder of files, against somebody who changes it at the worst moment: each moment is made to happen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.errors import Incomplete, Refused, UsageError
from occ_media_cli.places import descend, folder, roots
from occ_media_cli.places.folder import Folder
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.places.safe_open import VANISHED, Kept
from occ_media_cli.places.storage import Taken
from occ_media_cli.places.walk import Met

BYTES = b"the very bytes"
WANTED = {(sha256(BYTES).digest(), len(BYTES))}
FILE = ("deep", "er", "file")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root"
    (path / "deep" / "er").mkdir(parents=True)
    (path / "deep" / "er" / "file").write_bytes(BYTES)
    return path


@pytest.fixture
def storage(root: Path) -> Iterator[Folder]:
    found = Folder(str(root), locked=True)
    yield found
    found.close()


def after_hashing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen between the hash of a file and its move."""
    real = descend.content_of

    def content_of(descriptor: int) -> Any:
        found = real(descriptor)
        act()
        return found

    monkeypatch.setattr(descend, "content_of", content_of)


def replaced(root: Path) -> None:
    """By another file of the same bytes: only its identity tells."""
    (root / "deep" / "er" / "new").write_bytes(BYTES)
    (root / "deep" / "er" / "new").replace(root / "deep" / "er" / "file")


def linked(root: Path) -> None:
    path = root / "deep" / "er" / "file"
    path.rename(path.with_name("aside"))
    path.symlink_to("aside")


def written(root: Path) -> None:
    """By somebody who has it open, and as many bytes."""
    path = root / "deep" / "er" / "file"
    with path.open("r+b") as stream:
        stream.write(b"THE")
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1_000_000_000))  # whatever the granularity of the clock


def grown(root: Path) -> None:
    path = root / "deep" / "er" / "file"
    before = path.stat()
    with path.open("ab") as stream:
        stream.write(b"!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def folder_replaced(root: Path) -> None:
    """The folder that is open is elsewhere by now, and another one in its place."""
    (root / "deep" / "er").rename(root / "elsewhere")
    (root / "deep" / "er").mkdir()


def folder_linked(root: Path) -> None:
    (root / "deep").rename(root / "elsewhere")
    (root / "deep").symlink_to("elsewhere")


def folder_gone(root: Path) -> None:
    (root / "deep" / "er").rename(root / "elsewhere")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (replaced, "changed"), (linked, "link"), (written, "changed"), (grown, "changed"),
        (folder_replaced, "changed"), (folder_linked, "link"), (folder_gone, "vanished"),
    ],
)  # fmt: skip
def test_what_changes_between_its_hash_and_its_move_goes_back(
    root: Path, storage: Folder, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], code: str
) -> None:
    after_hashing(monkeypatch, lambda: change(root))
    found = storage.take(FILE, WANTED, "n")
    assert isinstance(found, Kept)
    assert found.code == code
    assert list(storage.waiting()) == []
    assert len([path for path in root.rglob("*") if path.is_file()]) == (3 if change is linked else 1) - (
        change is linked
    )


def test_a_file_whose_place_is_taken_meanwhile_waits_in_quarantine(
    root: Path, storage: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_hashing(monkeypatch, lambda: written(root))
    real = folder.rename

    def rename(old: str, new: str, **folders: int) -> None:
        real(old, new, **folders)
        if old == "file":
            (root / "deep" / "er" / "file").write_bytes(b"another")

    monkeypatch.setattr(folder, "rename", rename)
    found = storage.take(FILE, WANTED, "n")
    assert isinstance(found, Kept)
    assert found.code == "stranded"
    assert "waits in quarantine as n" in found.words
    assert (root / QUARANTINE / "n").read_bytes() == b"THE very bytes"
    assert (root / "deep" / "er" / "file").read_bytes() == b"another"


def test_only_the_wanted_bytes_of_the_wanted_time_are_taken(root: Path, storage: Folder) -> None:
    mtime = (root / "deep" / "er" / "file").stat().st_mtime_ns
    assert storage.take(FILE, WANTED, "n", mtime=mtime + 1) == Kept("other-time", "it was written to since the plan")
    other = {(sha256(b"x").digest(), len(BYTES))}
    assert storage.take(FILE, other, "n") == Kept("other-hash", "its sha256 is not what the ledger says")
    sized = storage.take(FILE, {(sha256(BYTES).digest(), 3)}, "n")
    assert isinstance(sized, Kept)
    assert sized.code == "other-size"
    found = storage.examine_object(FILE)
    assert not isinstance(found, Kept)
    assert (found.content, found.mtime) == (next(iter(WANTED)), mtime)
    assert storage.take(FILE, WANTED, "n", mtime=mtime) == Taken("n", next(iter(WANTED)), other_links=0)
    assert isinstance(storage.examine_object(FILE), Kept)


def test_a_file_that_is_written_while_it_is_looked_at_is_not_said_to_be_anything(
    root: Path, storage: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for change in (written, grown):
        with pytest.MonkeyPatch.context() as patch:
            after_hashing(patch, lambda change=change: change(root))
            assert storage.examine_object(FILE) == Kept("changed", "it was written to while it was looked at")


def test_what_was_read_must_be_all_there_is(root: Path, storage: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descend, "content_of", lambda descriptor: (sha256(b"").digest(), 0))
    assert isinstance(storage.examine_object(FILE), Kept)


def test_what_was_moved_and_the_folders_that_it_left_are_synced(
    root: Path, storage: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "deep" / "er" / "second").write_bytes(BYTES)
    (root / "third").write_bytes(BYTES)
    for number, path in enumerate((FILE, ("deep", "er", "second"), ("third",))):
        assert isinstance(storage.take(path, WANTED, f"n-{number}"), Taken)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    storage.settle()
    wanted = {root.stat().st_ino, (root / "deep" / "er").stat().st_ino, (root / QUARANTINE).stat().st_ino}
    assert (set(synced), len(synced)) == (wanted, 3)
    synced.clear()
    storage.settle()
    assert synced == [(root / QUARANTINE).stat().st_ino]


def test_a_file_comes_back_to_its_place_through_real_folders_only(root: Path, storage: Folder) -> None:
    assert storage.put_back("n", FILE) == VANISHED
    assert isinstance(storage.take(FILE, WANTED, "n"), Taken)
    (root / "deep" / "er").rmdir()
    outside = root.parent / "outside"
    outside.mkdir()
    (root / "deep" / "er").symlink_to(outside)
    kept = storage.put_back("n", FILE)
    assert kept is not None
    assert kept.code == "link"
    assert list(outside.iterdir()) == []
    (root / "deep" / "er").unlink()
    assert storage.put_back("n", FILE) is None
    assert (root / "deep" / "er" / "file").read_bytes() == BYTES
    assert (root / "deep" / "er").stat().st_mode & 0o777 == 0o700


def test_a_file_that_came_back_and_the_quarantine_that_it_left_are_synced(
    root: Path, storage: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(storage.take(FILE, WANTED, "n"), Taken)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    assert storage.put_back("n", FILE) is None
    assert set(synced) == {(root / "deep" / "er").stat().st_ino, (root / QUARANTINE).stat().st_ino}


def test_only_regular_files_in_quarantine_are_dropped(root: Path, storage: Folder) -> None:
    assert storage.drop("n") == storage.waits("n", WANTED) == VANISHED
    assert isinstance(storage.take(FILE, WANTED, "n"), Taken)
    assert storage.waits("n", WANTED) == next(iter(WANTED))
    assert storage.waits("n", {(b"", 1)}) == Kept("other-hash", "it was changed in quarantine")
    room = root / QUARANTINE
    (room / "folder").mkdir()
    (room / "link").symlink_to("n")
    for name, code in (("folder", "not-regular"), ("link", "not-regular"), ("nowhere", "vanished")):
        kept = storage.drop(name)
        assert kept is not None
        assert kept.code == code
    assert storage.drop("n") is None
    assert sorted(path.name for path in room.iterdir()) == ["folder", "link"]


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o707, 0o770])
def test_a_quarantine_that_others_can_enter_is_not_used(root: Path, storage: Folder, mode: int) -> None:
    (root / QUARANTINE).mkdir()
    (root / QUARANTINE).chmod(mode)
    with pytest.raises(Refused, match="others may look into it or write there"):
        list(storage.waiting())


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a folder away, which only root may")
def test_a_quarantine_of_somebody_else_is_not_used(root: Path, storage: Folder) -> None:
    (root / QUARANTINE).mkdir(mode=0o700)
    os.chown(root / QUARANTINE, 65534, 65534)
    with pytest.raises(Refused, match="it belongs to another user"):
        storage.take(FILE, WANTED, "n")
    assert (root / "deep" / "er" / "file").exists()


def elsewhere(monkeypatch: pytest.MonkeyPatch, inode: int) -> None:
    """Let one folder be on another file system, as far as `fstat` says."""
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        values = list(found)
        if found.st_ino == inode:
            values[2] += 1
        return os.stat_result(values)

    monkeypatch.setattr(os, "fstat", fstat)


def test_another_file_system_on_the_way_is_not_entered(
    root: Path, storage: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        elsewhere(patch, (root / "deep" / "er").stat().st_ino)
        found = storage.take(FILE, WANTED, "n")
        assert isinstance(found, Kept)
        assert found.code == "other-device"
    assert isinstance(storage.take(FILE, WANTED, "n"), Taken)
    with pytest.MonkeyPatch.context() as patch:
        elsewhere(patch, (root / "deep" / "er").stat().st_ino)
        kept = storage.put_back("n", FILE)
        assert kept is not None
        assert kept.code == "other-device"
    assert list(storage.waiting()) == ["n"]
    again = Folder(str(root), locked=False)
    try:
        elsewhere(monkeypatch, (root / QUARANTINE).stat().st_ino)
        with pytest.raises(Refused, match="it is on another file system"):
            list(again.waiting())
    finally:
        again.close()


def test_a_root_that_changes_while_it_is_opened_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = roots.look_at_root(str(root))
    for other in (
        roots.Root(known.path, known.device, known.inode + 1),
        roots.Root(known.path, known.device + 1, known.inode),
    ):
        monkeypatch.setattr(roots, "look_at_root", lambda _root, other=other: other)
        with pytest.raises(Refused, match="changed while it was opened"):
            Folder(str(root), locked=False)
    monkeypatch.setattr(roots, "look_at_root", lambda _root: roots.Root("/nowhere/at/all", 1, 1))
    with pytest.raises(Incomplete, match="the root cannot be opened: no such file or directory"):
        Folder(str(root), locked=False)
    monkeypatch.undo()
    with pytest.raises(UsageError):
        Folder(str(root / "deep" / "er" / "file"), locked=False)


def test_a_walk_tells_sizes_and_what_is_no_file(root: Path, storage: Folder) -> None:
    (root / "link").symlink_to("deep")
    os.mkfifo(root / "pipe")
    (root / os.fsdecode(b"\xff")).touch()
    found = {item.shown: (item.parts, item.size, item.problem, item.skipped, item.older) for item in storage.walk()}
    assert found == {
        "deep/er/file": (FILE, len(BYTES), None, False, False), "link": (("link",), None, None, True, False),
        "pipe": (("pipe",), None, None, True, False), "\\xff": (None, 0, None, False, False),
    }  # fmt: skip


def test_a_file_with_a_problem_has_no_size(root: Path, storage: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    descriptor = os.open(root / "deep" / "er", os.O_RDONLY)
    met = Met("unreadable", b"deep/er/file", b"file", descriptor, problem="permission denied")
    monkeypatch.setattr(folder, "walk", lambda _root, **_: iter([met]))
    try:
        assert [(item.size, item.problem) for item in storage.walk()] == [(None, "permission denied")]
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("newest", [True, False])
def test_a_link_is_moved_itself_and_nothing_is_replaced(
    root: Path, monkeypatch: pytest.MonkeyPatch, newest: bool
) -> None:
    from occ_media_cli.places import descend

    if not newest:
        monkeypatch.setattr(descend, "_renameat2", lambda: None)
    (root / "link").symlink_to("deep/er/file")
    descriptor = os.open(root, os.O_RDONLY)
    try:
        descend.rename("link", "moved", old_folder=descriptor, new_folder=descriptor)
        assert (root / "moved").readlink() == Path("deep/er/file")
        assert not (root / "link").is_symlink()
        (root / "other").write_bytes(b"other")
        with pytest.raises(FileExistsError):
            descend.rename("moved", "other", old_folder=descriptor, new_folder=descriptor)
        with pytest.raises(FileNotFoundError):
            descend.rename("nowhere", "new", old_folder=descriptor, new_folder=descriptor)
    finally:
        os.close(descriptor)
    assert ((root / "other").read_bytes(), (root / "moved").is_symlink()) == (b"other", True)
