"""Globs for inboxes, one question for several, and what changed alike told once."""

from __future__ import annotations

from typing import Any

import pytest

Run = Any  # the fixture `occ` of conftest.py


@pytest.fixture
def shops(occ: Run) -> Run:
    for name in ("shop-de", "shop-fr", "lab"):
        occ("inbox", "add", name, store="s.db")
    return occ


def test_a_glob_is_every_name_that_matches_and_a_name_with_a_star_comes_first(shops: Run) -> None:
    said = shops("set", "shop-*", "--send", "off", store="s.db").out
    assert said.startswith("shop-de, shop-fr\nreceive  on\nsend     on -> off\n2 inboxes: 2 changed\n")
    shops("inbox", "add", "shop-*", store="s.db")
    assert shops("set", "shop-*", "--receive", "off", store="s.db").out.startswith("shop-*, version 2\n")
    assert "4 inboxes: 1 changed, 3 as they were" in shops("set", "*", "--receive", "on", store="s.db").out
    for line in (
        "inbox tag shop-?? eu",
        "preset apply text-only shop-[df]*",
        "retention set shop-?? --remove-after 9d",
    ):
        said = shops(*line.split(), store="s.db").out
        assert "shop-de" in said, line
        assert "shop-fr" in said, line
        assert "lab" not in said, line
    shops("agent", "add", "kim", "--role", "agent", "--inbox", "shop-d*", store="s.db")
    assert "kim in shop-fr" in shops("agent", "allow", "kim", "send", "--inbox", "shop-f?", store="s.db").out
    said = shops("inbox", "remove", "shop-f?", "--force", store="s.db").out
    assert said.startswith("shop-fr, removed; ")


def test_a_glob_that_matches_nothing_says_what_is_near(shops: Run) -> None:
    refused = shops("set", "shpo-*", "--send", "off", store="s.db", code=11).err
    assert "no inbox matches 'shpo-*', did you mean 'shop-*'?" in refused
    assert refused.endswith(" set 'shop-*' --send off\n")
    refused = shops("set", "x*", "--create", "--send", "off", store="s.db", code=11).err
    assert "no inbox matches 'x*'; there are lab, shop-de, shop-fr" in refused
    assert "--create" not in refused


def test_a_terminal_is_asked_once_for_more_than_one(shops: Run) -> None:
    asked = shops("set", "shop-*", "lab", "--receive", "off", store="s.db", terminal=True, typed="n\n")
    assert asked.out.startswith("shop-de, shop-fr, lab\nreceive  on → off\n")
    assert asked.out.endswith("3 inboxes: 3 changed\nnothing was changed\n")
    assert asked.err.endswith("change 3 inboxes? [y/N] ")
    assert "all on" in shops("show", store="s.db").out
    done = shops("set", "shop-*", "--receive", "off", store="s.db", terminal=True, typed="y\n")
    assert done.out.count("receive  on → off") == 1
    assert done.err.count("[y/N]") == 1
    for line in ("set lab --send off", "set --all --send off --yes", "set --all --send on --dry-run"):
        assert "[y/N]" not in shops(*line.split(), store="s.db", terminal=True).err
