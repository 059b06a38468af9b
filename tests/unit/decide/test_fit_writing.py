"""Copies that fit: judged before they get a name, over nothing, and the original as it was."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from occ_media_cli.convert.goal import CannotFit, CannotWhy, Converted, Goal
from occ_media_cli.decide import fit_work
from occ_media_cli.decide.fit import Fitted
from occ_media_cli.decide.fit_files import FitRun, most_bytes
from occ_media_cli.errors import UsageError
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource
from occ_media_cli.sandbox import child
from occ_media_cli.store import locate
from tests.unit.media.build import jpg, png, webp
from tests.unit.safety import telling_files

Make = Callable[[FileSource, Recognition, Goal, IO[bytes]], Converted]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a picture that WhatsApp does not take."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.webp").write_bytes(webp())
    return tmp_path


def way(monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    """Let a function be every way."""
    monkeypatch.setattr(fit_work, "load_way", lambda _: make)


def giving(content: bytes, **said: Any) -> Make:
    def make(_source: FileSource, _known: Recognition, _goal: Goal, out: IO[bytes]) -> Converted:
        out.write(content)
        return Converted(("made again",), **said)

    return make


def failing(why: CannotWhy, words: str) -> Make:
    def make(*_: object) -> Converted:
        raise CannotFit(why, words)

    return make


def fit(*paths: str, channel: str | None = "whatsapp-cloud", most: int | None = None, **more: Any) -> list[Fitted]:
    run = FitRun(locate.at(Path("none.db"), explicit=True), 0, channel=channel, most=most)
    return list(run.write_copies(paths, "out", **more))


def contents(folder: str) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in Path(folder).rglob("*") if each.is_file()}


def test_a_copy_that_fits_is_written_and_its_original_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    way(monkeypatch, giving(jpg(), lost=("transparency",), ssim=0.97, encodes=3, warning="look at it"))
    before = contents("in")
    (done,) = fit("in/a.webp")
    assert contents("in") == before
    assert contents("out") == {"a.jpg": jpg()}
    made = done.written
    assert made is not None
    assert made.as_json() == {
        "path": "out/a.jpg", "type": "jpg", "size": len(jpg()), "sha256": hashlib.sha256(jpg()).hexdigest(),
        "accepted_by": ["whatsapp-cloud"], "changes": ["made again"], "lost": ["transparency"], "ssim": 0.97,
        "encodes": 3, "warning": "look at it",
    }  # fmt: skip


def test_originals_of_one_name_and_what_is_there_are_kept_apart(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    way(monkeypatch, giving(jpg()))
    for folder in ("b", "out"):
        (place / folder).mkdir()
    (place / "b" / "a.webp").write_bytes(webp())
    (place / "out" / "a-2.jpg").write_bytes(b"theirs")
    written = [each.written.path for each in fit("in/a.webp", "b/a.webp") if each.written]
    assert written == ["out/a.jpg", "out/a-3.jpg"]
    assert contents("out")["a-2.jpg"] == b"theirs"
    assert [each.written.path for each in fit("in") if each.written] == ["out/a-4.jpg"]


def test_a_name_that_another_run_takes_meanwhile_gets_a_number(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.store import sink

    plain, rivals = sink.write, iter(("a.jpg", "a-2.jpg"))

    def write(output: Path, *more: Any, **words: Any) -> None:
        for rival in rivals:
            Path("out", rival).write_bytes(b"theirs")
            break
        plain(output, *more, **words)

    way(monkeypatch, giving(jpg()))
    monkeypatch.setattr(sink, "write", write)
    (done,) = fit("in/a.webp")
    assert done.written is not None
    assert contents("out") == {"a.jpg": b"theirs", "a-2.jpg": b"theirs", "a-3.jpg": jpg()}


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (giving(b"\xff\xd8\xff not a picture"), "the copy would be refused"),
        (giving(png()), "the copy would be refused: named .jpg, and is a PNG image"),
        (giving(jpg()[:-10] + b"\0" * 10), "refuse"),
        (giving(b""), "it could not be made smaller than 0 bytes"),
        (giving(b"x" * 6_000_000), "it could not be made smaller than 6,000,000 bytes"),
        (giving(jpg(), ssim=0.5), "like its original by 0.500 only, and the floor is 0.9"),
        (failing("signed", "it is signed"), "it is signed"),
    ],
)
def test_what_is_not_good_enough_is_refused_and_leaves_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, make: Make, reason: str
) -> None:
    way(monkeypatch, make)
    (done,) = fit("in/a.webp")
    assert done.written is None
    assert reason in done.reason
    assert contents(".") == {"in/a.webp": webp()}


def test_a_bad_file_costs_nobody_else(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "in" / "bad.webp").write_bytes(webp(animated=True)[:-4])
    (place / "in" / "empty.webp").touch()
    (place / "in" / "good.png").write_bytes(png())
    (place / "in" / "x.webp").write_bytes(webp())

    def make(source: FileSource, _known: Recognition, _goal: Goal, out: IO[bytes]) -> Converted:
        if source.size == len(webp()):
            out.write(jpg())
        return Converted(())

    way(monkeypatch, make)
    done = {each.path: each for each in fit("in", "nowhere.webp")}
    assert {path for path, each in done.items() if each.written} == {"in/a.webp", "in/x.webp"}
    assert done["in/good.png"].as_it_is
    assert done["in/empty.webp"].reason == "it has no bytes"
    assert done["nowhere.webp"].unreadable == "there is no such file"
    assert sorted(contents("out")) == ["a.jpg", "x.jpg"]


def test_a_way_that_dies_hangs_or_raises_costs_one_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("dies", "hangs", "raises", "works")
    for number, name in enumerate(names):
        (place / "in" / f"{name}.webp").write_bytes(webp() + b"\0" * number)
    (place / "in" / "a.webp").unlink()
    monkeypatch.setitem(fit_work.SECONDS, "picture", 0.5)  # type: ignore[arg-type]  # a dict

    def make(source: FileSource, _known: Recognition, _goal: Goal, out: IO[bytes]) -> Converted:
        number = source.size - len(webp())
        if number == 0:
            os.kill(os.getpid(), 11)
        if number == 1:
            time.sleep(60)
        if number == 2:
            raise ValueError("a library's own words")
        out.write(jpg())
        return Converted(())

    way(monkeypatch, make)
    monkeypatch.setattr(fit_work, "plan_fit", lambda *_: fit_work.FitPlan(goals=(Goal("jpg", 5_000_000),)))
    began = time.monotonic()
    done = {Path(each.path).stem: each for each in fit("in")}
    assert time.monotonic() - began < 20
    assert done["dies"].reason == "making it fit was ended by SIGSEGV"
    assert done["hangs"].reason == "making it fit took longer than 0.5 s"
    assert done["raises"].reason == "a library's own words"
    assert done["works"].written
    assert sorted(contents("out")) == ["works.jpg"]


def test_an_original_that_changes_meanwhile_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(_source: FileSource, _known: Recognition, _goal: Goal, out: IO[bytes]) -> Converted:
        (place / "in" / "a.webp").write_bytes(webp()[:-1] + b"\7")
        out.write(jpg())
        return Converted(())

    way(monkeypatch, make)
    (done,) = fit("in/a.webp")
    assert (done.written, done.reason) == (None, "it was changed while it was read")
    assert not (place / "out").exists()


def test_a_full_folder_for_temporary_files_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(*_: object) -> Converted:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    way(monkeypatch, make)
    (done,) = fit("in/a.webp")
    assert done.known is not None
    assert done.reason.startswith(f"there is no space left in {tempfile.gettempdir()}, where copies are made")


def test_the_best_of_several_types_is_kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "in" / "b.png").write_bytes(png())
    like = {"png": 0.91, "jpg": 0.96}

    def make(_source: FileSource, _known: Recognition, goal: Goal, out: IO[bytes]) -> Converted:
        out.write(png(3, 3) if goal.type == "png" else jpg())
        return Converted((goal.type,), ssim=like[goal.type])

    way(monkeypatch, make)
    monkeypatch.setattr(fit_work, "plan_fit", lambda *_: fit_work.FitPlan(goals=(Goal("png", 900), Goal("jpg", 900))))
    (done,) = fit("in/b.png")
    assert done.written is not None
    assert (done.written.path, done.written.ssim) == ("out/b.jpg", 0.96)
    like["png"] = 0.99
    (done,) = fit("in/b.png")
    assert done.written is not None
    assert (done.written.path, done.written.changes) == ("out/b.png", ("png",))


def test_what_the_original_told_and_the_copy_does_not_is_lost(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "in" / "t.jpg").write_bytes(telling_files.jpg())
    way(monkeypatch, giving(jpg(), lost=("sharpness",)))
    monkeypatch.setattr(fit_work, "plan_fit", lambda *_: fit_work.FitPlan(goals=(Goal("jpg", 5_000_000),)))
    (done,) = fit("in/t.jpg")
    assert done.written is not None
    assert done.written.lost[0] == "sharpness"
    assert {"location", "author"} <= set(done.written.lost)


def test_a_name_alone_gets_a_copy_of_the_same_bytes(place: Path) -> None:
    (place / "in" / "photo.png").write_bytes(jpg())
    (done,) = fit("in/photo.png")
    assert done.written is not None
    assert contents("out") == {"photo.jpg": jpg()}


@pytest.mark.parametrize("folder", ["in", "in/.", "in/new"])
def test_copies_lie_in_another_folder(place: Path, folder: str) -> None:
    run = FitRun(locate.at(Path("none.db"), explicit=True), 0, channel="whatsapp-cloud")
    with pytest.raises(UsageError, match="nothing was written"):
        run.write_copies(["in"], folder)
    if folder != "in/new":
        with pytest.raises(UsageError, match="nothing was written"):
            run.write_copies(["in/a.webp"], folder)


@pytest.mark.parametrize("more", [{"floor": 1.1}, {"floor": float("nan")}, {"workers": 0}, {"workers": 65}])
def test_numbers_that_are_none_are_refused(place: Path, more: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        fit("in/a.webp", **more)


def test_nobody_to_take_the_copies_is_refused(place: Path) -> None:
    run = FitRun(locate.at(Path("none.db"), explicit=False), 0)
    with pytest.raises(UsageError, match="for whom"):
        run.write_copies(["in/a.webp"], "out")


def test_sizes() -> None:
    assert (most_bytes("5 MB", "--max"), most_bytes(70, "max_size"), most_bytes(None, "x")) == (5_000_000, 70, None)
    with pytest.raises(UsageError) as caught:
        most_bytes("1.5mb", "--max")
    assert caught.value.slip is not None
    assert caught.value.slip.meant == ("1500 kB",)
    for wrong in ("much", "0 MB", "5", 0):
        with pytest.raises(UsageError):
            most_bytes(wrong, "--max")


def open_files() -> set[str]:
    return {each.name for each in Path("/proc/self/fd").iterdir()}


def test_an_interrupt_leaves_whole_copies_only(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "in" / "b.webp").write_bytes(webp())
    way(monkeypatch, giving(jpg()))
    before = open_files()
    run = FitRun(locate.at(Path("none.db"), explicit=True), 0, channel="whatsapp-cloud")
    fitted = run.write_copies(["in"], "out", workers=1)
    next(fitted)
    fitted.close()  # type: ignore[attr-defined]  # it is a generator
    assert contents("out") == {"a.jpg": jpg()}
    assert open_files() == before, "nothing is left open"


def test_workers_work_at_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (place / "in" / f"{number}.webp").write_bytes(webp())

    def make(_source: FileSource, _known: Recognition, _goal: Goal, out: IO[bytes]) -> Converted:
        time.sleep(0.5)
        out.write(jpg())
        return Converted(())

    way(monkeypatch, make)
    began = time.monotonic()
    assert all(each.written for each in fit("in", workers=4))
    assert time.monotonic() - began < 1.8


def test_outside_of_a_worker_no_seconds_are_counted() -> None:
    child.allow_seconds(0.001)
