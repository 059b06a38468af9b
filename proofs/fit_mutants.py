"""Mutated files, made to fit: none may take the tool down, hang past its limit, or leave anything that is not whole.

    nice -n 15 python proofs/fit_mutants.py [COUNT] [SEED]

Each mutant is a file that can be made to fit, with some bytes flipped, cut out, doubled or cut off, and a limit below
its size. Exits 1 where an answer is missing, a worker died or ran out of time, a copy does not open or passes no strict
check, a file is left beside the copies, or the original is another one.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.api import OccMedia
from proofs.fit_cases import documents, films, pictures, sounds
from proofs.fit_matrix import independent

LONGEST = 60.0
"""Seconds for one small mutant; the limits of the program itself are minutes, for large files."""

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


def seeds(folder: Path, only: Collection[str] = ()) -> list[Path]:
    """Small files of each family. only: which films and sounds, where some are named."""
    folder.mkdir()
    made = [*pictures(folder, 0.12), *documents(folder, 0.12), *films(folder, 1, "176x144", only)]
    made += sounds(folder, 1, only)
    return [path for path, _, _ in made]


def run_mutants(count: int, seed: int, folder: Path, only: Collection[str] = ()) -> tuple[Counter[str], list[str]]:
    """What became of so many mutants, and what must not be. only: as of `seeds`."""
    rng = random.Random(seed)
    originals = seeds(folder / "seeds", only)
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
        results = list(desk.fit(into, max_size=rng.choice((2_000, 6_000, 20_000)), write=out, quality_floor=0.5))
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
        counts, wrong = run_mutants(count, seed, Path(name))
    print(*wrong, sep="\n")
    print(f"{count} mutants, seed {seed}: {dict(counts)}; {len(wrong)} wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
