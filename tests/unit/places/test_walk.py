"""A walk meets every file once, in byte order, however deep, and follows no link."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.places.globs import Globs
from occ_media_cli.places.safe_open import open_root
from occ_media_cli.places.walk import Met, PassedOver, Wanted, walk


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def met_in(root: Path | str, wanted: Wanted | None = None, passes_over: PassedOver = "system") -> list[Met]:
    descriptor = open_root(root)
    try:
        return list(walk(descriptor, wanted, passes_over=passes_over))
    finally:
        os.close(descriptor)


def kinds(found: list[Met]) -> dict[str, str]:
    return {os.fsdecode(met.path): met.kind for met in found}


def files(found: list[Met]) -> list[str]:
    return [os.fsdecode(met.path) for met in found if met.kind == "file"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a/b.txt", "a.txt", "a/a.png", "B.txt", "z/deep/er/x.pdf", ".occ-media-quarantine/q.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / "link.txt").symlink_to("a.txt")
    (tmp_path / "z" / "loop").symlink_to("..")
    return tmp_path


def test_the_order_is_that_of_the_bytes_of_the_whole_path(tree: Path) -> None:
    found = met_in(tree)
    paths = [met.path for met in found]
    assert paths == sorted(paths)
    assert kinds(found) == {
        ".occ-media-quarantine": "system", "B.txt": "file", "a.txt": "file", "a/a.png": "file", "a/b.txt": "file",
        "link.txt": "link", "z/deep/er/x.pdf": "file", "z/loop": "link",
    }  # fmt: skip


def test_every_name_beside_a_file_is_known(tree: Path) -> None:
    siblings = {met.path: met.siblings for met in met_in(tree)}
    assert siblings[b"a/a.png"] == {b"a.png", b"b.txt"}
    assert siblings[b"z/deep/er/x.pdf"] == {b"x.pdf"}


def test_only_the_quarantine_directly_under_the_root_is_passed_over(tree: Path) -> None:
    (tree / "z" / ".occ-media-quarantine").mkdir()
    (tree / "z" / ".occ-media-quarantine" / "bad.docx").write_bytes(b"MZ")
    assert kinds(met_in(tree))["z/.occ-media-quarantine/bad.docx"] == "file"
    assert files(met_in(tree / "z" / ".occ-media-quarantine")) == ["bad.docx"]
    assert ".occ-media-quarantine/q.txt" in files(met_in(tree, passes_over="nothing"))


SYSTEM = (".DS_Store", "a/Thumbs.db", "a/~$report.docx", "z/._a.png", "z/x.zip.part", "y.pdf.crdownload")


def test_what_a_system_left_is_met_and_passed_over_unless_it_is_asked_for(tree: Path) -> None:
    for name in SYSTEM:
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_bytes(b"1")
    found = kinds(met_in(tree))
    assert {name for name, kind in found.items() if kind == "system"} == {
        ".occ-media-quarantine", *SYSTEM,
    }  # fmt: skip
    assert set(SYSTEM) <= set(files(met_in(tree, passes_over="nothing")))
    all_but = kinds(met_in(tree, passes_over="quarantine"))
    assert {name for name, kind in all_but.items() if kind == "system"} == {".occ-media-quarantine"}
    assert set(SYSTEM) <= set(all_but)


def test_globs_choose_by_name_or_by_the_path_as_it_is_printed(tree: Path) -> None:
    def chosen(include: list[str], exclude: list[str], printed: bytes = b"outbox") -> list[str]:
        return files(met_in(tree, Globs(include, exclude).wanted_in(printed)))

    assert chosen(["*.txt"], []) == ["B.txt", "a.txt", "a/b.txt"]
    assert chosen(["outbox/a/*"], []) == ["a/a.png", "a/b.txt"]
    assert chosen(["a/*"], []) == []
    assert chosen(["a/*"], [], b".") == chosen(["./a/*"], [], b"./") == ["a/a.png", "a/b.txt"]
    assert chosen([], ["z", "*.png"]) == ["B.txt", "a.txt", "a/b.txt"]
    assert chosen([], ["outbox/a/", "outbox/z/deep"]) == ["B.txt", "a.txt"]
    assert chosen(["**/*.txt"], []) == chosen(["**/*.txt"], [], b".") == ["B.txt", "a.txt", "a/b.txt"]
    assert chosen(["**/a/*"], [], b".") == chosen(["outbox/**/a/*"], []) == ["a/a.png", "a/b.txt"]
    assert chosen(["outbox/**/x.pdf"], []) == chosen(["outbox/z/**"], []) == ["z/deep/er/x.pdf"]
    assert chosen([], ["**/z", "**/*.png"], b".") == ["B.txt", "a.txt", "a/b.txt"]
    assert chosen(["out[a-b]ox/?.txt"], []) == ["B.txt", "a.txt"]
    assert Globs().wanted_in(b"outbox") is None


@pytest.mark.parametrize("name", [".git", ".hg", ".svn", ".bzr", ".jj"])
def test_what_version_control_keeps_is_no_file_of_people(tree: Path, name: str) -> None:
    (tree / name / "objects").mkdir(parents=True)
    (tree / name / "objects" / "a.png").write_bytes(b"1")
    (tree / "a" / name).write_text("gitdir: elsewhere")  # in a work tree of git it is a file
    found = kinds(met_in(tree))
    assert (found[name], found[f"a/{name}"]) == ("system", "system")
    assert f"{name}/objects/a.png" in files(met_in(tree, passes_over="nothing"))
    assert files(met_in(tree / name)) == ["objects/a.png"]


@pytest.mark.parametrize("name", ["node_modules", "build", ".github", "git", ".gitignore.d"])
def test_a_folder_that_people_may_have_is_walked(tree: Path, name: str) -> None:
    (tree / name).mkdir()
    (tree / name / "a.png").write_bytes(b"1")
    assert f"{name}/a.png" in files(met_in(tree))


def test_a_tree_deeper_than_any_path_and_any_stack(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    depth, name = 1_600, "d" * 40
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("deep.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    (tmp_path / "z.txt").write_bytes(b"1")
    found = [os.fsdecode(met.path) for met in met_in(tmp_path)]
    os.system(f"rm -rf '{tmp_path}/{name}'")
    assert [path.rpartition("/")[2] for path in found] == ["deep.txt", "z.txt"]
    assert len(found[0]) > 65_000


def test_few_descriptors_are_enough_for_any_depth(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(100):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "x").write_bytes(b"1")
    before = open_files()
    descriptor = open_root(tmp_path)
    for _ in walk(descriptor):
        assert open_files() <= before + 2
    os.close(descriptor)


def test_a_walk_that_is_left_early_closes_its_folder(tree: Path) -> None:
    before = open_files()
    descriptor = open_root(tree)
    walking = walk(descriptor)
    next(walking)
    walking.close()  # type: ignore[attr-defined]  # it is a generator
    os.close(descriptor)
    assert open_files() == before


def test_a_folder_that_is_moved_meanwhile_is_told_and_the_rest_is_met(tree: Path, tmp_path_factory: Any) -> None:
    away = tmp_path_factory.mktemp("away")
    descriptor = open_root(tree)
    found = []
    for met in walk(descriptor):
        found.append(met)
        if met.path == b"a/a.png":
            (tree / "a").rename(away / "a")
    os.close(descriptor)
    moved = next(met for met in found if met.path == b"a")
    assert (moved.kind, moved.problem) == ("unreadable", "its folder was moved during the walk")
    assert kinds(found)["z/deep/er/x.pdf"] == "file"


def test_folders_that_are_moved_out_of_one_another_end_no_walk(tree: Path, tmp_path_factory: Any) -> None:
    away, before = tmp_path_factory.mktemp("away"), open_files()
    (tree / "z" / "other.pdf").write_bytes(b"1")
    (tree / "zz.pdf").write_bytes(b"1")
    descriptor = open_root(tree)
    found = []
    for met in walk(descriptor):
        found.append(met)
        if met.path == b"z/deep/er/x.pdf":
            (tree / "z" / "deep").rename(away / "deep")
            (tree / "z").rename(away / "z")
    os.close(descriptor)
    assert [met.path for met in found if met.kind == "unreadable"] == [b"z/deep", b"z"]
    assert found[-1].path == b"zz.pdf"
    assert open_files() == before


def test_a_pipe_is_met_as_something_special(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert kinds(met_in(tmp_path)) == {"pipe": "special"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_met_once(tree: Path) -> None:
    (tree / "a").chmod(0)
    found = [(met.path, met.problem) for met in met_in(tree) if met.kind == "unreadable"]
    (tree / "a").chmod(0o755)
    assert found == [(b"a", "permission denied")]


_LISTED_ONLY = """
import os, sys
from pathlib import Path
from occ_media_cli.places.safe_open import open_root
from occ_media_cli.places.walk import walk
root = open_root(sys.argv[1])
if os.geteuid() == 0:  # who may enter everything
    os.seteuid(65534)
for met in walk(root):
    print(met.kind, os.fsdecode(met.path))
"""


def test_a_folder_that_may_be_listed_and_not_entered_is_met_once_and_ends_no_walk(tree: Path) -> None:
    tree.chmod(0o755)
    (tree / "a").chmod(0o644)
    done = subprocess.run([sys.executable, "-c", _LISTED_ONLY, str(tree)], capture_output=True, text=True, check=True)
    (tree / "a").chmod(0o755)
    met = dict(reversed(line.split(" ", 1)) for line in done.stdout.splitlines())
    assert met["a"] == "unreadable"
    assert not [path for path in met if path.startswith("a/")]
    assert met["z/deep/er/x.pdf"] == "file"
