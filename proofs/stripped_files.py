"""Every file below some folders, stripped: what other programs still find in the copies, and whether they are the same.

    nice -n 15 python proofs/stripped_files.py [--keep DIR] FOLDER ...

Judges: exiftool and mat2 (private tags), Pillow (pixels of each frame), ffmpeg (hashes of each stream, cover pictures
left out), qpdf and pypdfium2 (text and pictures of each page), openpyxl and the words of each part (Office). A judge
that is not installed is named. Exits 1 where a tag is left, a copy is another one, or a whole file was refused.
"""

from __future__ import annotations

import argparse
import collections
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.types import BY_TYPE
from occ_media_cli.safety.strip import Stripped, StripRefused, stream_copy, strip
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool
from proofs.stripped_judges import private_tags, same_content

_FINE = ("damaged", "signed", "encrypted")


def _work(fd: int, size: int, name: str) -> tuple[str, object]:
    """(type, the copy as plain values or the words of the refusal)."""
    kind = recognise(fd, size, name).type
    if kind not in BY_TYPE or (kind == "txt" and not name.endswith(".txt")):
        return "", ""
    source = FileSource(fd, size, kind)
    try:
        return kind, tuple(strip(source, kind))
    except StripRefused as refused:
        return kind, str(refused)
    finally:
        source.close()


def _files(folders: list[str]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(Path(folder).rglob("*")) if path.is_file() and not path.is_symlink())


def _copies(folders: list[str], into: Path) -> tuple[dict[Path, tuple[Path, Stripped]], list[tuple[Path, str, str]]]:
    made: dict[Path, tuple[Path, Stripped]] = {}
    refused: list[tuple[Path, str, str]] = []
    with Pool(Task(_work, "stripping it", 30.0)) as pool:
        jobs = (Job(os.open(path, os.O_RDONLY), path.stat().st_size, path.name, path) for path in _files(folders))
        for job, answer in pool.run(jobs):
            if isinstance(answer, Failed):
                refused.append((job.tag, "?", f"FAILED: {answer.reason}"))
                continue
            kind, copy = answer
            if isinstance(copy, str):
                if kind:
                    refused.append((job.tag, kind, copy))
                continue
            stripped, out = Stripped(*copy), into / f"{len(made):05}.{kind}"
            fd = os.open(job.tag, os.O_RDONLY)
            with out.open("wb") as written:
                for part in stream_copy(stripped, fd):
                    written.write(part)
            os.close(fd)
            made[out] = (job.tag, stripped)
    return made, refused


def _main() -> int:
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--keep", metavar="DIR", help="keep the copies there")
    words.add_argument("--judge", action="append", choices=("exiftool", "mat2"), help="ask this one alone (repeatable)")
    words.add_argument("folders", nargs="+")
    asked = words.parse_args()
    into = Path(asked.keep or tempfile.mkdtemp(prefix="stripped-"))
    into.mkdir(parents=True, exist_ok=True)
    made, refused = _copies(asked.folders, into)
    kinds = collections.Counter(out.suffix[1:] for out in made)
    total = len(made) + len(refused)
    print("stripped:", ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    whole = [each for each in refused if not any(word in each[2] for word in _FINE)]
    for path, kind, why in refused:
        print(f"refused: {kind} {path.name}: {why}")
    left = 0
    for judge in asked.judge or ("exiftool", "mat2"):
        if shutil.which(judge) is None:
            print(f"{judge}: not installed")
            continue
        tags = private_tags(judge, into)
        left += len(tags)
        print(f"{judge}: {len(tags)} private tags left in {len(made)} copies")
        for out, tag, value in tags[:40]:
            print(f"  {made[out][0].name}: {tag} = {value}")
    same: collections.Counter[str] = collections.Counter()
    others = 0
    for out, (original, stripped) in made.items():
        for what, equal in same_content(original, out, stripped.removed):
            same[f"{what}: {'the same' if equal else 'another'}"] += 1
            if not equal:
                others += 1
                print(f"another: {what} of {original.name}")
    for line, count in sorted(same.items()):
        print(f"{line} {count}")
    share = 100 * len(made) / max(total, 1)
    print(f"{len(made)} of {total} stripped ({share:.1f} %), {len(whole)} whole files refused, ", end="")
    print(f"{left} private tags left, {others} copies are another file")
    if asked.keep is None:
        shutil.rmtree(into)
    return 1 if left or others or whole else 0


if __name__ == "__main__":
    raise SystemExit(_main())
