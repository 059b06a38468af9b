"""TOML documents: whatever is edited, everything untouched stays byte for byte, and the text says what it should."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occ_media_cli.settings.document import toml_scan
from occ_media_cli.settings.document.render import render, says
from occ_media_cli.settings.model import Config
from tests.property import documents


def untouched(text: str, touched: set[str]) -> list[str]:
    """The pieces of a text that an edit must leave: keys, headers and what stands between them."""
    pieces, position = [], 0
    for mark in toml_scan.marks(text):
        pieces.append(text[position : mark.first].strip("\r\n"))
        changes = touched & {str(part) for part in mark.path} if mark.kind == "key" else touched & {"inboxes", "box"}
        dense = mark.kind == "key" and len(mark.path) == 2  # an inbox in one line is written anew
        if not changes and not dense:
            pieces.append(text[mark.first : mark.last].strip("\r\n"))
        position = mark.last
    return [piece for piece in [*pieces, text[position:].strip("\r\n")] if piece.strip()]


def missing(pieces: list[str], text: str) -> list[str]:
    """The pieces that do not stand in the text in this order."""
    found, position = [], 0
    for piece in pieces:
        place = text.find(piece, position)
        if place < 0:
            found.append(piece)
        else:
            position = place + len(piece)
    return found


@pytest.mark.no_cover
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_an_edit_touches_only_what_differs(seed: int) -> None:
    chance = random.Random(seed)
    text = documents.text(chance)
    old = documents.read(text)
    new, renamed, touched = documents.edit(chance, old)
    edited = render(text, old, new, now=1_800_000_000_000, file="x.toml", renamed=renamed)
    assert says(edited, new, 1_800_000_000_000)
    if "\r\n" in text and "\r\n" not in text.replace("\r\n", ""):
        assert "\n" not in edited.replace("\r\n", "")
    if "*" not in touched:
        assert missing(untouched(text, touched), edited) == []


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_an_edit_that_changes_nothing_is_the_same_text(seed: int) -> None:
    text = documents.text(random.Random(seed))
    config = documents.read(text)
    assert render(text, config, config, now=0, file="x.toml") == text


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_written_anew_says_the_same(seed: int) -> None:
    config = documents.read(documents.text(random.Random(seed)))
    assert says(render("", Config(), config, now=0, file="x.toml"), config, 0)
