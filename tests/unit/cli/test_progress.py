"""The progress line, in a real terminal and in a pipe."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from contextlib import suppress

PROGRAM = """
import sys, time
from occ_media_cli.cli import progress
progress.FIRST_AFTER, progress.EACH, progress.EACH_PIPED = 0.0, 0.0, 0.0
shown = progress.Progress("a\\x1b[31mb.ndjson", quiet="--quiet" in sys.argv)
for number in (1_000, 2_000_000):
    time.sleep(0.01)
    shown.show(number, number / 4_000_000)
shown.end()
sys.stderr.write("the summary\\n")
"""


def at_terminal(*arguments: str) -> str:
    """What a person's terminal was sent on stderr."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stderr=slave, env={**os.environ, "TERM": "xterm"}
    )
    os.close(slave)
    got = b""
    end = time.monotonic() + 60
    with suppress(OSError):  # the other end is closed
        while time.monotonic() < end and select.select([master], [], [], 60)[0] and (piece := os.read(master, 4096)):
            got += piece
    os.close(master)
    assert child.wait(timeout=60) == 0
    return got.decode()


def test_a_terminal_sees_one_line_that_is_erased_before_the_summary() -> None:
    sent = at_terminal()
    assert re.search(r"reading a\\x1b\[31mb\.ndjson  50%  2,000,000 rows  [\d,]+ a second  \d+s left", sent)
    assert sent.rindex("\x1b[2K") > sent.rindex("rows")  # the line is erased, and nothing of it stays
    assert sent.endswith("the summary\r\n")
    assert "\x1b[31m" not in sent


def test_quiet_shows_nothing_but_the_summary() -> None:
    assert at_terminal("--quiet") == "the summary\r\n"


def test_a_log_gets_plain_lines() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert re.fullmatch(
        r"reading a\\x1b\[31mb\.ndjson  0%  1,000 rows  [\d,]+ a second  \d+s left\n"
        r"reading a\\x1b\[31mb\.ndjson  50%  2,000,000 rows  [\d,]+ a second  \d+s left\nthe summary\n",
        done.stderr,
    )
