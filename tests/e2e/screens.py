"""Stories of commands whose printed output is held in `tests/golden/screens`: the steps, running them, and the masks.

A story runs in one folder with one store; its steps follow each other, and its file is the transcript of all of them.
What depends on the machine or on random salt is masked, and nothing else: what a person reads is what the file holds.
"""

from __future__ import annotations

import hashlib
import os
import pty
import re
import shlex
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from occ_media_cli import __version__
from tests.e2e import program
from tests.e2e.clock import machine_clock

FOLDER = Path(__file__).resolve().parent.parent / "golden" / "screens"


@dataclass(frozen=True, slots=True)
class Step:
    """One command.

    code: its exit code; now, actor: as the environment gives them; keep: (name, pattern) whose first group in the output
    is filled in where later words say `{name}`.
    """

    words: str
    code: int = 0
    now: str = "2026-03-02T10:00:00Z"
    actor: str = "dana"
    stdin: str | None = None
    keep: tuple[str, str] | None = None


Work = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Story:
    """Steps over one store; a function among them prepares or damages files in the folder.

    terminal: it is shown on one of 80 columns,
    which cuts what is wider. machine: the machine's clock says what the commands say, because what deletes believes the earlier of the two.
    """

    name: str
    steps: tuple[Step | Work, ...]
    store: str = "s.db"
    machine: bool = False
    terminal: bool = False


KNOWN = {"ab" * 32, *(hashlib.sha256(b"x" * length).hexdigest() for length in range(1, 6))}
"""The sha256 of files of the stories: the same every time, so shown. Heads and digests hang on random salt."""

MASKS = (
    (r"\(OS user [^)]+\)", "(OS user NAME)"),
    (r"(?<=, made )2\S+Z\b", "WALL-CLOCK"),
    (r"(?<= was made at )2\S+Z\b", "WALL-CLOCK"),
    (r"(?<=a change of the past, recorded at )2\S+Z\b", "WALL-CLOCK"),
    (r"(?<=Z  )2\S+Z(?=  two names)", "WALL-CLOCK"),
    (r'(?<=Z,)2[^,]+Z(?=,"two names)', "WALL-CLOCK"),
    (r"(?m)^(created +)2\S+Z$", r"\1WALL-CLOCK"),
    (r"(?m)^(size {10,}|wrote occ.backup, )[0-9.]+ [kM]B\b", r"\1SIZE"),
    (r'(?<="made_ms"": )\d+', "WALL-CLOCK"),
    (r'(?<="changed_by_user"": "")[^"]+', "NAME"),
    (r'(?<="wall": ")2[^"]+', "WALL-CLOCK"),
    (r'(?<="os_user": ")[^"]+', "NAME"),
    (r'(?<="host": ")[^"]+', "HOST"),
    (
        r"by this machine's clock 2[^,]+, by (\S+) \(\S+ on \S+\)",
        r"by this machine's clock WALL-CLOCK, by \1 (NAME on HOST)",
    ),
    (r"(?m)^(written: .+: \w+, ).+; [01]\.\d+ like it$", r"\1SIZE; LIKENESS like it"),
    (r"(?<=: webp image, )[0-9.]+ kB(?=, 320)", "SIZE"),
    (r"(?<=; quality )\d+", "QUALITY"),
    (r"its likeness would be [\d.]+", "its likeness would be LIKENESS"),
    (r"before-restore-\d+", "before-restore-WALL-CLOCK"),
    (r"(?m)^(sqlite +)3\.\S+$", r"\1SQLITE"),
)


def play(story: Story, folder: Path) -> str:
    """Run every step and return the transcript; an exit code that is not the stated one is a failure."""
    shown: list[str] = []
    kept: dict[str, str] = {}
    wrong: list[str] = []
    for step in story.steps:
        if not isinstance(step, Step):
            step(folder)
            continue
        done = _run(step, story, folder, kept)
        if done.returncode != step.code or "Traceback" in done.stderr:
            wrong.append(f"$ {step.words}: exit {done.returncode}, not {step.code}\n{done.stdout}{done.stderr}")
        if step.keep is not None:
            name, pattern = step.keep
            found = re.search(pattern, done.stdout)
            assert found is not None, f"$ {step.words}: no {pattern} in\n{done.stdout}{done.stderr}"
            kept[name] = found[1]
        shown.append(_text(step, done, folder, kept))
    assert not wrong, "\n".join(wrong)
    return "\n".join(shown)


def _run(step: Step, story: Story, folder: Path, kept: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = [_filled(word, kept) for word in shlex.split(step.words)]
    environment = {
        **program.ENVIRONMENT, "PATH": os.environ["PATH"], "HOME": str(folder), "COLUMNS": "80" if story.terminal else "100",
        "OCC_MEDIA_STORE": story.store, "OCC_MEDIA_NOW": step.now, "OCC_MEDIA_ACTOR": step.actor,
    }  # fmt: skip
    if story.machine:
        environment |= machine_clock(f"{step.now[:10]} {step.now[11:19] or '00:00:00'}")
    if story.terminal:
        return _run_on_terminal(words, folder, environment)
    return program.run(words, cwd=folder, env=environment, input=step.stdin)


def _run_on_terminal(words: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run with a terminal as standard output, and none as standard error."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    command = [sys.executable, "-m", "occ_media_cli", *words]
    environment |= {"PYTHONPATH": str(program.ROOT)}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE, text=True
    ) as running:
        os.close(theirs)
        shown = b"".join(iter(partial(_read, ours), b""))
        os.close(ours)
        _, said = running.communicate()
    return subprocess.CompletedProcess(words, running.returncode, shown.decode().replace("\r\n", "\n"), said)


def _read(descriptor: int) -> bytes:
    """What comes from a terminal; nothing where its other side is closed."""
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        return b""


def _filled(word: str, kept: dict[str, str]) -> str:
    for name, value in kept.items():
        word = word.replace("{" + name + "}", value)
    return word


def _text(step: Step, done: subprocess.CompletedProcess[str], folder: Path, kept: dict[str, str]) -> str:
    text = done.stdout + ("" if done.stdout.endswith("\n") or not done.stdout else "\n(no newline at the end)\n")
    text += "".join(f"stderr: {line}\n" for line in done.stderr.splitlines())
    text = re.sub(r"\b[0-9a-f]{64}\b", lambda found: found[0] if found[0] in KNOWN else "HEX64", text)
    text = text.replace(str(folder), "/FOLDER").replace(__version__, "VERSION")
    for name, value in kept.items():
        text = text.replace(value, "{" + name + "}")
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    who = f" as {step.actor}" if step.actor != "dana" else ""
    return f"[{step.now}{who}] $ occ-media {step.words}\n{text}" + (f"exit {step.code}\n" if step.code else "")
