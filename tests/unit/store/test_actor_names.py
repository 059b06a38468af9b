"""Wherever a name of a person enters, one that may be read as another's is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import OccMediaError, Refused
from occ_media_cli.store import actor_names, who

DANA = "d\u0430na"
"""With a Cyrillic a."""


def test_a_name_that_mixes_scripts_is_told_with_both() -> None:
    with pytest.raises(Refused, match=r"the actor's name 'd\\u0430na' mixes Cyrillic and Latin letters"):
        who.check_actor(DANA, "--actor")
    for name in (
        "dana",
        "Zo\u00eb",
        "\u5c71\u7530 taro",
        "\u0414\u0430\u043d\u0430",
        "\u0645\u0646\u0649",
        "svc-1",
        "O'Neil",
    ):
        assert who.check_actor(name, "--actor") == name


@pytest.mark.parametrize("name", ["d\ua4eena", "d\u2d54na", "\u13a0nna", "\u216eana \u0430"])
def test_other_scripts_with_such_letters_count_too(name: str) -> None:
    with pytest.raises(Refused):
        actor_names.refuse_unclear_name(name, "the name")


def test_python_callers_are_told(tmp_path: Path) -> None:
    with pytest.raises(OccMediaError, match="look alike"):
        OccMedia(tmp_path / "s.db", actor=DANA)


def test_agents_are_told_apart_too(tmp_path: Path) -> None:
    desk = OccMedia(tmp_path / "s.db", actor="dana")
    desk.inboxes.add("vip")
    with pytest.raises(Refused, match=r"the agent's name .* mixes Cyrillic and Latin"):
        desk.agents.add(DANA, role="agent")
    with pytest.raises(Refused, match="the agent's name"):
        apply(desk, tmp_path, f'[agents."{DANA}"]\nrole = "agent"\n')
    desk.agents.add("dana", role="agent")


def apply(desk: Any, folder: Path, text: str) -> None:
    (folder / "f.toml").write_text(text, encoding="utf-8")
    desk.apply(folder / "f.toml")
