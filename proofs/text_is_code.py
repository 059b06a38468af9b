"""How often `text-is-code` is right, on real files that somebody has collected; none of them belongs to the project.

    python proofs/text_is_code.py --code PowerShell=~/samples/ps1 --code Go=~/samples/go --prose ~/samples/letters

A folder of `--code LANGUAGE=FOLDER` holds sources of one language, one of `--prose FOLDER` letters, logs, mails and
chats; every file below counts, whatever its name, and is judged as if it were called `.txt`. It says recall for each
language, precision over everything, and the milliseconds that a file costs. Ends with 1 where recall of a language is
below 0.9, precision below 0.99 or the time above 0.3 ms; without folders there is nothing to measure.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from occ_media_cli.media.kinds import text
from occ_media_cli.media.readers.source_code import is_source_code
from occ_media_cli.media.source import source_of

RECALL, PRECISION, MILLISECONDS = 0.9, 0.99, 0.3


class Judged(NamedTuple):
    """files: how many are text at all. wrong: those with the wrong answer. seconds: of processor, for the question."""

    files: int
    noted: int
    wrong: list[Path]
    seconds: float


def files_below(folder: Path) -> Iterator[Path]:
    """Every regular file with bytes."""
    return (each for each in sorted(folder.rglob("*")) if each.is_file() and each.stat().st_size)


def judge(folder: Path, *, is_code: bool) -> Judged:
    """Ask of every file that is text and no markup; what is markup has another note already."""
    files = noted = 0
    wrong, seconds = [], 0.0
    for path in files_below(folder):
        found = text.recognise(source_of(path.read_bytes(), "txt"))
        if found is None or any(each.code == "text-is-markup" for each in found.observations):
            continue
        files += 1
        answer = any(each.code == "text-is-code" for each in found.observations)
        noted += answer
        if answer != is_code:
            wrong.append(path)
        start = path.read_bytes()[:8192]
        begun = time.process_time()
        is_source_code(start)
        seconds += time.process_time() - begun
    return Judged(files, noted, wrong, seconds)


def main() -> int:
    """Measure and say so."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--code", action="append", default=[], metavar="LANGUAGE=FOLDER")
    arguments.add_argument("--prose", action="append", default=[], metavar="FOLDER")
    arguments.add_argument("--show", action="store_true", help="name every file with the wrong answer")
    asked = arguments.parse_args()
    if not asked.code and not asked.prose:
        print("skipped: needs folders of samples (--code LANGUAGE=FOLDER, --prose FOLDER)")
        return 0
    is_source_code(b"warm = up()\n")
    failed, right, noted, files, seconds = False, 0, 0, 0, 0.0
    languages: dict[str, list[Judged]] = {}
    for language, _, folder in (each.partition("=") for each in asked.code):
        languages.setdefault(language, []).append(judge(Path(folder).expanduser(), is_code=True))
    prose = [judge(Path(folder).expanduser(), is_code=False) for folder in asked.prose]
    for language, parts in sorted(languages.items()):
        total, of_it = sum(each.files for each in parts), sum(each.noted for each in parts)
        right += of_it
        recall = of_it / total if total else 0.0
        failed |= recall < RECALL
        print(f"recall {recall:.3f}  {language}: {of_it} of {total}")
    for folder, judged in zip(asked.prose, prose, strict=True):
        print(f"false notes {judged.noted} of {judged.files}  {folder}")
    for judged in [*prose, *(each for parts in languages.values() for each in parts)]:
        files, seconds, noted = files + judged.files, seconds + judged.seconds, noted + judged.noted
        for path in judged.wrong if asked.show else ():
            print(f"  {path}")
    of_prose = sum(each.files for each in prose)
    false = sum(each.noted for each in prose)
    precision = right / noted if noted else 1.0
    print(f"precision {precision:.4f}: {false} false notes in {of_prose} files of prose, {right} right ones")
    each_ms = 1000 * seconds / files if files else 0.0
    print(f"{each_ms:.3f} ms a file, {files} files")
    return (
        1
        if failed or precision < PRECISION or (of_prose and false / of_prose > 1 - PRECISION) or each_ms > MILLISECONDS
        else 0
    )


if __name__ == "__main__":
    raise SystemExit(main())
