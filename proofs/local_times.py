"""Local times in twenty zones, the hours of summer time among them, held to what the clocks show: 0 wrong.

    python proofs/local_times.py [--count 500] [--seed 1]

For each zone as many times of `YYYY-MM-DD HH:MM`, a third of them within two hours of a change of the clocks: one that
is once must be read as its moment, one that is twice or never must be refused with both readings. Where `date` is that
of GNU, it is asked about all that are once too. Prints a line for each zone; exits 1 unless all are right.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.time_zones import find_zone
from tests.property.local_times import ZONES, fault, moments_shown, read, said_times


def by_date(name: str, texts: list[str]) -> list[int] | None:
    """What the `date` of the system makes of times in a zone, in milliseconds; None where it is not that of GNU."""
    lines = "".join(f'TZ="{name}" {text}\n' for text in texts)
    try:
        done = subprocess.run(["date", "-f", "-", "+%s"], input=lines, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [int(line) * 1_000 for line in done.stdout.split()]


def main() -> int:
    """Try every zone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = tried = odd = 0
    for name in ZONES:
        info, zone = ZoneInfo(name), find_zone(name, "--tz")
        said = list(said_times(info, options.count, Random(f"{name} {options.seed}")))
        faults = [each for each in (fault(moment, zone, info) for moment in said) if each]
        once = [moment for moment in said if len(moments_shown(moment, info)) == 1]
        other = by_date(name, [f"{moment:%Y-%m-%d %H:%M}" for moment in once])
        if other is not None:
            faults += [
                f"{moment} in {name}: {read(moment, zone)}, by date {told}"
                for moment, told in zip(once, other, strict=True)
                if read(moment, zone) != [told]
            ]
        for each in faults[:3]:
            print(f"  {each}")
        tried, odd, wrong = tried + len(said), odd + len(said) - len(once), wrong + len(faults)
        asked = "asked too" if other is not None else "is not GNU's"
        print(
            f"{name:<20} {len(said):,} times, {len(said) - len(once)} twice or never, {len(faults)} wrong; date {asked}"
        )
    print(f"{tried:,} times in {len(ZONES)} zones, {odd} twice or never: {wrong} wrong")
    return 1 if wrong or not odd else 0


if __name__ == "__main__":
    raise SystemExit(main())
