"""A word that stands for a value in the help is none when it is typed as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.cli.app import command_line
from occ_media_cli.cli.one_of import OneOf
from occ_media_cli.cli.placeholders import in_advice, on_page
from tests.unit.cli.conftest import Run
from tests.unit.cli.test_advice import lines_of_help
from tests.unit.cli.tree import Command, commands, fill, is_number

WORD = re.compile(r"(?:[a-z0-9]+://)?[A-Z]+(?:[./][A-Za-z]+)*", re.ASCII)


def printed() -> list[tuple[str, str]]:
    """Every line of help that ends in a command, with each word in it that stands for a value."""
    found = []
    for text in sorted({*lines_of_help()}):
        begin = text.rfind("occ-media ")
        if begin >= 0 and (begin == 0 or text[begin - 2 : begin] == ": "):
            line = text[begin:]
            found += [(line, word) for word in shlex.split(line)[1:] if WORD.fullmatch(word)]
    return found


@pytest.mark.parametrize(("line", "word"), printed())
def test_every_word_of_a_line_of_help_is_known_to_stand_for_a_value(line: str, word: str) -> None:
    """Guards against a line of help with a word of its own, that would be taken for a value."""
    words = shlex.split(line)[1:]
    place, command = words.index(word), command_line()
    while words and words[0].startswith("-"):
        words, place = words[2:], place - 2
    while getattr(command, "commands", None) and words and words[0] in command.commands:
        command, words, place = command.commands[words[0]], words[1:], place - 1
    option = words[place - 1] if place > 0 else ""
    items = [item for item in command.params if option in item.opts] or [
        item for item in command.params if not item.opts[0].startswith("-")
    ]
    assert word in in_advice() or any(word in on_page(item) for item in items), line


def parameters() -> list[Any]:
    return [
        pytest.param(command, item, id=f"{' '.join(command.words)} {item.opts[0]}")
        for command in commands()
        for item in command.parameters
        if not is_number(item) and not isinstance(item.type, OneOf) and on_page(item)
    ]


@pytest.mark.parametrize(("command", "item"), parameters())
def test_what_stands_for_the_value_of_a_parameter_is_refused_there(occ: Run, command: Command, item: Any) -> None:
    for word in on_page(item):
        err = occ(*fill(command, {"version": "1", item.name: word}, "file"), code=2).err
        assert word in err
        assert list(Path().iterdir()) in ([], [Path("home")]), "a refused command leaves nothing"


TEXTS = [
    ("set", "inbox", "--receive", "off", "--reason", "TEXT"), ("set", "inbox", "--receive", "off", "--reason", "REASON"),
    ("set", "inbox", "--receive", "off", "--message", "TEXT"), ("set", "inbox", "--message-for", "ar=TEXT"),
    ("set", "inbox", "--message-for", "LANG=TEXT"), ("set", "inbox", "--description", "TEXT"),
    ("set", "inbox", "--receive", "off", "--backdate", "REASON"), ("set", "INBOX", "--receive", "off"),
    ("inbox", "add", "NAME"), ("inbox", "rename", "inbox", "NEW"), ("inbox", "tag", "inbox", "T"),
    ("hold", "add", "--name", "N", "--inbox", "inbox", "--reason", "x"),
    ("hold", "add", "--name", "NAME", "--inbox", "inbox", "--reason", "x"),
    ("hold", "add", "--name", "x", "--customer", "ID", "--reason", "x"),
    ("hold", "add", "--name", "x", "--inbox", "inbox", "--reason", "TEXT"),
    ("customer", "alias", "add", "ID", "4711", "--reason", "x"), ("ledger", "erase", "--customer", "ID", "--reason", "x"),
    ("--actor", "NAME", "set", "inbox", "--receive", "off"), ("set", "inbox", "--receive", "off", "--actor", "NAME"),
    ("agent", "add", "NAME", "--role", "agent"), ("show", "-o", "FILE"), ("export", "-o", "FILE.toml"),
    ("check", "FILE"), ("store", "backup", "FILE"), ("ledger", "ingest", "ndjson", "SOURCE"),
    ("ledger", "ingest", "bucket", "s3://BUCKET/PREFIX"), ("retention", "explain", "ENTRY"), ("ledger", "show", "ENTRY"),
    ("library", "propose", "FILE", "--name", "prices", "--version", "1"), ("ledger", "list", "--customer", "ID"),
    ("ledger", "list", "--inbox", "N"), ("rules", "explain", "RULE"), ("preset", "apply", "PRESET", "INBOX"),
]  # fmt: skip


@pytest.mark.parametrize("line", TEXTS, ids=" ".join)
def test_a_pasted_line_of_help_changes_nothing(occ: Run, line: tuple[str, ...]) -> None:
    occ("inbox", "add", "inbox", store="s.db")
    before = occ("history", "inbox", "-f", "json", store="s.db").out
    err = occ(*line, code=2, store="s.db").err
    assert "stands in the help for a value of your own; nothing was done" in err
    assert re.search(r"^help: write your own in the place of \S+$", err, re.MULTILINE)
    assert occ("history", "inbox", "-f", "json", store="s.db").out == before
    assert {each.name for each in Path().iterdir()} <= {"s.db", "home"}


def test_what_is_called_so_may_be_named(occ: Run) -> None:
    from occ_media_cli.api import OccMedia

    desk = OccMedia("s.db", actor="dana", now="2026-01-01T00:00:00Z")
    desk.inboxes.add("INBOX", tags=["TAG"])
    desk.agents.add("NAME", role="agent")
    desk.holds.add("N", inboxes=["INBOX"], reason="claim")
    Path("FILE").write_text("one\n")
    Path("e.ndjson").write_text(
        '{"id": "ENTRY", "time": "2026-01-01", "inbox": "INBOX", "direction": "send", "name": "a.pdf",'
        ' "customer": "ID"}\n'
    )
    desk.ledger.ingest("ndjson", "e.ndjson")
    for line in (
        ("show", "INBOX"), ("set", "INBOX", "--receive", "on"), ("set", "--tag", "TAG", "--receive", "off"),
        ("--actor", "NAME", "set", "INBOX", "--receive", "on"), ("hold", "release", "N", "--reason", "over"),
        ("ledger", "show", "ENTRY"), ("retention", "explain", "ENTRY"), ("ledger", "list", "--customer", "ID"),
        ("types", "-o", "FILE"),
    ):  # fmt: skip
        occ(*line, store="s.db")
    occ("set", "INBOX", "--receive", "off", "--reason", "TEXT", code=2, store="s.db")


@pytest.mark.parametrize("word", ["TEXTS", "text", "Text", "MY TEXT", "TEXT.", "A"])
def test_a_word_of_ones_own_is_a_value(occ: Run, word: str) -> None:
    occ("inbox", "add", "inbox", store="s.db")
    occ("set", "inbox", "--receive", "off", "--reason", word, store="s.db")


@pytest.mark.parametrize(
    "line",
    [
        ("library", "add", "media", "--name", ""), ("ledger", "list", "--name", ""), ("library", "list", "--name="),
        ("--actor", "", "set", "vip", "--receive", "off"), ("set", "vip", "--receive", "off", "--actor="),
        ("--store", "", "show"), ("hold", "add", "--name", "", "--inbox", "vip", "--reason", "x"),
        ("hold", "add", "--name", "x", "--inbox", "vip", "--inbox", "", "--reason", "x"),
        ("ledger", "list", "--customer", ""), ("set", "--tag", "", "--receive", "off"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_option_that_is_given_nothing_is_told(occ: Run, line: tuple[str, ...]) -> None:
    occ("inbox", "add", "vip", store="s.db")
    Path("media").mkdir()
    Path("media/a.txt").write_text("one\n")
    given = [] if "--store" in line else ["--store", "s.db"]
    err = occ(*given, *line, code=2).err
    assert " '' is empty; nothing was done\nhelp: write a value, or leave it out\n" in err
    assert occ("history", "vip", "-f", "csv", store="s.db").out.count("\n") == 2


def test_a_text_may_be_empty(occ: Run) -> None:
    occ("set", "inbox", "--description", "desk", store="s.db")
    occ("set", "inbox", "--description", "", store="s.db")
    assert "desk" not in occ("show", "inbox", "-f", "json", store="s.db").out
