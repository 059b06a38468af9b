"""Where copies go, and what stands in their way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from occ_media_cli.errors import UsageError
from occ_media_cli.store.copy_folder import CopyFolder, NameTaken, NotCopied


def names(folder: CopyFolder, paths: list[str], ending: str | None = None, longest: int | None = None) -> list[str]:
    return [str(folder.place_for(path, ending, longest)) for path in paths]


def test_a_copy_keeps_its_way_below_the_folder_that_was_given() -> None:
    folder = CopyFolder("out", ["photos", "photos/2026"])
    assert names(folder, ["photos/a/b.png", "photos/2026/c.png", "x/y/d.png", "e.png"]) == [
        "out/a/b.png", "out/c.png", "out/d.png", "out/e.png",
    ]  # fmt: skip


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "a-2.jpg").write_bytes(b"theirs")
    folder = CopyFolder(str(tmp_path), ["x/a.png", "y/a.heic", "z/a.b.gif"])
    made = names(folder, ["x/a.png", "y/a.heic", "z/a.b.gif", "w/.hidden"], "jpg")
    assert [Path(each).name for each in made] == ["a.jpg", "a-3.jpg", "a.b.jpg", ".hidden.jpg"]
    folder.free_place(Path(made[0]))
    assert names(folder, ["x/a.png"], "jpg") == made[:1]


def test_a_name_is_as_long_as_a_channel_and_a_folder_take(tmp_path: Path) -> None:
    folder = CopyFolder(str(tmp_path), [])
    made = [Path(each).name for each in names(folder, ["b" * 30 + ".pdf", "b" * 30 + ".pdf"], "pdf", 25)]
    assert made == ["b" * 21 + ".pdf", "b" * 19 + "-2.pdf"]


@pytest.mark.parametrize("stem", ["é" * 125, "e\u0301" * 83, "x" + "\U0001f468\u200d\U0001f469" * 22, "n" * 251])
def test_a_long_name_is_cut_between_letters(stem: str, tmp_path: Path) -> None:
    folder = CopyFolder(str(tmp_path), [])
    for number in ("", "-2", "-3"):
        long = folder.place_for(f"{stem}.png", "jpeg")
        assert long.name.endswith(f"{stem[-1]}{number}.jpeg")
        assert 255 - 12 < len(os.fsencode(long.name)) <= 255
        folder.write(long, [b"x"])
    same = folder.place_for(f"{stem[:120]}.png")
    folder.write(same, [b"x"])
    assert (same.name, len(list(tmp_path.iterdir()))) == (f"{stem[:120]}.png", 4)


def test_a_thousand_originals_of_one_name_are_named_at_once(tmp_path: Path) -> None:
    folder = CopyFolder(str(tmp_path), [])
    made = [folder.place_for("a.png", "jpg") for _ in range(3_000)]
    assert (made[-1].name, len(set(made))) == ("a-3000.jpg", 3_000)
    folder.free_place(made[5])
    assert folder.place_for("a.png", "jpg") == made[5]


def test_a_copy_never_replaces_what_came_to_have_its_name(tmp_path: Path) -> None:
    folder = CopyFolder(str(tmp_path / "out"), [])
    place = folder.place_for("a.png", "jpg")

    def meanwhile() -> Iterator[bytes]:
        yield b"ours"
        place.write_bytes(b"theirs")

    with pytest.raises(NameTaken, match="is there already"):
        folder.write(place, meanwhile())
    assert place.read_bytes() == b"theirs"
    assert [each.name for each in place.parent.iterdir()] == ["a.jpg"]


def test_what_stops_the_bytes_leaves_nothing(tmp_path: Path) -> None:
    folder = CopyFolder(str(tmp_path / "out"), [])

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder.write(folder.place_for("a.png", "jpg"), broken())
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("given", ["in/a.png", "in"])
def test_copies_never_lie_beside_their_originals(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"x")
    (tmp_path / "again").symlink_to("in")
    for name in ("in", "./in/../in", "again"):
        with pytest.raises(UsageError, match="nothing was written"):
            CopyFolder(name, [given], beside=False)
    CopyFolder("in/new" if given != "in" else "new", [given], beside=False)


def test_a_name_of_the_programs_own_files_is_none_for_a_copy(tmp_path: Path) -> None:
    folder = CopyFolder(str(tmp_path), [])
    with pytest.raises(NotCopied, match="files of its own"):
        folder.write(tmp_path / "occ-media.db", [b"x"])


def test_a_folder_that_takes_no_copies_is_told_before_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    CopyFolder(str(tmp_path / "new" / "below"), []).refuse_unwritable()
    with pytest.raises(UsageError, match="is not a folder"):
        CopyFolder(str(tmp_path / "file" / "new"), []).refuse_unwritable()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UsageError, match="may not be written to"):
        CopyFolder(str(tmp_path / "new"), []).refuse_unwritable()
