"""A throw-away copy of the tree whose program is the one that runs, in every process that a test starts."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from proofs.random_break.draw import Break

LEFT_OUT = (".git", ".venv", "__pycache__", ".hypothesis", ".*_cache", "build", "dist")


class Copy:
    """A copy with a Python of its own.

    Tests start the program with a scrubbed environment, which keeps no PYTHONPATH; so the copy stands in the search
    path of an interpreter of its own, before the packages of this one, and without the hooks of an editable install.
    """

    def __init__(self, root: Path, path: Path) -> None:
        self.path = path
        shutil.copytree(root, path, ignore=shutil.ignore_patterns(*LEFT_OUT))
        venv.EnvBuilder(symlinks=True).create(path.parent / "python")
        self.python = path.parent / "python" / "bin" / "python"
        (packages,) = (path.parent / "python" / "lib").glob("python*/site-packages")
        installed = [each for each in sys.path if Path(each).name in ("site-packages", "dist-packages")]
        lines = [str(path), *installed, "import coverage; coverage.process_startup()"]
        (packages / "copy.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._times = itertools.count(int((path / "pyproject.toml").stat().st_mtime) + 10, 10)
        self._broken: tuple[Path, bytes, bytes]
        self._insist()

    def _insist(self) -> None:
        """Refuse to go on where another program than the copy's would be tested."""
        words = [str(self.python), "-c", "import occ_media_cli; print(occ_media_cli.__file__)"]
        ran = subprocess.run(
            words, cwd=self.path.parent, env={"PATH": os.defpath}, capture_output=True, text=True, check=True
        )
        if not Path(ran.stdout.strip()).is_relative_to(self.path):
            raise SystemExit(f"the copy would not be tested, but {ran.stdout.strip()}")
        code, output = self.pytest(["tests/unit/test_values.py"], 600)
        if code != 0:
            raise SystemExit(f"the copy cannot be tested:\n{output}")

    @contextmanager
    def broken(self, each: Break) -> Iterator[None]:
        """Break a file, and mend it afterwards. Each writing has its own time, or compiled files would be taken."""
        file = self.path / "occ_media_cli" / each.file
        self._broken = file, file.read_bytes(), each.text.encode()
        self._write(file, self._broken[2])
        try:
            yield
        finally:
            self._write(file, self._broken[1])

    @contextmanager
    def mended(self) -> Iterator[None]:
        """The whole copy for a while, inside `broken`."""
        file, whole, wrong = self._broken
        self._write(file, whole)
        try:
            yield
        finally:
            self._write(file, wrong)

    def _write(self, file: Path, content: bytes) -> None:
        file.write_bytes(content)
        moment = next(self._times)
        os.utime(file, (moment, moment))

    def pytest(self, words: Sequence[str], limit: float, coverage: Path | None = None) -> tuple[int | None, str]:
        """Run tests of the copy: (exit code, output), the code None where they did not end in time. limit: seconds."""
        run = ["-m", "coverage", "run", "--parallel-mode", f"--data-file={coverage}"] if coverage is not None else []
        process = subprocess.Popen(
            [str(self.python), *run, "-m", "pytest", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *words],
            cwd=self.path, env={**os.environ, "PYTHONPATH": str(self.path), "VIRTUAL_ENV": sys.prefix},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, ""
        return process.returncode, output
