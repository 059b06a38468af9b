"""Slips of words of every option and argument that takes one of a few, from the command tree, and what was meant.

The wish is written before the program is asked, by the tables below, which share nothing with it. What its `help:`
says is then done as it stands: a command is run, an option is written as it is told. Either that is the wish, or
nothing has changed; and where two readers would not agree on the wish, help must leave the choice.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from occ_media_cli.__main__ import run
from tests.unit.cli import tree

YES = ("yes", "Yes", "y", "ja", "oui", "sí", "si", "да", "はい", "نعم", "1", "true", "True", "enabled")
NO = ("no", "No", "n", "nein", "non", "NON", "нет", "いいえ", "لا", "0", "false", "FALSE", "disabled")
PERHAPS = ("vielleicht", "peut-être", "quizás", "x", "?", "-", "42")

SAYS_NO = {"off", "never", "no"}
"""Words of our options that a plain no means."""

WORLD = """
[inboxes.vip]
channels = ["whatsapp-cloud"]
[inboxes.lab]
[agents.mona]
role = "agent"
inboxes = ["vip", "lab"]
[[retention.rule]]
category = "image"
direction = "send"
remove_after = "400d"
[[retention.rule]]
inbox = "vip"
keep_for = "3d"
"""

ROW = '{"id": "w.1", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "send", "name": "a.png", "size": 4}\n'

_AS_IT_WAS: list[str] = []
"""What the world answers at first; asked once, since most lines change no byte of it."""

NAMES = {"inbox": "vip", "inboxes": "vip", "agent": "mona", "paths": "a.png", "files": "a.png", "source": "e.ndjson"}


class Slip(NamedTuple):
    """A command line with one wrong word, and the lines that would be right.

    place: the command, and the option or argument. line: with the slip. wishes: for each word that may be meant, the line with it; of several, the program cannot know.
    """

    place: tuple[str, ...]
    line: tuple[str, ...]
    wishes: dict[str, tuple[str, ...]]


class Done(NamedTuple):
    """What a line came to: its exit code, what it printed, and the state that it left."""

    code: int
    out: str
    err: str
    state: tuple[str, ...]


class _Bytes(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", errors="surrogateescape", write_through=True)


def call(*words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command in this process."""
    out, err = _Bytes(), _Bytes()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = run(["--store", "s.db", "--now", "2026-03-02T10:00:00Z", *words])
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, *(bytes(each.buffer.getvalue()).decode("utf-8", "replace") for each in (out, err))  # type: ignore[attr-defined, return-value]  # BytesIO


def slips() -> Iterator[Slip]:
    """Every slip of every word of every option and argument that has a list of words."""
    for command in tree.commands():
        for item in command.parameters:
            words = getattr(item.type, "choices", None)
            if words:
                yield from _slips(command, item, tuple(words))


def _slips(command: tree.Command, item: Any, words: tuple[str, ...]) -> Iterator[Slip]:
    right = {word: tuple(_line(command, item, word)) for word in words}
    seen: set[str] = set(words)
    for wrong, meant in _wishes(words):
        if wrong not in seen:
            seen.add(wrong)
            if command.words == ("ledger", "ingest") and len(meant) == len(words):
                meant = {"ndjson"}  # the ending of the source, `e.ndjson`, says what kind it is
            yield Slip(
                (*command.words, item.name),
                tuple(_line(command, item, wrong)),
                {word: right[word] for word in words if word in meant},
            )


def _wishes(words: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    """Wrong words and what is meant by them, the surest first: a plain no is no slip of `on`."""
    no = SAYS_NO.intersection(words)
    for wrong in NO:
        yield wrong, no or set(words)
    for wrong in YES:
        yield wrong, set(words) - no if no else set(words)
    for wrong in PERHAPS:
        yield wrong, set(words)
    for word in words:
        others = set(words) - {word}
        for denied in ("not {}", "no-{}", "not-{}", "NOT {}", "no{}", "un{}", "nicht {}", "pas {}"):
            yield denied.format(word), others
    for word in words:
        yield word.upper(), {word}
        yield word.capitalize(), {word}
        yield f" {word}", {word}
        if len(word) > 2:
            yield word + word[-1], {word}
            yield word[0] + word, {word}
            for place in range(1, len(word)):
                yield word[:place] + word[place + 1 :], {word}
            for place in range(len(word) - 1):
                yield word[:place] + word[place + 1] + word[place] + word[place + 2 :], {word}
        if word.isalpha() and len(word) > 3:
            yield word + "s", {word}


def _line(command: tree.Command, item: Any, word: str) -> list[str]:
    given = {item.name: word}
    for other in command.parameters:
        if other.required and other is not item and other.name in NAMES:
            given[other.name] = NAMES[other.name]
    line = tree.fill(command, given, "settings.toml")
    match command.words:
        case ("set",):
            line.insert(1, "vip")
        case ("check" | "fit",):
            line.append("a.png")
        case ("agent", "allow" | "deny"):
            line[2] = "mona"
        case ("retention", "set"):
            line += ["--remove-after", "300d"]
    return line


def world(folder: Path) -> None:
    """What the command lines are about, in the working folder."""
    os.chdir(folder)
    Path("settings.toml").write_text(WORLD, encoding="utf-8")
    Path("e.ndjson").write_text(ROW, encoding="utf-8")
    Path("a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert call("apply", "settings.toml")[0] == 0
    assert call("ledger", "ingest", "ndjson", "e.ndjson")[0] == 0
    Path("kept.db").write_bytes(_bytes("s.db"))
    _AS_IT_WAS.clear()


def _bytes(name: str) -> bytes:
    return Path(name).read_bytes()


def do(line: tuple[str, ...]) -> Done:
    """Run a line in the world as it was at first, and look at what is different then."""
    for left in Path().glob("s.db*"):
        left.unlink()
    Path("s.db").write_bytes(_bytes("kept.db"))
    code, out, err = call(*line)
    return Done(code, out, err, _state())


def _state() -> tuple[str, ...]:
    """What a person could ask of the store, and the files that are there."""
    files = sorted(path.name for path in Path().iterdir() if not path.name.startswith(("s.db", ".s.db")))
    if _bytes("s.db") == _bytes("kept.db") and not list(Path().glob("s.db-*")) and _AS_IT_WAS:
        return (*_AS_IT_WAS, *files)
    asked = (("export",), ("history", "-f", "json"), ("ledger", "list", "-f", "json"), ("hold", "list", "-f", "json"))
    answers = [call(*each)[1] for each in asked]
    if not _AS_IT_WAS:
        _AS_IT_WAS.extend(answers)
    return (*answers, *files)


def advised(slip: Slip, said: str) -> list[tuple[str, ...]]:
    """The lines that `help:` tells to type, done as a person would: pasted, or the option written as it is told."""
    help_text = said.partition("\nhelp: ")[2].strip()
    if help_text.startswith("occ-media "):
        return [
            tuple(shlex.split(each)[5:]) for each in help_text.split("; or: ")
        ]  # without this proof's store and clock
    found = []
    lead, listed, rest = help_text.removeprefix("write ").partition("one of ")
    told = [lead + each for each in rest.replace(" or ", ", ").split(", ")] if listed else lead.split(" or ")
    for each in told:
        *option, word = shlex.split(each)
        found.append((tuple(option), word))
    place = next(
        at for at, (old, new) in enumerate(zip(slip.line, next(iter(slip.wishes.values())), strict=False)) if old != new
    )
    wrong = []
    for option, word in found:
        if option and slip.line[place - 1] != option[0]:
            wrong.append(("another option", *option))
        else:
            wrong.append((*slip.line[:place], word, *slip.line[place + 1 :]))
    return wrong


def judge(slip: Slip, outcomes: dict[tuple[str, ...], Done]) -> str | None:
    """What is wrong with the answer to a slip; None where it helps or changes nothing. outcomes: of lines done before."""

    def done(line: tuple[str, ...]) -> Done:
        if line not in outcomes:
            outcomes[line] = do(line)
        return outcomes[line]

    before = done(("inbox", "list")).state
    answer = do(slip.line)
    if answer.code != 2 or answer.out or answer.state != before:
        return f"was not refused: {answer.code} {answer.out}{answer.err}"
    lines = advised(slip, answer.err)
    if len(lines) == 1 and len(slip.wishes) > 1:
        return f"guesses where nobody can know: {answer.err}"
    if len(lines) > 1 and {*slip.wishes.values()} - {*lines}:
        return f"does not offer what may be meant: {answer.err}"
    if len(lines) > 1:
        return None  # nothing was changed, and the choice is the reader's
    got, wanted = done(lines[0]), done(next(iter(slip.wishes.values())))
    if (got.code, got.out, got.err, got.state) != wanted and got.state != before:
        return f"leads to another state: {answer.err}"
    if got != wanted and got.code == 0:
        return f"leads to another answer: {answer.err}"
    return None
