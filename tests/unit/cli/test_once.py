"""An option of one value that is given two is an error, wherever the second one stands."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.cli.one_of import OneOf
from tests.unit.cli import tree
from tests.unit.cli.conftest import Run


def _values(item: Any) -> tuple[str, str]:
    if isinstance(item.type, OneOf):
        return item.type.choices[0], item.type.choices[1]
    return ("1", "2") if tree.is_number(item) else ("x", "y")


@pytest.mark.no_cover
def test_every_option_of_one_value_is_given_once(occ: Run) -> None:
    tried = 0
    for command in tree.commands():
        for item in command.parameters:
            if not tree.is_option(item) or getattr(item, "is_flag", False) or item.multiple:
                continue
            first, second = _values(item)
            line = tree.fill(command, {item.name: first}, "file")
            for form in item.opts:  # `-o` is `--output`
                said = occ(*line, form, second, store="s.db", code=2).err
                assert f"{item.opts[0]} is given twice" in said, (line, form)
                tried += 1
    assert tried > 150


@pytest.mark.parametrize(("option", "first", "second"), [
    ("--store", "a.db", "b.db"), ("--actor", "ann", "bo"), ("--now", "2026-01-01", "2026-01-02"),
])  # fmt: skip
def test_global_options_are_given_once_before_and_after_the_command(
    occ: Run, tmp_path: Path, option: str, first: str, second: str
) -> None:
    one, two = (option, first), (option, second)
    for line in (
        (*one, *two, "inbox", "add", "vip"), (*one, "inbox", "add", "vip", *two), ("inbox", "add", *one, "vip", *two),
        (*one, "audit", *two, "verify", "q.zip"), ("audit", *one, "verify", *two, "q.zip"),
    ):  # fmt: skip
        assert f"{option} is given twice" in occ(*line, now=None, code=2).err, line
    assert list(tmp_path.iterdir()) == []
    occ(*one, "inbox", "list", *one, now=None, store=None if option == "--store" else "x.db", code=11)


def test_a_short_form_that_its_value_sticks_to_is_the_same_option(occ: Run) -> None:
    for line in (("-fjson", "-fcsv"), ("-f", "json", "--format=csv"), ("--format", "json", "-fcsv")):
        said = occ("show", *line, store="s.db", code=2).err
        assert '"error": "--format is given twice"' in said, line


def test_the_same_value_twice_is_no_question(occ: Run) -> None:
    occ("inbox", "add", "vip", "--description", "a", "--description", "a", store="s.db")
    assert "vip" in occ("show", "vip", "--format", "json", "--format=json", store="s.db").out


def test_options_of_a_group_do_not_vanish_before_its_command(occ: Run) -> None:
    said = occ("audit", "--inbox", "vip", "verify", "q.zip", code=2).err
    assert "--inbox stands before verify, which does not take it there" in said


def test_filters_of_a_list_take_any_of_several_values(occ: Run, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        occ("inbox", "add", name, store="s.db")
    (tmp_path / "e.ndjson").write_text("".join(
        f'{{"id": "w.{name}", "time": "2026-03-01T10:00:00Z", "inbox": "{name}", "direction": "send", "customer": "{name}1", "name": "f"}}\n'
        for name in ("a", "b", "c")
    ))  # fmt: skip
    occ("ledger", "ingest", "ndjson", "e.ndjson", store="s.db")

    def found(*words: str) -> list[str]:
        out = occ("ledger", *words, "--format", "ndjson", store="s.db").out
        return [name for name in ("w.a", "w.b", "w.c") if f'"{name}"' in out]

    assert found("list", "--inbox", "a", "--inbox", "b") == ["w.a", "w.b"]
    assert found("list", "--customer", "c1", "--customer", "b1", "--inbox", "b") == ["w.b"]
    assert found("export", "--inbox", "c", "--inbox", "a") == ["w.a", "w.c"]
    assert "no inbox 'd'" in occ("ledger", "list", "--inbox", "a", "--inbox", "d", store="s.db", code=11).err
    occ("ledger", "list", "--outcome", "failed", "--outcome", "lost", store="s.db", code=2)
    occ("ledger", "list", "--category", "image", "--category", "letters", store="s.db", code=2)


def test_a_file_must_pass_every_channel_that_is_named(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello\n")
    taking, refusing = "whatsapp-cloud", "instagram"
    occ("check", "a.txt", "--channel", taking)
    refused = occ("check", "a.txt", "--channel", refusing, code=1).out
    for order in ((taking, refusing), (refusing, taking)):
        out = occ("check", "a.txt", "--channel", order[0], "--channel", order[1], code=1).out
        assert out.splitlines()[-1] == refused.splitlines()[-1]


SEVERAL = {
    "--inbox", "--customer", "--conversation", "--channel", "--tag", "--rule", "--type", "--category", "--direction", "--outcome",
    "--include", "--exclude", "--entry", "--message-for", "--only",
}  # fmt: skip
"""Options that take several values wherever they choose something."""

ONE = {
    ("ledger", "ingest"): {"--inbox", "--direction"},  # for rows that name none
    ("ledger", "capture"): {"--inbox"},
    ("diagnose",): {"--inbox", "--entry"},  # one question about one file
    ("fit",): {"--inbox", "--channel"},
    ("types",): {"--channel"},  # a page of one channel
    ("hold", "add"): {"--inbox", "--customer", "--conversation", "--entry"},
    ("ledger", "erase"): {"--customer"},
}
"""Where one of them takes one value: a command that does one thing with it."""


def test_options_that_choose_take_several_values() -> None:
    single, shown, not_shown = [], [], []
    for command in tree.commands():
        for item in command.parameters:
            if item.opts[0] in SEVERAL and not item.multiple and item.opts[0] not in ONE.get(command.words, ()):
                single.append((*command.words, item.opts[0]))
            if tree.is_option(item):
                (shown if str(item.metavar).endswith("…") == bool(item.multiple) else not_shown).append(item.opts[0])
    assert single == []
    assert not_shown == []
    assert len(shown) > 150
    there = {(command.words, item.opts[0]) for command in tree.commands() for item in command.parameters}
    assert {(words, option) for words, options in ONE.items() for option in options} <= there


def test_several_tags_inboxes_and_categories_are_each_meant(occ: Run, tmp_path: Path) -> None:
    for name, tag in (("a", "x"), ("b", "y"), ("c", "z")):
        occ("inbox", "add", name, "--tag", tag, store="s.db")
    said = occ("set", "--tag", "x", "--tag", "y", "--receive", "off", store="s.db").out
    assert said.startswith("a, b\nreceive  on -> off\n")
    assert "2 inboxes: 2 changed\n" in said
    assert (
        "no inbox has the tag 'q'" in occ("set", "--tag", "x", "--tag", "q", "--send", "off", store="s.db", code=2).err
    )
    occ("agent", "add", "mona", "--role", "agent", store="s.db")
    said = occ("agent", "allow", "mona", "send", "--inbox", "a", "--inbox", "c", store="s.db").out
    assert "mona in a" in said
    assert "mona in c" in said
    assert occ("agent", "deny", "mona", "send", "--inbox", "a", "--inbox", "d", store="s.db", code=11).out == ""
    said = occ("retention", "set", "a", "--category", "image", "--category", "video", "--direction", "send", "--remove-after", "9d", store="s.db").out  # fmt: skip
    assert "a, image, send" in said
    assert "a, video, send" in said
    occ("retention", "unset", "a", "--category", "image", "--category", "video", "--direction", "send", store="s.db")
    assert "No retention rules" in occ("retention", "show", store="s.db").out
    (tmp_path / "f.txt").write_text("hello\n")
    assert "receive is off in a" in occ("check", "f.txt", "--inbox", "c", "--inbox", "a", "--direction", "receive", store="s.db", code=1).out  # fmt: skip
    occ("check", "f.txt", "--inbox", "c", "--direction", "receive", "--direction", "send", store="s.db")
    occ("check", "f.txt", "--inbox", "a", "--direction", "receive", "--direction", "send", store="s.db", code=1)
    occ("check", "f.txt", "--inbox", "a", "--direction", "send", store="s.db")


def test_a_plan_of_several_inboxes_or_people_covers_each(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    rows = []
    for name in "abc":
        occ("inbox", "add", name, store="s.db")
        (tmp_path / "media" / name).write_text(name)
        rows.append(f'{{"id": "{name}", "time": "2025-01-01", "inbox": "{name}", "direction": "send", "name": "f.txt", "customer": "{name}1",'
                    f' "path": "{name}", "size": 1, "sha256": "{hashlib.sha256(name.encode()).hexdigest()}"}}\n')  # fmt: skip
    (tmp_path / "e.ndjson").write_text("".join(rows))
    occ("ledger", "ingest", "ndjson", "e.ndjson", store="s.db")

    def planned(*words: str) -> list[str]:
        out = occ("retention", "plan", "--root", "media", *words, "--format", "json", store="s.db").out
        return [item["entry"] for item in json.loads(out)["files"] if item["decision"] == "remove"]

    assert planned("--customer", "a1", "--customer", "c1") == ["a", "c"]
    assert planned("--customer", "a1", "--customer", "c1", "--inbox", "b", "--inbox", "c") == ["c"]
    occ("retention", "set", "default", "--remove-after", "30d", store="s.db")
    assert planned("--inbox", "a", "--inbox", "b") == ["a", "b"]
    assert planned("--inbox", "b") == ["b"]
