"""Every place of the command line that names a file to write, on everything that must never be written over.

The places come from the command tree. Each command line must end with 2, say what the file is, and change no byte of
any file. `--list` prints the places only; words choose those whose command holds one of them.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.__main__ import run
from tests.unit.cli import tree


class Bytes(io.TextIOWrapper):
    """A stream with bytes beneath, as the program's own."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)


def call(*words: str) -> tuple[int, str]:
    """Exit code and stderr of a command in this process."""
    out, err = Bytes(), Bytes()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = run(list(words))
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, bytes(err.buffer.getvalue()).decode()  # type: ignore[attr-defined]  # BytesIO


def main(words: list[str]) -> int:
    """Try all of them and print what was not refused."""
    chosen = [sink for sink in tree.sinks() if not words or any(word in sink.title for word in words)]
    tried, wrong = 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        for store in tree.STORES:
            call("--store", store, "inbox", "add", "vip")
            call("--store", store, "store", "init")
        call("--store", "o.db", "store", "backup", "o.backup")
        tree.world(folder)
        before = tree.contents(folder)
        for sink in chosen:
            for target in tree.TARGETS:
                for line in tree.lines(target, sink):
                    code, said = call("--store", tree.store_of(target), *line)
                    tried += 1
                    if code != 2 or not tree.is_refused(target, said) or tree.contents(folder) != before:
                        wrong += 1
                        print(f"NOT REFUSED  {target}: {' '.join(line)} (exit {code})\n{said}")
        os.chdir("/")
    print(f"{len(chosen)} places, {tried} command lines, {wrong} not refused")
    return 1 if wrong else 0


if __name__ == "__main__":
    if "--list" in sys.argv:
        print(*(sink.title for sink in tree.sinks()), sep="\n")
        raise SystemExit(0)
    raise SystemExit(main(sys.argv[1:]))
