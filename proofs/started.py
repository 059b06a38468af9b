"""The end-to-end tests with an interpreter started for every run, as a shell does: `python proofs/started.py [WORDS]`.

The tests of CI fork a process that has the program loaded, so a module that only another one happened to import would
be missed by them. Words go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the tests and return pytest's exit code."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "auto", "tests/e2e", *sys.argv[1:]],
        cwd=ROOT, env={**os.environ, "OCC_MEDIA_TESTS": "exec"}, check=False,
    ).returncode  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
