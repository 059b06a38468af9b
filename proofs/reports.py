"""Hostile strings in every field of every format: nothing dangerous comes out and everything is read back.

    python proofs/reports.py [--count 400] [--seed 1]

Takes the strings that have broken reports somewhere, and `--count` random mixtures of them, puts each into every field
of a report that uses the whole model, writes it in every format, and reads it with an independent reader (JSON, csv,
XML with the JUnit schema, SARIF schema, HTML, CommonMark, workbook). Prints, for each format, the documents, their
bytes, those with control characters, the formula cells and those that could not be read; exits 1 unless the last three
are 0.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.report.formats import NAMES, render
from occ_media_cli.report.formats.screen import Screen
from tests.unit.report.hostile import control_characters, strings
from tests.unit.report.readers import READERS, SCHEMAS, formulas
from tests.unit.report.samples import audit


def mixtures(count: int, random: Random) -> list[str]:
    """Two or three hostile strings in a row, cut anywhere; any code point between them now and then."""
    known = [text for text in strings() if len(text) < 1_000]
    made = []
    for _ in range(count):
        parts = random.sample(known, random.choice((2, 3)))
        text = chr(random.randrange(0x110000)).join(part[random.randrange(len(part) + 1) :] for part in parts)
        made.append(text[: random.randrange(1, 200)])
    return made


def main() -> int:
    """Run the proof and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    values = strings() + mixtures(options.count, Random(options.seed))
    print(f"{len(values)} strings, seed {options.seed}; schemas {'used' if SCHEMAS.is_dir() else 'absent'}")
    print("format      documents       bytes  control  formulas  unread  seconds")
    bad = 0
    for name in NAMES:
        begin = time.monotonic()
        size = control = formula = unread = 0
        for value in values:
            data = b"".join(render(audit(value), name, Screen()))
            size += len(data)
            if name != "xlsx":
                control += bool(control_characters(data.decode("utf-8", "surrogateescape")))
            formula += formulas(name, data)
            try:
                READERS[name](data)
            except Exception as error:  # noqa: BLE001 - whatever a reader raises is counted
                unread += 1
                print(f"  {name}: {value!r}: {type(error).__name__}: {str(error)[:200]}")
        bad += control + formula + unread
        seconds = time.monotonic() - begin
        print(f"{name:<10}  {len(values):>9,}  {size:>10,}  {control:>7}  {formula:>8}  {unread:>6}  {seconds:>7.1f}")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
