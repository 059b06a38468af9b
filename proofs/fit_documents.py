"""Real documents made smaller, and judged by programs that have nothing to do with this one.

    nice -n 15 python proofs/fit_documents.py [--share 0.6,0.3,0.15] [--floor 0] [--table FILE] [--office] FOLDER ...

Every pdf, docx, xlsx and pptx below the folders is to have at most that share of its bytes. Each way runs in a process
of its own, with 60 s and 3 GB. What it makes is judged:

- PDF: `qpdf --check` finds nothing that it did not find before, `pdftotext` reads the same text, and `pdftoppm` shows
  the same pages (SSIM at 100 dots per inch of the first pages, the mean and the worst).
- Office: `unzip -t`, python-docx, openpyxl or python-pptx open it as they opened the original, and every part but the
  pictures, their relationships and the types is the same byte for byte; with `--office`, LibreOffice writes the same
  words of both.

A table of the kinds of outcome is printed, and with --table a line for each. Exits 1 where a judge objects, where a
result is over its limit, or where a way breaks off.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.convert.goal import CannotFit, Converted, Goal
from occ_media_cli.convert.likeness import likeness
from occ_media_cli.media.recognise import by_structure
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource

OFFICE = ("docx", "xlsx", "pptx")
SECONDS, SPACE = 60, 3 << 30
PAGES = 4
"""Pages of a document that are shown and compared."""


class Outcome(NamedTuple):
    """What came of one document and share."""

    word: str
    size: int
    seconds: float
    memory: int
    made: Converted | None
    reason: str


def convert(path: Path, share: float, floor: float, into: Path) -> Outcome:
    """Run the way in a process of its own."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_work, args=(path, share, floor, into, there))
    start = time.monotonic()
    child.start()
    there.close()
    try:
        answer = here.recv() if here.poll(SECONDS + 5) else ("hangs", 0, None, "")
    except EOFError:
        answer = ("breaks off", 0, None, "")
    child.kill()
    child.join()
    word, memory, made, reason = answer
    return Outcome(word, into.stat().st_size if into.exists() else 0, time.monotonic() - start, memory, made, reason)


def _work(path: Path, share: float, floor: float, into: Path, pipe: Any) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))
    fd, kind = os.open(path, os.O_RDONLY), path.suffix[1:].lower()
    source = FileSource(fd, os.fstat(fd).st_size, kind)
    found = by_structure(source)
    known = Recognition(kind, "", "", source.size, found.facts if found is not None else {})
    goal = Goal(kind, int(source.size * share), floor=floor)
    try:
        with into.open("w+b") as out:
            made = import_module(f"occ_media_cli.convert.{'pages' if kind == 'pdf' else 'office'}").make(
                source, known, goal, out
            )
        answer = ("fits", made, "")
    except CannotFit as error:
        into.unlink()
        answer = (error.why, None, str(error))  # type: ignore[assignment]
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        answer = ("breaks off", None, repr(error))  # type: ignore[assignment]
    pipe.send((answer[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, *answer[1:]))


def run(*words: str | Path) -> tuple[int, bytes]:
    """An independent program: its exit code, and what it wrote."""
    bounded = ["prlimit", "--as=2000000000", "--cpu=20", *map(str, words)]  # a bomb is one for the judges, too
    try:
        done = subprocess.run(bounded, capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        return 255, b""
    return done.returncode, done.stdout


def run_free(*words: str | Path) -> None:
    """A program that needs room of its own."""
    subprocess.run(list(map(str, words)), capture_output=True, timeout=180, check=False)


def judge_pdf(before: Path, after: Path) -> tuple[list[str], list[float]]:
    """(objections, SSIM of each page)."""
    objections = []
    if run("qpdf", "--check", after)[0] not in (0, min(run("qpdf", "--check", before)[0], 3)):
        objections.append("qpdf objects")
    if run("pdftotext", "-layout", before, "-")[1] != run("pdftotext", "-layout", after, "-")[1]:
        objections.append("another text")
    pages = []
    with tempfile.TemporaryDirectory() as folder:
        for name, document in (("a", before), ("b", after)):
            run("pdftoppm", "-r", "100", "-l", str(PAGES), "-png", "-scale-to", "1400", document, Path(folder, name))
        names = sorted(each.name[1:] for each in Path(folder).glob("a*"))
        if names != sorted(each.name[1:] for each in Path(folder).glob("b*")):
            objections.append("other pages")
        else:
            from PIL import Image

            shown = [[Image.open(Path(folder, each + name)).convert("RGB") for each in "ab"] for name in names]
            pages = [likeness(*pair) for pair in shown]
    return objections, pages


def judge_office(before: Path, after: Path, *, office: bool) -> list[str]:
    """Objections."""
    objections = []
    if run("unzip", "-tqq", after)[0]:
        objections.append("unzip objects")
    if _opens(before) and not _opens(after):
        objections.append("python library objects")
    one, other = zipfile.ZipFile(before), zipfile.ZipFile(after)
    kept = {each.filename: one.read(each) for each in one.infolist()}
    left = {each.filename: other.read(each) for each in other.infolist()}
    stems = {Path(name).stem for name in left.keys() - kept.keys()}
    for name, content in kept.items():
        media = "/media/" in f"/{name}" and (
            name in left or Path(name).stem in {stem.split("-")[0] for stem in stems} | stems
        )
        if not media and not name.endswith(".rels") and name != "[Content_Types].xml" and left.get(name) != content:
            objections.append(f"{name} is another")
    if [Path(name).stem for name in kept] != [Path(name).stem for name in left] and not stems:
        objections.append("another order")
    if office and _words(before) != _words(after):
        objections.append("LibreOffice reads another text")
    return objections


def _opens(path: Path) -> bool:
    try:
        if path.suffix == ".docx":
            import docx

            for each in docx.Document(str(path)).part.package.iter_parts():
                getattr(each, "image", None)
        elif path.suffix == ".xlsx":
            import openpyxl

            openpyxl.load_workbook(path)
        else:
            import pptx

            for slide in pptx.Presentation(str(path)).slides:
                for shape in slide.shapes:
                    if shape.shape_type == 13:
                        _ = shape.image.size
    except Exception:  # noqa: BLE001 - whatever such a library thinks of it
        return False
    return True


def _words(path: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        to = {".docx": "txt:Text", ".xlsx": "csv", ".pptx": "pdf"}[path.suffix]
        run(
            "soffice",
            f"-env:UserInstallation=file://{folder}/u",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            folder,
            path,
        )
        made = next(Path(folder).glob(f"{path.stem}.*"), None)
        if made is None:
            return b""
        return run("pdftotext", made, "-")[1] if made.suffix == ".pdf" else made.read_bytes()


def main() -> int:
    """See the text of the module."""
    asked = argparse.ArgumentParser()
    asked.add_argument("folders", nargs="+", type=Path)
    asked.add_argument("--share", default="0.6,0.3,0.15")
    asked.add_argument("--floor", type=float, default=0.0)
    asked.add_argument("--most", type=int, default=10_000)
    asked.add_argument("--table", type=Path)
    asked.add_argument("--office", action="store_true")
    asked.add_argument("--kinds", default="pdf,docx,xlsx,pptx")
    given = asked.parse_args()
    kinds = given.kinds.split(",")
    files = sorted(path for folder in given.folders for path in folder.rglob("*") if path.suffix[1:].lower() in kinds)
    counts: dict[tuple[str, float], Counter[str]] = defaultdict(Counter)
    used, ssim, bad, slowest, lines = list[float](), list[float](), 0, 0.0, list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for path in files[: given.most]:
            for share in map(float, given.share.split(",")):
                into = Path(folder, "made" + path.suffix.lower())
                into.unlink(missing_ok=True)
                got = convert(path, share, given.floor, into)
                limit, objections, pages = int(path.stat().st_size * share), list[str](), list[float]()
                if got.word == "fits":
                    if path.suffix.lower() == ".pdf":
                        objections, pages = judge_pdf(path, into)
                    else:
                        objections = judge_office(path, into, office=given.office)
                    if got.size > limit:
                        objections.append("over its limit")
                    if got.made is not None and got.made.encodes:
                        used.append(got.size / limit)
                    ssim += pages
                elif got.word in ("hangs", "breaks off"):
                    objections.append(got.word)
                bad += bool(objections)
                slowest = max(slowest, got.seconds)
                counts[path.suffix[1:].lower(), share][got.word] += 1
                told = "" if got.made is None or got.made.ssim is None else f"{got.made.ssim:.3f}"
                line = "\t".join(
                    (
                        path.name, str(share), got.word, f"{got.size / limit:.3f}", f"{got.seconds:.2f} s",
                        f"{got.memory} MB", told, f"{min(pages, default=1):.3f}",
                        "; ".join(got.made.changes) if got.made else got.reason, ", ".join(objections),
                    )
                )  # fmt: skip
                lines.append(line)
                if objections:
                    print(line, flush=True)
                if given.table:
                    given.table.write_text("\n".join(lines) + "\n")
    for (kind, share), words in sorted(counts.items()):
        print(f"{kind} at {share:.0%}: " + ", ".join(f"{number} {word}" for word, number in words.most_common()))
    if used:
        print(f"{len(used)} with changed pictures use {sum(used) / len(used):.1%} of their limit")
    if ssim:
        ssim.sort()
        low = ssim[len(ssim) // 20]
        print(f"SSIM of {len(ssim)} pages: mean {sum(ssim) / len(ssim):.4f}, 5 % below {low:.3f}, worst {ssim[0]:.3f}")
    print(f"{len(files[: given.most])} documents, {bad} results objected to, the slowest took {slowest:.1f} s")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    raise SystemExit(main())
