"""Completion as people have it: the script in a real shell, a line typed up to TAB."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Run

LINES = [
    ("occ-media inbo", "occ-media inbox"),
    ("occ-media inbox ren", "occ-media inbox rename"),
    ("occ-media set vip --rec", "occ-media set vip --receive"),
    ("occ-media --store inbox sho", "occ-media --store inbox show"),  # a file of that name is no command
    ("occ-media ledger show --out", "occ-media ledger show --output"),  # the options of this `show`, not of the other
    ("occ-media check clips/tou", "occ-media check clips/tour.mp4"),
    ("occ-media check --inbox vip --fa", "occ-media check --inbox vip --fail-on"),
    ("occ-media ledger export --output clips/tou", "occ-media ledger export --output clips/tour.mp4"),
]

VALUES = [
    ("occ-media --store s.db set vi", "occ-media --store s.db set vip"),
    ("occ-media --store s.db show --agent mo", "occ-media --store s.db show --agent mona"),
    ("occ-media --store s.db preset apply text-only vi", "occ-media --store s.db preset apply text-only vip"),
    ("occ-media --store s.db audit --rule received-w", "occ-media --store s.db audit --rule received-while-off"),
    ("occ-media --store s.db inbox unlink vip web-widget:s", "occ-media --store s.db inbox unlink vip web-widget:shop"),
    ("occ-media --store t.toml set doc", "occ-media --store t.toml set document-inbox"),
]

HOSTILE = "$(touch owned); `touch owned` '\" & x"

BASH = """
source ./script
read -ra COMP_WORDS <<< "$1"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_occ_media
[ ${#COMPREPLY[@]} = 0 ] && COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
COMP_WORDS[COMP_CWORD]="${COMPREPLY[*]}"
echo "${COMP_WORDS[*]}"
"""


def bash(folder: Path, line: str) -> str:
    """The line after TAB."""
    done = subprocess.run(["bash", "-c", BASH, "bash", line], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.strip()


def fish(folder: Path, line: str) -> str:
    """The line after TAB."""
    done = subprocess.run(
        ["fish", "--no-config", "-c", 'source script; complete -C "$argv[1]"', line],
        cwd=folder, capture_output=True, text=True, check=True, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    assert done.stderr == ""
    found = [answer.partition("\t")[0] for answer in done.stdout.splitlines()]
    return " ".join([*line.split()[:-1], *found])


def zsh(folder: Path, line: str) -> str:
    """The line after TAB, from a shell on a terminal: zsh completes nowhere else."""
    (folder / ".zshrc").write_text(
        "PS1='> '; unsetopt beep\nsource ./script\n"
        "tell() { print -r -- $BUFFER > typed.tmp; mv typed.tmp typed; }; zle -N tell; bindkey '^X' tell\n: > ready\n"
    )
    for name in ("ready", "typed"):
        (folder / name).unlink(missing_ok=True)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-d", "-i"], {**os.environ, "ZDOTDIR": str(folder), "TERM": "vt100", "HISTFILE": ""})
    try:
        _until(terminal, (folder / "ready").exists)
        os.write(terminal, line.encode() + b"\t\x18")
        _until(terminal, (folder / "typed").exists)
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    return (folder / "typed").read_text().strip()


def _until(terminal: int, reached: Callable[[], bool]) -> None:
    """Read what the shell writes, so that it never waits, until something is there."""
    end = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < end, "the shell does not answer"
        if select.select([terminal], [], [], 0.05)[0]:
            os.read(terminal, 65_536)


SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_line_is_completed(occ: Run, tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this machine")
    (tmp_path / "script").write_text(occ("completion", shell).out)
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "tour.mp4").touch()
    assert {line: SHELLS[shell](tmp_path, line) for line, _ in LINES} == dict(LINES)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_value_is_completed_from_the_store(occ: Run, tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this machine")
    (tmp_path / "script").write_text(occ("completion", shell).out)
    (tmp_path / "w.toml").write_text(
        '[inboxes.vip]\ntags = ["gold"]\nchannels = ["web-widget:shop"]\n[inboxes.lab]\n'
        '[agents.mona]\nrole = "agent"\ninboxes = ["vip"]\n'
    )
    (tmp_path / "t.toml").write_text("[inboxes.document-inbox]\n")
    occ("--store", "s.db", "apply", "w.toml")
    occ("--store", "s.db", "hold", "add", "--name", "claim", "--inbox", "lab", "--reason", "claim 4711")
    before = _bytes_of_stores(tmp_path)
    found = {line: SHELLS[shell](tmp_path, line) for line, _ in VALUES}
    assert found == dict(VALUES)
    assert _bytes_of_stores(tmp_path) == before


def _bytes_of_stores(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[:2] in ("s.", "t.")}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_hostile_name_is_a_word_and_no_command(occ: Run, tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this machine")
    (tmp_path / "script").write_text(occ("completion", shell).out)
    occ("--store", "s.db", "inbox", "add", f"x{HOSTILE}")
    after = SHELLS[shell](tmp_path, "occ-media --store s.db show x")
    typed = after if shell == "fish" else shlex.split(after)[-1]
    assert typed.endswith(f"x{HOSTILE}")
    assert not (tmp_path / "owned").exists()


def test_names_are_offered_at_once_and_nothing_is_said_where_there_are_none(occ: Run, tmp_path: Path) -> None:
    occ("--store", "s.db", "inbox", "add", "vip")
    (tmp_path / "broken.db").write_bytes(b"no store at all" * 100)
    assert occ("__complete", "inbox", "--store", "s.db", now=None).out.split() == ["vip"]
    for store in ("broken.db", "none.db", "none.txt"):
        done = occ("__complete", "inbox", "--store", store, now=None)
        assert (done.out, done.err) == ("", "")


def test_zsh_finds_the_script_as_a_file_of_its_own(occ: Run, tmp_path: Path) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not on this machine")
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "_occ-media").write_text(occ("completion", "zsh").out)
    (tmp_path / "script").write_text("fpath=(./functions $fpath)\nautoload -Uz compinit && compinit -u\n")
    assert zsh(tmp_path, "occ-media inbox ren") == "occ-media inbox rename"
