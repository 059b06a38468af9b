"""Wherever a name of a person enters, one that may be read as another's is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import OccMediaError, Refused, StoreInvalid
from occ_media_cli.settings import agents
from occ_media_cli.settings.document import load
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


@pytest.mark.parametrize(
    ("there", "added"), [("ann", "ANN"), ("ann", " ann"), ("ann", "\ua4ee\ua4e0\ua4e0"), ("a-b", "a\u2010b")]
)
def test_an_agent_that_is_read_like_another_one_is_refused(tmp_path: Path, there: str, added: str) -> None:
    desk = OccMedia(tmp_path / "s.db", actor="dana")
    desk.agents.add(there, role="agent")
    with pytest.raises(Refused, match=f"is read like '{there}', which is another agent; nothing was changed"):
        desk.agents.add(added, role="agent")
    with pytest.raises(Refused, match="is read like"):
        apply(desk, tmp_path, f'[agents."{added}"]\nrole = "agent"\n')
    desk.agents.remove(there)
    if added == "ANN":
        desk.agents.add(added, role="agent")


def test_a_document_is_told_the_line_of_such_an_agent(tmp_path: Path) -> None:
    text = f'[inboxes.vip]\n[agents.ann]\nrole = "agent"\n[agents.ANN]\nrole = "agent"\n[agents."{DANA}"]\nrole = "agent"\n'
    for store, kind in ((False, Refused), (True, StoreInvalid)):
        with pytest.raises(kind) as stopped:
            load.parse(text.encode(), "f.toml", store=store)
        assert stopped.value.where == "f.toml:6: "
        assert "mixes Cyrillic and Latin letters" in stopped.value.what
        assert [problem.where for problem in stopped.value.more] == ["f.toml:4: "]
        assert "'ANN' is read like 'ann'" in stopped.value.more[0].what


def test_an_agent_that_was_there_before_such_names_were_refused_may_stay() -> None:
    agents.refuse_unclear_names(("ann", "ANN", DANA), ("ann", "ANN", DANA, "kim"))
    with pytest.raises(Refused, match="'Kim' is read like 'kim'"):
        agents.refuse_unclear_names(("kim",), ("Kim", "kim"))


def apply(desk: Any, folder: Path, text: str) -> None:
    (folder / "f.toml").write_text(text, encoding="utf-8")
    desk.apply(folder / "f.toml")


def test_agents_may_differ_in_what_only_some_typefaces_tell_apart(tmp_path: Path) -> None:
    desk = OccMedia(tmp_path / "s.db", actor="dana")
    desk.inboxes.add("vip")
    for name in ("agent-1", "agent-l", "agent-0", "agent-o"):
        desk.agents.add(name, role="agent")
    assert len(desk.agents.list()) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dana", "\u00d0ana"), ("dana", "\u00f0ana"), ("dana", "\u0111ana"), ("dana", "\u0110ana"), ("dana", "\u0189ana"),
        ("dana", "\u0256ana"), ("kim", "\u0138im"), ("nina", "\u014bina"), ("jo", "\u0237o"), ("lea", "\u01c0ea"),
        ("uma", "\u0244ma"), ("omar", "\u0275mar"), ("maer", "m\u00e6r"), ("joel", "j\u0153l"),
    ],
)  # fmt: skip
def test_a_letter_that_is_drawn_like_another_makes_no_second_person(one: str, other: str) -> None:
    """Eth and the African D look like a d with a stroke, which their names do not tell."""
    assert actor_names.are_read_alike(one, other)
    assert not actor_names.are_read_alike("xyz", other)
