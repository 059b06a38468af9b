"""Every kind of file, every reason why it does not fit, into four channels: is a copy made, and does everybody agree?

    nice -n 15 python proofs/fit_matrix.py [--real N] [--kind FAMILY]

A copy counts where `check --strict` accepts it for its channel and an independent reader agrees: ffprobe, Pillow, qpdf,
zipfile. Each refusal is listed with its reason. Of films and sounds, length and loudness (EBU R128, by ffmpeg) are held
against those of the original: 50 ms, and a frame of a film; 1 LU, unless it is told how many dB softer it is. Exits 1
where fewer than 90 % are made, a judge contradicts, an original was touched, a copy is off, or a refusal says anything
but that it is signed, encrypted, or would lose too much.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.api import OccMedia
from occ_media_cli.decide.fit import Fitted
from occ_media_cli.decide.fit_copy import WrittenCopy
from proofs.fit_cases import CHANNELS, CORPUS, KINDS, TYPES, Case, made_cases, real_cases
from tests.unit.convert.films import listen, probed

FLOOR = 0.9
TRUE = (
    "can be read",
    "like its original",
    "smaller than",
    "signed",
    "encrypted",
    "likeness",
    "floor",
    "made smaller",
    "still ha",
)
"""Words of a refusal that is one of those that may be."""

LONGEST_OFF, LOUDEST_OFF = 50.0, 1.0
"""Milliseconds and LU by which a copy may be off."""

QUIET = -60.0
"""LUFS below which nobody hears a difference."""


class Off(NamedTuple):
    """How far a copy is off. ms: of the length, whichever of picture and sound is more; of a picture, beyond one frame.
    louder: LU, None where there is nothing to hear; softer_told: dB that it says that it is softer."""

    ms: float
    louder: float | None
    softer_told: float

    @property
    def wrong(self) -> str:
        """What is not as it should be."""
        found = [f"its length is off by {self.ms:.0f} ms"] if abs(self.ms) > LONGEST_OFF else []
        if self.louder is not None and not -LOUDEST_OFF - self.softer_told <= self.louder <= LOUDEST_OFF:
            found.append(f"it is {self.louder:+.1f} LU, and {self.softer_told:.0f} dB softer was told")
        return "; ".join(found)


def measure_off(case: Case, made: WrittenCopy) -> Off | None:
    """How far a copy of a film or sound is off."""
    if case.kind not in (*TYPES["films"], *TYPES["sounds"]) or made.type not in (*TYPES["films"], *TYPES["sounds"]):
        return None
    copy, told = Path(made.path), [re.search(r"(\d+) dB softer", each) for each in made.changes]
    ms, louder = 0.0, None
    if has_sound(case.path) and has_sound(copy):
        (lasted, before), (lasts, after) = listen(case.path), listen(copy)
        ms = (lasts - lasted) * 1000
        louder = after - before if max(before, after) > QUIET else None
    if case.kind in TYPES["films"]:
        (shown, frame), (shows, other) = shown_seconds(case.path), shown_seconds(copy)
        off = (shows - shown) * 1000
        spare = max(frame, other) * 1000
        ms = max(ms, max(0.0, abs(off) - spare), key=abs)
    return Off(ms, louder, sum(float(each[1]) for each in told if each))


def has_sound(path: Path) -> bool:
    """Whether there is anything to hear, for ffprobe."""
    return any(each["codec_type"] == "audio" and each.get("channels") for each in probed(path)[1])


def shown_seconds(path: Path) -> tuple[float, float]:
    """(how long its picture plays, by its packets; how long its longest frame stands)."""
    words = ["-select_streams", "V:0", "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0"]
    said = subprocess.run(["ffprobe", "-v", "error", *words, str(path)], capture_output=True, text=True).stdout
    rows = [line.split(",")[:2] for line in said.split()]
    times = sorted(float(at) for at, *_ in rows if at[:1].isdigit() or at.startswith("-"))
    lasts = [float(row[1]) for row in rows if len(row) > 1 and row[1][:1].isdigit()]
    gaps = [two - one for one, two in itertools.pairwise(times)]
    frame = max(gaps, default=0.0) or max(lasts, default=0.0)
    return (times[-1] - times[0] + (lasts[-1] if lasts else frame), frame) if times else (0.0, 0.0)


def independent(path: Path, kind: str) -> str | None:
    """Why a reader that is not ours refuses a copy."""
    if kind in ("jpg", "png", "gif", "webp"):
        from PIL import Image

        with Image.open(path) as picture:
            picture.load()
        return None
    if kind == "pdf":
        done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
        return None if done.returncode in (0, 3) else done.stderr
    if kind in ("docx", "xlsx", "pptx"):
        with zipfile.ZipFile(path) as package:
            return package.testzip()
    if kind == "txt":
        return None
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)], capture_output=True, text=True
    )
    if done.returncode or done.stderr:
        return done.stderr or "ffprobe failed"
    streams = json.loads(done.stdout)["streams"]
    if not streams:
        return "no stream"
    decoded = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-f", "null", "-"],
                             capture_output=True, text=True)  # fmt: skip
    return decoded.stderr or None


def strict(desk: OccMedia, path: str, channel: str) -> str | None:
    """Why a strict check refuses a copy."""
    (found,) = desk.check(path, channels=[channel], direction="send", strict=True)
    return None if found.verdict == "accepted" else "; ".join(each.message for each in found.problems)


def judge(desk: OccMedia, case: Case, done: Fitted, most: int | None) -> tuple[str, str]:
    """(made, as it is, refused or WRONG; why)."""
    if done.written is None:
        if done.as_it_is:
            return "as it is", ""
        return ("refused" if any(word in done.reason for word in TRUE) else "REFUSED"), done.reason
    made = done.written
    wrong = strict(desk, made.path, case.channel) or independent(Path(made.path), made.type)
    if wrong is not None and wrong == independent(case.path, case.kind):
        wrong = None  # said of the original too, whose packets were taken over
    size = Path(made.path).stat().st_size
    if wrong is None and (size != made.size or (most is not None and size > most)):
        wrong = f"{size} bytes, and {most} were to be had"
    return ("WRONG", wrong) if wrong else ("made", f"{made.type} {made.size} {made.ssim}")


def run_cases(cases: list[Case], folder: Path, *, show: bool) -> tuple[collections.Counter[str], list[str]]:
    """How many were made, and what is to be said of the others."""
    desk = OccMedia(folder / "none.db")
    counts: collections.Counter[str] = collections.Counter()
    table: dict[tuple[str, str], dict[str, collections.Counter[str]]] = {}
    offs: dict[tuple[str, str], list[Off]] = {}
    said: list[str] = []
    for number, case in enumerate(cases):
        before = hashlib.sha256(case.path.read_bytes()).digest()
        most = None if case.share is None else int(case.path.stat().st_size * case.share)
        began = time.monotonic()
        (done,) = desk.fit(
            str(case.path),
            channel=case.channel,
            max_size=most,
            write=str(folder / f"out-{number}"),
            quality_floor=FLOOR,
        )
        state, why = judge(desk, case, done, most)
        if hashlib.sha256(case.path.read_bytes()).digest() != before:
            state, why = "WRONG", "the original was touched"
        if state == "made" and done.written is not None and (off := measure_off(case, done.written)) is not None:
            offs.setdefault((case.kind, case.reason), []).append(off)
            why += f" {off.ms:+.0f} ms" + ("" if off.louder is None else f" {off.louder:+.2f} LU")
            if off.wrong:
                state, why = "WRONG", f"{why}: {off.wrong}"
        counts[state] += 1
        row = table.setdefault((case.kind, case.reason), {})
        row.setdefault(case.channel, collections.Counter())[state] += 1
        line = (
            f"{state:8} {case.path.name:16} {case.reason:16} {case.channel:15} {time.monotonic() - began:5.1f} s  {why}"
        )
        if state in ("refused", "REFUSED", "WRONG"):
            said.append(line)
        if show:
            print(line, flush=True)
        shutil.rmtree(folder / f"out-{number}", ignore_errors=True)
    if show:
        _print(table, offs)
    return counts, said


def _print(
    table: dict[tuple[str, str], dict[str, collections.Counter[str]]], offs: dict[tuple[str, str], list[Off]]
) -> None:
    heads = [*CHANNELS, "ms off", "LU off", "measured"]
    print("\n| kind | reason | " + " | ".join(heads) + " |\n|---|---|" + "---|" * len(heads))
    for (kind, reason), row in sorted(table.items()):
        cells = []
        for channel in CHANNELS:
            became = row.get(channel, collections.Counter())
            asked = sum(many for state, many in became.items() if state != "as it is")
            cells.append(f"{became['made']} of {asked}" if asked else ("as it is" if became else "-"))
        found = offs.get((kind, reason), [])
        cells.append(f"{max((abs(each.ms) for each in found), default=0):.0f}" if found else "-")
        louder = [abs(each.louder) for each in found if each.louder is not None]
        cells.append(f"{max(louder):.2f}" if louder else "-")
        cells.append(f"{len(found)}, {sum(bool(each.wrong) for each in found)} wrong" if found else "-")
        print(f"| {kind} | {reason} | " + " | ".join(cells) + " |")
    every = [each for found in offs.values() for each in found]
    loud = sum(each.louder is not None for each in every)
    off = sum(bool(each.wrong) for each in every)
    print(f"{len(every)} lengths and {loud} loudnesses held against those of the originals: {off} off")


def main() -> int:
    """Run the matrix."""
    words = argparse.ArgumentParser()
    words.add_argument("--real", type=int, default=120)
    words.add_argument("--kind", choices=sorted(KINDS), help="this family of files only")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        families = [asked.kind] if asked.kind else list(KINDS)
        cases = [*made_cases(folder, families)]
        real = [case for case in real_cases(folder) if any(case.kind in TYPES[family] for family in families)]
        cases += real[:: max(1, len(real) // asked.real)] if asked.real else []
        if not CORPUS.is_dir():
            print(f"{CORPUS} is not here: only files that are made are tried")
        counts, said = run_cases(cases, folder, show=True)
    print("", *said, sep="\n")
    asked_for = sum(many for state, many in counts.items() if state != "as it is")
    share = counts["made"] / max(1, asked_for)
    print(f"\n{len({case.path for case in cases})} files, {len(cases)} cases: {dict(counts)}; made {share:.1%}")
    return 1 if share < 0.9 or counts["WRONG"] or counts["REFUSED"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
