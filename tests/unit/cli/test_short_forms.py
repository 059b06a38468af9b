"""Short forms mean the same everywhere, and `help X` is the page of X."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli import tree
from tests.unit.cli.conftest import Run

SHORT = {"--output": "-o", "--format": "-f", "--quiet": "-q", "--verbose": "-v", "--yes": "-y"}


def test_every_command_has_the_short_forms_of_the_options_that_it_takes() -> None:
    forms = {}
    for command in tree.commands():
        for item in command.click.params:
            for name in item.opts:
                if name in SHORT:
                    assert SHORT[name] in item.opts, (command.words, name)
                if name in SHORT.values():
                    forms[name] = forms.get(name, set()) | {item.opts[0]}
    assert forms == {short: {long} for long, short in SHORT.items()}


def test_short_forms_do_what_the_long_ones_do(occ: Run, tmp_path: Path) -> None:
    occ("-qy", "inbox", "add", "vip", store="s.db")
    long = occ("show", "--format", "json", store="s.db").out
    assert occ("show", "-f", "json", store="s.db").out == occ("show", "-fjson", store="s.db").out == long
    assert occ("show", "-f", "json", "-o", "out.json", "-q", store="s.db").err == ""
    assert (tmp_path / "out.json").read_text() == long
    assert occ("inbox", "add", "lab", "-q", store="s.db").out == ""


@pytest.mark.parametrize("words", [("-f", "json"), ("-fjson",), ("--format=json",)])
def test_an_error_is_json_for_every_way_to_ask_for_json(occ: Run, words: tuple[str, ...]) -> None:
    assert json.loads(occ("show", "nobody", *words, store="missing.db", code=11).err)["code"] == 11


@pytest.mark.parametrize("words", [(), ("show",), ("ledger",), ("ledger", "verify"), ("audit",), ("audit", "verify")])
def test_help_of_a_command_is_its_page(occ: Run, words: tuple[str, ...]) -> None:
    page = occ("help", *words).out
    assert page.startswith(" ".join(("Usage: occ-media", *words)))
    assert page == occ(*words, "--help").out
    assert page == occ("--actor", "help", "help", *words, now=None).out


def test_help_of_an_unknown_command_names_the_one_that_was_meant(occ: Run) -> None:
    assert "no command 'shwo' in occ-media, did you mean 'show'?" in occ("help", "shwo", code=2).err
    assert (
        "no command 'verfy' in occ-media ledger, did you mean 'verify'?" in occ("help", "ledger", "verfy", code=2).err
    )
