"""Every kind of file, every reason why it does not fit, into four channels: is a copy made, and does everybody agree?

    nice -n 15 python proofs/fit_matrix.py [--real N] [--kind FAMILY]

A copy counts where `check --strict` accepts it for its channel and an independent reader agrees: ffprobe, Pillow, qpdf,
zipfile. Each refusal is listed with its reason. Exits 1 where fewer than 90 % are made, a judge contradicts, an
original was touched, or a refusal says anything but that it is signed, encrypted, or would lose too much.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.api import OccMedia
from occ_media_cli.decide.fit import Fitted
from proofs.fit_cases import CHANNELS, CORPUS, KINDS, TYPES, Case, made_cases, real_cases

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
        _print(table)
    return counts, said


def _print(table: dict[tuple[str, str], dict[str, collections.Counter[str]]]) -> None:
    print("\n| kind | reason | " + " | ".join(CHANNELS) + " |\n|---|---|" + "---|" * len(CHANNELS))
    for (kind, reason), row in sorted(table.items()):
        cells = []
        for channel in CHANNELS:
            found = row.get(channel, collections.Counter())
            asked = sum(many for state, many in found.items() if state != "as it is")
            cells.append(f"{found['made']} of {asked}" if asked else ("as it is" if found else "-"))
        print(f"| {kind} | {reason} | " + " | ".join(cells) + " |")


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
