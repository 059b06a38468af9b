"""The tests again, with the lines and branches that they run counted: `python proofs/measured_tests.py [WORDS]`.

Under 95 % it fails. Counting takes half as long again as the tests, and tells of a whole change, not of a commit, so
CI runs them without it. Words go to pytest.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOOR = 95
"""Per cent of lines and branches of the package, workers of the sandbox and started programs included."""


def main() -> int:
    """Run the tests and return pytest's exit code."""
    words = ["-q", "-n", "auto", "--dist", "worksteal", "--cov", "--cov-report=term", f"--cov-fail-under={FLOOR}"]
    return subprocess.run([sys.executable, "-m", "pytest", *words, *sys.argv[1:]], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
