"""Deliberate breaks of the code, one at a time in a copy: each must be caught by a test.

A break that no test notices means that the tests would let a real bug pass. `--list` prints the breaks only; words
choose the breaks whose file or description holds one of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Break(NamedTuple):
    """A wrong line, and the tests that should notice it."""

    what: str
    file: str
    right: str
    wrong: str
    tests: str


BREAKS = (
    Break(
        "the name of a file to write is judged at the start only", "store/sink.py",
        "if self._guard.target(self.output) != self._target:", "if False:", "tests/unit/store/test_sink.py",
    ),
    Break(
        "a link of another user is followed", "store/sink.py",
        "if found.st_uid not in (0, os.geteuid()):", "if False:", "tests/unit/cli/test_sinks.py",
    ),
    Break(
        "a hard link to a file of a folder that is read may be replaced", "store/sink.py",
        "found.st_nlink > 1 and", "False and", "tests/unit/cli/test_sinks.py",
    ),
    Break(
        "of two values of one option the last wins", "cli/once.py",
        "if first != second:", "if False:", "tests/unit/cli/test_once.py",
    ),
    Break(
        "the chain forgets the commitment to personal values", "store/chain.py",
        'state = advance(state, commitment or b"",', 'state = advance(state, b"",', "tests/unit/store/test_chain.py",
    ),
    Break(
        "an offset moves a time the wrong way", "times.py",
        '(-1 if zone[0] == "-" else 1)', '(1 if zone[0] == "-" else -1)', "tests/unit/test_times.py",
    ),
    Break(
        "a change also covers the moment at which the span before it ends", "settings/timeline.py",
        "tile.end <= delta.start", "tile.end < delta.start", "tests/unit/settings tests/property/test_versions.py",
    ),
    Break(
        "receiving off without a message says nothing", "settings/model.py",
        "None if self.receive else STANDARD_MESSAGE", "None", "tests/unit/settings tests/e2e",
    ),
    Break(
        "an interrupted change of a document is dropped although its document is in place", "settings/interrupted.py",
        "digest == intent.after and", "digest != intent.after and", "tests/unit/settings tests/e2e",
    ),
    Break(
        "a writer does not wait for the lock from its first statement", "store/connect.py",
        'connection.execute("BEGIN IMMEDIATE")', 'connection.execute("BEGIN")', "tests/unit/store tests/unit/settings",
    ),
    Break(
        "a macro-enabled document is a document", "media/kinds/ooxml.py",
        '_MS + "word.document.macroenabled.main+xml": "docm"', '_MS + "word.document.macroenabled.main+xml": "docx"',
        "tests/unit/media tests/unit/decide",
    ),
    Break(
        "the limit in decimal megabytes is the hard one", "media/types.py",
        "MB_BINARY = 1_048_576", "MB_BINARY = 1_000_000", "tests/unit/media tests/unit/decide",
    ),
    Break(
        "a file at the very end of a setting is judged by it", "audit/rules/received-while-off.sql",
        "s.valid_to_ms > e.time_ms", "s.valid_to_ms >= e.time_ms", "tests/unit/audit",
    ),
    Break(
        "a hold keeps nothing", "retention/evaluate.py",
        'keep = [Reason("held", f"held: {hold.name}", hold.name) for hold in covering]', "keep: list[Reason] = []",
        "tests/unit/retention",
    ),
    Break(
        "a file goes one moment too early", "retention/evaluate.py",
        'now < entry.time + cast("int", rule.keep_for)', 'now <= entry.time + cast("int", rule.keep_for) - 2',
        "tests/unit/retention",
    ),
    Break(
        "a cell may start a formula", "report/csv_cells.py",
        "shown = _APOSTROPHE + shown", "shown = shown", "tests/unit/report",
    ),
    Break(
        "a temporary file is left behind when writing fails", "store/temporary.py",
        "        path.unlink()", "        pass", "tests/unit/store",
    ),
    Break(
        "a bug ends with code 1", "__main__.py",
        "return errors.EXIT_BUG", "return errors.EXIT_FINDINGS", "tests/e2e/test_main.py",
    ),
)  # fmt: skip


def caught(broken: Break, copy: Path) -> bool:
    """Whether the tests notice it."""
    path = copy / "occ_media_cli" / broken.file
    text = path.read_text(encoding="utf-8")
    if broken.right not in text:
        raise SystemExit(f"{broken.file}: no such text any more: {broken.right}")
    path.write_text(text.replace(broken.right, broken.wrong, 1), encoding="utf-8")
    tests = [name for name in broken.tests.split() if (copy / name).exists()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, check=False,
    )  # fmt: skip
    path.write_text(text, encoding="utf-8")
    return done.returncode == 1


def main(arguments: list[str]) -> int:
    """Break and test, one after another."""
    if "--list" in arguments:
        print("\n".join(f"{broken.file}: {broken.what}" for broken in BREAKS))
        return 0
    chosen = [each for each in BREAKS if not arguments or any(word in f"{each.file} {each.what}" for word in arguments)]
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".hypothesis", ".*_cache")
        )
        for broken in chosen:
            found = caught(broken, copy)
            missed += not found
            print(f"{'caught' if found else 'MISSED'}  {broken.file}: {broken.what}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} breaks caught")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
