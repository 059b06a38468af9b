"""Breaks drawn at random: of the statements of every room, some are broken, one at a time; a test must notice each.

    python proofs/random_breaks.py --seed 1 --count 150
    python proofs/random_breaks.py --seed 1 --count 40 --room retention

The draw is spread over the rooms (the folders of occ_media_cli, and the files beside them as one) by their number of
statements; the same seed draws the same breaks of the same source. Tests run in tiers, each only where those before saw
nothing: the unit tests that name the file, the others that mirror its room, the end-to-end and property tests, then all
others. With --cache, it is measured once with coverage which test file runs which product file (which takes as long as
the whole suite), and a break is shown only to those that run its file. With --contexts, a run of the suite under
`pytest --cov --cov-context=test` in this checkout has left which test ran which line, and those are asked first. A
break that makes the tests hang counts as noticed. What nobody could notice, because the broken statement means the
same, is named with its reason in equivalent_breaks.toml.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from proofs.random_break.draw import Break, draw
from proofs.random_break.equivalents import accepted
from proofs.random_break.tiers import LIMITS, Tiers
from proofs.random_break.tree import Copy

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Draw, break and test; the exit code is 1 where a break survived that nobody has judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--room", help="only this room, such as retention; top for the files beside the rooms")
    parser.add_argument("--jobs", type=int, default=1, help="processes of pytest-xdist for each run")
    parser.add_argument("--cache", type=Path, help="where it is kept which tests run which files")
    parser.add_argument("--contexts", type=Path, help="the coverage data of a run of the suite, with its contexts")
    parser.add_argument("--until", choices=LIMITS, default="rest", help="ask no tier after this one")
    parser.add_argument("--list", action="store_true", help="print the breaks only")
    options = parser.parse_args(arguments)
    breaks = draw(ROOT / "occ_media_cli", options.count, random.Random(options.seed), options.room)
    if options.list:
        print("\n".join(map(str, breaks)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(ROOT, Path(folder) / "copy")
        if options.contexts is not None:
            tiers = Tiers.of_contexts(copy, options.contexts, ROOT / "occ_media_cli", options.jobs)
        else:
            tiers = Tiers.measured(copy, options.cache, options.jobs)
        survivors = run(copy, tiers, breaks, options.until)
    known = accepted(ROOT / "proofs" / "equivalent_breaks.toml")
    print(summary(breaks, survivors, known))
    return 1 if any(each.key not in known for each in survivors) else 0


def run(copy: Copy, tiers: Tiers, breaks: list[Break], until: str) -> list[Break]:
    """Try every break; returns those that no test noticed."""
    survivors = []
    for number, broken in enumerate(breaks, 1):
        began = time.monotonic()
        with copy.broken(broken):
            by = tiers.notice(broken, until)
        print(f"{number:4}  {by or 'SURVIVED':<9} {time.monotonic() - began:5.0f} s  {broken}", flush=True)
        if by is None:
            survivors.append(broken)
    return survivors


def summary(breaks: list[Break], survivors: list[Break], known: dict[tuple[str, str, str], str]) -> str:
    """The figures for each room, what survived, and the totals."""
    missed = [each for each in survivors if each.key not in known]
    drawn = Counter(each.room for each in breaks if each not in survivors or each in missed)
    left = Counter(each.room for each in missed)
    lines = ["", f"{'room':<10} {'drawn':>5} {'noticed':>7} {'%':>5}"]
    lines += [
        f"{room:<10} {drawn[room]:>5} {drawn[room] - left[room]:>7} {_share(drawn[room], left[room]):>5}"
        for room in sorted(drawn)
    ]
    for broken in survivors:
        lines += ["", f"{broken.file}:{broken.line}", f"  old  {broken.old}", f"  new  {broken.new}"]
        if broken.key in known:
            lines.append(f"  the same: {known[broken.key]}")
    total = drawn.total()
    lines += ["", f"{total} breaks, {total - len(missed)} noticed, {_share(total, len(missed))} %;"
              f" {len(survivors) - len(missed)} more mean the same"]  # fmt: skip
    return "\n".join(lines)


def _share(total: int, missed: int) -> str:
    return f"{100 * (total - missed) / total:.1f}" if total else "-"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
