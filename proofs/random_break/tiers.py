"""Which tests are asked about a broken file, and in which order."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from proofs.random_break.draw import Break
from proofs.random_break.tree import Copy

LIMITS = {"line": 600.0, "near": 300.0, "mirror": 600.0, "program": 900.0, "rest": 1800.0}
"""Seconds for each tier where nothing was measured; what was measured may take ten times as long, and a minute."""

OF_A_FILE, OF_A_LINE = 12, 90
"""How many of the tests that ran a line are asked first: of one test file, and of all."""


@dataclass
class Tiers:
    """The tests of a copy.

    runs: by test file, the product files that it runs and its seconds. lines: by product file and line, the tests that
    ran it in their own process. Both may be empty.
    """

    copy: Copy
    jobs: int = 1
    runs: dict[str, tuple[set[str], float]] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    _sound: set[str] = field(default_factory=set)
    _unsound: set[str] = field(default_factory=set)

    @classmethod
    def measured(cls, copy: Copy, cache: Path | None, jobs: int = 1) -> Tiers:
        """Measure what is not in the cache yet, by the content of the test file; nothing without a cache."""
        found = cls(copy, jobs)
        if cache is None:
            return found
        cache.mkdir(parents=True, exist_ok=True)
        for test in found._files():
            kept = cache / (hashlib.sha256((copy.path / test).read_bytes() + test.encode()).hexdigest()[:24] + ".json")
            if not kept.exists():
                kept.write_text(json.dumps(_measure(copy, test, cache)), encoding="utf-8")
            known = json.loads(kept.read_text(encoding="utf-8"))
            found.runs[test] = set(known["files"]), known["seconds"]
        return found

    @classmethod
    def of_contexts(cls, copy: Copy, data: Path, package: Path, jobs: int = 1) -> Tiers:
        """Take which test ran which line from what one run of the suite with `--cov-context=test` left.

        package: the package as that run had it. What only a process that a test started has run stays unknown, and is
        asked of the tiers by name.
        """
        import coverage

        found = cls(copy, jobs)
        measured = coverage.CoverageData(str(data))
        measured.read()
        for name in measured.measured_files():
            if Path(name).is_relative_to(package):
                tests = {
                    line: list(dict.fromkeys(each.partition("|")[0] for each in contexts if each))
                    for line, contexts in measured.contexts_by_lineno(name).items()
                }
                found.lines[Path(name).relative_to(package).as_posix()] = tests
        return found

    def _of_line(self, broken: Break) -> list[str]:
        """Some of the tests that ran the line of a break, spread over their files."""
        taken: list[str] = []
        each_file: dict[str, int] = {}
        for test in self.lines.get(broken.file, {}).get(broken.line, ()):
            file = test.partition("::")[0]
            each_file[file] = each_file.get(file, 0) + 1
            if each_file[file] <= OF_A_FILE:
                taken.append(test)
        return sorted(taken, key=lambda test: not test.startswith("tests/unit/"))[:OF_A_LINE]

    def _files(self) -> list[str]:
        tests = self.copy.path / "tests"
        return sorted(path.relative_to(self.copy.path).as_posix() for path in tests.rglob("test_*.py"))

    def notice(self, broken: Break, until: str = "rest") -> str | None:
        """The tier whose tests notice the break that stands in the copy now, `hung` included; None where none does.

        until: the last tier that is asked.
        """
        tiers = {"line": self._of_line(broken), **self.of(broken.file)}
        for tier in list(tiers)[: list(tiers).index(until) + 1]:
            tests = tiers[tier]
            if tests and self._fails(tests, tier):
                return tier
        return None

    def of(self, file: str) -> dict[str, list[str]]:
        """The test files of each tier for a product file, the quick ones first.

        near: unit tests that are named like it or name it in an import; mirror: the others of its room.
        """
        room, stem = file.partition("/")[0] if "/" in file else "", Path(file).stem
        mirror = f"tests/unit/{room}/" if room else "tests/unit/test_"
        module = ".".join(Path(file).with_suffix("").parts)
        parent, _, last = f"occ_media_cli.{module}".rpartition(".")
        named = re.compile(rf"{re.escape(parent)}(\.{last}\b| import [^\n]*\b{last}\b)")
        tiers: dict[str, list[str]] = {name: [] for name in LIMITS if name != "line"}
        for test in self._files():
            if test in self.runs and file not in self.runs[test][0]:
                continue
            part = test.split("/")[1]
            if part == "unit" and (test.endswith(f"/test_{stem}.py") or named.search(self._text(test))):
                tiers["near"].append(test)
            elif test.startswith(mirror):
                tiers["mirror"].append(test)
            else:
                tiers["program" if part in ("e2e", "property") else "rest"].append(test)
        for tests in tiers.values():
            tests.sort(key=lambda test: (self.runs.get(test, (set(), 60.0))[1], test))
        return tiers

    def _text(self, test: str) -> str:
        return (self.copy.path / test).read_text(encoding="utf-8")

    def _fails(self, tests: list[str], tier: str) -> bool:
        """Whether a test fails that does not fail without the break; or none ends."""
        limit = LIMITS[tier]
        if all(test in self.runs for test in tests):
            limit = 60 + 10 * sum(self.runs[test][1] for test in tests)
        words = [*tests, "-x", *(["-n", str(self.jobs)] if self.jobs > 1 else [])]
        while True:
            code, output = self.copy.pytest([*words, *(f"--deselect={name}" for name in sorted(self._unsound))], limit)
            if code is None:
                return True
            if code in (0, 5):
                return False
            failed = _named(output)
            if failed is None and not self._starts():
                raise SystemExit(f"the tests do not run:\n{output}")
            if failed is None or self._is_sound(failed):
                return True

    def _starts(self) -> bool:
        """Whether pytest runs at all in a whole copy: only then was it the break that kept it from running."""
        with self.copy.mended():
            code, _ = self.copy.pytest(["tests/unit/test_values.py"], 600)
        return code == 0

    def _is_sound(self, name: str) -> bool:
        """Whether a test passes in a whole copy; one that does not says nothing, and is left out from then on."""
        if name not in self._sound | self._unsound:
            with self.copy.mended():
                _, output = self.copy.pytest([name.split("::")[0]], 600)
            failing = set(_all_named(output))
            self._unsound |= failing
            self._sound |= {name} - failing
            for each in sorted(failing):
                print(f"      left out, for it fails without a break too: {each}", flush=True)
        return name in self._sound


def _named(output: str) -> str | None:
    """The test, or the file, that pytest's summary names first."""
    return next(_all_named(output), None)


def _all_named(output: str) -> Iterator[str]:
    for line in output.splitlines():
        for word in ("FAILED ", "ERROR "):
            if line.startswith(word):
                yield line.removeprefix(word).split(" - ")[0].strip()


def _measure(copy: Copy, test: str, cache: Path) -> dict[str, object]:
    """Run a test file once under coverage: the product files it runs, in its own process and those that it starts."""
    import coverage

    data = cache / "measured"
    began = time.monotonic()
    copy.pytest([test], 1800, coverage=data)
    seconds = time.monotonic() - began
    whole = coverage.Coverage(data_file=str(cache / "whole"))
    parts = [str(path) for path in cache.glob("measured*")]
    if parts:
        whole.combine(parts)
    package = copy.path / "occ_media_cli"
    files = sorted(
        Path(name).relative_to(package).as_posix()
        for name in whole.get_data().measured_files()
        if Path(name).is_relative_to(package)
    )
    (cache / "whole").unlink(missing_ok=True)
    return {"test": test, "files": files, "seconds": round(seconds, 1)}
