"""The README is true, and so are some pages of docs: console blocks are run, one after another, and print what it says.

A block marked `console` holds commands behind `$ ` and their output. All blocks share one folder that looks like the
checkout, one store and one clock. A line `…` in the output stands for any lines.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def steps(text: str) -> list[tuple[str, str]]:
    """(command, output) in the order of the page."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def same(wanted: str, printed: str) -> bool:
    """Whether the output is what the page shows; `…` alone on a line stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*" if line == "…" else re.escape(line) + r"\n" for line in wanted.rstrip("\n").split("\n")
    )
    return re.fullmatch(pattern if wanted.strip() else r"\s*", printed.rstrip("\n") + "\n") is not None


@pytest.mark.parametrize(
    ("page", "least"),
    [
        ("README.md", 5),
        ("docs/scanning.md", 3),
        ("docs/library.md", 8),
        ("docs/ingest-my-platform.md", 16),
        ("docs/mapping.md", 4),
        ("docs/fit.md", 3),
    ],
)
def test_every_console_block_prints_what_the_page_says(tmp_path: Path, page: str, least: int) -> None:
    shutil.copytree(ROOT / "sample_configs", tmp_path / "sample_configs")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    program = bin_folder / "occ-media"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m occ_media_cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    environment = {
        "PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": str(tmp_path), "TZ": "UTC", "LC_ALL": "C.UTF-8",
        "OCC_MEDIA_ACTOR": "dana", **{k: v for k, v in os.environ.items() if k.startswith("COVERAGE_")},
    }  # fmt: skip
    found = steps((ROOT / page).read_text(encoding="utf-8"))
    assert len(found) >= least, "the page shows the main job"
    for command, wanted in found:
        done = subprocess.run(
            ["sh", "-c", f"{command} 2>&1"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert same(wanted, done.stdout), f"$ {command}\n--- the page says\n{wanted}\n--- it prints\n{done.stdout}"


def _block(language: str, holding: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    return next(block for block in blocks if holding in block)


def _clone(folder: Path) -> dict[str, str]:
    """What of a clone the README uses, with the program that is tested as the installed one; the environment for it."""
    shutil.copytree(ROOT / "sample_configs", folder / "sample_configs")
    program = folder / ".venv" / "bin" / "occ-media"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m occ_media_cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT)}  # fmt: skip


def test_the_first_minute_can_be_pasted_twice(tmp_path: Path) -> None:
    environment = _clone(tmp_path)
    block = _block("sh", "mktemp -d")
    done = subprocess.run(["sh", "-c", f"set -e\n{block}"[:-1] + " || [ $? = 1 ]\n" + block], cwd=tmp_path, env=environment,
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip
    assert done.returncode == 1, done.stderr  # the audit has findings
    assert done.stdout.count("5 errors, 0 warnings") == 2
    assert "error:" not in done.stderr


def test_the_example_in_python_runs_as_it_stands(tmp_path: Path) -> None:
    environment = _clone(tmp_path)
    done = subprocess.run([sys.executable, "-c", _block("python", "OccMedia")], cwd=tmp_path, env=environment,
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "sample_configs/files/contract.docx" in done.stdout


def test_the_comparison_itself_can_fail() -> None:
    assert same("a\n…\nd\n", "a\nb\nc\nd\n")
    assert not same("a\n…\nd\n", "a\nb\nc\n")
    assert not same("a\n", "a\nb\n")
    assert not same("", "a\n")
