"""What a worker does so that a file fits, and what another one says of the copy: work for `sandbox.pool`.

The first recognises the original, decides what it is to become and makes that. The second, which has never seen the
original, judges the copy by the same code as a strict check, and lets another program's reader open it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from typing import IO, Any, NamedTuple

from occ_media_cli.convert.goal import CannotFit, CannotWhy, Converted, Goal
from occ_media_cli.convert.read_back import read_back
from occ_media_cli.convert.ways import load_way, way_for
from occ_media_cli.decide.fit_goals import FitPlan, FitTarget, find_refusals, plan_fit
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.travel import digest_of, pack
from occ_media_cli.media.types import extension_of, type_of_extension
from occ_media_cli.safety.metadata.look import find_metadata
from occ_media_cli.sandbox.child import allow_seconds
from occ_media_cli.sandbox.still import unnamed_file

SECONDS: Mapping[str, float] = {"picture": 180.0, "pages": 300.0, "office": 300.0, "sound": 600.0, "moving": 1_800.0}
"""Wall time for one try, by the way that is taken."""

LOOKING = 20.0
"""Wall time for recognising an original and for judging a copy."""

_WORST: tuple[CannotWhy, ...] = ("signed", "encrypted", "damaged", "quality", "part-missing", "no-way")
"""Of several tries that failed, the reason that is told: the one that no other type would have helped against."""

_LIKE = 0.98
"""A copy that is so like its original is not made in another type, to see whether that would be liker."""

_TABLE = FitTarget(table=True)

_PIECE = 1 << 20


class MadeFit(NamedTuple):
    """What came of a file, as plain values.

    state: `fits`, `made` or `cannot`. reason: why it cannot. type: of the copy. facts: the metadata of the original, by
    name. converted: what the way said, as it is put into the tuple.
    """

    state: str
    reason: str = ""
    type: str = ""
    facts: tuple[str, ...] = ()
    converted: tuple[Any, ...] = ()


def work_of_fit(target: FitTarget, floor: float) -> Callable[..., tuple[Any, ...]]:
    """The work of making a file fit: (packed recognition, `MadeFit`). What was made is in the file to write."""

    def fit(fd: int, size: int, path: str, out: int) -> tuple[Any, ...]:
        allow_seconds(LOOKING)
        name = path.rpartition("/")[2]
        known = recognise(fd, size, name)
        plan = plan_fit(known, path, target, floor)
        try:
            made = _follow(plan, known, fd, size, name, out)
        except OSError as problem:
            if problem.errno != errno.ENOSPC:
                raise
            made = MadeFit("cannot", no_room())
        return pack(known), tuple(made)

    return fit


def no_room() -> str:
    """Why nothing was made where the folder for temporary files is full."""
    import tempfile

    return f"there is no space left in {tempfile.gettempdir()}, where copies are made (TMPDIR names another folder)"


def work_of_judging(target: FitTarget) -> Callable[..., tuple[Any, ...]]:
    """The work of judging a copy: (why it is refused, or empty; its type; its sha256; its metadata by name; who takes
    it)."""

    def judge(fd: int, size: int, path: str) -> tuple[Any, ...]:
        name = path.rpartition("/")[2]
        os.lseek(fd, 0, os.SEEK_SET)
        known = recognise(fd, size, name)
        refused = find_refusals(known, name, target)
        if refused:
            return refused[0].message, known.type, "", (), ()
        unread = read_back(fd, size, known.type or "")
        taken = target.names
        if not taken and not find_refusals(known, name, _TABLE):
            taken = _TABLE.names
        return unread or "", known.type, digest_of(fd), _facts_of(fd, size, name, known.type), taken

    return judge


def _follow(plan: FitPlan, known: Recognition, fd: int, size: int, name: str, out: int) -> MadeFit:
    if plan.fits and not plan.goals:
        return MadeFit("fits")
    if plan.reason:
        return MadeFit("cannot", plan.reason)
    facts = _facts_of(fd, size, name, known.type)
    if plan.renamed is not None:
        _copy_all(fd, out)
        said = Converted((f"the same bytes, with a name that says {plan.renamed}",))
        return MadeFit("made", "", plan.renamed, facts, _plain(said))
    source = FileSource(fd, size, type_of_extension(extension_of(name)))
    try:
        best, failed = _try_all(plan.goals, source, known, out)
    finally:
        source.close()
    if best is None:
        if plan.fits:
            return MadeFit("fits")
        worst = min(failed, key=lambda each: _WORST.index(each.why))
        return MadeFit("cannot", str(worst))
    kind, made = best
    return MadeFit("made", "", kind, facts, _plain(made))


def _try_all(
    goals: tuple[Goal, ...], source: FileSource, known: Recognition, out: int
) -> tuple[tuple[str, Converted] | None, list[CannotFit]]:
    """The best copy, which is then in `out`, and why others failed."""
    best: tuple[str, Converted] | None = None
    failed: list[CannotFit] = []
    for goal in goals:
        held = unnamed_file()
        try:
            made = _make(goal, source, known, held)
            if best is None or _worth(made) > _worth(best[1]):
                best = goal.type, made
                _copy_all(held, out)
        except CannotFit as problem:
            if goal.exact and problem.why == "quality":
                continue  # the same type is tried again below, with some loss
            failed.append(problem)
            if problem.why in ("signed", "encrypted", "damaged"):
                break
        finally:
            os.close(held)
        if best is not None and (best[1].ssim is None or best[1].ssim >= _LIKE):
            break
    return best, failed


def _worth(made: Converted) -> tuple[float, ...]:
    """What makes one copy better than another: what it keeps of what shows through and moves, then its likeness."""
    lost = sum(each in made.lost for each in ("transparency", "movement", "animation"))
    return -lost, 1.0 if made.ssim is None else made.ssim


def _make(goal: Goal, source: FileSource, known: Recognition, held: int) -> Converted:
    way = way_for(known, goal)
    if way is None:
        raise CannotFit("no-way", f"nothing makes a {goal.type} of it")
    allow_seconds(SECONDS[way])
    with stream_of(held) as stream:
        made = load_way(way)(source, known, goal, stream)
    size = os.fstat(held).st_size
    if not 0 < size <= goal.most:
        raise CannotFit("quality", f"it could not be made smaller than {size:,} bytes")
    if made.ssim is not None and made.ssim < goal.floor:
        words = f"it would be like its original by {made.ssim:.3f} only, and the floor is {goal.floor:g}"
        raise CannotFit("quality", words)
    allow_seconds(LOOKING)
    return made


def stream_of(held: int) -> IO[bytes]:
    """An open file that no path leads to, for a way to write: closing it leaves it open under its number."""
    return os.fdopen(os.dup(held), "r+b")


def _copy_all(source: int, out: int) -> None:
    os.ftruncate(out, 0)
    at = 0
    while piece := os.pread(source, _PIECE, at):
        rest = memoryview(piece)
        while rest:
            written = os.pwrite(out, rest, at)
            rest, at = rest[written:], at + written


def _plain(made: Converted) -> tuple[Any, ...]:
    return made.changes, made.lost, made.ssim, made.encodes, made.warning


def _facts_of(fd: int, size: int, name: str, kind: str | None) -> tuple[str, ...]:
    """What a file tells besides its content, by name; nothing of a kind in which nobody can look."""
    source = FileSource(fd, size, type_of_extension(extension_of(name)))
    try:
        return tuple(fact for fact, told in find_metadata(source, kind).facts if told)
    except Exception:  # noqa: BLE001  # a reader that fails on a file says nothing of it, and the file is judged elsewhere
        return ()
    finally:
        source.close()
