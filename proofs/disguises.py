"""3,150 disguises: each type round, in front of and with 35 payloads inside; none that the contract names is silent.

    python proofs/disguises.py

Prints a cell for each type and payload with a letter for each place (shell, behind, behind blanks, behind junk,
inside): E an error, W a warning, n a note, `.` nothing said. Exits 1 where a shell or what follows the end of a file
passes without a word; noise as content, and what is passed over inside of a whole file, are only counted.
"""

from __future__ import annotations

import collections
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.disguises import KINDS, PAYLOADS, PLACES, named, outcome

if __name__ == "__main__":
    counts: dict[str, collections.Counter[str]] = {place: collections.Counter() for place in PLACES}
    silent = []
    print("places:", ", ".join(PLACES))
    print(" ".join(["".ljust(11), *(kind.ljust(5) for kind in KINDS)]))
    for payload in PAYLOADS:
        cells = []
        for kind in KINDS:
            cell = ""
            for place in PLACES:
                letter = outcome(kind, payload, place)
                counts[place][letter] += 1
                cell += letter
                if letter == ".":
                    silent.append((place, kind, payload))
            cells.append(cell)
        print(" ".join([payload.ljust(11), *cells]))
    wrong = [each for each in silent if named(each[2], each[0])]
    for place, found in counts.items():
        print(f"{place}: {found['E']} errors, {found['W']} warnings, {found['n']} notes, {found['.']} in silence")
    for place, kind, payload in wrong:
        print(f"in silence: {payload} {place} {kind}")
    total = len(KINDS) * len(PAYLOADS) * len(PLACES)
    print(f"{total:,} disguises: {len(wrong)} that the contract names pass in silence, {len(silent)} of all")
    raise SystemExit(1 if wrong else 0)
