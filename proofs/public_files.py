"""Files that people have published, judged by `check` and by other programs; none of them belongs to the project.

    python proofs/public_files.py --readers ~/readers/bin/python ~/samples/images ~/samples/office

Takes every file below the folders whose name claims a type of the product's table, once for each content, and asks the
product (in its pool of limited processes) and the programs of `proofs/second_reader/opened.py`, which run in the Python
of `--readers` (Pillow, pypdfium2, python-docx, openpyxl, python-pptx, olefile, xlrd, charset-normalizer; besides
ffprobe, qpdf, poppler, unzip, antiword, catdoc). It prints a row for each type and names the candidates for a fault:
files that are refused though a reader opens them, and such as pass though a reader does not. Whether they are faults is
for a person to say; those that are judged stand in a file of `--judged`, a line each: SHA256, a TAB, `right` or
`wrong`, a TAB, why. Ends with 1 where more than 3 in 1,000 files that a reader opens are refused and not judged right.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.decide.policy import Policy
from occ_media_cli.decide.result import FileResult, result_of, work_of
from occ_media_cli.media.look import Look
from occ_media_cli.media.types import type_of_extension

CHECKS = ("unzip", "unix_file")
"""Readers that look at the frame alone: their no is a doubt, their yes opens nothing."""

READER = Path(__file__).resolve().parent / "second_reader" / "opened.py"
MOST_REFUSED = 0.003


class Judged(NamedTuple):
    """What both said of a file. words: [reader, opens, what it said], of each that could be asked."""

    path: Path
    type: str
    digest: str
    product: FileResult
    words: list[tuple[str, bool, str]]

    @property
    def passes(self) -> bool:
        """Whether the product accepts it."""
        return self.product.verdict == "accepted"

    @property
    def opens(self) -> bool:
        """Whether a reader opens it as the type that its name claims."""
        return any(good for reader, good, _ in self.words if reader not in CHECKS)

    @property
    def fails(self) -> bool:
        """Whether a reader does not."""
        return any(not good for _, good, _ in self.words)


def samples(folders: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Every file whose name claims a type of the table, one of each content, with its digest."""
    seen = set[str]()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and type_of_extension(path.suffix[1:].lower()):
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                if digest not in seen:
                    seen.add(digest)
                    yield path, digest


def judge(files: dict[Path, str], said: dict[str, list[tuple[str, bool, str]]]) -> Iterator[Judged]:
    """Ask the product, and put beside it what the readers said."""
    look = Look(work_of(Policy()))
    for (path, digest), seen in zip(files.items(), look.at(os.fsencode(path) for path in files), strict=True):
        claimed = type_of_extension(path.suffix[1:].lower()) or ""
        yield Judged(path, claimed, digest, result_of(seen), said[digest])


def ask_readers(files: dict[Path, str], python: str, kept: Path | None) -> dict[str, list[tuple[str, bool, str]]]:
    """What the readers say of each content; `kept` is a file of their answers, to which new ones are added."""
    lines = kept.read_text().splitlines() if kept is not None and kept.exists() else []
    said = {each["digest"]: each["words"] for each in map(json.loads, lines)}
    new = {path: digest for path, digest in files.items() if digest not in said}
    asked = b"".join(os.fsencode(path) + b"\0" for path in new)
    done = subprocess.run([python, str(READER)], input=asked, stdout=subprocess.PIPE, check=True)
    for digest, line in zip(new.values(), done.stdout.splitlines(), strict=True):
        said[digest] = json.loads(line)["words"]
    if kept is not None:
        kept.write_text("".join(json.dumps({"digest": digest, "words": each}) + "\n" for digest, each in said.items()))
    return said


def main() -> int:
    """Ask, print the table and the candidates."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    arguments.add_argument("--readers", default=sys.executable, metavar="PYTHON", help="the Python with the libraries")
    arguments.add_argument("--judged", type=Path, metavar="FILE", help="what a person said of candidates before")
    arguments.add_argument("--words", type=Path, metavar="FILE", help="keep what the readers said for the next run")
    arguments.add_argument("--verdicts", type=Path, metavar="FILE", help="write verdict, codes and path of every file")
    asked = arguments.parse_args()
    if not asked.folders:
        print("skipped: needs folders of collected files (FOLDER...)")
        return 0
    known = dict(_judged_before(asked.judged)) if asked.judged else {}
    files = dict(samples(asked.folders))
    found = list(judge(files, ask_readers(files, asked.readers, asked.words)))
    if asked.verdicts:
        asked.verdicts.write_text("".join(f"{_verdict(each)}\t{each.path}\n" for each in found))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in found:
        told = "refused-right" if known.get(each.digest, ("",))[0] == "right" else "refused"
        state = "accepted" if each.passes else told if each.opens else "both-refuse"
        counts[each.type].update(["files", state, *(["doubted"] if each.passes and each.fails else [])])
        counts["all"].update(["files", state, *(["doubted"] if each.passes and each.fails else [])])
        if not each.passes and each.opens:
            print(f"refused, and a reader opens it: {_described(each)} {' '.join(known.get(each.digest, ()))}")
        elif each.passes and each.fails:
            print(f"accepted, and a reader does not open it: {_described(each)}")
    columns = ("files", "accepted", "refused", "refused-right", "both-refuse", "doubted")
    print(" ".join(["type".ljust(6), *(column.rjust(13) for column in columns)]))
    for name, row in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        print(" ".join([name.ljust(6), *(f"{row[column]:,}".rjust(13) for column in columns)]))
    whole = counts["all"]["accepted"] + counts["all"]["refused"]
    share = counts["all"]["refused"] / whole if whole else 0.0
    print(f"{whole:,} files that open or pass, {counts['all']['refused']} refused: {1 - share:.2%} true accepts")
    return 1 if share > MOST_REFUSED else 0


def _verdict(each: Judged) -> str:
    return f"{each.product.verdict}\t{','.join(problem.code for problem in each.product.problems)}"


def _described(each: Judged) -> str:
    ours = "; ".join(f"{problem.severity} {problem.code}: {problem.message}" for problem in each.product.problems)
    theirs = "; ".join(f"{reader} {'opens' if good else 'FAILS'} ({said})" for reader, good, said in each.words)
    return f"{each.path}\n    {each.digest}\n    {ours or 'nothing to say'}\n    {theirs}"


def _judged_before(file: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    for line in file.read_text().splitlines():
        digest, verdict, why = line.split("\t")
        yield digest, (verdict, why)


if __name__ == "__main__":
    raise SystemExit(main())
