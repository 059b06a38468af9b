"""What `help:` says about a mistyped word is what was meant, for every option that takes one of a few words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from occ_media_cli.cli.one_of import OneOf
from tests.e2e import slips
from tests.unit.cli import tree

EVERY = 97
"""One of so many is tried here; `proofs/slips.py` tries all."""


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OCC_MEDIA_ACTOR", "dana")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("OCC_MEDIA_STORE", "OCC_MEDIA_NOW", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    slips.world(tmp_path)


def test_help_for_a_slip_is_what_was_meant_or_changes_nothing() -> None:
    every = list(slips.slips())
    changing = [slip for slip in every if slip.place[0] in ("set", "agent", "retention")]
    outcomes: dict[tuple[str, ...], slips.Done] = {}
    wrong = {
        " ".join(slip.line): said
        for slip in (*every[::EVERY], *changing[::19])
        if (said := slips.judge(slip, outcomes)) is not None
    }
    assert wrong == {}
    assert len(every) > 3_000


def test_every_list_of_words_on_a_help_page_is_known_to_the_parser() -> None:
    """An option whose words are only prose would not be tried above."""
    prose = re.compile(r"^[a-z-]+(\|[a-z-]+)+$|^[a-z-]+(, [a-z-]+)*,? or (only )?[a-z-]+\.$")
    found = [
        f"{' '.join(command.words)} {item.opts[0]}"
        for command in tree.commands()
        for item in command.parameters
        if (prose.match(item.metavar or "") or prose.match(getattr(item, "help", "") or ""))
        and not isinstance(item.type, OneOf)
    ]
    assert found == []
    assert sum(isinstance(item.type, OneOf) for command in tree.commands() for item in command.parameters) > 50
