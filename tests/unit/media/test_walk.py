"""A walk meets every file once, in byte order, however deep, and follows no link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from occ_media_cli.media.walk import Globs, Walk


def paths(walk: Walk) -> list[str]:
    found = []
    for met in walk:
        if met.fd >= 0:
            os.close(met.fd)
        found.append(os.fsdecode(met.path))
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a/b.txt", "a.txt", "a/a.png", "B.txt", "z/deep/er/x.pdf", ".occ-media-quarantine/q.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / "link.txt").symlink_to("a.txt")
    (tmp_path / "z" / "loop").symlink_to("..")
    return tmp_path


def test_the_order_is_that_of_the_bytes_of_the_whole_path(tree: Path) -> None:
    walk = Walk(os.fsencode(tree))
    found = paths(walk)
    assert found == sorted(found, key=os.fsencode)
    assert [os.path.relpath(path, tree) for path in found] == [
        "B.txt",
        "a.txt",
        "a/a.png",
        "a/b.txt",
        "z/deep/er/x.pdf",
    ]
    assert walk.skipped_links == 2


def test_globs_choose_by_name_or_by_path(tree: Path) -> None:
    def chosen(include: list[str], exclude: list[str]) -> list[str]:
        walk = Walk(os.fsencode(tree), Globs(include, exclude))
        return [os.path.relpath(path, tree) for path in paths(walk)]

    assert chosen(["*.txt"], []) == ["B.txt", "a.txt", "a/b.txt"]
    assert chosen(["a/*"], []) == ["a/a.png", "a/b.txt"]
    assert chosen([], ["z", "*.png"]) == ["B.txt", "a.txt", "a/b.txt"]


def test_the_root_is_kept_as_it_was_given(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert paths(Walk(b"./a/")) == ["./a/a.png", "./a/b.txt"]


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
    found = paths(Walk(os.fsencode(tmp_path)))
    os.system(f"rm -rf '{tmp_path}/{name}'")
    assert [path.rpartition("/")[2] for path in found] == ["deep.txt", "z.txt"]
    assert len(found[0]) > 65_000


def test_a_pipe_and_a_missing_root_are_met_with_a_reason(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [met.unreadable for met in Walk(os.fsencode(tmp_path))] == ["it is a FIFO"]
    assert [met.unreadable for met in Walk(os.fsencode(tmp_path / "no"))] == ["there is no such file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_met_once(tree: Path) -> None:
    (tree / "a").chmod(0)
    found = [(os.path.relpath(os.fsdecode(met.path), tree), met.unreadable) for met in Walk(os.fsencode(tree))]
    (tree / "a").chmod(0o755)
    assert ("a", "permission denied") in found
    assert len(found) == 4
