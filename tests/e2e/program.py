"""Running the real program in a scrubbed environment."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Result:
    """What a run printed."""

    out: str
    err: str


def occ_media(
    *arguments: str,
    code: int = 0,
    cwd: Path,
    input: str | None = None,
    env: dict[str, str] | None = None,
) -> Result:
    """Run `occ-media` in a folder and insist on its exit code."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(cwd), "COLUMNS": "80", "TERM": "dumb", "TZ": "UTC", "LC_ALL": "C.UTF-8",
        "OCC_MEDIA_ACTOR": "dana", **{k: v for k, v in os.environ.items() if k.startswith(("COVERAGE_", "PYTHONPATH"))}, **(env or {}),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "occ_media_cli", *arguments],
        cwd=cwd, env=environment, input=input, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    shown = f"$ occ-media {' '.join(arguments)}\n{done.stdout}{done.stderr}"
    assert done.returncode == code, f"{done.returncode}, not {code}\n{shown}"
    assert "Traceback" not in done.stderr, shown
    return Result(done.stdout, done.stderr)
