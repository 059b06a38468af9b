"""Mutated files, made to fit: none may take the tool down, hang past its limit, or leave anything that is not whole.

    nice -n 15 python proofs/fit_mutants.py [COUNT] [SEED] [still|moving]

Each mutant is a file that can be made to fit, with some bytes flipped, cut out, doubled or cut off, and a limit below
its size; `still`: pictures and documents alone, `moving`: films and sounds alone. Exits 1 where an answer is missing, a
worker died or ran out of time, a copy does not open or passes no strict check, a file is left beside the copies, the
original is another one, or a copy was made of a picture, film or sound that another decoder reads with errors.
"""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.api import OccMedia
from proofs.fit_cases import TYPES, documents, films, pictures, sounds
from proofs.fit_matrix import independent

LONGEST = 60.0
"""Seconds for one small mutant; the limits of the program itself are minutes, for large files."""

READERS = {".jpg": "jpeg_pipe", ".png": "png_pipe"}
"""What ffmpeg reads damage in reliably: its reader of WebP knows no animations, and that of GIF no end."""

SAME = "the same bytes, with a name that says"

NOTES = (
    r"Invalid PNG signature", r"error decoding EXIF", r"unable to decode APP", r"after IEND", r"^ERROR: ",
    r"extraneous bytes before marker 0x(?!d9)", r" 1?\d extraneous bytes before", r"in chunk (?!IHDR|PLTE|IDAT|IEND)",
)  # fmt: skip
"""Words of a decoder about notes, what stands between the parts of a picture, and what follows its end."""

MOVING = frozenset(f".{kind}" for family in ("films", "sounds") for kind in TYPES[family])

CRASHED = ("was ended by", "took longer", "ended early", "failed (")


def mutate(content: bytes, rng: random.Random) -> bytes:
    """The content with something wrong in it."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        if len(data) < 2:
            break
        at = rng.randrange(len(data)) if rng.random() < 0.5 else rng.randrange(min(len(data), 600))
        kind = rng.randrange(5)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"))
        elif kind == 2:
            del data[at : at + rng.randrange(1, 64)]
        elif kind == 3:
            data[at:at] = data[at : at + rng.randrange(1, 256)]
        elif rng.random() < 0.3:
            del data[max(at, 64) :]
    return bytes(data) or b"\0"


def decodes_with_errors(path: Path) -> str:
    """What ffmpeg complains of while it decodes the first picture and the first sound of a file."""
    words = ["-i", str(path), "-map", "0:v:0?", "-map", "0:a:0?", "-fps_mode", "passthrough", "-f", "null", "-"]
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *words], capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if "[null" not in line and "Last message" not in line]
    return "; ".join(said[:2])


def seeds(folder: Path, only: Collection[str] = (), *, moving: bool = False) -> list[Path]:
    """Small files of each family. only: which films and sounds, where some are named; moving: those alone."""
    folder.mkdir()
    made = [*films(folder, 1, "176x144", only), *sounds(folder, 1, only)]
    if not moving:
        made += [*pictures(folder, 0.12), *documents(folder, 0.12)]
    return [path for path, _, _ in made]


def complaint(path: Path) -> str:
    """What another decoder has to complain of in a file; empty where nothing, or it reads no such file.

    djpeg and pngcheck, where they are installed, read pictures alone; ffmpeg also reads the notes in them and what
    follows their end, which is no matter of the picture.
    """
    if path.suffix in MOVING:
        return decodes_with_errors(path)
    reader = READERS.get(path.suffix)
    if reader is None:
        return ""
    content = path.read_bytes()
    if content.startswith(b"\xff\xd8") and (program := shutil.which("djpeg")):
        done = subprocess.run([program, "-outfile", "/dev/null", path], capture_output=True, timeout=LONGEST)
        return _of_picture(done.stderr)
    if content.startswith(b"\x89PNG") and (program := shutil.which("pngcheck")):
        done = subprocess.run([program, "-q", path], capture_output=True, timeout=LONGEST)
        return _of_picture(done.stdout)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-f", reader, "-i", path, "-frames:v", "1", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, timeout=LONGEST)
    return _of_picture(done.stderr)


def _of_picture(said: bytes) -> str:
    """What a decoder says that is about the picture."""
    lines = (line.strip() for line in said.decode(errors="replace").splitlines())
    return " ".join(line for line in lines if not any(re.search(note, line) for note in NOTES))[:200]


def run_mutants(
    count: int, seed: int, folder: Path, only: Collection[str] = (), *, moving: bool = False
) -> tuple[Counter[str], list[str]]:
    """What became of so many mutants, and what must not be. only, moving: as of `seeds`."""
    rng = random.Random(seed)
    originals = seeds(folder / "seeds", only, moving=moving)
    desk = OccMedia(folder / "none.toml")
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for begin in range(0, count, 50):
        into, out = folder / f"in-{begin}", folder / f"out-{begin}"
        into.mkdir()
        digests = {}
        for number in range(begin, min(count, begin + 50)):
            source = originals[number % len(originals)]
            path = into / f"{number}{source.suffix}"
            content = mutate(source.read_bytes(), rng)
            path.write_bytes(content)
            digests[str(path)] = hashlib.sha256(content).hexdigest()
        began = time.monotonic()
        most: int | None = rng.choice((2_000, 6_000, 20_000))
        channel = "whatsapp-cloud" if moving and begin % 100 else None  # which takes few of them: they are packed anew
        most = None if channel else most
        results = list(desk.fit(into, channel=channel, max_size=most, write=out, quality_floor=0.5))
        if time.monotonic() - began > LONGEST * 50:
            wrong.append(f"{begin}: a batch took {time.monotonic() - began:.0f} s")
        if len(results) != len(digests):
            wrong.append(f"{begin}: {len(results)} answers about {len(digests)} files")
        whole = set()
        for each in results:
            state = "written" if each.written else "as it is" if each.as_it_is else "refused"
            counts[state] += 1
            if any(word in each.reason for word in CRASHED):
                counts["worker ended"] += 1
                wrong.append(f"{each.path}: {each.reason}")
            if hashlib.sha256(Path(each.path).read_bytes()).hexdigest() != digests[each.path]:
                wrong.append(f"{each.path}: the original is another one")
            if each.written:
                whole.add(Path(each.written.path))
                same = Path(each.path).suffix not in MOVING and each.written.changes[0].startswith(SAME)
                if not same and (words := complaint(Path(each.path))):
                    wrong.append(f"{each.path}: a copy was made of it, and another decoder says of it: {words}")
                why = independent(Path(each.written.path), each.written.type)
                if why is not None and independent(Path(each.path), each.written.type) is None:
                    wrong.append(f"{each.path}: another reader refuses its copy: {why}")
        left = {path for path in out.rglob("*") if path.is_file()} if out.is_dir() else set()
        wrong += [f"{path} was left" for path in left - whole]
    return counts, wrong


def main() -> int:
    """Run them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as name:
        only = ("-",) if "still" in sys.argv else ()
        counts, wrong = run_mutants(count, seed, Path(name), only, moving="moving" in sys.argv)
    print(*wrong, sep="\n")
    print(f"{count} mutants, seed {seed}: {dict(counts)}; {len(wrong)} wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
